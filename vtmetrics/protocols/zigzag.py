"""Zigzag: does a profile go up and down by turns, or stand out in the middle? At layers found beforehand.

Which layers these are is found on validation scenes; on the judged ones each step is a contrast of two fixed
layers. A profile's last point is left out: nobody reads what the last layer writes to a token.
"""

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from vtmetrics.protocols.settling import moving
from vtmetrics.statistics import Conjunction, Measured, Profile, all_of
from vtmetrics.unmeasured import NotMeasured


@dataclass(frozen=True)
class Zigzag:
    """Layers between which a profile goes up and down by turns."""

    layers: tuple[int, ...]
    rises_first: bool
    first: int = 0

    def of(self, profile: Profile) -> Conjunction:
        """How far each turn goes, up or down as it did beforehand.

        That these layers make no turns refutes nothing as long as the best ones of the profile itself might.
        """
        itself = zigzag_on(profile, len(self.layers) - 1, self.first)
        return _turns(self, profile).or_else(_turns(itself, profile))


def _turns(zigzag: Zigzag, profile: Profile) -> Conjunction:
    """Each turn in its own direction."""
    up = zigzag.rises_first
    parts: dict[str, Measured] = {}
    for start, stop in zip(zigzag.layers, zigzag.layers[1:], strict=False):
        rise = profile.at(stop) - profile.at(start)
        name = f"{'up' if up else 'down'} from layer {start} to {stop}"
        parts[name] = rise if up else -1 * rise
        up = not up
    return all_of(parts)


def zigzag_on(validation: Profile, count: int, first: int = 0) -> Zigzag:
    """The turns, so many from a layer on, of which the smallest is largest on validation scenes."""
    curve = moving(validation.whole[first:-1])
    if len(curve) <= count:
        raise NotMeasured(f"too few layers: {len(curve)} of them make no {count} turns")
    found = {rises: _widest(curve, count, rises_first=rises) for rises in (True, False)}
    rises_first = found[True][0] >= found[False][0]
    layers = tuple(first + place for place in found[rises_first][1])
    return Zigzag(layers, rises_first, first)


def _widest(curve: NDArray[np.float64], count: int, *, rises_first: bool) -> tuple[float, list[int]]:
    """The chain of so many turns whose smallest is largest, and how large that is."""
    best: list[tuple[float, list[int]]] = [(np.inf, [place]) for place in range(len(curve))]
    for turn in range(count):
        sign = 1 if rises_first == (turn % 2 == 0) else -1
        best = [_extended(curve, best, place, sign) for place in range(len(curve))]
    return max(best)


def _extended(
    curve: NDArray[np.float64], best: list[tuple[float, list[int]]], place: int, sign: int
) -> tuple[float, list[int]]:
    """The best chain of one turn more that ends at this place."""
    longer = [
        (min(size, sign * (curve[place] - curve[before])), [*chain, place])
        for before, (size, chain) in enumerate(best[:place])
    ]
    return max(longer, default=(-np.inf, [place]))


def peaks(profile: Profile, validation: Profile) -> Conjunction:
    """How much higher a layer of the middle half is than each layer before and after.

    It is the layer of the middle half that is highest on validation scenes; that none is a peak is shown only
    if each of them is too low somewhere.
    """
    layers = validation.points - 1
    middle = range(ceil(layers / 4), 3 * layers // 4 + 1)
    outer = [layer for layer in range(layers) if layer not in middle]
    best = max(middle, key=lambda layer: validation.whole[layer])
    ranked = [best, *(layer for layer in middle if layer != best)]
    first, *others = (_above(profile, layer, outer) for layer in ranked)
    return first.or_else(*others)


def _above(profile: Profile, layer: int, outer: list[int]) -> Conjunction:
    peak = profile.at(layer)
    parts = {f"layer {layer} above layer {place}": peak - profile.at(place) for place in outer}
    return all_of(parts)
