"""Boxed tokens: image tokens by where they lie, in a box of the scene or outside of all of them."""

from dataclasses import dataclass

from vtmetrics.edits.tokens import Named, Tokens
from vtmetrics.inputs import Layout


@dataclass(frozen=True)
class Boxed(Named):
    """Image tokens on one side of the scene's boxes: known where it is known which pixels tokens show.

    The middle of what a token shows decides. In a scene of several images, or without boxes, neither side is
    known; what shows no pixel, as the end of a row of tiles, is on neither.
    """

    def __str__(self) -> str:
        return self.name.upper()

    def lacking(self, layout: Layout) -> dict[int, str]:
        without = (~self.mask(layout).any(1)).nonzero().flatten().tolist()
        return dict.fromkeys(without, f"no image token is known to be {PLACES[self.name]} a box of the scene")


PLACES = {"inside": "in", "background": "outside of"}
INSIDE, BACKGROUND = map(Boxed, PLACES)


def needs_boxes(tokens: Tokens) -> bool:
    """Whether it takes the scene's boxes to say which tokens these are."""
    return isinstance(tokens, Boxed) or any(map(needs_boxes, tokens.inside))
