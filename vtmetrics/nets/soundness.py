"""Soundness: whether a loaded net and its processor fit each other, seen by encoding a picture of our own."""

from typing import Any

import torch
from torch import nn

from vtmetrics.inputs import Encoded, collate, encode, image_token_of
from vtmetrics.nets.anatomy import Anatomy, anatomy_of
from vtmetrics.nets.matched_twin import probes
from vtmetrics.nets.out_of_memory import is_out_of_memory
from vtmetrics.nets.prompt_offsets import offsets_kept


def check_sound(net: Any, processor: Any) -> None:
    """Refuse in one sentence what would fail on every scene: no layer of the net is asked."""
    body = anatomy_of(net)
    for name, weight in net.named_parameters():
        if weight.is_floating_point() and not weight.is_meta and not bool(torch.isfinite(weight).all()):
            raise ValueError(f"a net wants weights that are numbers, {name} holds NaN or infinity")
    words, rows = _words(processor.tokenizer), len(body.net.get_input_embeddings().weight)
    if words > rows:
        raise ValueError(
            f"a processor wants the net's own tokenizer, this one has {words} tokens and the net {rows}"
        )
    written, read = image_token_of(processor), body.image_token
    if read is not None and written != read:
        raise ValueError(
            f"a processor wants the net's own tokenizer, this one writes an image as token {written}, "
            f"the net reads it as {read}"
        )
    _check_picture(body, encode(processor, probes()[0]))


class _ReachedError(Exception):
    """Raised where the layers begin: the picture has become states."""


def _reached(*_: Any) -> None:
    raise _ReachedError


@torch.no_grad()
def _check_picture(body: Anatomy, row: Encoded) -> None:
    """Refuse a processor whose patches the tower can't take, or makes another number of tokens of."""
    inputs, layout = collate([row], body.device)
    hook = body.layers[0].register_forward_pre_hook(_reached)
    try:
        with offsets_kept(body.net):
            body.net(**inputs, use_cache=False)
    except _ReachedError:
        return
    except Exception as error:
        if is_out_of_memory(error):
            raise
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise ValueError(
            f"a processor wants the patches of the net's own tower, this one writes "
            f"{int(layout.masks['image'].sum())} image tokens for a picture and the net says: {first}"
        ) from error
    finally:
        hook.remove()


def _words(tokenizer: Any) -> int:
    """How many rows of embeddings the tokenizer's numbers need."""
    return 1 + max(tokenizer.get_vocab().values(), default=-1)


def quantised_part(net: nn.Module) -> str | None:
    """The class and package of the first module whose weight is no plain tensor; None without one."""
    kind = next((type(module) for module in net.modules() if not _is_plain(module)), None)
    return None if kind is None else f"{kind.__name__} of {kind.__module__}"


def is_exact(net: nn.Module) -> bool:
    """Whether a net calculates in float32 or finer, with weights that are not packed."""
    coarse = any(weight.dtype not in (torch.float32, torch.float64) for weight in net.parameters())
    return not coarse and quantised_part(net) is None


def _is_plain(module: nn.Module) -> bool:
    weight = getattr(module, "weight", None)
    if weight is None:
        return True
    # dynamic quantisation makes it a method, bitsandbytes bytes, torchao another class of tensors
    return (
        isinstance(weight, torch.Tensor) and weight.is_floating_point() and type(weight.data) is torch.Tensor
    )


def spread_over(net: Any) -> str:
    """The devices that accelerate has spread a net over; empty if it is on one."""
    places = sorted({str(place) for place in (getattr(net, "hf_device_map", None) or {}).values()})
    return " and ".join(places) if len(places) > 1 else ""
