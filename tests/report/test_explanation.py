"""One claim, explained."""

import pytest
from rich.cells import cell_len

from tests.report.evidence_row import row
from vtmetrics.report.explanation import DepthCurve, Transcript, explained


def told(*transcripts, **options):
    return explained([row()], transcripts, color=False, **options)


def test_it_says_what_is_claimed_where_and_what_would_support_it():
    text = told(protocol="Asks.\n\nMeasured   Per scene, the answer.\n           In words.")
    for fact in ("arXiv 2604.09425), RQ2", "about 1.0", "≥ .95: how we read", "95 %", "Asks."):
        assert fact in text
    assert "measured  Per scene, the answer. In words." in text


def test_scenes_stand_in_the_order_given():
    scenes = [Transcript(name, "?", "a", 0.5, {}) for name in ("z", "a", "m")]
    text = told(*scenes)
    assert text.index("scene z") < text.index("scene a") < text.index("scene m")


def test_an_answer_that_changed_is_marked():
    answers = {"PLAIN": " red", "truncate(6)": " blue", "truncate(9)": " red"}
    text = told(Transcript("s", "?", "red", 1.0, answers))
    assert "“ blue”  changed" in text
    assert text.count("changed") == 1


def test_answers_are_untrusted():
    """Neither an escape sequence nor markup of a model does anything, nor a megabyte of it."""
    answers = {"PLAIN": "\x1b[2J[link=http://x]y[/link]" + "z" * 1_000_000}
    text = told(Transcript("\x1b[2J", "\u202e", "\x07", None, answers), width=60)
    assert "\x1b" not in text
    assert "[link=http://x]y[/link]" in text
    assert len(text) < 3000
    assert max(map(cell_len, text.splitlines())) <= 60


def test_without_scenes_it_says_so():
    assert "No scene was answered" in told()


@pytest.mark.parametrize(("rows", "got"), [([], "none"), ([row("B1"), row("B2")], "B1")])
def test_anything_but_one_claim_is_refused(rows, got):
    with pytest.raises(ValueError, match=f"wants the rows of one claim.*{got}"):
        explained(rows, [])


def test_a_course_is_drawn_between_its_ends():
    text = told(DepthCurve("matrix_entropy(IMAGE):1", "PLAIN", (0.25, 2, 1)))
    assert "over depth: matrix_entropy(IMAGE):1, PLAIN" in text
    assert ".25 ▁█▄ 1  from .25 to 2 in 3 layers" in text


def test_a_course_that_stands_still_is_flat_and_a_deep_one_has_room():
    assert "1 ▁▁ 1" in told(DepthCurve("norm", "PLAIN", (1, 1)))
    deep = told(DepthCurve("norm", "PLAIN", tuple(range(97))), width=80)
    assert "in 97 layers" in deep
    assert max(map(cell_len, deep.splitlines())) <= 80


def test_a_note_says_how_a_scene_was_asked():
    assert "scene s, score .500, written" in told(Transcript("s", "?", "a", 0.5, {}, "written"))
    assert "scene s, without it .3" in told(Transcript("s", "?", "a", None, {}, "without it .3"))
    assert "scene s, no score" in told(Transcript("s", "?", "a", None, {}))
