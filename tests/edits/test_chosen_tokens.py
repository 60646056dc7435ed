"""Chosen tokens: a selector of one's own says which image tokens stay, and nothing of it is kept."""

import pytest
import torch

from vtmetrics import IMAGE, PLAIN, Lab, Model, agree, chosen, estimate, over_depth, prune, truncate
from vtmetrics.edits.picked_tokens import attended
from vtmetrics.engine import Record
from vtmetrics.inputs.encoding import encode
from vtmetrics.lab.store import Store
from vtmetrics.nets.spec import Spec
from vtmetrics.readings.block import Block


def longest(states):
    """The half with the largest norms, by their numbers."""
    return states.norm(dim=1).argsort(descending=True)[: len(states) // 2]


def by_mask(states):
    return torch.zeros(len(states), dtype=torch.bool).index_fill(0, longest(states).cpu(), value=True)


def most_seen(weights):
    """As FastV ranks: the mean over heads."""
    seen = weights.double().mean(0)
    return seen.argsort(descending=True, stable=True)[: round(len(seen) / 2)]


@pytest.fixture
def runs(net_and_processor, scenes):
    return Block(*net_and_processor, [encode(net_and_processor[1], scene) for scene in scenes[:3]])


def where(runs, tokens):
    runs.where(tokens)
    return tokens.mask(runs.layout)


def test_numbers_and_bool_choose_the_same_and_are_told_apart(runs):
    one, other = chosen(longest, 3), chosen(by_mask, 3)
    assert str(one) != str(other)
    assert where(runs, one).equal(where(runs, other))
    states = runs.recorded(PLAIN, Record(IMAGE))[3]
    for row, some in enumerate(states):
        found = torch.zeros(len(some), dtype=torch.bool).index_fill(0, longest(some), value=True)
        assert where(runs, one)[row, IMAGE.mask(runs.layout)[row]].equal(found)


def test_attention_is_that_by_which_fastv_ranks(runs):
    count = int(IMAGE.mask(runs.layout)[0].sum())
    assert where(runs, chosen(most_seen, 2, given="attention")).equal(
        where(runs, attended(round(count / 2), 2))
    )


def test_two_functions_of_one_name_are_two_selectors(runs):
    def first(number):
        def take(states):
            return torch.arange(number, device=states.device)

        return take

    few, more = chosen(first(2)), chosen(first(4))
    assert (int(where(runs, few)[0].sum()), int(where(runs, more)[0].sum())) == (2, 4)
    assert chosen(longest, 1) == chosen(longest, 1)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        pytest.param(torch.tensor([0.5]), "numbers of tokens", id="numbers that count nothing"),
        pytest.param(torch.ones(2, 2), "one row of numbers", id="a table"),
        pytest.param([0], "one row of numbers", id="a list"),
        pytest.param(torch.tensor([10_000]), "tokens to choose from", id="a token that is not there"),
        pytest.param(torch.ones(3, dtype=torch.bool), "numbers of tokens", id="bool of other tokens"),
    ],
)
def test_what_says_nothing_of_these_tokens_is_refused(runs, said, told):
    with pytest.raises((TypeError, ValueError), match=told):
        where(runs, chosen(lambda _: said))


def test_a_selector_is_a_function_of_states_or_attention():
    with pytest.raises(TypeError, match="by a function"):
        chosen(0.5)
    with pytest.raises(ValueError, match="states or attention"):
        chosen(longest, given="pixels")


def test_nothing_that_hangs_on_a_selector_is_found_by_another_run(directory, scenes, tmp_path):
    model = Model(Spec(directory.name, "any", str(directory), embedded=True), Lab(Store(tmp_path)))
    edit = truncate(2, IMAGE - chosen(longest, 2))
    assert not edit.named
    assert prune(IMAGE - attended(0.5, 2)).named
    assert estimate(model.answer(scenes, agree, edit)).scenes == len(scenes)
    model.observe(scenes, over_depth("norm_mean", chosen(longest)))
    model.answer(scenes, agree, truncate(2))
    kept = Store(tmp_path).rows(model.digest)
    assert kept
    assert not any("chosen" in f"{asked.edit} {asked.reading}" for asked in kept)
