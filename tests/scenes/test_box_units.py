"""Boxes are asked for, and told, in the units that a family of checkpoints writes."""

import json

import pytest

from fixtures.scenes.box_units import PIXELS, PLACE_TOKENS, SHARES, THOUSANDTHS, in_units, units_of
from fixtures.scenes.draw import draw
from vtmetrics.metrics.box_text import box_in
from vtmetrics.nets.spec import Spec

SCENES = draw("box", "test", 12, size=448)
UNITS = {"shares": (SHARES, 1), "thousandths": (THOUSANDTHS, 1000), "pixels": (PIXELS, 448)}


@pytest.mark.parametrize(("units", "whole"), UNITS.values(), ids=UNITS)
def test_the_gold_box_is_that_of_the_thing_that_is_asked_about(units, whole):
    """As far as the units tell: to a hundredth of the picture, or less."""
    for drawn in SCENES:
        scene = in_units(drawn, units)
        (box,) = [box for box in drawn.boxes if drawn.known["key"][0] in box.label.split()]
        wanted = [side / 448 for side in (box.left, box.top, box.right, box.bottom)]
        assert [side / whole for side in box_in(scene.answer)] == pytest.approx(wanted, abs=0.006)
        assert scene.donor.prompt == scene.prompt
        assert scene.donor.answer != scene.answer


def test_places_are_tokens_of_1024_with_the_top_first():
    drawn = SCENES[0]
    shares, tokens = (in_units(drawn, units) for units in (SHARES, PLACE_TOKENS))
    told = [side / 1024 for side in box_in(tokens.answer)]
    assert told == pytest.approx(box_in(shares.answer), abs=0.006)
    assert tokens.answer.startswith("<loc")
    assert tokens.prompt.startswith("detect ")


def test_eighteenths_are_those_of_the_same_box():
    for drawn in SCENES:
        shares = box_in(in_units(drawn, SHARES).answer)
        assert box_in(drawn.answer) == pytest.approx([18 * side for side in shares], abs=0.6)


@pytest.mark.parametrize(
    ("kind", "units"),
    [
        ("qwen2_5_vl", PIXELS),
        ("qwen3_vl", THOUSANDTHS),
        ("internvl", THOUSANDTHS),
        ("paligemma", PLACE_TOKENS),
        ("llava", SHARES),
        ("", SHARES),
    ],
)
def test_units_follow_from_the_type_that_the_files_name(tmp_path, kind, units):
    (tmp_path / "config.json").write_text(json.dumps({"model_type": kind}), encoding="utf-8")
    assert units_of(Spec("any", "any", str(tmp_path))) is units


def test_who_has_no_files_writes_shares():
    assert units_of(Spec("any", "any", "memory:1")) is SHARES
