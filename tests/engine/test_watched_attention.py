"""Attention weights under sdpa: those that eager attention returns, and a run that is none the wiser."""

import copy

import pytest
import torch

from tests.engine.small_nets import LAYERS, RECIPES, net, prompts
from vtmetrics.edits.edit import PLAIN, blind, enter_at, prune, truncate
from vtmetrics.edits.tokens import IMAGE, QUESTION, READOUT, TEXT
from vtmetrics.engine import Record, approved, edited
from vtmetrics.engine.token_rows import rows_of
from vtmetrics.engine.watched_attention import WATCHED, softmax_rows

ONE, RAGGED = ((3, 5),), ((3, 5), (6, 3))
ASKED = {"some": Record(QUESTION | READOUT, site="weights"), "image": Record(IMAGE, site="weights")}
pytestmark = pytest.mark.usefixtures("no_gradients")


def seen(model, edit, rows, family, **how):
    inputs, layout = prompts(family, rows)
    with edited(model, edit, layout, record=ASKED) as run:
        logits = model(**inputs, **how).logits
    return run.recorded, logits


@pytest.mark.parametrize("rows", [ONE, RAGGED], ids=["one row", "ragged rows"])
@pytest.mark.parametrize(
    "edit",
    [PLAIN, truncate(3), prune(IMAGE.sample(2)), enter_at(2), blind(QUESTION, IMAGE, first=2) >> truncate(4)],
    ids=str,
)
@pytest.mark.parametrize("family", RECIPES)
def test_weights_under_sdpa_are_those_of_eager_attention(family, edit, rows):
    """And what runs is sdpa to the last bit."""
    found, logits = seen(net(family), edit, rows, family)
    wanted, _ = seen(net(family, "eager"), edit, rows, family)
    for name in ASKED:
        assert len(found[name]) == LAYERS
        for mine, theirs in zip(found[name], wanted[name], strict=True):
            for row, other in zip(mine, theirs, strict=True):
                assert row.shape == other.shape
                assert torch.allclose(row, other, atol=1e-6)
    inputs, layout = prompts(family, rows)
    with edited(net(family), edit, layout):
        assert torch.equal(net(family)(**inputs).logits, logits)


def test_the_net_attends_as_before_when_it_is_over():
    model, (inputs, layout) = net("llava"), prompts("llava", RAGGED)
    before = model(**inputs).logits

    def stumble(layer, _):
        raise ArithmeticError(str(layer))

    record = {"weights": Record(READOUT, stumble, site="weights")}
    with edited(model, PLAIN, layout, record=record):
        assert model.get_decoder().config._attn_implementation == WATCHED
        with pytest.raises(ArithmeticError, match="0"):
            model(**inputs)
    assert model.get_decoder().config._attn_implementation == "sdpa"
    assert torch.equal(model(**inputs).logits, before)


def test_what_is_generated_is_not_watched():
    """Nor is a prompt that was read, by anybody who calls the net later."""
    model, (inputs, layout) = net("llava"), prompts("llava", RAGGED)
    how = {"max_new_tokens": 4, "do_sample": False}
    with edited(model, truncate(2), layout, record=ASKED) as run:
        said = model.generate(**inputs, **how)
    with edited(model, truncate(2), layout):
        assert torch.equal(model.generate(**inputs, **how), said)
    assert len(run.recorded["some"]) == LAYERS


def test_weights_are_read_where_attention_is_known():
    model, (inputs, layout) = copy.deepcopy(net("llava")), prompts("llava", ONE)
    approved(model)  # it is compared with itself in what there is
    model.get_decoder().config._attn_implementation = "flash_on_paper"
    with (
        pytest.raises(ValueError, match="read in sdpa or eager attention, not in flash_on_paper"),
        edited(model, PLAIN, layout, record=ASKED),
    ):
        model(**inputs)


@pytest.mark.parametrize("kind", ["none", "pairs", "added", "by head"])
def test_rows_are_those_of_a_plain_softmax(kind):
    """With keys that heads share, and masks of every kind that sdpa takes."""
    made = torch.Generator().manual_seed(0)
    query, key = (torch.randn(2, heads, 7, 8, generator=made) for heads in (6, 2))
    reads = torch.ones(2, 1, 7, 7, dtype=torch.bool).tril()
    if kind == "by head":
        reads = reads & (torch.rand(2, 6, 7, 7, generator=made) < 0.7) | torch.eye(7, dtype=torch.bool)
    scores = query @ key.repeat_interleave(3, 1).mT * 0.4
    whole = scores.masked_fill(~reads, -torch.inf).softmax(-1)
    added = torch.zeros(reads.shape).masked_fill(~reads, torch.finfo(torch.float32).min)
    mask = {"none": None, "pairs": reads, "added": added, "by head": reads}[kind]
    some = torch.rand(2, 7, generator=made) < 0.5

    found = softmax_rows(query, key, mask, 0.4, rows_of(some))

    for row in range(2):
        assert torch.allclose(found[row], whole[row][:, some[row]], atol=1e-6)


def test_no_whole_map_is_ever_made():
    """The largest tensor that asking two tokens makes has as many rows as there are tokens asked."""
    largest = []

    class Watching(torch.utils._python_dispatch.TorchDispatchMode):
        def __torch_dispatch__(self, function, types, args=(), kwargs=None):
            made = function(*args, **(kwargs or {}))
            largest.append(made.numel() if isinstance(made, torch.Tensor) else 0)
            return made

    query, key = torch.randn(1, 2, 300, 4), torch.randn(1, 2, 300, 4)
    asked = rows_of(torch.arange(300)[None] >= 298)
    with Watching():
        softmax_rows(query, key, None, None, asked)
    assert max(largest) == query.numel()


def test_nobody_is_asked_where_nobody_is():
    """Tokens that a layer lacks have no weights there."""
    model, (inputs, layout) = net("llava"), prompts("llava", RAGGED)
    record = {"image": Record(IMAGE, site="weights"), "text": Record(TEXT, site="weights")}
    with edited(model, truncate(3), layout, record=record) as run:
        model(**inputs)
    assert [row[0].shape[1] for row in run.recorded["image"]] == [16, 16, 16, 0, 0, 0]
    assert [row[1].shape[1] for row in run.recorded["text"]] == [9] * LAYERS
