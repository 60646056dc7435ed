"""How often as many scenes as a cell says it needs decide it, by simulation: few runs by default."""

import os

import numpy as np
import pytest

from tests.evidence.test_control_rule import shares, stated
from vtmetrics.evidence.from_finding import rows
from vtmetrics.statistics.estimation import afresh
from vtmetrics.statistics.finding import Finding
from vtmetrics.statistics.interval import at_least

RUNS = 400 if os.environ.get("VTMETRICS_SLOW") else 40
FAR = [(0.85, at_least(0.75, "three in four")), (0.7, at_least(0.8, "four in five"))]


@pytest.mark.parametrize(("truth", "expected"), FAR, ids=["above", "below"])
def test_as_many_fresh_scenes_decide_three_times_in_four(truth, expected):
    """Away from the border; half as many, what these scenes repeated would take, decide about half."""
    rng, place = np.random.default_rng(5), stated(expected)
    decided = asked = 0
    while asked < RUNS:
        (first,) = rows(place, Finding(shares(rng.binomial(1, truth, 60))), 0.95)
        if first.verdict != "undecided" or first.needs is None:
            continue
        (second,) = rows(place, Finding(shares(rng.binomial(1, truth, first.needs))), 0.95)
        decided += second.verdict != "undecided"
        asked += 1
    assert decided / asked >= 0.75 - 2 * (0.75 * 0.25 / RUNS) ** 0.5


def test_it_is_twice_what_these_scenes_repeated_would_take():
    assert afresh(300) == 600
    assert afresh(None) is None
    assert afresh(6_000) is None
