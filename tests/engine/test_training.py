"""Training under an edit: gradients, checkpointing, adapters."""

import copy

import pytest
import torch
from peft import LoraConfig, get_peft_model

from tests.engine.oracle import Frozen, Gone, Oracle, Scaled
from tests.engine.small_nets import LAYERS, RECIPES, UNSAID, net, prompts
from tests.engine.test_oracle import edit_of
from vtmetrics.edits.edit import freeze, substitute, truncate
from vtmetrics.edits.tokens import IMAGE, TEXT
from vtmetrics.engine import edited

# peft asks transformers by a name that will go.
pytestmark = pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning")
STEPS = (Gone("image", 3, LAYERS), Scaled("question", 2.0, 1), Frozen("image", True, True, 1, 2))


def trainable(family):
    """A net of its own whose weights are to be trained."""
    return copy.deepcopy(net(family)).requires_grad_(requires_grad=True)


def adapted(family):
    """The net with adapters that already do something, in its text model and its tower."""
    torch.manual_seed(1)
    config = LoraConfig(r=2, target_modules=["q_proj", "v_proj", "up_proj"], init_lora_weights=False)
    return get_peft_model(copy.deepcopy(net(family)), config).eval()


def loss_of(logits, inputs, layout):
    """Cross-entropy of the question's tokens."""
    wanted = layout.masks["question"][:, 1:]
    return torch.nn.functional.cross_entropy(logits[:, :-1][wanted], inputs["input_ids"][:, 1:][wanted])


def gradients(model, loss):
    model.zero_grad()
    loss.backward()
    return {name: p.grad.clone() for name, p in model.named_parameters() if p.grad is not None}


@pytest.mark.parametrize("family", RECIPES)
def test_gradients_are_those_of_the_masked_net(family):
    """Of every weight, the tower's too: the image is read in the first layers."""
    model = trainable(family)
    inputs, layout = prompts(family, ((3, 5), (6, 3)))
    with edited(model, edit_of(STEPS), layout):
        cut = gradients(model, loss_of(model(**inputs).logits, inputs, layout))
    oracle = Oracle(model, inputs, layout.masks, inputs["input_ids"][:, :0])
    masked = gradients(model, loss_of(oracle.logits(STEPS), inputs, layout))
    assert cut.keys() == masked.keys()
    assert any("vis" in name and grad.any() for name, grad in cut.items())
    for name, grad in cut.items():
        assert torch.allclose(grad, masked[name], atol=1e-5), name


@pytest.mark.parametrize("reentrant", [False, True])
def test_checkpointing_changes_no_gradient(reentrant):
    """A layer that runs a second time for its gradients is edited a second time, and in the same way."""
    model = trainable("qwen2_5_vl").train()
    inputs, layout = prompts("qwen2_5_vl", ((3, 5), (6, 3)))
    found = []
    for checkpointing in (False, True):
        if checkpointing:
            model.activation_checkpointing_enable({"use_reentrant": reentrant})
            model.enable_input_require_grads()
        with edited(model, truncate(3) >> freeze(IMAGE) >> substitute(TEXT, by=0, at=1), layout):
            logits = model(**inputs, use_cache=False).logits
            found.append(gradients(model, loss_of(logits, inputs, layout)))
    text = [name for name in found[0] if "language_model.layers" in name]
    assert text
    assert all(torch.allclose(found[0][name], found[1][name], atol=1e-6) for name in text)


def test_labels_give_the_loss_of_the_whole_sequence():
    """Logits keep their length, so labels keep theirs."""
    model = trainable("llava")
    inputs, layout = prompts("llava", ((3, 5),))
    labels = inputs["input_ids"].masked_fill(~layout.masks["question"], -100)
    with edited(model, truncate(2), layout):
        out = model(**inputs, labels=labels)
    assert out.logits.shape[1] == layout.length
    assert out.loss.isfinite()
    out.loss.backward()


@pytest.mark.parametrize("family", ["llava", "qwen3_vl"])
def test_a_net_with_adapters_is_edited_like_any_other(family):
    """Against the oracle, which knows nothing of adapters, read and generated."""
    model = adapted(family)
    inputs, layout = prompts(family, ((3, 5), (6, 3)))
    how = {"max_new_tokens": 4, "do_sample": False, "suppress_tokens": UNSAID}
    with torch.no_grad(), edited(model, edit_of(STEPS), layout):
        read, said = model(**inputs).logits, model.generate(**inputs, **how)
    generated = said[:, layout.length :]
    with torch.no_grad():
        expected = Oracle(model.get_base_model(), inputs, layout.masks, generated[:, :-1]).logits(STEPS)
    assert torch.allclose(read[layout.valid], expected[:, : layout.length][layout.valid], atol=1e-5)
    allowed = expected[:, layout.length - 1 :].index_fill(2, torch.tensor(UNSAID), -torch.inf)
    assert torch.equal(allowed.argmax(-1), generated)


def test_adapters_learn_through_a_cut_net():
    model = adapted("llava").train()
    inputs, layout = prompts("llava", ((3, 5), (6, 3)))
    weights = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.SGD(weights, lr=0.1)
    losses = []
    for _ in range(5):
        with edited(model, truncate(0.5), layout):
            loss = loss_of(model(**inputs).logits, inputs, layout)
            optimiser.zero_grad()
            loss.backward()
        optimiser.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < losses[0]
