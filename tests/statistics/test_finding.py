"""A finding holds scores with their arms, each said once."""

import pytest

from tests.statistics.random_scores import one_each
from vtmetrics.statistics.finding import Finding
from vtmetrics.statistics.fitted import Fitted
from vtmetrics.statistics.interval import at_least

SCORES = one_each([1, 0])
ARM = one_each([1, 1])
STATISTIC = Fitted(0.5, {"1": 0.4, "2": 0.6}, (0, 1))
MOVES = at_least(0.1, "the image says something")


@pytest.mark.parametrize("measured", [SCORES, STATISTIC])
def test_arms_are_chained_in_any_order(measured):
    one = measured.against(noise=ARM).sensitive_to(ARM, MOVES).beside(cosine=SCORES)
    other = measured.beside(cosine=SCORES).sensitive_to(ARM, MOVES).against(noise=ARM)
    for finding in (one, other):
        assert finding.scores is measured
        assert {name: control.measured for name, control in finding.controls.items()} == {"noise": ARM}
        assert finding.sensitivity == (ARM, MOVES)
        assert finding.shown == {"cosine": SCORES}


def test_controls_add_up():
    finding = SCORES.against(noise=ARM).against(another_image=STATISTIC)
    assert list(finding.controls) == ["noise", "another_image"]


def test_a_second_sensitivity_arm_is_refused():
    with pytest.raises(ValueError, match="has one sensitivity arm"):
        SCORES.sensitive_to(ARM, MOVES).sensitive_to(ARM, MOVES)


def test_a_name_is_given_once():
    with pytest.raises(ValueError, match="each control once, not 'noise' twice"):
        SCORES.against(noise=ARM).against(noise=ARM)
    with pytest.raises(ValueError, match="not 'cosine' twice"):
        SCORES.beside(cosine=ARM).beside(cosine=ARM)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Finding(0.5),
        lambda: SCORES.against(noise=0.5),
        lambda: SCORES.beside(cosine=[1, 0]),
        lambda: SCORES.sensitive_to(None, MOVES),
        lambda: SCORES.against(noise=SCORES.against(other=ARM)),
    ],
    ids=["scores", "control", "shown", "sensitivity", "finding as a control"],
)
def test_numbers_without_scenes_are_no_finding(make):
    with pytest.raises(TypeError, match="must be Scores or Fitted, not"):
        make()


def test_a_sensitivity_arm_needs_an_interval():
    with pytest.raises(TypeError, match="needs an Interval to lie in, not"):
        SCORES.sensitive_to(ARM, 0.1)
