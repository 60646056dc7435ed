"""How many scenes a run has follows from a rule, and the table that states it is computed."""

import pytest

from vtmetrics.statistics.estimation import estimate, level_of
from vtmetrics.statistics.interval import Verdict, judge
from vtmetrics.statistics.power import COSTS, FREE, RULE, TRUTHS, UNCHANGED, Truth, default, power_table


def test_the_default_of_a_run_is_what_the_rule_asks_for(pytestconfig):
    assert default() == pytestconfig.getoption("scenes") == 128


def test_the_rule_is_ten_points_from_the_border_where_three_in_ten_change():
    assert RULE.lose - RULE.gain - COSTS.low == pytest.approx(0.1)
    assert RULE.lose + RULE.gain == pytest.approx(0.3)
    assert RULE.needs(1) <= 128 < RULE.needs(2)
    assert UNCHANGED.needs(9) <= 128


def test_planted_scores_have_the_truth_and_are_judged_as_any_other():
    found = estimate(RULE.scores(), level_of(1))
    assert found.value == pytest.approx(0.2)
    assert judge(found, COSTS) is Verdict.SUPPORTED


def test_more_cases_take_more_scenes_and_the_border_is_never_decided():
    assert sorted(map(RULE.needs, (1, 2, 3, 9))) == list(map(RULE.needs, (1, 2, 3, 9)))
    assert Truth("at the border", 0.1, 0, FREE).needs(1) is None


def test_the_table_has_a_line_for_each_truth():
    head, *lines = power_table()
    assert head.split()[2:] == ["1", "2", "3", "9", "cases"]
    assert len(lines) == len(TRUTHS)
    assert lines[0].split()[-4:] == ["72", "86", "94", "115"]
