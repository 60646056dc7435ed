"""Tokens of one's own: those that a function says stay, a pruner's selector, or named in the layout."""

from collections.abc import Callable
from dataclasses import dataclass
from secrets import token_hex
from typing import ClassVar, Literal

import torch
from torch import Tensor

from vtmetrics.edits.depth import Depth, checked_depth, layer_before, layer_of
from vtmetrics.edits.tokens import IMAGE, READOUT, Named, Picked, Tokens

#: of a scene's n image tokens those that stay: bool (n,), or their numbers
Selector = Callable[[Tensor], Tensor]
#: how the text of what a function chooses begins
CHOSEN = "chosen("
#: what no text can tell apart has a name of its own in this process
_NAMES: dict[Selector, str] = {}


@dataclass(frozen=True)
class Chosen(Picked):
    """The image tokens that a function chooses from their states (n, width) at the input of layer `at`."""

    by: Selector
    at: Depth
    of: ClassVar[Tokens] = IMAGE
    site: ClassVar[Literal["states", "weights"]] = "states"
    told: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if not callable(self.by):
            raise TypeError(f"tokens are chosen by a function, not by {self.by!r}")
        checked_depth(self.at)
        if self.by not in _NAMES:
            _NAMES[self.by] = f"{getattr(self.by, '__name__', type(self.by).__name__)} {token_hex(4)}"

    def __str__(self) -> str:
        return f"{CHOSEN}{_NAMES[self.by]}, at={self.at!r}, from={self.site})"

    def layer(self, layers: int) -> int:
        return layer_of(self.at, layers)

    def choose(self, seen: Tensor, image: Tensor) -> Tensor:
        return _mask(self.by(self.shown(seen, image)), int(image.sum()), self)

    def shown(self, seen: Tensor, image: Tensor) -> Tensor:  # noqa: ARG002 - not of states
        """What the function is given."""
        return seen


@dataclass(frozen=True)
class ChosenByAttention(Chosen):
    """The same from how much the last token attends to them (heads, n) in the layer before `at`."""

    of: ClassVar[Tokens] = READOUT
    site: ClassVar[Literal["states", "weights"]] = "weights"

    def layer(self, layers: int) -> int:
        return layer_before(self.at, layers, self)

    def shown(self, seen: Tensor, image: Tensor) -> Tensor:
        places = image.nonzero().flatten().to(seen.device, non_blocking=True)
        return seen[:, 0].index_select(1, places)


def chosen(by: Selector, at: Depth = 0, *, given: Literal["states", "attention"] = "states") -> Tokens:
    """The image tokens that `by` says stay, from their plain states at layer `at` or the attention before it.

    A pruner is what the others leave: `truncate(at, IMAGE - chosen(by, at))`. What a function does no text
    says, so nothing that depends on it is kept between runs.
    """
    kinds = {"states": Chosen, "attention": ChosenByAttention}
    if given not in kinds:
        raise ValueError(f"a selector is given {' or '.join(kinds)}, not {given!r}")
    return kinds[given](by, at)


def named(name: str) -> Tokens:
    """Tokens that the layout knows by a name of your own."""
    return Named(name)


def says_all(text: str) -> bool:
    """Whether a text mentions no function of one's own: what it does is written nowhere."""
    return CHOSEN not in text


def _mask(said: object, count: int, chosen: Chosen) -> Tensor:
    """Which of so many tokens were chosen, if that is what was said."""
    if not isinstance(said, Tensor) or said.ndim != 1:
        raise TypeError(f"{chosen} wants one row of numbers or of bool, not {_told(said)}")
    said = said.detach().cpu()
    if said.dtype == torch.bool and len(said) == count:
        return said
    if said.dtype.is_floating_point or said.dtype == torch.bool:
        raise ValueError(f"{chosen} wants the numbers of tokens, or {count} bool, not {_told(said)}")
    if len(said) and not (int(said.min()) >= 0 and int(said.max()) < count):
        raise ValueError(f"{chosen} has {count} tokens to choose from, not {said.tolist()}"[:200])
    return torch.zeros(count, dtype=torch.bool).index_fill(0, said.long(), value=True)


def _told(said: object) -> str:
    return f"{said.dtype} {tuple(said.shape)}" if isinstance(said, Tensor) else type(said).__name__
