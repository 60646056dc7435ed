"""The walk calls a layer safe wrongly at most five times in a hundred, whatever the losses are."""

import math
import os

import numpy as np
import pytest

from tests.statistics.random_scores import one_each
from vtmetrics.edits.edit import PLAIN, truncate
from vtmetrics.nets.spec import Spec
from vtmetrics.protocols.safe_depth import require_learned, walk
from vtmetrics.statistics.estimation import estimate
from vtmetrics.unmeasured import NotMeasured

SLOW = bool(os.environ.get("VTMETRICS_SLOW"))
TIMES = 4000 if SLOW else 100
#: true losses without the image from layer 0, 1, 2, … on; at most five points may be lost
DEPTHS = {
    "all at the border": [0.0501] * 6,
    "the deepest is unsafe": [0.9, 0.5, 0.2, 0.0, 0.0, 0.0501],
    "smooth": [0.9, 0.5, 0.2, 0.0501, 0.02, 0.0],
    "one bad layer": [0.9, 0.0, 0.0501, 0.0, 0.0, 0.0],
}


def lost(*values):
    return one_each(values, ends=(-1, 1))


def drawn(rng, losses, n):
    """Paired losses of n scenes; what one layer loses, the layers above it mostly lose too."""
    fate = rng.uniform(size=n)
    own = rng.uniform(size=(len(losses), n))
    mixed = np.where(rng.uniform(size=own.shape) < 0.7, fate, own)
    return [lost(*(row < loss).astype(float)) for row, loss in zip(mixed, losses, strict=True)]


@pytest.fixture
def by_count(monkeypatch):
    """Of losses that are 0 or 1, the interval depends on how many are 1: each is worked out once."""
    known = {}

    def counted(scores, level):
        key = len(scores.values), round(sum(scores.values.values()), 6), level
        return known.get(key) or known.setdefault(key, estimate(scores, level))

    monkeypatch.setattr("vtmetrics.protocols.safe_depth.estimate", counted)


@pytest.mark.usefixtures("by_count")
@pytest.mark.parametrize("n", [128, 400] if SLOW else [128])
@pytest.mark.parametrize("losses", DEPTHS.values(), ids=DEPTHS)
def test_an_unsafe_layer_is_rarely_called_safe(losses, n):
    """Any of the layers that are called safe, from the stop on."""
    rng = np.random.default_rng(n)
    stops = [walk(drawn(rng, losses, n), 0.05) for _ in range(TIMES)]
    wrong = np.mean([stop.safe and max(losses[stop.layer :]) > 0.05 for stop in stops])
    assert wrong <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / TIMES)


def test_more_scenes_find_the_earliest_safe_layer():
    """With certainty nearly: one layer above it everything is lost."""
    losses = [0.9, 0.4, 0.01, 0.01, 0.0, 0.0]
    rng = np.random.default_rng(0)
    assert {walk(drawn(rng, losses, 1000), 0.05).layer for _ in range(20)} == {2}


def test_it_stops_at_the_first_cut_that_is_not_safe():
    """What lies above it is not looked at, however harmless."""
    none, some = lost(*[0] * 100), lost(*[0] * 90, *[1] * 10)
    stop = walk([none, none, some, none, none], 0.05)
    assert (stop.layer, stop.safe, stop.edit) == (3, True, truncate(3))
    assert stop.shown.value == 3
    assert set(stop.excess.values.values()) == {-0.05}


def test_where_no_cut_is_safe_the_deepest_one_is_told():
    some = lost(*[0] * 90, *[1] * 10)
    stop = walk([lost(*[0] * 100), some], 0.05)
    assert (stop.layer, stop.safe, stop.edit) == (1, False, PLAIN)
    assert max(stop.excess.values.values()) == 0.95


def test_a_model_that_loses_nothing_is_walked_to_the_top():
    assert walk([lost(*[0] * 100)] * 4, 0.05).layer == 0


def test_no_layer_is_refused():
    with pytest.raises(ValueError, match="at one layer at least, none came"):
        walk([], 0.05)


def test_a_twin_is_asked_nothing():
    class Handle:
        spec = Spec("m", "llava", "nowhere").as_twin("untrained")

    with pytest.raises(NotMeasured, match="learned nothing"):
        require_learned(Handle())
