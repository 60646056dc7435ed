"""Edits: what is done to some tokens at some layers, as values to compare, hash, print and compose.

Layer k is the input of decoder layer k. The text of an edit is canonical: results are filed under it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from vtmetrics.edits.depth import Depth, checked_depth, layer_of
from vtmetrics.edits.steps import (
    DONOR,
    MEAN,
    NOISE,
    Absence,
    Blind,
    EarlyKeys,
    Freeze,
    Hold,
    Misread,
    Positions,
    Scale,
    StandIn,
    Step,
    Substitute,
)
from vtmetrics.edits.tokens import IMAGE, Tokens

__all__ = [
    "DONOR",
    "MEAN",
    "NOISE",
    "PLAIN",
    "Edit",
    "Substitute",
    "blind",
    "enter_at",
    "freeze",
    "misread",
    "prune",
    "pyramid",
    "scale",
    "substitute",
    "truncate",
    "window",
]


#: where steps are defined whose text says all about them
OURS = {Substitute.__module__, "vtmetrics.edits.averaged"}


@dataclass(frozen=True)
class Edit:
    """Steps that act together; states are changed in the order of the steps, presence and gates in any."""

    steps: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.steps, tuple) or not all(isinstance(step, Step) for step in self.steps):
            raise TypeError(f"an edit is made of a tuple of steps, Edit((step,)), not of {self.steps!r}")

    def __rshift__(self, other: "Edit") -> "Edit":
        return Edit(self.steps + other.steps)

    def __str__(self) -> str:
        return " >> ".join(map(str, self.steps)) or "PLAIN"

    @property
    def named(self) -> bool:
        """Whether the text says all about it: what a step or selector of one's own does, no text can say."""
        ours = all(type(step).__module__ in OURS for step in self.steps)
        return ours and all(pick.told for tokens in self.tokens for pick in tokens.picks())

    def on(self, layers: int) -> "Edit":
        """The same edit of a model with so many layers: each depth a layer, no step that does nothing."""
        parts = self.parted(layers).steps
        return Edit(tuple(part.on(layers) for part in parts if part.begins(layers) <= layers))

    def parted(self, layers: int) -> "Edit":
        """The same edit, of steps that each do one thing at one place."""
        told = [step.parts(layers) if isinstance(step, Misread) else (step,) for step in self.steps]
        return Edit(tuple(part for parts in told for part in parts))

    def idle(self, layers: int) -> bool:
        """Whether the first step to act replaces states by themselves; a later one undoes what others did."""
        acting = sorted(self.steps, key=lambda step: (step.begins(layers), not isinstance(step, Hold)))
        return bool(acting) and _replaces_nothing(acting[0], layers)

    @property
    def tokens(self) -> tuple[Tokens, ...]:
        """The tokens of its steps."""
        read = (step.to for step in self.steps if isinstance(step, Blind))
        return (*(step.tokens for step in self.steps), *read)

    def begins(self, layers: int) -> int:
        """The first layer that differs from the plain run (L is the final norm), L + 1 if none does."""
        return min((step.begins(layers) for step in self.steps), default=layers + 1)


PLAIN = Edit()


def _replaces_nothing(step: Step, layers: int) -> bool:
    """Whether a plain run holds the same states there."""
    return (
        isinstance(step, Substitute)
        and not isinstance(step.by, StandIn)
        and layer_of(step.by, layers) == layer_of(step.at, layers)
    )


def truncate(
    depth: Depth, tokens: Tokens = IMAGE, *, positions: Positions = "kept", early_keys: EarlyKeys = "kept"
) -> Edit:
    """Layers 0 … depth − 1 see the tokens, later ones do not."""
    return Edit((Absence(tokens, depth, None, positions, early_keys),))


def prune(tokens: Tokens, *, positions: Positions = "kept") -> Edit:
    """No layer sees the tokens."""
    return Edit((Absence(tokens, 0, None, positions),))


def pyramid(stages: Mapping[Depth, Tokens]) -> Edit:
    """At each depth some more tokens leave."""
    return Edit(tuple(Absence(tokens, depth, None) for depth, tokens in stages.items()))


def enter_at(depth: Depth, tokens: Tokens = IMAGE) -> Edit:
    """Layers from `depth` on see the tokens, as they were embedded; earlier ones do not."""
    return Edit((Absence(tokens, 0, checked_depth(depth)),))


def window(first: Depth, last: Depth, tokens: Tokens = IMAGE) -> Edit:
    """Layers first … last − 1 do not see the tokens, which then come back as they left."""
    return Edit((Absence(tokens, first, checked_depth(last)),))


def freeze(
    tokens: Tokens,
    *,
    attention: bool = True,
    ffn: bool = True,
    first: Depth = 0,
    last: Depth | None = None,
    decoding: bool = False,
) -> Edit:
    """Layers first … last − 1 read the tokens without updating them, if `decoding` generated ones too."""
    return Edit((Freeze(tokens, first, last, attention, ffn, decoding),))


def substitute(tokens: Tokens, *, by: Depth | StandIn, at: Depth, seed: int = 0) -> Edit:
    """At layer `at` the tokens hold their plain states at depth `by`, a DONOR's, NOISE or their MEAN."""
    return Edit((Substitute(tokens, at, by, seed if by is NOISE else 0),))


def scale(tokens: Tokens, factor: float, at: Depth = 0) -> Edit:
    """At layer `at` the tokens' states are `factor` times as long."""
    return Edit((Scale(tokens, at, factor),))


def blind(
    by: Tokens, to: Tokens, *, first: Depth = 0, last: Depth | None = None, decoding: bool = True
) -> Edit:
    """In layers first … last − 1 tokens `by` do not read `to`; nor, if `decoding`, do generated ones.

    Every token goes on reading itself. What tokens of earlier layers have read of `to` they still hold.
    """
    return Edit((Blind(by, first, last, to, decoding),))


def misread(tokens: Tokens, at: Depth) -> Edit:
    """In layer `at` whoever reads the tokens, then or while decoding, reads keys and values of a donor's.

    The tokens themselves go on as in the plain run: substitute(DONOR, at=l) >> substitute(by=l+1, at=l+1).
    """
    return Edit((Misread(tokens, at),))
