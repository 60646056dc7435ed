"""Lines of the calibration: which verdicts count as right, as wrong, and as too many."""

import pytest

from fixtures.calibration.line import Line, read, write
from fixtures.calibration.tables import markdown, rows_markdown, summary, table


def line(role="right", glyphs=None, naive=None, claim="B1.level", inside=None):
    glyphs = glyphs or {"✓": 100}
    return Line(
        claim=claim,
        question="Substitution: does it matter?",
        role=role,
        model="frozen",
        value=0.5,
        expected="≥ 0.95",
        inside=inside,
        numbers={"": {"": 0.5}},
        scenes=128,
        glyphs=glyphs,
        naive=naive or glyphs,
        made_from={"claims": "0123"},
    )


@pytest.mark.parametrize(
    ("role", "glyphs", "right", "wrong"),
    [
        ("right", {"✓": 60, "≡": 20, "?": 10, "✗": 10}, 0.6, 0.1),
        ("wrong", {"✗": 60, "✓": 10, "≡": 10, "–": 20}, 0.6, 0.2),
        ("null", {"≡": 50, "–": 30, "?": 10, "✓": 10}, 0.8, 0.1),
        ("inside", {"✗": 5, "✓": 20, "?": 75}, 0.2, 0.05),
        ("outside", {"✗": 5, "✓": 20, "?": 75}, 0.05, 0.2),
        ("beaten", {"✓": 30, "≡": 5, "✗": 5, "?": 60}, 0.3, 0.1),
        ("matched", {"≡": 30, "✓": 5, "✗": 5, "?": 60}, 0.3, 0.1),
        ("row", {"✓": 80, "≡": 5, "–": 5, "✗": 5, "?": 5}, 0.8, 0.15),
        ("row null", {"≡": 40, "–": 40, "✗": 5, "✓": 5, "?": 10}, 0.8, 0.1),
    ],
)
def test_a_verdict_is_right_or_wrong_by_where_the_model_stands(role, glyphs, right, wrong):
    found = line(role, glyphs)
    assert (found.right, found.wrong) == pytest.approx((right, wrong))


def test_at_the_border_controls_do_not_excuse_a_verdict():
    """There a control that happens to fail could hide that the interval was wrong."""
    assert line("outside", {"–": 100}, {"✓": 100}).wrong == 1
    assert line("wrong", {"–": 100}, {"✓": 100}).wrong == 0


@pytest.mark.parametrize(("inside", "right", "wrong"), [(True, 0.2, 0.1), (False, 0.1, 0.3)])
def test_with_noise_it_goes_by_where_the_truth_lies_then(inside, right, wrong):
    """Whatever was planted: a tenth of answers that waver may have carried it over the border."""
    found = line("unsure right", {"✓": 20, "≡": 10, "✗": 10, "?": 60}, inside=inside)
    assert (found.right, found.wrong) == pytest.approx((right, wrong))


@pytest.mark.parametrize(
    ("role", "glyphs", "holds"),
    [
        ("right", {"✓": 96, "✗": 4}, True),
        ("right", {"✓": 80, "✗": 20}, False),
        ("right", {"✓": 79, "?": 21}, False),
        ("inside", {"?": 195, "✗": 5}, True),
        ("inside", {"?": 180, "✗": 20}, False),
        ("matched", {"?": 96, "✓": 4}, True),
        ("matched", {"?": 80, "✓": 20}, False),
        ("row", {"✓": 79, "?": 21}, False),
    ],
)
def test_what_is_wanted_is_kept_but_for_chance(role, glyphs, holds):
    assert line(role, glyphs).holds is holds


def test_lines_are_written_and_read(tmp_path):
    lines = [line(), line("null", {"≡": 3}, {"✓": 3})]
    write(lines, tmp_path / "lines.jsonl")
    assert read(tmp_path / "lines.jsonl") == lines


def test_the_table_tells_what_a_null_would_have_fooled():
    lines = [line(), line("null", {"≡": 97, "✓": 3}, {"✓": 100})]
    assert "| Substitution | 1 | 100.0% | 0.0% | – | – | – | – | 100.0% | 3.0% |" in markdown(lines)
    assert "100.0%" in table(lines).splitlines()[2]


def test_the_table_tells_what_noise_and_controls_at_their_border_make_wrong():
    noisy = line("unsure right", {"✗": 4, "?": 66, "✓": 30}, inside=True)
    lines = [noisy, line("beaten", {"≡": 2, "?": 98}), line("matched", {"?": 100})]
    assert "| all | 1 | – | – | – | 30.0% | 4.0% | 1.0% | – | – |" in markdown(lines)


def test_rows_are_told_with_their_stories():
    lines = [line("row", {"✓": 38, "?": 2}, claim="B1"), line("row null", {"≡": 30, "–": 10}, claim="B1")]
    assert "| B1 | `frozen` | 95% | `frozen` | ≡ 75%, – 25% |" in rows_markdown(lines)
    assert summary(lines).startswith("0 claims, 1 rows; all 2 lines keep")


def test_the_summary_names_what_is_beyond_the_limits():
    lines = [line(), line("wrong", {"✓": 50, "✗": 50}, claim="C2")]
    assert summary(lines).startswith("2 claims; 1 of 2 lines keep")
    assert summary(lines).endswith("not C2 wrong")
