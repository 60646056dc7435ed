"""How often intervals cover the truth, by simulation: quickly, or thoroughly with VTMETRICS_SLOW=1."""

import math
import os
import sys

import numpy as np
import pytest

from tests.statistics.populations import POPULATIONS
from vtmetrics.statistics.estimation import estimate
from vtmetrics.statistics.interval import Verdict, at_least, judge

SLOW = bool(os.environ.get("VTMETRICS_SLOW"))
TIMES = 4000 if SLOW else 150
ROW = "\n{:30} n = {:3}  covers {:6.2%}  wrongly supported {:5.2%}  refuted {:5.2%}  width {:.3f}"
SIZES = (20, 30, 100) if SLOW else (30,)
COMPACT = [population for population in POPULATIONS if population.name in ("normal", "Bernoulli(.97)")]


def drawn(population, n, times=TIMES):
    """Estimates from so many samples of n groups."""
    rng = np.random.default_rng(n)
    return [estimate(population.draw(rng, n)) for _ in range(times)]


def error(share):
    """Three standard errors of a share that was simulated."""
    return 3 * math.sqrt(share * (1 - share) / TIMES)


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("population", POPULATIONS, ids=str)
def test_intervals_keep_what_they_promise(population, n, capsys):
    """A claim whose border is the truth is wrongly supported or refuted 2.5 times in a hundred, at most."""
    found = drawn(population, n)
    border = at_least(population.truth, "the truth")
    verdicts = [judge(estimated, border) for estimated in found]
    supported, refuted = (verdicts.count(side) / TIMES for side in (Verdict.SUPPORTED, Verdict.REFUTED))
    covered = 1 - supported - refuted
    if SLOW:
        width = np.median([estimated.high - estimated.low for estimated in found])
        with capsys.disabled():
            sys.stdout.write(ROW.format(population.name, n, covered, supported, refuted, width))
    assert covered >= population.floor - error(population.floor)
    assert max(supported, refuted) <= population.side + error(population.side)


@pytest.mark.parametrize("population", COMPACT, ids=str)
def test_more_scenes_do_not_raise_wrong_verdicts(population):
    """Of a claim that is false by a twentieth of the spread, ever fewer samples say that it is true."""
    expected = at_least(population.truth + 0.05, "a little more than the truth")
    wrong = [
        np.mean([judge(found, expected) is Verdict.SUPPORTED for found in drawn(population, n)])
        for n in (20, 60, 180)
    ]
    assert max(wrong) <= 0.025 + error(0.025)
    assert wrong[-1] <= wrong[0] + error(0.025)
