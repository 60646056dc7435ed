"""A net is compared with itself at first use, and refused in one sentence if an edited run is another."""

import copy
import inspect

import pytest
import torch
import transformers as hf

from tests.engine.small_nets import RECIPES, net, prompts
from vtmetrics.edits.edit import PLAIN, prune, scale, truncate
from vtmetrics.edits.tokens import IMAGE, TEXT
from vtmetrics.engine import edited, sweep
from vtmetrics.engine.approval import approved

pytestmark = pytest.mark.usefixtures("no_gradients")


class Loud(hf.LlavaForConditionalGeneration):
    """A net whose logits are scaled, and capped, behind its head."""

    def forward(self, **given):
        out = super().forward(**given)
        out.logits = torch.tanh(out.logits / 3) * 4
        return out


def built(kind, layers=None):
    """A net of this class that nobody has used yet."""
    torch.manual_seed(0)
    made = kind._from_config(RECIPES["llava"].config(), attn_implementation="sdpa").eval()
    if layers:
        made.get_decoder().layers[2].__class__ = layers
    return made


def test_what_follows_the_head_is_part_of_a_sweep():
    model = built(Loud)
    inputs, layout = prompts("llava", ((3, 5), (6, 3)))
    cut, plain = sweep(model, inputs, layout, [truncate(2), PLAIN])
    assert torch.equal(plain.logits, model(**inputs).logits)
    with edited(model, truncate(2), layout):
        assert torch.equal(cut.logits, model(**inputs).logits)


def test_a_decoder_that_does_more_than_its_layers_and_norm_is_refused_by_sweeps():
    """Runs that are resumed would do without it."""
    model = built(hf.LlavaForConditionalGeneration)
    inputs, layout = prompts("llava", ((3, 5),))
    own = model.get_decoder().forward

    def louder(**given):
        out = own(**given)
        out.last_hidden_state = 4 * out.last_hidden_state
        return out

    model.get_decoder().forward = louder
    said = r"a llava can't be edited: in a sweep, logits of a prompt are .* away from the net's own"
    for _ in range(2):  # and not only the first time
        with pytest.raises(ValueError, match=said):
            next(sweep(model, inputs, layout, [PLAIN]))


class Rigid(hf.models.llama.modeling_llama.LlamaDecoderLayer):
    """A layer that has something for each place of a prompt of seven tokens."""

    def forward(
        self, hidden_states, attention_mask=None, past_key_values=None, position_embeddings=None, **given
    ):
        places = 1 if hidden_states.shape[1] == 1 else 7
        given |= {"attention_mask": attention_mask, "past_key_values": past_key_values}
        placed = hidden_states * torch.ones(1, places, 1)
        return super().forward(placed, position_embeddings=position_embeddings, **given)


class Stashing(hf.models.llama.modeling_llama.LlamaDecoderLayer):
    """A layer that has something of each token from elsewhere, which nobody takes away with the token."""

    ids = None

    def forward(self, hidden_states, attention_mask=None, past_key_values=None, **given):
        given |= {"attention_mask": attention_mask, "past_key_values": past_key_values}
        stashed = Stashing.ids[:, : hidden_states.shape[1], None] / 50
        return super().forward(hidden_states + stashed, **given)


Stashing.forward.__signature__ = inspect.signature(Rigid.forward)


@pytest.mark.parametrize(
    ("layers", "why"),
    [(Rigid, r"The size of tensor a \(5\) must match"), (Stashing, "logits of a prompt without some")],
    ids=["rigid", "stashing"],
)
def test_a_layer_that_sees_more_than_it_is_given_is_refused(layers, why):
    model = built(hf.LlavaForConditionalGeneration, layers)
    _, layout = prompts("llava", ((3, 5),))

    def stash(_, __, given):
        Stashing.ids = given["input_ids"]

    model.register_forward_pre_hook(stash, with_kwargs=True)
    with pytest.raises(ValueError, match=f"a llava can't be edited: in an edited run without an edit, {why}"):
        edited(model, scale(TEXT, 2.0), layout).__enter__()


def test_the_comparison_is_made_once_and_leaves_nothing_behind(monkeypatch):
    """Not in training mode, not under the users' own random numbers, and no offsets of its prompt stay."""
    model = copy.deepcopy(net("qwen2_5_vl"))
    model.train()
    model.model.rope_deltas = marked = torch.ones(1, 1)
    drawn = torch.get_rng_state()
    approved(model)
    assert model.training
    assert all(module.training for module in model.modules())
    assert model.model.rope_deltas is marked
    assert torch.equal(torch.get_rng_state(), drawn)
    monkeypatch.setattr(type(model), "forward", None)
    assert approved(model).tupled is False


def test_a_net_that_gives_no_numbers_is_not_refused_for_it():
    """What is wrong with it is said where scenes are scored."""
    model = copy.deepcopy(net("llava"))
    model.get_decoder().norm.weight.fill_(float("nan"))
    inputs, layout = prompts("llava", ((3, 5),))
    with edited(model, prune(IMAGE), layout):
        assert model(**inputs).logits.isnan().all()
