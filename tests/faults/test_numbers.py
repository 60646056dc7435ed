"""Numbers that are none: a metric says why there is no number, or has the one of the plainest formula."""

import math

import pytest
import torch

from tests.faults.injection import Injected
from tests.metrics.clouds import gaussian
from tests.metrics.test_contract import OF_TOKENS
from vtmetrics.metrics import (
    Reason,
    levina_bickel,
    matrix_entropy,
    norms,
    participation_ratio,
    stable_rank,
    two_nn,
    update_angle,
    why,
)

UNDEFINED = "undefined, with the reason; no number, and sets beside it keep theirs"
METRICS = {
    "matrix_entropy": matrix_entropy,
    "stable_rank": stable_rank,
    "participation_ratio": participation_ratio,
    "two_nn": OF_TOKENS["two_nn"],
}
VALUES = {"NaN": torch.nan, "Inf": torch.inf, "−0": -0.0, "denormal": 1e-310}
ENTRIES = {
    f"G{1 + place}": (name, value, metric)
    for place, (name, value, metric) in enumerate(
        (name, value, metric) for name, value in VALUES.items() for metric in METRICS
    )
}
ONE = "undefined, with the reason, or one direction where nothing is centred"
HARMLESS = "a number, that of 0 in its place"
INJECTED = {
    fault: Injected(
        f"one entry is {name}, for {metric}",
        UNDEFINED if not math.isfinite(value) else HARMLESS,
        (value, metric),
    )
    for fault, (name, value, metric) in ENTRIES.items()
} | {
    "G17": Injected("all rows are equal", ONE),
    "G18": Injected("rank 1", "a number, that of the formula: entropy 0, ranks 1"),
    "G19": Injected("a single token", ONE),
    "G20": Injected("no token moves (zero curvature)", UNDEFINED),
    "G21": Injected("fewer points than an estimator of dimension needs", UNDEFINED),
    "G22": Injected(
        "points that are there twice", "the number of the different ones, or undefined with the reason"
    ),
    "G23": Injected(
        "values whose squares overflow float16 and float32",
        "the number of the scaled values, or undefined with the reason",
    ),
    "G24": Injected("an empty mask", UNDEFINED),
}


@pytest.mark.parametrize("fault", ENTRIES)
def test_one_entry_that_is_odd(fault):
    value, name = INJECTED[fault].do
    metric, clouds = METRICS[name], gaussian(3, 9, 5).double()
    spoilt = clouds.clone()
    spoilt[1, 2, 3] = value
    found = metric(spoilt)
    assert torch.equal(found[[0, 2]], metric(clouds)[[0, 2]])
    if math.isfinite(value):
        zero = clouds.clone()
        zero[1, 2, 3] = 0.0
        assert found[1].item() == pytest.approx(metric(zero)[1].item(), rel=1e-9)
    else:
        assert why(found[1]) == Reason.NOT_FINITE


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_equal_rows_a_single_token_and_an_empty_mask_are_undefined(metric):
    for tokens in (torch.full((7, 5), 0.3).double(), gaussian(1, 5)):
        found = metric(tokens)
        assert why(found) in {Reason.ALL_EQUAL, Reason.TOO_FEW} or found.item() == pytest.approx(1)
    assert why(metric(gaussian(7, 5), torch.zeros(7, dtype=torch.bool))) == Reason.EMPTY


def test_one_direction_has_rank_one():
    line = torch.arange(1.0, 8).double()[:, None] * torch.tensor([1.0, -2.0, 0.5]).double()
    assert stable_rank(line).item() == pytest.approx(1)
    assert participation_ratio(line).item() == pytest.approx(1)
    assert matrix_entropy(line).item() == pytest.approx(0, abs=1e-9)


def test_who_does_not_move_has_no_angle():
    still = gaussian(7, 5)
    found = update_angle(torch.stack([still, still, still]))
    assert all(why(one) is not None for one in found.flatten())


@pytest.mark.parametrize("estimate", [two_nn, levina_bickel])
def test_too_few_points_have_no_dimension(estimate):
    few = gaussian(2, 5)
    assert why(estimate(few).value) == Reason.TOO_FEW
    assert why(estimate(torch.cat([few] * 6)).value) in {Reason.TOO_FEW, Reason.ALL_TIED}


def test_points_that_are_there_twice_are_no_nearest_neighbours():
    points = gaussian(40, 5)
    assert two_nn(torch.cat([points, points])).value.item() == pytest.approx(
        two_nn(points).value.item(), rel=0.2
    )


@pytest.mark.parametrize(
    "metric", [matrix_entropy, stable_rank, participation_ratio], ids=lambda m: m.__name__
)
@pytest.mark.parametrize("scale", [6e4, 1e25])
def test_large_values_are_those_of_their_scale_or_undefined(metric, scale):
    cloud = gaussian(9, 5).float()
    found = metric(cloud.half() * scale if scale < 1e5 else cloud * scale)
    assert why(found) == Reason.NOT_FINITE or found.item() == pytest.approx(metric(cloud).item(), rel=2e-3)
    assert bool(norms(torch.full((2, 5), 3e4).half()).isfinite().all())
