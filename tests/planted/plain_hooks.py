"""What a net does with a batch, by the plainest means: its own forward pass, and a hook of five lines."""

import torch

from vtmetrics.edits.tokens import IMAGE
from vtmetrics.nets.anatomy import anatomy_of


def states(net, inputs):
    """The states at the input of every layer, and before the final norm."""
    taken = []
    body = anatomy_of(net)
    hooks = [
        module.register_forward_pre_hook(
            lambda _, args, kwargs: taken.append(args[0] if args else kwargs["hidden_states"]),
            with_kwargs=True,
        )
        for module in (*body.layers, body.norm)
    ]
    with torch.no_grad():
        net(**inputs)
    for hook in hooks:
        hook.remove()
    return taken


def said(net, inputs, layout, at=None, by=None, tokens=IMAGE):
    """The logits at the readout; from layer `at` on some tokens hold the states `by` of another run."""
    mask = tokens.mask(layout)

    def replace(_, args):
        held = args[0].clone()
        held[mask] = by[mask]
        return held, *args[1:]

    hook = None if at is None else anatomy_of(net).layers[at].register_forward_pre_hook(replace)
    with torch.no_grad():
        logits = net(**inputs).logits[layout.named("readout")]
    if hook:
        hook.remove()
    return logits


def elsewhere(inputs):
    """The same prompts about the next scene's picture."""
    return inputs | {"pixel_values": inputs["pixel_values"].roll(1, 0)}
