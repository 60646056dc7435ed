"""Which tokens: expressions over the named tokens of a layout, with one canonical text for each."""

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import torch
from torch import Tensor

from vtmetrics.layout import Layout
from vtmetrics.reason import NotMeasured


def generator(*seeds: object) -> torch.Generator:
    """A random generator that depends on these seeds alone, on every machine."""
    digest = hashlib.sha256("\0".join(map(str, seeds)).encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:7]))


class Tokens:
    """A set of tokens in every row of a layout; combine with &, |, - and ~, or draw from it."""

    def mask(self, layout: Layout) -> Tensor:
        """Which tokens of the layout these are, bool (B, S)."""
        raise NotImplementedError

    def names(self) -> frozenset[str]:
        """The names that the expression mentions."""
        raise NotImplementedError

    def __and__(self, other: "Tokens") -> "Tokens":
        return _joined(Both, self, other)

    def __or__(self, other: "Tokens") -> "Tokens":
        return _joined(Either, self, other)

    def __sub__(self, other: "Tokens") -> "Tokens":
        return self & ~other

    def __invert__(self) -> "Tokens":
        return Other(self)

    def sample(self, amount: float, seed: int = 0) -> "Tokens":
        """So many of them (int), or this share (float), drawn once a row; smaller draws lie within larger."""
        if isinstance(amount, bool) or amount < 0 or (isinstance(amount, float) and not amount <= 1):
            raise ValueError(f"a sample is a count or a share between 0.0 and 1.0, not {amount!r}")
        return Sample(self, amount, seed)

    def like(self, other: "Tokens", seed: int = 0) -> "Tokens":
        """As many of them as there are others in the row, drawn once for each row."""
        return Sample(self, other, seed)


@dataclass(frozen=True)
class Named(Tokens):
    """The tokens that the layout knows by this name."""

    name: str

    def __post_init__(self) -> None:
        if not (self.name.isidentifier() and self.name.islower()):
            raise ValueError(f"tokens are named by a lower-case word, not {self.name!r}")

    def __str__(self) -> str:
        return self.name.upper() if self.name in PARTS else f"named({self.name!r})"

    def mask(self, layout: Layout) -> Tensor:
        return layout.named(self.name)

    def names(self) -> frozenset[str]:
        return frozenset({self.name})


@dataclass(frozen=True)
class Both(Tokens):
    """Tokens that are in every part."""

    parts: tuple[Tokens, ...]

    def __str__(self) -> str:
        return " & ".join(f"({part})" if isinstance(part, Either) else str(part) for part in self.parts)

    def mask(self, layout: Layout) -> Tensor:
        return torch.stack([part.mask(layout) for part in self.parts]).all(0)

    def names(self) -> frozenset[str]:
        return frozenset().union(*(part.names() for part in self.parts))


@dataclass(frozen=True)
class Either(Tokens):
    """Tokens that are in some part."""

    parts: tuple[Tokens, ...]

    def __str__(self) -> str:
        return " | ".join(map(str, self.parts))

    def mask(self, layout: Layout) -> Tensor:
        return torch.stack([part.mask(layout) for part in self.parts]).any(0)

    def names(self) -> frozenset[str]:
        return frozenset().union(*(part.names() for part in self.parts))


@dataclass(frozen=True)
class Other(Tokens):
    """All tokens but these; padding is no token."""

    of: Tokens

    def __str__(self) -> str:
        return f"~{_closed(self.of)}"

    def __invert__(self) -> Tokens:
        return self.of

    def mask(self, layout: Layout) -> Tensor:
        return layout.valid & ~self.of.mask(layout)

    def names(self) -> frozenset[str]:
        return self.of.names()


@dataclass(frozen=True)
class Sample(Tokens):
    """A count, a share, or as many as there are others, drawn from the tokens of each row."""

    of: Tokens
    amount: float | Tokens
    seed: int

    def __str__(self) -> str:
        how = f"like({self.amount}" if isinstance(self.amount, Tokens) else f"sample({self.amount!r}"
        return f"{_closed(self.of)}.{how}, seed={self.seed})"

    def mask(self, layout: Layout) -> Tensor:
        pool = self.of.mask(layout)
        drawn = torch.zeros_like(pool)
        for row, wanted in enumerate(self._counts(pool, layout)):
            there = pool[row].nonzero().squeeze(1)
            if wanted > len(there):
                key = layout.keys[row]
                raise NotMeasured(
                    f"{key} has {len(there)} tokens of {self.of}, fewer than the {wanted} to be drawn"
                )
            order = torch.randperm(len(there), generator=generator(self.seed, layout.keys[row]))
            drawn[row, there[order[:wanted].to(there.device)]] = True
        return drawn

    def _counts(self, pool: Tensor, layout: Layout) -> Iterator[int]:
        if isinstance(self.amount, Tokens):
            yield from self.amount.mask(layout).sum(1).tolist()
        elif isinstance(self.amount, int):
            yield from [self.amount] * layout.rows
        else:
            share = Fraction(self.amount).limit_denominator(10_000)
            yield from (math.floor(share * there + Fraction(1, 2)) for there in pool.sum(1).tolist())

    def names(self) -> frozenset[str]:
        return self.of.names()


def named(name: str) -> Tokens:
    """Tokens that the layout knows by a name of your own."""
    return Named(name)


def _closed(tokens: Tokens) -> str:
    return str(tokens) if isinstance(tokens, Named) else f"({tokens})"


def _joined(kind: type[Both] | type[Either], first: Tokens, second: Tokens) -> Tokens:
    """The parts in the order of their text, each once: the order in which a set is written says nothing."""
    parts = {part for side in (first, second) for part in (side.parts if isinstance(side, kind) else (side,))}
    ordered = tuple(sorted(parts, key=str))
    return ordered[0] if len(ordered) == 1 else kind(ordered)


PARTS = ("image", "system", "question", "readout", "answer")
IMAGE, SYSTEM, QUESTION, READOUT, ANSWER = map(Named, PARTS)
TEXT = SYSTEM | QUESTION
