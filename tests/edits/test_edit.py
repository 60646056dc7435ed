"""Edits are values: depths, texts, composition, and what they refuse."""

import pytest

from vtmetrics.edits import edit as verbs
from vtmetrics.edits.chosen_tokens import named
from vtmetrics.edits.depth import layer_of
from vtmetrics.edits.edit import (
    DONOR,
    MEAN,
    NOISE,
    PLAIN,
    enter_at,
    freeze,
    prune,
    pyramid,
    scale,
    substitute,
    truncate,
    window,
)
from vtmetrics.edits.tokens import IMAGE, QUESTION, SYSTEM, TEXT
from vtmetrics.engine import BorrowedStates, sources

EDITS = [
    PLAIN,
    truncate(4),
    truncate(0.5),
    truncate(1.0),
    truncate(1, SYSTEM),
    truncate(3, positions="renumbered", early_keys="evicted"),
    prune(IMAGE.sample(0.5, seed=2)),
    pyramid({0.25: IMAGE.sample(0.5), 0.5: IMAGE}),
    enter_at(3),
    window(2, 4, TEXT),
    freeze(IMAGE, attention=False),
    freeze(IMAGE, ffn=False, first=1, last=0.5, decoding=True),
    substitute(IMAGE, by=2, at=0.5),
    substitute(TEXT, by=DONOR, at=3),
    substitute(named("dead"), by=NOISE, at=1, seed=7),
    substitute(IMAGE, by=MEAN, at=1),
    scale(QUESTION, 0.01),
    truncate(4) >> scale(IMAGE, 2.0, at=1) >> truncate(5, TEXT),
]


@pytest.mark.parametrize("edit", EDITS, ids=str)
def test_the_text_of_an_edit_is_an_expression_that_means_it(edit):
    """What is printed can be typed, and is the same edit: results are filed under it."""
    names = {**vars(verbs), "QUESTION": QUESTION, "SYSTEM": SYSTEM, "named": named}
    assert eval(str(edit), names) == edit  # noqa: S307 # the test wrote the text itself


def test_texts_tell_edits_apart():
    assert len({str(edit) for edit in EDITS}) == len(set(EDITS)) == len(EDITS)


def test_texts_do_not_change():
    """Stored results are found by them: a change here loses every result that was ever stored."""
    assert [str(edit) for edit in EDITS] == [
        "PLAIN",
        "truncate(4, IMAGE)",
        "truncate(0.5, IMAGE)",
        "truncate(1.0, IMAGE)",
        "truncate(1, SYSTEM)",
        "truncate(3, IMAGE, positions='renumbered', early_keys='evicted')",
        "truncate(0, IMAGE.sample(0.5, seed=2))",
        "truncate(0.25, IMAGE.sample(0.5, seed=0)) >> truncate(0.5, IMAGE)",
        "window(0, 3, IMAGE)",
        "window(2, 4, QUESTION | SYSTEM)",
        "freeze(IMAGE, attention=False, ffn=True, first=0, last=None, decoding=False)",
        "freeze(IMAGE, attention=True, ffn=False, first=1, last=0.5, decoding=True)",
        "substitute(IMAGE, by=2, at=0.5)",
        "substitute(QUESTION | SYSTEM, by=DONOR, at=3)",
        "substitute(named('dead'), by=NOISE, at=1, seed=7)",
        "substitute(IMAGE, by=MEAN, at=1)",
        "scale(QUESTION, 0.01, at=0)",
        "truncate(4, IMAGE) >> scale(IMAGE, 2.0, at=1) >> truncate(5, QUESTION | SYSTEM)",
    ]


def test_edits_compose_and_nothing_is_their_unit():
    cut, less = truncate(4), scale(IMAGE, 0.5)
    assert PLAIN >> cut == cut >> PLAIN == cut
    assert (cut >> less) >> cut == cut >> (less >> cut)
    assert cut >> less != less >> cut


@pytest.mark.parametrize(
    ("depth", "layers", "layer"),
    [(1, 12, 1), (1.0, 12, 12), (0.0, 12, 0), (0.5, 7, 4), (1 / 3, 12, 4), (1 / 6, 3, 1), (0.29, 50, 15)],
)
def test_a_fraction_of_the_layers_is_rounded_half_up(depth, layers, layer):
    """1/6 of 3 and 0.29 of 50 are halves, though 0.29 · 50 as floats is a little less."""
    assert layer_of(depth, layers) == layer


@pytest.mark.parametrize(
    ("depth", "error", "said"),
    [
        (1.5, ValueError, "between 0 and 1, not at 1.5"),
        (float("nan"), ValueError, "between 0 and 1, not at nan"),
        (-1, ValueError, "there is no layer -1"),
        (True, TypeError, "not True"),
        ("half", TypeError, "not 'half'"),
        (None, TypeError, "not None"),
    ],
)
def test_an_impossible_depth_is_refused_at_once(depth, error, said):
    for make in (truncate, enter_at, lambda d: scale(IMAGE, 2.0, at=d), lambda d: freeze(IMAGE, first=d)):
        with pytest.raises(error, match=said):
            make(depth)


def test_a_layer_that_a_model_lacks_is_refused_when_it_is_known():
    with pytest.raises(ValueError, match="layer 13 was wanted of a model whose depths are 0 to 12"):
        truncate(13).on(12)


def test_an_edit_of_a_known_model_names_layers():
    """Fractions that fall on one layer are one edit; what does nothing there is no step."""
    assert truncate(0.5).on(12) == truncate(6).on(12) == truncate(6)
    assert truncate(0.5).on(7) == truncate(0.51).on(7)
    assert truncate(1.0).on(12) == PLAIN
    assert (window(3, 3) >> scale(IMAGE, 2.0, at=1.0)).on(12) == scale(IMAGE, 2.0, at=12)
    assert window(2, 1.0).on(12) == truncate(2)


def test_pruning_is_truncating_before_the_first_layer():
    assert prune(IMAGE) == truncate(0)
    assert str(enter_at(0.5).on(12)) == "window(0, 6, IMAGE)"


@pytest.mark.parametrize(
    ("edit", "begins"),
    [
        (PLAIN, 13),
        (truncate(0.5), 6),
        (enter_at(0.5), 0),
        (scale(IMAGE, 2.0, at=1.0), 12),
        (truncate(1.0), 13),
    ],
)
def test_an_edit_knows_where_it_begins(edit, begins):
    assert edit.begins(12) == begins


def test_states_that_pass_by_need_no_other_run():
    """A state of an earlier layer is met on the way, unless something has changed before."""
    assert sources(substitute(IMAGE, by=2, at=5), 12) == ()
    assert sources(substitute(IMAGE, by=7, at=5), 12) == (BorrowedStates("own", 7, IMAGE),)
    assert sources(truncate(1, SYSTEM) >> substitute(IMAGE, by=2, at=5), 12) == (
        BorrowedStates("own", 2, IMAGE),
    )
    assert sources(substitute(IMAGE, by=DONOR, at=0.5), 12) == (BorrowedStates("donor", 6, IMAGE),)
    assert sources(substitute(IMAGE, by=NOISE, at=5) >> substitute(IMAGE, by=MEAN, at=6), 12) == ()


def test_what_cannot_be_meant_is_refused():
    with pytest.raises(ValueError, match="kept or renumbered, not 'new'"):
        truncate(1, positions="new")
    with pytest.raises(ValueError, match="kept or evicted, not 'gone'"):
        truncate(1, early_keys="gone")
    with pytest.raises(ValueError, match="attention, the ffn or both, not neither"):
        freeze(IMAGE, attention=False, ffn=False)


SAME = substitute(IMAGE, by=5, at=5)


@pytest.mark.parametrize(
    ("edit", "idle"),
    [
        (PLAIN, False),
        (SAME, True),
        (substitute(IMAGE, by=0.41, at=0.42), True),
        (substitute(IMAGE, by=DONOR, at=4) >> SAME, False),
        (SAME >> substitute(IMAGE, by=DONOR, at=4), False),
        (scale(IMAGE, 2.0, 5) >> SAME, False),
        (freeze(TEXT, first=4) >> SAME, False),
        (SAME >> scale(IMAGE, 2.0, 5), True),
        (SAME >> truncate(5), True),
        (SAME >> substitute(IMAGE, by=DONOR, at=6), True),
    ],
    ids=str,
)
def test_a_step_is_idle_unless_it_undoes_what_came_before(edit, idle):
    """States replaced by themselves are what they were, but where an earlier step has changed them."""
    assert edit.idle(12) is idle
