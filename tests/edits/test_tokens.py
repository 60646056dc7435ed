"""Tokens are sets: their algebra, their text, and what is drawn from them."""

from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vtmetrics.edits.chosen_tokens import named
from vtmetrics.edits.tokens import ANSWER, IMAGE, QUESTION, READOUT, SYSTEM, TEXT
from vtmetrics.inputs.layout import Layout
from vtmetrics.unmeasured import NotMeasured

NAMES = ("image", "system", "question", "readout", "answer")


def layout(keys=("a", "b"), padding=2):
    """Rows of 4 system, 10 image, 5 question tokens; the first row is padded."""
    masks = {name: torch.zeros(2, 21, dtype=torch.bool) for name in NAMES}
    for row, start in enumerate((padding, 0)):
        masks["system"][row, start : start + 4] = True
        masks["image"][row, start + 4 : start + 14] = True
        masks["question"][row, start + 14 : start + 19] = True
        masks["readout"][row, start + 18] = True
    valid = masks["system"] | masks["image"] | masks["question"]
    return Layout(masks, valid, keys)


leaves = st.sampled_from([IMAGE, SYSTEM, QUESTION, READOUT, ANSWER])
expressions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(lambda a, b: a & b, inner, inner),
        st.builds(lambda a, b: a | b, inner, inner),
        st.builds(lambda a, b: a - b, inner, inner),
        st.builds(lambda a: ~a, inner),
        st.builds(lambda a, b, seed: a.upto(b, seed), inner, inner, st.integers(0, 9)),
        st.builds(lambda a, share, seed: a.sample(share, seed), inner, st.floats(0, 1), st.integers(0, 9)),
    ),
    max_leaves=6,
)
derandomized = settings(derandomize=True, deadline=None, max_examples=60)


@derandomized
@given(expressions, expressions)
def test_tokens_are_sets(a, b):
    where = layout()
    first, second = a.mask(where), b.mask(where)
    assert torch.equal((a & b).mask(where), first & second)
    assert torch.equal((a | b).mask(where), first | second)
    assert torch.equal((a - b).mask(where), first & ~second)
    assert torch.equal((~a).mask(where), where.valid & ~first)
    assert not (a.mask(where) & ~where.valid).any()


@derandomized
@given(expressions)
def test_the_text_of_tokens_is_an_expression_that_means_them(tokens):
    """A reader may type what is printed; equal texts are equal tokens."""
    names = {"IMAGE": IMAGE, "SYSTEM": SYSTEM, "QUESTION": QUESTION, "READOUT": READOUT, "ANSWER": ANSWER}
    again = eval(str(tokens), names)  # noqa: S307 # the test wrote the text itself
    assert again == tokens
    assert str(again) == str(tokens)
    assert hash(again) == hash(tokens)


def test_the_order_in_which_a_set_is_written_says_nothing():
    assert str(SYSTEM | QUESTION) == str(QUESTION | SYSTEM) == str(TEXT) == "QUESTION | SYSTEM"
    assert (IMAGE & (SYSTEM | QUESTION)) == ((QUESTION | SYSTEM) & IMAGE)
    assert (IMAGE | IMAGE) == IMAGE
    assert ~~IMAGE == IMAGE


def test_tokens_of_your_own_name_come_from_the_layout():
    where = layout()
    dead = where.masks["image"] & (torch.arange(21) % 3 == 0)
    where = Layout({**where.masks, "dead": dead}, where.valid, where.keys)
    assert torch.equal((IMAGE - named("dead")).mask(where), where.masks["image"] & ~dead)
    assert str(IMAGE - named("dead")) == "IMAGE & ~named('dead')"


def test_a_draw_depends_on_its_seed_and_the_rows_key_alone():
    """Neither padding nor the other rows of a batch change which tokens are drawn for a scene."""
    first = IMAGE.sample(4, seed=3)
    drawn = first.mask(layout(padding=2))[0, 2:]
    assert torch.equal(drawn[:19], first.mask(layout(keys=("a", "c"), padding=0))[0, :19])
    assert torch.equal(drawn[:19], first.mask(layout(keys=("c", "a")))[1, :19])
    assert not torch.equal(drawn[:19], IMAGE.sample(4, seed=4).mask(layout())[0, 2:])
    assert not torch.equal(drawn[:19], first.mask(layout(keys=("d", "b")))[0, 2:])


def test_smaller_draws_lie_within_larger_ones():
    draws = [IMAGE.sample(count).mask(layout()) for count in range(11)]
    assert [int(drawn.sum()) for drawn in draws] == [2 * count for count in range(11)]
    assert all(not (small & ~large).any() for small, large in pairwise(draws))


@pytest.mark.parametrize(("share", "count"), [(0.0, 0), (0.25, 3), (0.3, 3), (0.34, 3), (0.35, 4), (1.0, 10)])
def test_a_share_is_rounded_half_up(share, count):
    assert IMAGE.sample(share).mask(layout()).sum(1).tolist() == [count, count]


def test_as_many_as_there_are_others():
    """A control of equal size, row by row."""
    where = layout()
    where.masks["question"][1, 17] = False
    drawn = IMAGE.like(QUESTION, seed=1)
    assert drawn.mask(where).sum(1).tolist() == QUESTION.mask(where).sum(1).tolist() == [5, 4]
    assert str(drawn) == "IMAGE.like(QUESTION, seed=1)"


@derandomized
@given(expressions, expressions, st.integers(0, 9))
def test_two_sets_drawn_up_to_each_other_are_equally_many(a, b, seed):
    where = layout()
    counts = [some.mask(where).sum(1).tolist() for some in (a.upto(b, seed), b.upto(a, seed))]
    assert counts[0] == counts[1] == torch.minimum(a.mask(where).sum(1), b.mask(where).sum(1)).tolist()
    assert not (a.upto(b, seed).mask(where) & ~a.mask(where)).any()


def test_too_many_tokens_cannot_be_drawn():
    with pytest.raises(NotMeasured, match="a has 4 tokens of SYSTEM, fewer than the 5 to be drawn"):
        SYSTEM.sample(5).mask(layout())


@pytest.mark.parametrize("amount", [-1, 1.5, -0.1, True, float("nan")])
def test_no_sample_of_an_impossible_size(amount):
    with pytest.raises(ValueError, match="a sample is a count or a share"):
        IMAGE.sample(amount)


def test_a_name_that_the_layout_does_not_know_is_an_error():
    with pytest.raises(ValueError, match="no tokens named 'dead', only answer, image"):
        named("dead").mask(layout())
    with pytest.raises(ValueError, match="lower-case word, not 'Dead ones'"):
        named("Dead ones")


def test_a_layout_that_contradicts_itself_is_refused():
    where = layout()
    with pytest.raises(ValueError, match="needs as many keys, not 1"):
        Layout(where.masks, where.valid, ("a",))
    with pytest.raises(ValueError, match="the mask of image is a bool"):
        Layout({"image": where.masks["image"].long()}, where.valid, where.keys)
    with pytest.raises(ValueError, match="image tokens lie on padding"):
        Layout({"image": torch.ones(2, 21, dtype=torch.bool)}, where.valid, where.keys)
    with pytest.raises(ValueError, match="valid is a bool"):
        Layout({}, where.valid.long(), where.keys)
