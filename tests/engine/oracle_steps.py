"""The steps of edits as plain values, for the oracle: what is done to which tokens, and in which layers."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Gone:
    """Tokens absent from layers first … last − 1."""

    tokens: str
    first: int
    last: int
    renumbered: bool = False
    evicted: bool = False


@dataclass(frozen=True)
class Replaced:
    """Tokens that hold at one layer what they hold at another in the plain run."""

    tokens: str
    by: int
    at: int


@dataclass(frozen=True)
class Scaled:
    """Tokens whose state is multiplied."""

    tokens: str
    factor: float
    at: int


@dataclass(frozen=True)
class Frozen:
    """Tokens that sublayers of layers first … last − 1 do not update."""

    tokens: str
    attention: bool
    ffn: bool
    first: int
    last: int
    decoding: bool = False


@dataclass(frozen=True)
class Blinded:
    """Tokens that do not read others in layers first … last − 1."""

    tokens: str
    to: str
    first: int
    last: int
    decoding: bool = False


@dataclass(frozen=True)
class Misread:
    """Tokens of which one layer's keys and values are a donor's; their own states are put back after it."""

    tokens: str
    at: int


Step = Blinded | Misread | Gone | Replaced | Scaled | Frozen
