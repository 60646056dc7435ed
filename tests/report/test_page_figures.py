"""Figures of a page: places on an axis, bars, and what each figure shows, by numbers that are known."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.report.evidence_row import row
from vtmetrics.evidence.conclusion_table import Conclusions
from vtmetrics.evidence.evidence import Place
from vtmetrics.evidence.scene_scores import SceneScores
from vtmetrics.evidence.story import CellStory, ShownCourse
from vtmetrics.report.outline import columns, questions
from vtmetrics.report.page.depth_figure import depth_figures
from vtmetrics.report.page.distribution_figure import bar_edges, distribution_figure, in_bars
from vtmetrics.report.page.drawing import Axis
from vtmetrics.report.page.estimate_figure import estimate_figure
from vtmetrics.report.page.practice_figure import practice_figure
from vtmetrics.statistics.fitted import Fitted
from vtmetrics.statistics.scores import Scores

NUMBERS = st.floats(-1e6, 1e6, allow_nan=False).map(lambda number: round(number, 6))


@given(st.lists(NUMBERS, min_size=1, max_size=30))
def test_an_axis_holds_its_numbers_in_their_order(numbers):
    axis = Axis.over(numbers, 0, 100)
    places = [axis.at(number) for number in sorted(numbers)]
    assert places == sorted(places)
    assert all(
        axis.holds(number) and 0 <= place <= 100 for number, place in zip(numbers, places, strict=True)
    )
    assert len(axis.ticks()) <= 7
    assert all(axis.low - 1e-6 <= tick <= axis.high + 1e-6 for tick in axis.ticks())


@given(st.lists(NUMBERS, min_size=1, max_size=60))
def test_each_number_falls_into_one_bar(numbers):
    edges = bar_edges(sorted(numbers))
    assert sum(in_bars(numbers, edges)) == len(numbers)
    assert len(edges) <= 14


def test_a_figure_of_estimates_draws_the_claim_its_controls_and_twins_where_they_are():
    rows = [
        row(value=0.97),
        row(role="control:noise", verdict="refuted", value=0.4),
        row(role="untrained", value=0.1),
    ]
    (section,) = questions(rows, Conclusions(rows))
    figure = estimate_figure(section.entries[0], columns(rows))
    disc = float(re.search(r"<circle class=e cx=([\d.]+)", figure.body)[1])
    diamond = float(re.search(r'<path class=c d="M([\d.]+)', figure.body)[1])
    cross = float(re.search(r'<path class=t d="M([\d.]+)', figure.body)[1])
    border = float(re.search(r'<path class=zb d="M([\d.]+)', figure.body)[1])
    assert cross < diamond < border < disc
    assert "expected ≥ .95" in figure.body
    assert figure.told == "Expected ≥ .95. 1 llava-small: ✓ supported .97 [.95, .99]"


def test_nothing_is_drawn_of_what_was_not_measured():
    rows = [row(verdict="not measured", value=None, note="nothing to lose")]
    (section,) = questions(rows, Conclusions(rows))
    assert estimate_figure(section.entries[0], columns(rows)) is None


def test_scores_of_all_models_share_their_bars_and_statistics_do_not():
    groups = {str(scene): str(scene) for scene in range(4)}
    scores = Scores(dict(zip(groups, (0.0, 0.0, 1.0, 1.0), strict=True)), groups, "share", (0, 1))
    same = (SceneScores(Place("B1", "", "a"), scores, ""), "")
    figure = distribution_figure({"a": same, "b": same}, "B1")
    assert figure.table.lines == (("0", "2", "2"), ("1", "2", "2"))
    fitted = Fitted(0.5, {"0": 0.4, "1": 0.6}, (0, 1))
    figure = distribution_figure({"a": (SceneScores(Place("B1", "", "a"), fitted, ""), "")}, "B1")
    assert figure.table.lines == (("a",), (".4", "1"), (".6", "1"))
    assert distribution_figure({}, "B1") is None


@pytest.mark.parametrize("unknown", [None, 0.5])
def test_a_course_has_a_line_a_band_and_a_number_for_each_layer(unknown):
    course = ShownCourse(
        "norm(IMAGE):1", "PLAIN", (0.1, unknown, 0.3), (0.0, unknown, 0.2), (0.2, unknown, 0.4)
    )
    twin = ShownCourse("norm(IMAGE):1", "PLAIN", (0.5, 0.5, 0.5))
    stories = [
        CellStory(Place("B1", "", "a"), (course,)),
        CellStory(Place("B1", "", "a", "untrained"), (twin,)),
    ]
    (figure,) = depth_figures(stories, "B1")
    middle = "–" if unknown is None else ".5 [.5, .5]"
    assert [line[1] for line in figure.table.lines] == [".1 [0, .2]", middle, ".3 [.2, .4]"]
    assert [line[2] for line in figure.table.lines] == [".5"] * 3
    assert ('class="w"' in figure.body or "class=w" in figure.body) == (unknown is not None)
    assert 'class="k k1"' in figure.body


def test_a_course_of_nothing_is_not_drawn():
    story = CellStory(Place("B1", "", "a"), (ShownCourse("norm", "PLAIN", (None, None)),))
    assert list(depth_figures([story], "B1")) == []


def test_practice_draws_each_safe_layer_with_what_is_lost_there():
    told = {"paper": "In practice", "arxiv": "", "case": "task=letters, within=0.05", "expected": "≤ 0"}
    rows = [
        row("Practice", value=-0.04, reach=0.02, **told),
        row(
            "Practice",
            role="beside:layer",
            verdict="undecided",
            value=6.0,
            reach=math.nan,
            **told | {"kind": "fitted"},
        ),
    ]
    rows = [one if not one.role else type(one)(**vars(one) | {"low": None, "high": None}) for one in rows]
    figure = practice_figure(Conclusions(rows), columns(rows))
    assert "layer 6" in figure.body
    assert figure.table.lines[0][:3] == ("llava-small", "letters", "≤ 5 points")
    assert figure.table.lines[0][3].endswith("lost there: 1 points [−1, 3]")
    assert practice_figure(Conclusions([row()]), columns([row()])) is None
