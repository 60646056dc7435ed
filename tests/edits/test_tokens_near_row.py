"""Tokens near a row of the vocabulary: those that a plain product finds, picked like any others."""

import pytest
import torch

from vtmetrics import IMAGE, PLAIN, Model, logprob, near_row, prune, share
from vtmetrics.edits import NearRow
from vtmetrics.inputs.encoding import encode
from vtmetrics.nets.spec import Spec
from vtmetrics.readings.block import Block


@pytest.fixture(scope="module")
def model(directory):
    return Model(Spec(directory.name, "any", str(directory), embedded=True))


@torch.no_grad()
def test_tokens_have_the_row_among_their_nearest(net_and_processor, scenes):
    """Counted with one product of unit rows, scene by scene."""
    net, processor = net_and_processor
    runs = Block(net, processor, [encode(processor, scene) for scene in scenes[:3]])
    table = torch.nn.functional.normalize(net.get_input_embeddings().weight.double(), dim=1)
    entering = runs.entering(IMAGE)
    nearest = [(held.double() @ table.T).topk(4).indices for held in entering]
    row = int(nearest[0][0, 3])
    picked, shown = runs.where(near_row(row, 4)), runs.where(IMAGE)
    for some, where, rows in zip(picked, shown, nearest, strict=True):
        assert some[where].tolist() == (rows == row).any(1).tolist()
        assert not some[~where].any()


def test_the_more_rows_the_more_tokens(model, scenes, net_and_processor):
    """Of all rows everybody has each; who has it among few has it among more."""
    size = len(net_and_processor[0].get_input_embeddings().weight)
    few, more, all_of_them = (model.observe(scenes, share(near_row(40, k))) for k in (2, 9, size))
    for scene in few.values:
        assert few.values[scene] <= more.values[scene] <= all_of_them.values[scene] == 1


def test_they_can_be_pruned_and_where_there_are_none_it_is_said(model, scenes):
    whole, cut = model.sweep(PLAIN, prune(near_row(40, 200))).answer(scenes[:2], logprob)
    assert all(whole.values[scene] != cut.values[scene] for scene in whole.values)
    told = model.observe(scenes, share(IMAGE, of=near_row(5, 1)))
    assert set(told.excluded.values()) <= {"no image token has row 5 among its 1 nearest"}


def test_what_is_no_row_is_refused():
    with pytest.raises(ValueError, match="rows of a vocabulary count from 0, not from -1"):
        near_row(-1)
    with pytest.raises(ValueError, match="at least one nearest row, not 0"):
        near_row(1, 0)
    assert str(near_row(1141)) == "near_row(1141, 3)"
    assert NearRow(4, 2).choose(torch.tensor([[1, 4], [4, 0], [0, 1]]), torch.ones(3)).tolist() == [
        True,
        True,
        False,
    ]
