"""Probe places: what probes tell at every place and layer, at the least of them, and how places differ.

A share of places above a border, or the least of them, is no statistic that has an interval: noise alone
moves it. Which places and layers tell least is found on other scenes; how far places differ is a variance
without what noise adds to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

import numpy as np

from vtmetrics.statistics import Fitted, Scores, mean_profile
from vtmetrics.unmeasured import NotMeasured

#: about a tenth of places and layers are lower than these, which lie between two shares of all of them
ABOUT_A_TENTH = (0.05, 0.15)


@dataclass(frozen=True)
class PlacesAndLayers:
    """Some layers of each place's curve."""

    layers: tuple[tuple[int, ...], ...]

    def mean(self, curves: Sequence[Scores]) -> Scores:
        """The mean of each scene over them, from a curve for each place."""
        count = sum(map(len, self.layers))
        kept = [(curve, some) for curve, some in zip(curves, self.layers, strict=True) if some]
        return reduce(add, (_part(curve, some, count) for curve, some in kept))


def lowest_tenth(curves: Sequence[Scores]) -> PlacesAndLayers:
    """The places and layers about which a tenth of all is lower, from curves of validation scenes.

    The last point of a curve is left out: nobody reads what the last layer writes to a token.
    """
    levels = np.stack([mean_profile(curve).whole[:-1] for curve in curves])
    order = levels.flatten().argsort(kind="stable")
    low, high = (round(share * len(order)) for share in ABOUT_A_TENTH)
    chosen = [divmod(int(cell), levels.shape[1]) for cell in order[low : max(high, low + 1)]]
    places = range(len(curves))
    return PlacesAndLayers(tuple(tuple(sorted(la for pl, la in chosen if pl == place)) for place in places))


def over_layers(scores: Scores) -> Scores:
    """The mean of each scene's curve behind the first layer, up to what the last one reads."""
    return scores.each(lambda curve: curve[..., 1:-1].mean(-1), scores.range)


def spread_of_places(curves: Sequence[Scores]) -> Fitted:
    """The variance between places of what they tell in the mean over layers, without what noise adds to it.

    It is the mean over pairs of groups of the covariance between places of one and the other: what differs
    between places in all pictures stays, what differs in one alone is as often above as below.
    """
    means = [over_layers(curve) for curve in curves]
    kept = [scene for scene in means[0].values if all(scene in one.values for one in means)]
    groups = sorted({means[0].groups[scene] for scene in kept})
    if len(groups) < 3:
        raise NotMeasured(f"too few scenes: {len(groups)} groups, 3 are needed for a spread")
    told = {scene: np.array([one.values[scene] for one in means]) for scene in kept}
    rows = [[told[scene] for scene in kept if means[0].groups[scene] == group] for group in groups]
    level = np.stack([np.mean(some, axis=0) for some in rows])
    away = level - level.mean(axis=1, keepdims=True)
    total, squares = away.sum(axis=0), (away**2).sum(axis=1)
    pairs = [((total @ total) - squares.sum()) / (len(groups) * (len(groups) - 1))]
    left = len(groups) - 1
    pairs += [
        ((total - one) @ (total - one) - (squares.sum() - square)) / (left * (left - 1))
        for one, square in zip(away, squares, strict=True)
    ]
    whole, *without = (np.array(pairs) / (len(curves) - 1)).tolist()
    named = dict(zip(groups, without, strict=True))
    return Fitted(whole, named, (-1.0, 1.0), means[0].missing, means[0].excluded, len(kept))


def _part(curve: Scores, layers: Sequence[int], count: int) -> Scores:
    share = len(layers) / count
    ends = curve.range[0] * share, curve.range[1] * share
    return curve.each(lambda values: values[..., list(layers)].sum(-1) / count, ends)
