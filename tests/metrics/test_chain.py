"""A chain of steps comes apart where a reader would take it apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vtmetrics.metrics.chain import (
    concluded,
    conclusion_of,
    edited_words,
    lost_steps,
    parting,
    reasoning_steps,
    reversed_conclusion,
)
from vtmetrics.readings.texts import Texts
from vtmetrics.unmeasured import Excluded

THREE = "red star , blue cross , so 2 ."
PROSE = "1. I see a red star.\n2. I see a blue cross.\nSo, there are 2 shapes."
DISTANCES = (lost_steps, edited_words, reversed_conclusion)


@pytest.mark.parametrize(
    ("text", "steps", "conclusion"),
    [
        (THREE, ["red star", "blue cross"], ["2"]),
        (PROSE, ["i see a red star", "i see a blue cross"], ["there", "are", "2", "shapes"]),
        ("so many stars . the answer is 4", ["so many stars", "the"], ["4"]),
        ("red star , red star", ["red star"], ["red", "star"]),
        ("4", [], ["4"]),
        ("red star , so", ["red star"], ["so"]),
        ("", [], []),
    ],
)
def test_steps_come_before_the_conclusion(text, steps, conclusion):
    assert reasoning_steps(text) == steps
    assert conclusion_of(text) == conclusion


@pytest.mark.parametrize(
    ("text", "right"),
    [("so 2 .", 1), ("therefore there are 2 shapes", 1), ("so 22", 0), ("so 3", 0), ("2 , so 3", 0), ("", 0)],
)
def test_a_conclusion_is_right_if_it_says_the_answer(text, right):
    assert concluded(text, THREE) == right
    assert concluded(text, "2") == right


def test_steps_are_a_bag():
    assert lost_steps("blue cross , red star , so 2", THREE) == 0
    assert lost_steps("red star , red star , so 2", THREE) == pytest.approx(1 / 2)
    assert lost_steps("so 2", THREE) == 1
    assert lost_steps("so 2", "so 3") == 0


def test_words_of_steps_are_edited():
    assert edited_words("red star , green cross , so 5", THREE) == pytest.approx(1 / 4)
    assert edited_words("so 2", THREE) == 1


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("blue star , blue cross , so 2", 0),
        ("red star , blue star , so 2", 3 / 6),
        ("red star , blue cross , so 3", 5 / 6),
        ("red star", 2 / 6),
        (f"{THREE} and more", 1),
    ],
)
def test_chains_part_at_the_first_other_word(text, where):
    assert parting(text, THREE) == pytest.approx(where)


def test_a_chain_that_stays_parts_nowhere():
    texts = Texts({"a": THREE, "b": "so 2"}, {"a": "", "b": ""}, {"a": "a", "b": "b"}, {})
    other = Texts({"a": THREE, "b": THREE}, {"a": "", "b": ""}, {"a": "a", "b": "b"}, {})
    assert isinstance(parting(THREE, THREE), Excluded)
    scores = texts.score(parting, other)
    assert set(scores.values) == {"b"}
    assert scores.excluded == {"a": "the chain stays as it was"}


chains = st.lists(st.sampled_from(["red star", "blue cross", "nothing", "so 2", "so 3"]), max_size=5).map(
    " , ".join
)


@given(chains, chains)
def test_distances_lie_between_zero_and_one_and_are_zero_for_the_same(text, other):
    for distance in DISTANCES:
        assert 0 <= distance(text, other) <= 1
        assert distance(text, text) == 0
        assert distance(text, other) == pytest.approx(distance(other, text))


@given(st.text(max_size=60))
def test_any_text_comes_apart(text):
    assert isinstance(reasoning_steps(text), list)
    assert isinstance(conclusion_of(text), list)
    assert lost_steps(text, text) == 0
