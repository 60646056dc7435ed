"""Definitions: what a name's source leads to, and that words in it count for nothing."""

import ast

import pytest

from fixtures.calibration.definitions import _text, reached, room
from fixtures.claim_catalogue import source

PLAIN = """
def half(x):
    return x / 2
"""
WORDED = '''
def half(x):
    """Half of it."""
    # by two
    return (x
            / 2)
'''


def text(code):
    return _text(ast.parse(code).body[0])


def test_words_and_layout_change_nothing():
    assert text(PLAIN) == text(WORDED)


@pytest.mark.parametrize("other", ["x / 3", "x * 2", "-x / 2"])
def test_every_change_of_what_is_done_shows(other):
    assert text(PLAIN) != text(PLAIN.replace("x / 2", other))


def test_a_claim_reaches_its_helpers_and_constants():
    found = reached([("claims.test_truncation", "test_letters_survive_half_the_depth")], ("claims.test",))
    names = {name for _, name in found}
    assert {"HALF", "BLIND", "OTHER", "ADDED", "RQ3"} <= names
    assert not {"STEPS", "steepest", "CUTS"} & names


def test_a_variable_that_is_called_like_a_function_does_not_reach_it():
    """C1.half calls what it keeps `kept`, as another claim's helper is called."""
    assert "kept" in source("claims.test_truncation").defined
    found = reached([("claims.test_truncation", "test_letters_survive_half_the_depth")], ("claims.test",))
    assert ("claims.test_truncation", "kept") not in found


def test_a_name_is_followed_through_doors_into_its_module():
    found = reached([("claims.test_truncation", "loss")], ("claims.test", "vtmetrics.readings"))
    assert ("vtmetrics.readings.answers", "correct") in found
    assert ("vtmetrics.edits.edit", "truncate") not in found


def test_what_is_closed_is_not_entered():
    place = ("claims.test_truncation", "STEPS")
    start = [("claims.test_truncation", "test_letters_lose_little_at_any_one_layer")]
    assert place in reached(start, ("claims.test",))
    assert place not in reached(start, ("claims.test",), {place})


def test_a_room_is_its_modules_without_their_imports():
    whole = room("vtmetrics/statistics", ["interval"])
    assert [*whole] == [("vtmetrics.statistics.interval", "")]
    told = source("vtmetrics.statistics.interval")
    imports = [one for one in told.tree.body if isinstance(one, ast.ImportFrom)]
    assert imports
    assert not any(_text(one) in whole["vtmetrics.statistics.interval", ""] for one in imports)
