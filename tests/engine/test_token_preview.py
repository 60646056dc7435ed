"""Previews: tokens that a plain run picks, before anything is edited."""

import pytest
import torch

from tests.engine.small_nets import RECIPES, net, prompts
from vtmetrics.edits.chosen_tokens import named
from vtmetrics.edits.edit import PLAIN, truncate
from vtmetrics.edits.picked_tokens import ALIVE, DEAD, attended, dominant
from vtmetrics.edits.tokens import IMAGE, QUESTION, READOUT
from vtmetrics.engine import Record, edited, sweep
from vtmetrics.engine.token_preview import preview
from vtmetrics.inputs.layout import Layout

RAGGED = ((3, 5), (6, 3))
pytestmark = pytest.mark.usefixtures("no_gradients")


def known(layout, *picks, family="llava"):
    """The layout that knows what was picked."""
    inputs, _ = prompts(family, RAGGED)
    return layout.also({str(pick): preview(net(family), inputs, layout, pick)[0] for pick in picks})


@pytest.mark.parametrize("family", RECIPES)
def test_the_attended_are_those_with_the_largest_weights(family):
    """Seen in a net that runs without weights, equal to what a net with weights shows."""
    inputs, layout = prompts(family, RAGGED)
    with edited(net(family, "eager"), PLAIN, layout, record={"w": Record(READOUT, site="weights")}) as run:
        net(family, "eager")(**inputs)

    for at, layer in ((1, 0), (1 / 2, 2), (6, 5)):
        picked, _ = preview(net(family), inputs, layout, attended(3, at))

        for row, weights in enumerate(run.recorded["w"][layer]):
            seen = weights[:, 0].mean(0).where(layout.named("image")[row], -1)
            assert set(picked[row].nonzero().flatten().tolist()) == set(seen.topk(3).indices.tolist())


def test_a_preview_leaves_the_net_as_it_was():
    inputs, layout = prompts("llava", RAGGED)
    model = net("llava")
    before = model(**inputs).logits

    preview(model, inputs, layout, attended(3, 2))

    assert model.get_decoder().config._attn_implementation == "sdpa"
    assert torch.equal(model(**inputs).logits, before)
    with pytest.raises(ValueError, match="no tokens named 'readout'"):
        preview(model, inputs, Layout({}, layout.valid, layout.keys), attended(3, 2))
    assert model.get_decoder().config._attn_implementation == "sdpa"


@pytest.mark.parametrize(("amount", "count"), [(0, 0), (5, 5), (0.25, 4), (0.5, 8), (1.0, 16), (99, 16)])
def test_a_count_or_a_share_is_picked_of_every_row(amount, count):
    _, layout = prompts("llava", RAGGED)
    where = known(layout, attended(amount, 2))
    picked = attended(amount, 2).mask(where)

    assert picked.sum(1).tolist() == [count, count]
    assert not (picked & ~layout.named("image")).any()
    assert (IMAGE - attended(amount, 2)).mask(where).sum(1).tolist() == [16 - count, 16 - count]


def test_the_more_attended_lie_among_the_attended():
    _, layout = prompts("llava", RAGGED)
    where = known(layout, attended(4, 2), attended(8, 2))

    assert not (attended(4, 2).mask(where) & ~attended(8, 2).mask(where)).any()


def test_equal_attention_is_told_apart_by_place():
    even = torch.ones(2, 1, 6)
    image = torch.tensor([False, True, True, True, True, False])

    assert attended(2, 1).choose(even, image).tolist() == [True, True, False, False]


def test_picked_tokens_are_values_that_compose():
    """Equal texts are equal tokens, and the text is an expression that means them."""
    some = (IMAGE - attended(0.5, at=1 / 6)).like(attended(0.25, at=2), seed=3)

    again = eval(str(some), {"IMAGE": IMAGE, "attended": attended})  # noqa: S307 # the text is our own

    assert again == some
    assert hash(again) == hash(some)
    assert some.picks() == {attended(0.5, 1 / 6), attended(0.25, 2)}
    assert str(attended(0.5, 2)) == "attended(0.5, at=2)"
    assert str(~attended(0.5, 2)) == "~attended(0.5, at=2)"
    assert (QUESTION | IMAGE).picks() == frozenset()


def test_as_many_others_are_drawn_row_by_row():
    _, layout = prompts("llava", RAGGED)
    where = known(layout, attended(5, 2))
    others = (IMAGE - attended(5, 2)).like(attended(5, 2), seed=1)

    assert others.mask(where).sum(1).tolist() == [5, 5]
    assert not (others.mask(where) & attended(5, 2).mask(where)).any()
    assert others.lacking(where) == {}


def test_a_row_with_too_few_others_is_told_and_stops_no_other():
    """Of static sets this is an error of whoever asks; of picked ones it is a property of the scene."""
    _, layout = prompts("llava", RAGGED)
    where = known(layout, attended(12, 2))
    others = (IMAGE - attended(12, 2)).like(attended(12, 2))

    assert others.mask(where).sum(1).tolist() == [4, 4]
    assert others.lacking(where) == dict.fromkeys((0, 1), f"too few tokens for {others}")


def test_pruning_what_is_not_attended_keeps_positions():
    """FastV's pruning: the same edit as with a name for the same tokens."""
    inputs, layout = prompts("llava", RAGGED)
    pick = attended(0.5, 2)
    where = known(layout, pick)
    same = Layout({**layout.masks, "kept": pick.mask(where)}, layout.valid, layout.keys)

    (one,) = sweep(net("llava"), inputs, where, [truncate(2, IMAGE - pick)])
    (other,) = sweep(net("llava"), inputs, same, [truncate(2, IMAGE - named("kept"))])
    (plain,) = sweep(net("llava"), inputs, layout, [PLAIN])

    assert torch.equal(one.logits, other.logits)
    assert not torch.equal(one.logits, plain.logits)


def around(*sizes, alone=0):
    """So many states along each of some axes, and some along an axis of their own."""
    counts = torch.tensor([*sizes, *([1] * alone)])
    return torch.eye(64)[: len(counts)].repeat_interleave(counts, dim=0)


@pytest.mark.parametrize(
    ("states", "count"),
    [
        (around(30, 8, 7, alone=5), 30),  # more than all other clusters
        (around(15, 8, 7, alone=20), 0),  # as many as all others together
        (around(5, alone=45), 5),  # a tenth of the image
        (around(4, alone=46), 0),  # less than that
        (around(alone=50), 0),
        (around(50), 50),
    ],
)
def test_a_cluster_is_dominant_over_all_others(states, count):
    order = torch.randperm(len(states), generator=torch.Generator().manual_seed(0))
    dead = DEAD.choose(states[order], None)

    assert int(dead.sum()) == count
    assert (states[order][dead] == states[order][dead][:1]).all()


def test_the_dead_are_found_in_the_embedded_image():
    """At the input of the first layer: whatever the layers do, and whatever attention the net has."""
    inputs, layout = prompts("llava", RAGGED)
    with edited(net("llava"), PLAIN, layout, record={"states": Record(IMAGE)}) as run:
        net("llava")(**inputs)
    found, _ = preview(net("llava"), inputs, layout, dominant(0.2))

    for row, states in enumerate(run.recorded["states"][0]):
        assert torch.equal(found[row, layout.named("image")[row]], dominant(0.2).choose(states, None))


def test_the_dead_have_names():
    assert (str(DEAD), str(ALIVE), str(dominant(0.8))) == ("DEAD", "IMAGE & ~DEAD", "dominant(0.8)")
    assert dominant(0.9) == DEAD
    assert str(ALIVE.like(DEAD, 2)) == "(IMAGE & ~DEAD).like(DEAD, seed=2)"
    with pytest.raises(ValueError, match="tau is a cosine"):
        dominant(90)


def test_two_sets_up_to_each_other_are_equally_many():
    """Where one set is smaller, all of it and as many of the other."""
    _, layout = prompts("llava", RAGGED)
    for amount in (3, 8, 12):
        where = known(layout, attended(amount, 2))
        some, rest = attended(amount, 2), IMAGE - attended(amount, 2)
        few = min(amount, 16 - amount)

        assert some.upto(rest, 1).mask(where).sum(1).tolist() == [few, few]
        assert rest.upto(some, 2).mask(where).sum(1).tolist() == [few, few]
        assert rest.upto(some).lacking(where) == {}
        assert str(some.upto(IMAGE, seed=4)) == f"{some}.upto(IMAGE, seed=4)"


@pytest.mark.parametrize("pick", [(1.5, 2), (-1, 2), (0.5, -1), (0.5, 1.5)])
def test_what_cannot_be_picked_is_refused(pick):
    with pytest.raises(ValueError, match=r"between 0|count from 0"):
        attended(*pick)


def test_nothing_is_attended_to_before_the_first_layer():
    inputs, layout = prompts("llava", RAGGED)
    with pytest.raises(ValueError, match="wants a layer that has another before it, not the first of 6"):
        preview(net("llava"), inputs, layout, attended(0.5, 0))
    with pytest.raises(ValueError, match=r"no tokens named 'attended\(0.5, at=2\)'"):
        attended(0.5, 2).mask(layout)
