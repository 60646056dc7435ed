"""Adversaries: planted models, each built to fool one form of a claim, and what a row says of them."""

import random

import pytest

from fixtures.calibration.calibrate import calibrate
from fixtures.calibration.gathering import gather
from fixtures.calibration.repeated import Repeated
from fixtures.calibration.wanted import Effort, Wanted
from fixtures.planted.by_name import Cast
from fixtures.planted.pool import Pool

pytestmark = pytest.mark.slow

#: few scenes, drawn a few times: whoever is judged here stands far from any border
EFFORT = Effort(far=3, pool=16)
#: a row and a model, what the row has to say of it, and why
ADVERSARIES = {
    ("A1", "last_jump"): ("✓", "its answers are those of calm: nobody reads what the last layer writes"),
    ("A1", "constant"): ("–", "image states that never change have nothing to settle from"),
    ("B1", "third"): ("✓", "image states turn until a third of the depth and are read in every layer"),
    ("B4", "third"): ("✓", "what no longer changes is read to the last layer"),
    ("B4", "lonely"): ("–", "image tokens have to be there, and any image's would do"),
    ("B4", "reread"): ("✗", "what is read late has been read before, so that its loss costs nothing"),
}
#: random weights at two and a half times the usual spread, which settled and compressed by themselves
WILD = ("A3", "wild")
#: half of the scenes go down after a third of the depth, the others up, and their mean stands
HALVES = ("losing_on", "gaining_back")


@pytest.fixture(scope="module")
def told():
    """The glyphs of each row on each model."""
    asked = [Wanted(row, "row", (model,)) for row, model in (*ADVERSARIES, WILD)]
    return {(line.claim, line.model): line.glyphs for line in calibrate(asked, EFFORT)}


@pytest.mark.parametrize(("row", "model"), sorted(ADVERSARIES))
def test_an_adversary_fools_no_row(told, row, model):
    glyph, because = ADVERSARIES[row, model]
    assert told[row, model] == {glyph: EFFORT.far}, because


def test_what_never_learned_is_not_said_to_settle(told):
    """Its own weights in disorder do as well, whatever scale they have."""
    assert "✓" not in told[WILD]
    assert "✗" not in told[WILD]


@pytest.fixture(scope="module")
def halves(tmp_path_factory):
    """What a claim's own numbers say where each of two models has half of the scenes."""
    pairs = {(claim, name) for claim in ("A1.mean", "A1.scenes") for name in HALVES}
    cast = Cast(tmp_path_factory.mktemp("halves"), Pool())
    gathered = gather(cast, pairs, EFFORT.pool, ["claims/test_stabilization.py"])

    def said(claim):
        (trial,) = gathered.trials[claim].values()
        down, up = (gathered.populations[claim, name] for name in HALVES)
        both = down.mixed(up, down.size // 2)
        drawn = both.drawn(EFFORT.scenes, random.Random(0))
        return Repeated(trial, both.model, both).alone(drawn).glyph

    return said


@pytest.mark.parametrize(("claim", "glyph"), [("A1.mean", "✓"), ("A1.scenes", "✗")])
def test_half_up_and_half_down_fool_the_mean_and_not_the_scenes(halves, claim, glyph):
    assert halves(claim) == glyph
