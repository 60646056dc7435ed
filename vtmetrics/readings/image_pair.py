"""An image pair: how alike the same kind of tokens is in two images as they enter, one number a scene."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from vtmetrics.edits import Edit, Tokens
from vtmetrics.inputs import Encoded, encode
from vtmetrics.metrics import cosine_similarity, why
from vtmetrics.readings.block import Block
from vtmetrics.readings.bundle import OwnBundle
from vtmetrics.readings.row import StoredValue
from vtmetrics.statistics import Kind, Range

ACROSS_VERSION = 1


@dataclass(frozen=True)
class AcrossImages(OwnBundle):
    """The cosine of the mean of some tokens of a scene with that of its donor's tokens of this kind."""

    tokens: Tokens
    kind: Kind = "number"
    range: Range = (-1.0, 1.0)

    def __str__(self) -> str:
        return f"across_images({self.tokens}):{ACROSS_VERSION}"

    def read(self, runs: Block, edit: Edit) -> Iterator[tuple[str, int, StoredValue]]:
        """The cosine in every scene; which tokens are of the kind is seen in either picture by itself."""
        if edit.steps:
            raise ValueError(f"two pictures are compared as they enter, not under {edit}")
        own, theirs = _entering(runs, self.tokens), entering_of_donors(runs, self.tokens)
        each = [_compared(here, theirs.get(position)) for position, here in enumerate(own)]
        cosines = [found for found in each if isinstance(found, Tensor)]
        numbers = iter(torch.stack(cosines).cpu() if cosines else ())  # nobody waits for one after the other
        for position, found in enumerate(each):
            yield str(self), position, _row(next(numbers)) if isinstance(found, Tensor) else found


def entering_of_donors(runs: Block, tokens: Tokens) -> "dict[int, Tensor | StoredValue]":
    """What the tokens of the scenes' donors enter as, or why there are none, by the scene's position."""
    alike = defaultdict[object, dict[int, Encoded]](dict)
    for position, row in enumerate(runs.rows):
        if row.scene.donor is not None:
            donor = encode(runs.processor, row.scene.donor)
            alike[donor.shape][position] = donor
    found: dict[int, Tensor | StoredValue] = {}
    for donors in alike.values():
        there = Block(runs.net, runs.processor, list(donors.values()))
        found |= zip(donors, _entering(there, tokens), strict=True)
    return found


def _entering(runs: Block, tokens: Tokens) -> "list[Tensor | StoredValue]":
    """What the tokens of each scene enter as, or why there are none."""
    lacking = runs.lacking(tokens)
    return [lacking.get(position, states) for position, states in enumerate(runs.entering(tokens))]


def _compared(here: "Tensor | StoredValue", there: "Tensor | StoredValue | None") -> "Tensor | StoredValue":
    """The cosine of the means of two pictures' tokens, or why there is none."""
    if there is None:
        return StoredValue(excluded="the scene has no donor")
    if isinstance(here, StoredValue):
        return here
    if isinstance(there, StoredValue):
        return there
    return cosine_similarity(here.mean(0), there.mean(0))


def _row(found: Tensor) -> StoredValue:
    reason = why(found)
    return StoredValue(value=float(found)) if reason is None else StoredValue(excluded=reason)


def across_images(tokens: Tokens) -> AcrossImages:
    """How alike these tokens are in two pictures as they enter: the cosine of their means."""
    return AcrossImages(tokens)
