"""Direction curves: against states that plain hooks keep, and where one kind of tokens is missing."""

import numpy as np
import pytest

from tests.readings.test_token_alignment import kept
from vtmetrics import FIRST, IMAGE, QUESTION, TEXT, Model, directions, truncate
from vtmetrics.nets.spec import Spec
from vtmetrics.readings.direction_curve import OF_BOTH

WORDS = TEXT - FIRST
FEW = IMAGE.like(WORDS, seed=1)


@pytest.fixture(scope="module")
def model(directory):
    return Model(Spec(directory.name, "any", str(directory), embedded=True))


@pytest.mark.parametrize("metric", OF_BOTH)
def test_both_kinds_are_looked_at_in_the_same_layer(model, scenes, net_and_processor, metric):
    found = model.observe(scenes[:3], directions(metric, IMAGE, WORDS))
    low, high = directions(metric, IMAGE, WORDS).range
    for scene in scenes[:3]:
        states, masks = kept(net_and_processor, scene)
        words = (masks["system"] | masks["question"]) & ~masks["first"]
        expected = [OF_BOTH[metric](layer[masks["image"]], layer[words]) for layer in states[::2]]
        assert found.values[scene.id] == pytest.approx(np.array(expected), abs=1e-4)
        assert low <= min(found.values[scene.id]) <= max(found.values[scene.id]) <= high


def test_both_sides_share_one_direction(model, scenes):
    own, other = (
        model.observe(scenes[:3], directions("balance", *pair)) for pair in ((WORDS, FEW), (FEW, WORDS))
    )
    for scene, curve in own.values.items():
        assert curve + other.values[scene] == pytest.approx(np.ones(model.layers + 1))


def test_tokens_that_are_gone_share_nothing_any_more(model, scenes):
    gone = model.observe(scenes[:2], directions("gap", IMAGE, FIRST), truncate(2))
    assert len(gone.values) == 2
    none = model.observe(scenes[:2], directions("gap", IMAGE, QUESTION.sample(0)))
    assert none.values == {}
    assert set(none.excluded) == {scene.id for scene in scenes[:2]}


def test_what_is_unknown_is_refused_by_name():
    known = "rotation, balance, explained, consistency, gap"
    with pytest.raises(ValueError, match=f"is one of {known}, got 'cosine'"):
        directions("cosine", IMAGE, WORDS)
