"""Present tokens: a number where there are some, a reason where there are none."""

import pytest

from vtmetrics import IMAGE, Model, Scores
from vtmetrics.edits.picked_tokens import dominant
from vtmetrics.nets.spec import Spec
from vtmetrics.protocols.present_tokens import present, too_few


@pytest.fixture(scope="module")
def model(directory):
    return Model(Spec(directory.name, "any", str(directory), embedded=True))


def test_scenes_with_such_tokens_have_a_number_and_others_a_reason(model, scenes):
    everywhere, nowhere = (present(model, scenes[:3], some) for some in (IMAGE, dominant(1.0)))
    assert set(everywhere.values.values()) == {1.0}
    assert everywhere.range == nowhere.range == (-1.0, 1.0)
    assert set(nowhere.excluded.values()) == {"no cluster of image tokens is dominant: none is dead"}


@pytest.mark.parametrize(("count", "few"), [(0, True), (19, True), (20, False)])
def test_a_verdict_takes_twenty_scenes(count, few):
    names = [f"scene {number}" for number in range(count)]
    there = Scores(dict.fromkeys(names, 1.0), {name: name for name in names}, "number", (-1.0, 1.0))
    assert too_few(there) is few
