"""What travels is data of ours and comes back equal; whatever else is said is refused."""

import json

import pytest

from vtmetrics import (
    DONOR,
    IMAGE,
    INSIDE,
    MEAN,
    NOISE,
    PLAIN,
    QUESTION,
    SYSTEM,
    attended,
    blind,
    chosen,
    freeze,
    misread,
    over_depth,
    pooled,
    prune,
    pyramid,
    scale,
    substitute,
    truncate,
)
from vtmetrics.cluster.wire import packed, unpacked
from vtmetrics.edits.steps import Scale
from vtmetrics.edits.tokens import Named
from vtmetrics.nets.spec import Spec
from vtmetrics.readings import COUNTED, AnswerBundle, CostBundle, TextBundle, towards
from vtmetrics.readings.writing import beams, drawn, greedy
from vtmetrics.unmeasured import NotMeasured

EDITS = [
    PLAIN,
    truncate(0.5, IMAGE.sample(0.25, seed=3), positions="renumbered"),
    truncate(1),
    prune(IMAGE - INSIDE),
    pyramid({0.25: IMAGE.sample(4), 3: IMAGE}),
    freeze(QUESTION | SYSTEM, ffn=False, last=7),
    substitute(IMAGE, by=DONOR, at=0.25) >> substitute(IMAGE, by=NOISE, at=1, seed=2),
    substitute(IMAGE.like(QUESTION), by=MEAN, at=2),
    scale(~IMAGE, 0.1),
    blind(QUESTION, IMAGE, first=2, decoding=False),
    misread(IMAGE, 3),
    truncate(2, IMAGE - attended(0.5, at=2)),
]
READINGS = [
    AnswerBundle(),
    TextBundle(greedy(8)),
    TextBundle(drawn(9, temperature=0.7, seed=1)),
    TextBundle(beams(4, width=2)),
    CostBundle.of(COUNTED),
    over_depth("matrix_entropy", IMAGE).bundle,
    towards(IMAGE, QUESTION).bundle,
    pooled("matrix_entropy", IMAGE.sample(4)),
    Spec("a", "llava", "somewhere", device_map="auto", seed=3, twin="untrained"),
    (float("inf"), -float("inf"), 0.1, 1, True, None, "a\u2028b"),
]


@pytest.mark.parametrize("value", [*EDITS, *READINGS], ids=lambda value: str(value)[:90])
def test_a_value_comes_back_equal_with_the_same_text_and_hash(value):
    text = packed(value)
    back = unpacked(text)
    assert (back, str(back), hash(back)) == (value, str(value), hash(value))
    assert packed(back) == text
    json.loads(text, parse_constant=pytest.fail)


def test_whole_numbers_stay_whole():
    """Layer 1 is not the share 1.0."""
    assert str(unpacked(packed(truncate(1)))) == str(truncate(1))
    assert str(unpacked(packed(truncate(1.0)))) == str(truncate(1.0))


class Mine(Scale):
    """A step of one's own."""


@pytest.mark.parametrize("value", [truncate(2, chosen(lambda states: states)), Mine(IMAGE, 1, 2.0), object()])
def test_what_no_text_says_is_not_sent(value):
    with pytest.raises(NotMeasured, match=r"no worker is sent .*: what it does is written nowhere"):
        packed(value)


@pytest.mark.parametrize(
    "place",
    [
        "os:system",
        "vtmetrics.edits.tokens:generator",
        "vtmetrics.edits.tokens:Tensor",
        "vtmetrics.lab.store:Chunk",
        "vtmetrics.edits.tokens:Named.__init__",
        "vtmetrics.edits.steps:Literal",
    ],
)
def test_nothing_but_data_of_ours_is_made(place):
    with pytest.raises(ValueError, match=r"a job is made of dataclasses of ours, .* is none"):
        unpacked(json.dumps({"is": place, "of": {}}))


def test_a_value_is_checked_as_if_it_were_written():
    told = packed(Named("image")).replace('"image"', '"Image!"')
    with pytest.raises(ValueError, match="tokens are named by a lower-case word"):
        unpacked(told)
