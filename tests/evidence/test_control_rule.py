"""How often the control rule is wrong, by simulation: few runs by default, 2,000 with VTMETRICS_SLOW=1."""

import os

import numpy as np
import pytest

from tests.suite.fake_models import Fake
from vtmetrics.evidence.claim_case import ClaimCase, RunFacts
from vtmetrics.evidence.conclusion import judged
from vtmetrics.evidence.from_finding import rows
from vtmetrics.evidence.paper_claim import Paper, claim
from vtmetrics.nets.spec import Spec
from vtmetrics.statistics.interval import at_least
from vtmetrics.statistics.scores import Scores

RUNS = 2000 if os.environ.get("VTMETRICS_SLOW") else 120
SOURCE = Paper("On rivals", "1", "Rivals").at("1")
#: what a wrong glyph may take: five in a hundred, and two standard errors of so many runs
WRONG = 0.05 + 2 * (0.05 * 0.95 / RUNS) ** 0.5


def stated(expected):
    @claim("A1", source=SOURCE, reported="most", expected=expected)
    def measured(model):
        """The model answers."""

    return ClaimCase(measured.claim, "", Fake(Spec("m", "llava", "nowhere")), RunFacts("python", "today"))


def shares(values):
    names = [str(number) for number in range(len(values))]
    told = dict(zip(names, map(float, values), strict=True))
    return Scores(told, dict(zip(names, names, strict=True)), "share", (0, 1))


def glyphs(expected, own, control, size):
    """How often each glyph comes out, of claims with this share and controls with that on the same scenes."""
    rng, place = np.random.default_rng(size), stated(expected)
    found = []
    for _ in range(RUNS):
        one, other = (shares(rng.binomial(1, share, size)) for share in (own, control))
        found.append(judged(rows(place, one.against(other=other), 0.95)).glyph.value)
    return {glyph: found.count(glyph) / RUNS for glyph in "✓≡?✗"}


@pytest.mark.parametrize("size", [128, 512])
def test_a_control_as_good_as_what_is_asked_earns_no_support(size):
    """It was a bare ✓ in 92 of 100 runs."""
    found = glyphs(at_least(0.95, "nearly all"), own=1.0, control=0.97, size=size)
    assert found["✓"] <= WRONG
    assert found["≡"] + found["?"] >= 1 - WRONG


@pytest.mark.parametrize("size", [128, 512])
def test_a_control_that_does_far_worse_is_not_as_good(size):
    """A cost of .40 against one of .20, where a tenth is asked of both: it was ≡ in 68 of 100 runs."""
    found = glyphs(at_least(0.1, "a tenth"), own=0.4, control=0.2, size=size)
    assert found["≡"] <= WRONG
    if size == 512:
        assert found["✓"] >= 0.8
