"""Sinks: image tokens that are long behind the tower, or massive where the first token is."""

import pytest
import torch

from vtmetrics.edits.picked_tokens import clustered
from vtmetrics.edits.sink_tokens import SINK_LLM, SINK_VIT, massive
from vtmetrics.inputs.layout import Layout

IMAGE = torch.tensor([False, *[True] * 40])


def bell(seed=0):
    """Norms around ten, as a bell has them."""
    return 10 + torch.randn(40, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.mark.parametrize("seed", range(5))
def test_no_token_of_a_bell_is_long(seed):
    assert not SINK_VIT.choose(bell(seed), IMAGE).any()


@pytest.mark.parametrize("factor", [0.01, 1.0, 1000.0])
def test_what_is_long_is_long_in_any_unit(factor):
    norms = bell()
    norms[[3, 30]] = torch.tensor([60.0, 45.0], dtype=torch.float64)
    assert SINK_VIT.choose(norms * factor, IMAGE).nonzero().flatten().tolist() == [3, 30]


def test_a_hair_above_flat_ground_is_not_long():
    """However many deviations it is: it is to be twice as long as the median as well."""
    flat = torch.full((40,), 10.0)
    flat[:4] = torch.tensor([10.5, 12.0, 19.9, 20.1])
    assert SINK_VIT.choose(flat, IMAGE).nonzero().flatten().tolist() == [3]
    spread = torch.linspace(1, 30, 40)
    assert not SINK_VIT.choose(spread, IMAGE).any()


def test_what_stands_for_no_patch_is_not_long_and_does_not_count():
    norms = torch.cat([bell(), torch.tensor([80.0]), torch.full((9,), torch.nan)])
    assert SINK_VIT.choose(norms, torch.ones(50, dtype=torch.bool)).nonzero().flatten().tolist() == [40]


def states(massive_ones, width=200, level=100.0):
    """A first token that is massive in coordinate 7, and image tokens of which some are."""
    drawn = torch.randn(41, width, generator=torch.Generator().manual_seed(1))
    drawn[0, 7] = 1000.0
    drawn[[1 + one for one in massive_ones], 7] = level
    return drawn


def test_massive_tokens_have_the_coordinate_of_the_first():
    assert SINK_LLM.choose(states([2, 5]), IMAGE).nonzero().flatten().tolist() == [2, 5]
    elsewhere = states([])
    elsewhere[3, 8] = 100.0  # massive, where the first token is not
    assert not SINK_LLM.choose(elsewhere, IMAGE).any()


def test_a_tenth_of_the_energy_is_massive():
    """Of 200 coordinates of one each, 4.7 is a tenth: 199 / 9 of the square."""
    held = torch.ones(41, 200)
    held[0] = 0
    held[0, 7] = 1
    held[1:3, 7] = torch.tensor([4.69, 4.71])
    assert SINK_LLM.choose(held, IMAGE).nonzero().flatten().tolist() == [1]


def test_what_most_image_tokens_have_is_not_massive():
    """In a narrow model a tenth of the energy lies somewhere in many of them."""
    assert not SINK_LLM.choose(states(range(30), width=20, level=8.0), IMAGE).any()
    assert SINK_LLM.choose(states([4], width=20, level=80.0), IMAGE).nonzero().flatten().tolist() == [4]


def test_the_first_token_may_be_one_of_the_image():
    """Then it has its own coordinate."""
    assert SINK_LLM.choose(states([2])[:40], IMAGE[1:]).nonzero().flatten().tolist() == [0, 3]


def test_sinks_have_names_and_reasons():
    assert [str(one) for one in (SINK_VIT, SINK_LLM, massive(1))] == ["SINK_VIT", "SINK_LLM", "massive(1)"]
    assert massive(2) == SINK_LLM
    none = torch.zeros(1, 4, dtype=torch.bool)
    layout = Layout({str(one): none for one in (SINK_VIT, SINK_LLM)}, ~none, ("one",))
    assert "no image token is long behind the vision tower" in SINK_VIT.lacking(layout)[0]
    assert "no image token has a massive coordinate" in SINK_LLM.lacking(layout)[0]
    with pytest.raises(ValueError, match=r"massive\(9\) wants a model of 9 layers, not of 6"):
        massive(9).layer(6)


def test_of_two_kinds_a_scene_lacks_what_it_has_neither_of():
    """One has both, one either, one none."""
    vit, llm = ([[True], [True], [False]], [[True], [False], [False]])
    masks = {"SINK_VIT": torch.tensor(vit), "SINK_LLM": torch.tensor(llm)}
    layout = Layout(masks, torch.ones(3, 1, dtype=torch.bool), ("both", "either", "none"))
    assert (SINK_VIT | SINK_LLM).lacking(layout).keys() == {2}
    assert (SINK_VIT & SINK_LLM).lacking(layout).keys() == {1, 2}


def test_clusters_are_picked_by_their_rank():
    held = torch.eye(16)[torch.tensor([0, 0, 0, 1, 1, 2, 3])]
    picked = [clustered(0.9, rank).choose(held, None).tolist() for rank in (0, 1, 2, None)]
    assert [[number for number, there in enumerate(one) if there] for one in picked] == [
        [0, 1, 2],
        [3, 4],
        [],
        [0, 1, 2, 3, 4],
    ]
    assert str(clustered(0.8, 0)) == "clustered(0.8, 0)"
    for told, words in (((90.0, 0), "tau is a cosine"), ((0.9, -1), "clusters count from 0")):
        with pytest.raises(ValueError, match=words):
            clustered(*told)
