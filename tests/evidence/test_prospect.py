"""Whether as many undecided cells are settled as their prospects promise, by simulation.

A few reports by default. VTMETRICS_SLOW=1 asks about 2,400 undecided cells at each number of scenes; with -s
it prints the table.
"""

import math
import os
import sys

import numpy as np
import pytest
from scipy.special import ndtr
from scipy.stats import binom

from tests.evidence.test_control_rule import stated
from tests.report.evidence_row import row
from vtmetrics.evidence.conclusion import Glyph
from vtmetrics.evidence.conclusion_table import Conclusions
from vtmetrics.evidence.evidence import Place
from vtmetrics.evidence.from_finding import rows
from vtmetrics.evidence.prospect import Prospect, odds, prospect, settled
from vtmetrics.report.undecided import settled_range
from vtmetrics.statistics.conjunction import all_of
from vtmetrics.statistics.fitted import Fitted
from vtmetrics.statistics.interval import about, at_least, at_most
from vtmetrics.statistics.scores import Scores

SLOW = bool(os.environ.get("VTMETRICS_SLOW"))
REPORTS, CELLS = (400, 6) if SLOW else (5, 6)
#: how many scenes a report has; with 30 of them it promises up to a tenth too much
SIZES = {30: 0.1, 64: 0, 128: 0, 512: 0} if SLOW else {128: 0}
WHY = "ten points"
CELL = Place("A1", "", "m")
ROW = "\nn = {:3}: of {:,} cells {:,.0f} promised, {:,} settled; in {:.0%} of {} reports within the range"


def scores(values, ends):
    names = [str(number) for number in range(len(values))]
    told = dict(zip(names, map(float, values), strict=True))
    return Scores(told, dict(zip(names, names, strict=True)), "share", ends)


def jackknifed(values):
    without = (values.sum() - values) / (len(values) - 1)
    return Fitted(
        values.mean(), {str(left): value for left, value in enumerate(without)}, (-math.inf, math.inf)
    )


def kept(rng):
    """Answers that stay the same, against another arm of which as many, or fewer, do."""
    own, other = rng.uniform(0.9, 1), rng.uniform(0.75, 1)

    def draw(n):
        control = scores(rng.binomial(1, other, n), (0, 1))
        return scores(rng.binomial(1, own, n), (0, 1)).against(other=control)

    return at_least(0.95, WHY), draw


def lost(rng):
    """What an edit costs: some answers are lost and some won."""
    churn, cost = rng.uniform(0.05, 0.35), rng.uniform(-0.03, 0.25)
    shares = np.array([max(churn + cost, 0), max(churn - cost, 0)]) / 2
    expected = (at_most(0.1, WHY), at_least(0.1, WHY), about(0, 0.1, WHY))[rng.integers(3)]
    return expected, lambda n: scores(rng.choice([1, -1, 0], n, p=[*shares, 1 - shares.sum()]), (-1, 1))


def contrast(rng):
    """Nine tenths of what the image adds are kept, where it adds enough."""
    able, blind, gone = rng.choice([0.6, 0.8, 0.98]), rng.uniform(0.2, 0.5), rng.uniform(0, 0.3)

    def draw(n):
        full, none = rng.binomial(1, able, n), rng.binomial(1, blind, n)
        half = np.where(rng.random(n) < gone, none, full)
        adds = scores(full - none, (-1, 1))
        own = scores(half - 0.9 * full - 0.1 * none, (-1, 1))
        return own.sensitive_to(adds, at_least(0.1, WHY))

    return at_least(0, WHY), draw


def together(rng):
    """Six blocks of layers, each of which has to be near to where they end; a scene moves in all of them."""
    left, scatter = rng.uniform(0, 0.25, 6), rng.uniform(0.1, 0.4)

    def draw(n):
        own = rng.normal(0, scatter * 0.8, (n, 1)) + rng.normal(0, scatter * 0.6, (n, 6))
        return all_of({str(block): jackknifed(values) for block, values in enumerate((left + own).T)})

    return at_most(0.15, WHY), draw


KINDS = (kept, lost, contrast, together)


def undecided(rng, n):
    """An undecided cell that scenes would settle: its rows, how many, and how to ask about others."""
    while True:
        expected, draw = KINDS[rng.integers(len(KINDS))](rng)
        place = stated(expected)
        found = Conclusions(rows(place, draw(n).beside(), 0.95))
        (conclusion,) = found.values()
        if conclusion.glyph is Glyph.UNDECIDED and conclusion.needs is not None:
            return found, conclusion.needs, place, draw


def report(rng, n):
    """The prospects of some cells at the number that one of them asks for, and how many that settles."""
    cells = [undecided(rng, n) for _ in range(CELLS)]
    more = max(needs for _, needs, _, _ in cells)
    chances = [found.prospect("A1", "m", more / n) for found, *_ in cells]
    again = [Conclusions(rows(place, draw(more).beside(), 0.95)) for *_, place, draw in cells]
    return chances, sum(found[CELL].glyph is not Glyph.UNDECIDED for found in again)


@pytest.mark.parametrize("n", SIZES)
def test_as_many_cells_are_settled_as_was_promised(n, capsys):
    """The sum is right within its own range, over all reports; that of one report in nine of ten."""
    rng = np.random.default_rng(n)
    told = [report(rng, n) for _ in range(REPORTS)]
    chances = [chance for some, _ in told for chance in some]
    settled = sum(count for _, count in told)
    within = sum(low <= count <= high for some, count in told for low, high in [settled_range(some)])
    if SLOW:
        line = ROW.format(n, len(chances), sum(chances), settled, within / REPORTS, REPORTS)
        with capsys.disabled():
            sys.stdout.write(line)
    error = 3 * math.sqrt(sum(chance * (1 - chance) for chance in chances))
    assert abs(settled - sum(chances)) <= error + SIZES[n] * settled
    assert within / REPORTS >= 0.9 - 2 * math.sqrt(0.9 * 0.1 / REPORTS)


def test_what_is_decided_stays_so_and_the_border_is_promised_nothing():
    near = row(verdict="undecided", value=0.951, reach=0.02)
    assert prospect([near], "", 100) == (0, 0)
    assert odds(row(), 4) == (1, 0)
    assert odds(row(verdict="refuted", value=0.1), 4) == (0, 1)


def test_it_is_the_chance_that_an_interval_of_so_many_no_longer_holds_the_border():
    """.94 ± .03 of 100 where .95 is asked; of 400 it is ± .015, and the mean is off by .0171."""
    found = odds(row(verdict="undecided", value=0.94, reach=0.03, needs=500), 4)
    error = 0.03 / 1.959964 * math.sqrt(1 + 1 / 4)
    assert found.refuted == pytest.approx(ndtr((0.95 - 0.015 - 0.94) / error))
    assert found.supported == pytest.approx(1 - ndtr((0.95 + 0.015 - 0.94) / error))


def test_a_control_and_the_difference_to_it_move_as_one():
    """Whichever is likelier beats it; both are wanted to match."""
    control = row(role="control:noise", verdict="undecided", value=0.94, reach=0.03, needs=500)
    less = row(
        role="difference:noise", verdict="undecided", value=0.08, reach=0.03, expected="≥ 0.1", needs=9
    )
    own, better = odds(control, 4), odds(less, 4)
    found = prospect([row(), control, less], "", 4)
    beaten, matched = max(own.refuted, better.supported), min(own.supported, better.refuted)
    assert found == pytest.approx((beaten + matched, 0))


def test_parts_are_supported_together_and_refuted_by_one():
    told = {"verdict": "undecided", "reach": 0.03}
    near, far = (row(role=f"part:{value}", value=value, **told) for value in (0.96, 0.93))
    main = row(value=0.93, needs=400, **told)
    assert prospect([main, near, far], "", 4).refuted == odds(far, 4).refuted
    assert prospect([main, near, far], "", 4).settled == odds(far, 4).refuted + odds(far, 4).supported
    assert prospect([row(value=0.93, **told), near, far], "", 4) == (0, 0)


def test_cases_are_settled_together_or_one_is_refuted():
    assert settled([Prospect(0.5, 0), Prospect(0.5, 0)]) == 0.25
    assert settled([Prospect(0.5, 0.2), Prospect(0, 0)]) == pytest.approx(0.2)
    assert settled([Prospect(1, 0), Prospect(0.7, 0.3)]) == pytest.approx(0.7)


@pytest.mark.parametrize(
    ("chances", "wanted"), [([1, 1, 0], (2, 2)), ([0.5] * 10, (2, 8)), ([0.04], (0, 0)), ([], (0, 0))]
)
def test_the_range_holds_nine_times_in_ten(chances, wanted):
    """As scipy counts it where all are alike."""
    assert settled_range(chances) == wanted
    if chances == [0.5] * 10:
        assert wanted == tuple(binom.ppf([0.05, 0.95], 10, 0.5))
