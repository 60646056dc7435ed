"""All geometry of a layer: every number that says how its tokens lie, from one Gram.

This is what runs inside a forward pass: nothing of the layer is kept but these numbers.
"""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from vtmetrics.metrics.cloud import Cloud
from vtmetrics.metrics.dimension import levina_bickel, two_nn
from vtmetrics.metrics.dispersion import (
    gini,
    mean_norm,
    median_log,
    normalised_entropy,
    variation_coefficient,
)
from vtmetrics.metrics.gram import Gram
from vtmetrics.metrics.gride_estimator import gride
from vtmetrics.metrics.sets import real
from vtmetrics.metrics.spectrum import (
    concentration,
    effective_rank,
    matrix_entropy,
    participation_ratio,
    stable_rank,
)
from vtmetrics.metrics.trajectory import (
    drift,
    position_angle,
    relative_update,
    state_angle,
    stillness,
    update_angle,
)
from vtmetrics.metrics.undefined import Reason, undefined

SPECTRA: dict[str, Callable[[Cloud], Tensor]] = {
    "matrix_entropy": matrix_entropy,
    "matrix_entropy_2": partial(matrix_entropy, alpha=2.0),
    "stable_rank": stable_rank,
    "participation_ratio": participation_ratio,
    "participation_ratio_sigma": partial(participation_ratio, definition="sigma"),
    "effective_rank": effective_rank,
    "concentration": concentration,
}
NORMS: dict[str, Callable[[Tensor], Tensor]] = {
    "norm_mean": mean_norm,
    "norm_median_log": median_log,
    "norm_gini": gini,
    "norm_entropy": normalised_entropy,
    "norm_variation": variation_coefficient,
}
POSITIONS: dict[str, Callable[[Cloud], Tensor]] = {
    "position_angle": position_angle,
    "position_angle_skean": partial(position_angle, definition="skean"),
}
BETWEEN_LAYERS = {"state_angle": state_angle, "relative_update": relative_update, "stillness": stillness}
DIMENSIONS = ("levina_bickel", "gride", "two_nn", "two_nn_mle")
ESTIMATES = (*(f"{name}{end}" for name in DIMENSIONS for end in ("", "_low", "_high")), "removed")
GEOMETRY = (*SPECTRA, *ESTIMATES, *NORMS, *POSITIONS, *BETWEEN_LAYERS, "update_angle", "drift")


def geometry(
    tokens: Tensor | Cloud,
    mask: Tensor | None = None,
    *,
    before: Tensor | None = None,
    earlier: Tensor | None = None,
    first: Tensor | None = None,
    k: int = 20,
) -> dict[str, Tensor]:
    """Every number of GEOMETRY for tokens (..., N, D): name to result (...).

    `before`, `earlier` and `first` are the same tokens one layer before, two layers before and at the first
    layer; what needs one that is not given is undefined. `k` is the number of neighbours of `levina_bickel`.

    >>> tuple(geometry(torch.eye(4))) == GEOMETRY
    True
    """
    cloud = Cloud.of(tokens, mask)
    layers = {"before": before, "earlier": earlier, "first": first}
    if isinstance(tokens, Cloud) and any(layer is not None for layer in layers.values()):
        raise ValueError("other layers can be compared with tokens, not with a cloud")
    numbers = {name: metric(cloud) for name, metric in SPECTRA.items()}
    numbers |= _dimensions(cloud, k)
    numbers |= {name: cloud.each(partial(_of_norms, spread)) for name, spread in NORMS.items()}
    numbers |= {name: metric(cloud) for name, metric in POSITIONS.items()}
    missing = undefined(Reason.NO_EARLIER_LAYER, cloud.sets.batch, cloud.grams[0].mean.device)
    numbers |= dict.fromkeys((*BETWEEN_LAYERS, "update_angle", "drift"), missing)
    if not isinstance(tokens, Cloud):
        given = {name: real(layer, name, 2) for name, layer in layers.items() if layer is not None}
        numbers |= _moves(real(tokens, "tokens", 2), mask, given)
    return numbers


def _of_norms(spread: Callable[[Tensor], Tensor], gram: Gram) -> Tensor:
    return spread(gram.raw_norms)


def _dimensions(cloud: Cloud, k: int) -> dict[str, Tensor]:
    """Every number of ESTIMATES: one search for neighbours serves them all."""
    # the most neighbours first
    estimates = {
        "levina_bickel": levina_bickel(cloud, k=k),
        "gride": gride(cloud),
        "two_nn": two_nn(cloud),
        "two_nn_mle": two_nn(cloud, definition="mle"),
    }
    numbers: dict[str, Tensor] = {}
    for name, found in estimates.items():
        numbers |= {name: found.value, f"{name}_low": found.low, f"{name}_high": found.high}
    return numbers | {"removed": estimates["two_nn"].removed}


def _moves(tokens: Tensor, mask: Tensor | None, layers: dict[str, Tensor]) -> dict[str, Tensor]:
    numbers: dict[str, Tensor] = {}
    if "before" in layers:
        pair = torch.stack([layers["before"], tokens], -3)
        numbers |= {name: metric(pair, mask)[..., 0] for name, metric in BETWEEN_LAYERS.items()}
    if "before" in layers and "earlier" in layers:
        three = torch.stack([layers["earlier"], layers["before"], tokens], -3)
        numbers["update_angle"] = update_angle(three, mask)[..., 0]
    if "first" in layers:
        numbers["drift"] = drift(torch.stack([layers["first"], tokens], -3), mask)[..., 0]
    return numbers
