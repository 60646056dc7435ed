"""Peers: recording and substitution in the words of nnsight and TransformerLens, where they are installed."""

import copy
import os

from transformers import AutoTokenizer

from fixtures.models.registry import HERE

#: by which TransformerLens knows a LLaVA; nothing is fetched
LLAVA = "llava-hf/llava-1.5-7b-hf"


def nnsight_variants(net, inputs, rows):
    """Every layer's rows of the image, and those of one layer in another, in nnsight's words."""
    try:
        from nnsight import NNsight, save  # noqa: PLC0415 # no requirement: where it is installed
    except ImportError:
        return {}
    wrapped = NNsight(copy.deepcopy(net))  # which it changes for good
    layers = wrapped.model.language_model.layers

    def take():
        with wrapped.trace(**inputs):
            save([layer.output[:, rows] for layer in layers])

    def swap():
        with wrapped.trace(**inputs):
            early = layers[1].output[:, rows]
            layers[5].output[:, rows] = early

    return {"nnsight: capture": take, "nnsight: substitute": swap}


def bridged_variants(net, inputs, rows):
    """The same in TransformerLens's; beside its own plain pass, since it computes attention another way."""
    os.environ |= {
        "PIP_NO_INDEX": "1",
        "HF_HUB_OFFLINE": "1",
    }  # it would install torchvision, and torch with it
    try:
        from transformer_lens.model_bridge import TransformerBridge  # noqa: PLC0415 # where it is installed
    except ImportError:
        return {}
    net = copy.deepcopy(net)
    net.config.architectures = [type(net).__name__]
    tokenizer = AutoTokenizer.from_pretrained(HERE / "weights" / "llava-0", add_bos_token=True)
    bridge = TransformerBridge.boot_transformers(LLAVA, hf_model=net, tokenizer=tokenizer)
    others = {name: value for name, value in inputs.items() if name != "input_ids"}
    kept = []

    def run(*hooks):
        bridge.run_with_hooks(inputs["input_ids"], fwd_hooks=list(hooks), **others)

    def take(states, hook):  # noqa: ARG001 - the bridge names its arguments
        kept.append(states.index_select(1, rows))

    def put(states, hook):  # noqa: ARG001
        return states.index_copy(1, rows, kept.pop())

    everywhere = [(f"blocks.{layer}.hook_in", take) for layer in range(bridge.cfg.n_layers)]
    return {
        "TransformerLens: plain": run,
        "TransformerLens: capture": lambda: (kept.clear(), run(*everywhere)),
        "TransformerLens: substitute": lambda: run(("blocks.2.hook_in", take), ("blocks.6.hook_in", put)),
    }
