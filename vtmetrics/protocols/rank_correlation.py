"""Rank correlation: does a number go with an attribute of the scene, others held equal? Spearman's, partial.

Numbers and attributes become ranks, ties their mean rank; what ranks of the given attributes explain, by
least squares, is taken from both, and what is left is correlated. A curve is correlated layer by layer, and
the mean over layers is the statistic; its last point is left out, nobody reads what the last layer writes.
The jackknife leaves out one group at a time and ranks the others anew.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vtmetrics.inputs import Scene
from vtmetrics.statistics import Fitted, Scores
from vtmetrics.stopwatch import timed
from vtmetrics.unmeasured import NotMeasured

Numbers = NDArray[np.float64]
#: of its variance, what is no more than rounding
EXPLAINED = 1e-9


@timed("statistics")
def correlation(
    scores: Scores, scenes: Sequence[Scene], attribute: str | Scores, given: Sequence[str] = ()
) -> Fitted:
    """The mean over layers of the partial rank correlation with an attribute, others given, from -1 to 1.

    An attribute is a number that is known of each scene, by name, or one that was measured.
    """
    known = {scene.id: scene.known for scene in scenes}
    if isinstance(attribute, str):
        asked = {scene: float(told[attribute]) for scene, told in known.items()}
    else:
        asked = {scene: float(np.mean(value)) for scene, value in attribute.values.items()}
    kept = [scene for scene in scores.values if scene in asked]
    groups = list(dict.fromkeys(scores.groups[scene] for scene in kept))
    if len(groups) < 3:
        raise NotMeasured(f"too few scenes: {len(groups)} groups, 3 are needed for a correlation")
    curves = np.stack([np.atleast_1d(scores.values[scene]) for scene in kept])
    read = curves[:, :-1] if curves.shape[1] > 1 else curves
    inside = np.array([[scores.groups[scene] == group for scene in kept] for group in groups])
    held = [np.array([float(known[scene][name]) for scene in kept]) for name in given]
    side = _Given(inside, held)
    other = side.left_of(np.array([asked[scene] for scene in kept]), "the attribute")
    found = np.mean([_alike(side.left_of(layer, "the number"), other) for layer in read.T], axis=0)
    whole, *without = found.clip(-1, 1).tolist()
    lost = attribute if isinstance(attribute, Scores) else scores
    return Fitted(
        whole,
        dict(zip(groups, without, strict=True)),
        (-1.0, 1.0),
        {**lost.missing, **scores.missing},
        {**lost.excluded, **scores.excluded},
        len(kept),
    )


class _Given:
    """The scenes, all of them and without each group (1 + groups, scenes), and what is held equal in them."""

    def __init__(self, inside: NDArray[np.bool_], held: Sequence[Numbers]) -> None:
        self.inside = inside.astype(np.float64)
        self.there = np.concatenate([np.ones((1, inside.shape[1])), 1 - self.inside])
        columns = [self._centred(self._ranks(one)) for one in held]
        self.design = np.stack(columns, -1) if held else np.zeros((*self.there.shape, 0))
        gram = np.einsum("gnp,gnq->gpq", self.design, self.design)
        self.inverse = np.linalg.pinv(gram, rcond=EXPLAINED, hermitian=True)

    def left_of(self, values: Numbers, what: str) -> Numbers:
        """What the given ones don't explain of the ranks of these values, by set (1 + groups, scenes)."""
        ranks = self._centred(self._ranks(values))
        weights = np.einsum("gpq,gnq,gn->gp", self.inverse, self.design, ranks)
        left = ranks - np.einsum("gnp,gp->gn", self.design, weights)
        if ((left**2).sum(1) <= EXPLAINED * np.maximum(1.0, (ranks**2).sum(1))).any():
            raise NotMeasured(
                f"nothing to correlate: {what} is the same in all scenes, or what is given says it"
            )
        return np.asarray(left)

    def _ranks(self, values: Numbers) -> Numbers:
        """The mean ranks in each set: without a group they are less by how many of it are lower."""
        above = (values[:, None] > values).astype(np.float64) + 0.5 * (values[:, None] == values)
        full = above.sum(1)
        return np.concatenate([full[None], full - self.inside @ above.T])

    def _centred(self, ranks: Numbers) -> Numbers:
        mean = (ranks * self.there).sum(1) / self.there.sum(1)
        centred: Numbers = (ranks - mean[:, None]) * self.there
        return centred


def _alike(left: Numbers, right: Numbers) -> Numbers:
    """The correlation of what is centred, set by set."""
    found: Numbers = (left * right).sum(1) / np.sqrt((left**2).sum(1) * (right**2).sum(1))
    return found
