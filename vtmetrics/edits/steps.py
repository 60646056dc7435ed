"""The steps that edits are made of: one thing done to some tokens at some layers.

Presence (is a token there), gates (is it updated), edges (whom does it read) and states (what it holds). No
step touches READOUT, whose logits are the answer, unless its tokens name READOUT.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from enum import Enum
from typing import Literal, Self

import torch
from torch import Tensor

from vtmetrics.edits.depth import Depth, checked_depth, layer_of
from vtmetrics.edits.tokens import Tokens, generator
from vtmetrics.inputs import Layout

Positions = Literal["kept", "renumbered"]
EarlyKeys = Literal["kept", "evicted"]


class StandIn(Enum):
    """What may stand in for a token's state, other than its own state at another depth."""

    DONOR = "DONOR"
    NOISE = "NOISE"
    MEAN = "MEAN"

    def __str__(self) -> str:
        return self.value


DONOR, NOISE, MEAN = StandIn


def aimed(tokens: Tokens, layout: Layout) -> Tensor:
    """The tokens (B, S) that an edit of these tokens touches."""
    mask = tokens.mask(layout)
    if "readout" in layout.masks and "readout" not in tokens.names():
        return mask & ~layout.named("readout")
    return mask


def checked_tokens(tokens: Tokens) -> Tokens:
    """The tokens themselves, if they are such."""
    if not isinstance(tokens, Tokens):
        raise TypeError(f"an edit is of tokens such as IMAGE or TEXT, not of {tokens!r}")
    return tokens


@dataclass(frozen=True)
class Stretch:
    """What is done to the tokens in layers first … last − 1 (None: the rest): a subclass says what."""

    tokens: Tokens
    first: Depth
    last: Depth | None

    def __post_init__(self) -> None:
        checked_tokens(self.tokens)
        checked_depth(self.first)
        if self.last is not None:
            checked_depth(self.last)

    def layers(self, layers: int) -> range:
        """The layers in which it is done, in a model of so many."""
        last = layers if self.last is None else layer_of(self.last, layers)
        return range(layer_of(self.first, layers), last)

    def begins(self, layers: int) -> int:
        there = self.layers(layers)
        return there.start if there else layers + 1

    def on(self, layers: int) -> Self:
        there = self.layers(layers)
        return replace(self, first=there.start, last=None if there.stop == layers else there.stop)


@dataclass(frozen=True)
class Absence(Stretch):
    """The layers have the tokens neither in sequence nor in cache."""

    positions: Positions = "kept"
    early_keys: EarlyKeys = "kept"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.positions not in ("kept", "renumbered"):
            raise ValueError(f"positions are kept or renumbered, not {self.positions!r}")
        if self.early_keys not in ("kept", "evicted"):
            raise ValueError(f"early keys are kept or evicted, not {self.early_keys!r}")

    def __str__(self) -> str:
        extras = "".join(
            f", {name}={value!r}"
            for name, value in (("positions", self.positions), ("early_keys", self.early_keys))
            if value != "kept"
        )
        if self.last is not None:
            return f"window({self.first!r}, {self.last!r}, {self.tokens}{extras})"
        return f"truncate({self.first!r}, {self.tokens}{extras})"


@dataclass(frozen=True)
class Freeze(Stretch):
    """In the layers attention, the feed-forward network or both no longer update the tokens."""

    attention: bool
    ffn: bool
    decoding: bool

    def __post_init__(self) -> None:
        super().__post_init__()
        if not (self.attention or self.ffn):
            raise ValueError("a freeze stops attention, the ffn or both, not neither")

    def __str__(self) -> str:
        what = f"attention={self.attention}, ffn={self.ffn}, first={self.first!r}, last={self.last!r}"
        return f"freeze({self.tokens}, {what}, decoding={self.decoding})"


@dataclass(frozen=True)
class Blind(Stretch):
    """In the layers the tokens do not read others; what lies between them does, and may pass it on."""

    to: Tokens
    decoding: bool

    def __post_init__(self) -> None:
        super().__post_init__()
        checked_tokens(self.to)

    def __str__(self) -> str:
        where = f"first={self.first!r}, last={self.last!r}, decoding={self.decoding}"
        return f"blind({self.tokens}, {self.to}, {where})"


@dataclass(frozen=True)
class Hold:
    """At the input of layer `at` the tokens hold other states: a subclass says which."""

    tokens: Tokens
    at: Depth

    def __post_init__(self) -> None:
        checked_tokens(self.tokens)
        checked_depth(self.at)

    def __str__(self) -> str:
        own = [field.name for field in fields(self) if field.name not in ("tokens", "at")]
        told = "".join(f", {name}={getattr(self, name)!r}" for name in (*own, "at"))
        return f"{type(self).__name__}({self.tokens}{told})"

    def instead(self, rows: Sequence[Tensor], keys: Sequence[str]) -> Sequence[Tensor]:
        """What each batch row's tokens (n, D) hold instead; the rows' keys seed what is random."""
        raise NotImplementedError

    def begins(self, layers: int) -> int:
        return layer_of(self.at, layers)

    def on(self, layers: int) -> Self:
        return replace(self, at=layer_of(self.at, layers))


@dataclass(frozen=True)
class Substitute(Hold):
    """The tokens hold states of a plain run, or what stands in for them."""

    by: Depth | StandIn
    seed: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.by, StandIn):
            checked_depth(self.by)

    def __str__(self) -> str:
        by = self.by if isinstance(self.by, StandIn) else repr(self.by)
        seed = f", seed={self.seed}" if self.by is NOISE else ""
        return f"substitute({self.tokens}, by={by}, at={self.at!r}{seed})"

    def instead(self, rows: Sequence[Tensor], keys: Sequence[str]) -> Sequence[Tensor]:
        if self.by is MEAN:
            return [row.mean(0, keepdim=True).expand_as(row) for row in rows]
        if self.by is NOISE:
            return [noise_like(row, self.seed, key) for row, key in zip(rows, keys, strict=True)]
        raise ValueError(f"{self} takes its states from another run")

    def on(self, layers: int) -> "Substitute":
        by = self.by if isinstance(self.by, StandIn) else layer_of(self.by, layers)
        return replace(super().on(layers), by=by)


@dataclass(frozen=True)
class Scale(Hold):
    """The tokens' states are multiplied."""

    factor: float

    def __str__(self) -> str:
        return f"scale({self.tokens}, {self.factor!r}, at={self.at!r})"

    def instead(self, rows: Sequence[Tensor], keys: Sequence[str]) -> Sequence[Tensor]:  # noqa: ARG002
        return [row * self.factor for row in rows]


@dataclass(frozen=True)
class Misread:
    """In one layer whoever reads the tokens reads a donor's; they themselves go on as if it had not been."""

    tokens: Tokens
    at: Depth

    def __post_init__(self) -> None:
        checked_tokens(self.tokens)
        checked_depth(self.at)

    def __str__(self) -> str:
        return f"misread({self.tokens}, at={self.at!r})"

    def begins(self, layers: int) -> int:
        at = layer_of(self.at, layers)
        return at if at < layers else layers + 1  # nobody reads what the final norm receives

    def on(self, layers: int) -> Self:
        return replace(self, at=layer_of(self.at, layers))

    def parts(self, layers: int) -> tuple[Substitute, ...]:
        """A donor's states at the layer, and those of the plain run again at the next."""
        at = layer_of(self.at, layers)
        if at == layers:
            return ()
        return Substitute(self.tokens, at, DONOR), Substitute(self.tokens, at + 1, at + 1)


def noise_like(states: Tensor, seed: int, key: str) -> Tensor:
    """Gaussian directions (n, D), the same for a scene in every batch, as long as the states they replace."""
    drawn = torch.randn(states.shape, generator=generator(seed, key, "noise"))
    drawn = drawn.to(states.device, non_blocking=True)  # from the host, so that nobody has to wait
    lengths: Tensor = torch.linalg.vector_norm(states.float(), dim=1, keepdim=True)
    return torch.nn.functional.normalize(drawn, dim=1) * lengths


Step = Absence | Freeze | Blind | Misread | Hold
