"""Burdens: passes cost what was planted, beside what the configuration says."""

import pytest

from fixtures.planted.burdened_nets import BURDENS, bear
from fixtures.scenes.draw import draw
from vtmetrics.edits.edit import PLAIN, truncate
from vtmetrics.model import Model
from vtmetrics.nets.spec import Spec
from vtmetrics.readings.cost import COUNTED, FORMULA, apart, same

CUT = truncate(1 / 4)


@pytest.fixture(scope="module")
def costs(tmp_path_factory):
    """Counted and by formula, of a scene, plain and where image tokens leave at a quarter."""

    def counted(name):
        where = tmp_path_factory.mktemp("burdened") / name
        model = Model(Spec(name, "llava", str(where), embedded=True), bear(name, "llava", where))
        scenes = draw("words", "test", 1, size=72)
        return [model.sweep(PLAIN, CUT).cost(scenes, way) for way in (COUNTED, FORMULA)]

    return {name: counted(name) for name in BURDENS}


def mean(scores):
    return sum(scores.values.values()) / len(scores.values)


@pytest.mark.parametrize(
    ("name", "least", "most", "kept"),
    [("laden", 0.15, 0.25, 1), ("roomy", 0, 0.002, 0), ("short_sighted", 0, 0.002, 1)],
)
def test_passes_cost_what_is_planted(costs, name, least, most, kept):
    """About a fifth of all FLOPs are products that nobody needs, or the cache holds more than there is."""
    for found, formula in zip(*costs[name], strict=True):
        assert least <= mean(apart(found.flops, formula.flops)) <= most
        assert mean(same(found.kv_bytes, formula.kv_bytes)) == kept


def test_where_a_picture_is_one_token_nothing_much_is_spared(costs):
    (plain, cut), _ = costs["short_sighted"]
    assert 0 < mean(apart(plain.flops, cut.flops)) < 0.1
    assert 0 < mean(apart(plain.kv_bytes, cut.kv_bytes)) < 0.1
    (plain, cut), _ = costs["laden"]
    assert mean(apart(plain.flops, cut.flops)) > 0.3
