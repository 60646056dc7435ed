"""Tokens: expressions over the named tokens of a layout, with one canonical text for each."""

import hashlib
import math
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Literal

import torch
from torch import Tensor

from vtmetrics.inputs import Layout
from vtmetrics.unmeasured import NotMeasured


def generator(*seeds: object) -> torch.Generator:
    """A random generator that depends on these seeds alone, on every machine."""
    digest = hashlib.sha256("\0".join(map(str, seeds)).encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:7]))


class Tokens:
    """A set of tokens in every row of a layout; combine with &, |, - and ~, or draw from it."""

    def mask(self, layout: Layout) -> Tensor:
        """Which tokens of the layout these are, bool (B, S)."""
        raise NotImplementedError

    @property
    def inside(self) -> tuple["Tokens", ...]:
        """The expressions that this one is made of."""
        return ()

    def names(self) -> frozenset[str]:
        """The names that the expression mentions."""
        return frozenset[str]().union(*(part.names() for part in self.inside))

    def picks(self) -> frozenset["Picked"]:
        """What a plain run has to pick before it is known which tokens these are."""
        return frozenset[Picked]().union(*(part.picks() for part in self.inside))

    def lacking(self, layout: Layout) -> dict[int, str]:
        """The rows that have no such tokens, which is no error of theirs, and why."""
        return {row: why for part in self.inside for row, why in part.lacking(layout).items()}

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
        return Drawn(self, checked_amount(amount), seed)

    def like(self, other: "Tokens", seed: int = 0) -> "Tokens":
        """As many of them as there are others in the row, drawn once for each row."""
        return Drawn(self, other, seed)

    def upto(self, other: "Tokens", seed: int = 0) -> "Tokens":
        """As many as there are others, or all if they are fewer: a.upto(b) are as many as b.upto(a)."""
        return Drawn(self, other, seed, capped=True)


@dataclass(frozen=True)
class Named(Tokens):
    """The tokens that the layout knows by this name."""

    name: str

    def __post_init__(self) -> None:
        if not (self.name.isidentifier() and self.name.islower()):
            raise ValueError(f"tokens are named by a lower-case word, not {self.name!r}")

    def __str__(self) -> str:
        return self.name.upper() if self.name in TEMPLATE_PARTS else f"named({self.name!r})"

    def mask(self, layout: Layout) -> Tensor:
        return layout.named(self.name)

    def names(self) -> frozenset[str]:
        return frozenset({self.name})


class Picked(Tokens):
    """Image tokens picked by what `of` shows at a site of a plain run; the layout has them by their text."""

    of: ClassVar[Tokens]
    site: ClassVar[Literal["states", "weights", "encoder"]]
    told: ClassVar[bool] = False

    def layer(self, layers: int) -> int:
        """At which of so many layers it is decided."""
        raise NotImplementedError

    def choose(self, seen: Tensor, image: Tensor) -> Tensor:
        """Which of a row's n image tokens (n,), from what was seen and where they are (S,)."""
        raise NotImplementedError

    def mask(self, layout: Layout) -> Tensor:
        return layout.named(str(self))

    def picks(self) -> frozenset["Picked"]:
        return frozenset({self})


@dataclass(frozen=True)
class Joined(Tokens):
    """Several sets together."""

    parts: tuple[Tokens, ...]

    @property
    def inside(self) -> tuple[Tokens, ...]:
        return self.parts


class Both(Joined):
    """Tokens that are in every part."""

    def __str__(self) -> str:
        return " & ".join(f"({part})" if isinstance(part, Either) else str(part) for part in self.parts)

    def mask(self, layout: Layout) -> Tensor:
        return torch.stack([part.mask(layout) for part in self.parts]).all(0)


class Either(Joined):
    """Tokens that are in some part."""

    def __str__(self) -> str:
        return " | ".join(map(str, self.parts))

    def mask(self, layout: Layout) -> Tensor:
        return torch.stack([part.mask(layout) for part in self.parts]).any(0)

    def lacking(self, layout: Layout) -> dict[int, str]:
        told = [part.lacking(layout) for part in self.parts]
        return {row: why for row, why in told[0].items() if all(row in one for one in told)}


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

    @property
    def inside(self) -> tuple[Tokens, ...]:
        return (self.of,)

    def lacking(self, layout: Layout) -> dict[int, str]:
        return {} if isinstance(self.of, Picked) else super().lacking(layout)


@dataclass(frozen=True)
class Drawn(Tokens):
    """A count, a share, or as many as there are others, drawn from the tokens of each row."""

    of: Tokens
    amount: float | Tokens
    seed: int
    capped: bool = False

    def __str__(self) -> str:
        verb = "upto" if self.capped else "like"
        how = f"{verb}({self.amount}" if isinstance(self.amount, Tokens) else f"sample({self.amount!r}"
        return f"{_closed(self.of)}.{how}, seed={self.seed})"

    @property
    def inside(self) -> tuple[Tokens, ...]:
        return (self.of, self.amount) if isinstance(self.amount, Tokens) else (self.of,)

    def names(self) -> frozenset[str]:
        return self.of.names()

    def lacking(self, layout: Layout) -> dict[int, str]:
        short = self._short(layout) if self.picks() else {}
        return dict.fromkeys(short, f"too few tokens for {self}") | super().lacking(layout)

    def mask(self, layout: Layout) -> Tensor:
        pool = self.of.mask(layout)
        if not self.picks() and (short := self._short(layout)):
            row, (there, wanted) = next(iter(short.items()))
            has = f"{layout.keys[row]} has {there} tokens of {self.of}"
            raise NotMeasured(f"{has}, fewer than the {wanted} to be drawn")
        drawn = torch.zeros_like(pool)
        for row, wanted in enumerate(self._counts(layout)):
            found = pool[row].nonzero().squeeze(1)
            order = torch.randperm(len(found), generator=generator(self.seed, layout.keys[row]))
            drawn[row, found[order[:wanted].to(found.device)]] = True
        return drawn

    def _short(self, layout: Layout) -> dict[int, tuple[int, int]]:
        """The rows that have fewer tokens than are to be drawn: how many there are, and how many those."""
        pairs = enumerate(zip(self.of.mask(layout).sum(1).tolist(), self._counts(layout), strict=True))
        return {row: (has, wanted) for row, (has, wanted) in pairs if wanted > has}

    def _counts(self, layout: Layout) -> list[int]:
        there = self.of.mask(layout).sum(1).tolist()
        if not isinstance(self.amount, Tokens):
            return [count_of(self.amount, has) for has in there]
        others = self.amount.mask(layout).sum(1).tolist()
        return [min(pair) for pair in zip(there, others, strict=True)] if self.capped else others


def count_of(amount: float, there: int) -> int:
    """How many a count (int) or a share (float, rounded half up) of so many tokens is."""
    if isinstance(amount, int):
        return amount
    return math.floor(Fraction(amount).limit_denominator(10_000) * there + Fraction(1, 2))


def checked_amount(amount: float) -> float:
    """The amount itself, if it is a count or a share."""
    if isinstance(amount, bool) or amount < 0 or (isinstance(amount, float) and not amount <= 1):
        raise ValueError(f"a sample is a count or a share between 0.0 and 1.0, not {amount!r}")
    return amount


def _closed(tokens: Tokens) -> str:
    return str(tokens) if isinstance(tokens, Named | Picked) else f"({tokens})"


def _joined(kind: type[Both] | type[Either], first: Tokens, second: Tokens) -> Tokens:
    """The parts in the order of their text, each once: the order in which a set is written says nothing."""
    parts = {part for side in (first, second) for part in (side.parts if isinstance(side, kind) else (side,))}
    ordered = tuple(sorted(parts, key=str))
    return ordered[0] if len(ordered) == 1 else kind(ordered)


TEMPLATE_PARTS = ("image", "system", "question", "readout", "answer", "first")
IMAGE, SYSTEM, QUESTION, READOUT, ANSWER, FIRST = map(Named, TEMPLATE_PARTS)
TEXT = SYSTEM | QUESTION
ALL = IMAGE | ~IMAGE  # padding is no token
