"""A paired comparison: the difference scene by scene decides, never that both sides are undecided."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from tests.report.evidence_row import row
from vtmetrics.evidence import Change, Conclusions, Place, paired_cells
from vtmetrics.evidence.paired_comparison import difference_of
from vtmetrics.evidence.scene_scores import (
    SceneScores,
    drop_scene_scores,
    keep_scene_scores,
    read_scene_scores,
    scores_by_scene,
)
from vtmetrics.statistics import Fitted, Scores, all_of

PLACE = Place("B1", "", "llava-small")
OTHER = {"model": "pruned"}


def shares(values, first=0):
    names = [f"scene {number}" for number in range(first, first + len(values))]
    told = dict(zip(names, map(float, values), strict=True))
    return Scores(told, dict(zip(names, names, strict=True)), "share", (0, 1))


def kept(measured, place=PLACE, scenes="same"):
    return {place: SceneScores(place, measured, scenes)}


def compared(one, other, first="undecided", second="undecided", **told):
    """The cell of two runs whose scores are these."""
    rows = [row(verdict=verdict, **more) for verdict, more in ((first, {}), (second, OTHER))]
    old, new = (Conclusions([each]) for each in rows)
    there = PLACE._replace(model="pruned")
    sides = (old, kept(one)), (new, kept(other, there))
    (cell,) = paired_cells(*sides, {"llava-small": "pruned"}, **told)
    return cell


def test_two_undecided_cells_that_agree_on_every_scene_are_the_same():
    values = [1] * 70 + [0] * 58
    cell = compared(shares(values), shares(values))
    assert (cell.change, cell.margin, cell.flipped) == (Change.SAME, 0.1, False)


def test_two_undecided_cells_of_few_scenes_are_not_called_the_same():
    """It was: as before."""
    cell = compared(shares([1, 0] * 12), shares([1, 0] * 12))
    assert cell.change is Change.OPEN
    assert cell.needs is not None
    assert cell.needs > 24


def test_what_moves_beyond_the_margin_has_changed():
    cell = compared(shares([1] * 128), shares([1] * 64 + [0] * 64), "supported", "refuted")
    assert (cell.change, cell.flipped) == (Change.CHANGED, True)
    assert cell.found.found.value == -0.5
    assert cell.effect == 0.5


def test_what_has_moved_may_have_moved_by_less_than_the_margin():
    cell = compared(shares([1] * 128), shares([1] * 116 + [0] * 12))
    assert cell.change is Change.LITTLE
    assert compared(shares([1] * 128), shares([1] * 116 + [0] * 12), margin=0.2).change is Change.SAME


def test_only_scenes_that_both_sides_have_are_paired():
    """Whatever they are called: by what they show and ask."""
    found = difference_of(*kept(shares([1] * 30)).values(), *kept(shares([0] * 30, first=10)).values())
    assert len(found.values) == 20
    assert set(found.values.values()) == {-1.0}
    apart = difference_of(*kept(shares([1])).values(), *kept(shares([1], first=5)).values())
    assert apart == "no scene is the same"


def test_a_statistic_is_paired_group_by_group_and_only_of_the_same_scenes():
    groups = {str(number): float(number % 3) for number in range(30)}
    one, other = Fitted(1.0, groups, (-9, 9)), Fitted(1.5, groups, (-9, 9))
    found = difference_of(*kept(one).values(), *kept(other).values())
    assert (found.value, set(found.replicates.values())) == (0.5, {0.0})
    apart = difference_of(*kept(one).values(), *kept(other, scenes="others").values())
    assert apart == "a statistic of other scenes"


def test_several_numbers_are_compared_part_by_part():
    one = all_of({"a": shares([1] * 128), "b": shares([1] * 128)})
    other = all_of({"a": shares([1] * 128), "b": shares([0] * 128)})
    cell = compared(one, other)
    assert (cell.change, cell.found.part) == (Change.CHANGED, "b")
    elsewhere = all_of({"a": shares([1] * 128), "c": shares([0] * 128)})
    assert compared(one, elsewhere).why == "other layers were found on the validation scenes"


def test_other_numbers_may_move_half_the_way_to_the_border():
    """The row has .97 where .95 is expected."""
    rng = np.random.default_rng(0)
    values = {str(number): value for number, value in enumerate(rng.normal(size=64))}
    one = Scores(values, {name: name for name in values}, "number", (-math.inf, math.inf))
    assert compared(one, one + 0.005).margin == pytest.approx(0.01)
    assert compared(one, one + 0.2).change is Change.CHANGED


def test_numbers_without_a_range_that_have_not_moved_at_all_are_the_same():
    """No interval is made of them, and so a model was not the same as itself."""
    unbounded = (-math.inf, math.inf)
    values = {str(number): number / 7 for number in range(24)}
    numbers = Scores(values, {name: name for name in values}, "number", unbounded)
    fitted = Fitted(1.0, values, unbounded)
    for one in (numbers, fitted, all_of({"a": numbers, "b": fitted})):
        assert compared(one, one).change is Change.SAME
    few = Fitted(1.0, dict(list(values.items())[:19]), unbounded)
    assert compared(few, few).change is Change.OPEN


def test_without_scores_nothing_is_compared():
    old = Conclusions([row()])
    (cell,) = paired_cells((old, {}), (old, {}), {"llava-small": "llava-small"})
    assert (cell.change, cell.why[:5]) == (Change.APART, "a run")


@pytest.mark.parametrize(
    ("before", "after", "lost", "fails"),
    [
        ("supported", "not measured", True, True),
        ("refuted", "failed", True, True),
        ("supported", None, True, True),
        ("undecided", None, True, True),
        ("undecided", "not measured", False, False),
        ("not measured", "failed", False, False),
        ("not measured", None, False, False),
    ],
)
def test_what_was_known_and_is_no_longer_fails(before, after, lost, fails):
    """Such cells were silent: they have no scores to compare."""
    old = Conclusions([row(verdict=before)])
    new = Conclusions([] if after is None else [row(verdict=after, note="too few layers")])
    (cell,) = paired_cells((old, kept(shares([1] * 128))), (new, {}), {"llava-small": "llava-small"})
    assert (cell.lost, cell.fails, cell.change) == (lost, fails, Change.APART)
    assert cell.after == ("gone" if after is None else new[PLACE].glyph)


def test_what_no_paper_says_is_shown_and_fails_nothing():
    rows = [row(verdict=verdict, reported=None) for verdict in ("supported", "refuted")]
    old, new = (Conclusions([each]) for each in rows)
    sides = (old, kept(shares([1] * 128))), (new, kept(shares([0] * 128)))
    (cell,) = paired_cells(*sides, {"llava-small": "llava-small"})
    assert (cell.flipped, cell.change, cell.diagnostic, cell.fails) == (True, Change.CHANGED, True, False)


@pytest.mark.parametrize(
    "measured",
    [
        shares([1, 0, 1]),
        Fitted(0.5, {"a": 0.25, "b": 1 / 3}, (-math.inf, 2)),
        all_of({"x": shares([1, 0]), "y": Fitted(0.0, {"a": 0.0}, (0, 1))}),
    ],
)
def test_scores_come_back_to_the_last_bit(measured, tmp_path):
    one = SceneScores(PLACE, measured, "same")
    keep_scene_scores(one, tmp_path)
    (back,) = read_scene_scores(tmp_path).values()
    assert back.to_json() == one.to_json()
    assert (back.place, back.scenes) == (PLACE, "same")
    drop_scene_scores(PLACE, tmp_path)
    assert read_scene_scores(tmp_path) == {}


def test_what_are_no_scores_is_refused_in_one_sentence():
    with pytest.raises(ValueError, match="scene scores want one JSON object a line"):
        SceneScores.from_json('{"place": []}')


def asked(*scenes):
    """A cell whose claim has asked about these scenes, in this order."""
    lab = SimpleNamespace(journal=[(None, scenes, ())])
    model = SimpleNamespace(lab=lab, spec=SimpleNamespace(name="llava-small", twin=""))
    return SimpleNamespace(claim=SimpleNamespace(id="B1"), case="", model=model)


def showing(name, content):
    return SimpleNamespace(id=name, digest=content * 64)


def test_a_picture_that_is_asked_in_several_forms_has_one_name_from_run_to_run():
    """Which form was asked last is an accident."""
    word, sentence = showing("1", "a"), showing("1", "b")
    once, again = (
        scores_by_scene(asked(*order), Scores({"1": 1.0}, {"1": "1"}, "share", (0, 1)))
        for order in ((word, sentence), (sentence, word))
    )
    alone = scores_by_scene(asked(word), Scores({"1": 1.0}, {"1": "1"}, "share", (0, 1)))
    assert once.to_json() == again.to_json()
    assert once.measured.values.keys() != alone.measured.values.keys()


def test_scenes_that_show_the_same_do_not_become_one():
    two = Scores({"1": 1.0, "2": 0.0}, {"1": "1", "2": "2"}, "share", (0, 1))
    found = scores_by_scene(asked(showing("1", "a"), showing("2", "a")), two).measured
    assert [*found.values.values()] == [1.0, 0.0]
