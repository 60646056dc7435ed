"""Numerics that are wanted: what is none, or not of this machine, is refused before anything is loaded."""

from importlib.util import find_spec

import torch

from vtmetrics.nets.loading import DTYPES

#: the package that each takes; other kernels read masks that the engine doesn't write
ATTENTIONS = {"sdpa": "", "eager": "", "flash_attention_2": "flash_attn"}

#: how accelerate spreads a net
DEVICE_MAPS = ("auto", "balanced", "balanced_low_0", "sequential")


def check_numerics(
    asker: str,
    dtype: str | None = None,
    attention: str | None = None,
    device: str | None = None,
    device_map: str | None = None,
) -> None:
    """Refuse in one sentence what can't be meant, or not here; `asker` is who wants it, None is no wish."""
    if dtype is not None and dtype not in DTYPES:
        raise ValueError(f"{asker} wants a dtype of {', '.join(DTYPES)}, got {dtype!r}")
    if attention is not None:
        _check_attention(asker, attention, dtype)
    if device is not None:
        _check_device(asker, device)
    if device_map:
        _check_map(asker, device_map)


def _check_map(asker: str, device_map: str) -> None:
    if device_map not in DEVICE_MAPS:
        raise ValueError(f"{asker} wants a device map of {', '.join(DEVICE_MAPS)}, got {device_map!r}")
    if find_spec("accelerate") is None:
        raise ValueError(f"{asker} wants a device map, which takes the package accelerate: not installed")


def _check_attention(asker: str, attention: str, dtype: str | None) -> None:
    if attention not in ATTENTIONS:
        raise ValueError(f"{asker} wants an attention of {', '.join(ATTENTIONS)}, got {attention!r}")
    package = ATTENTIONS[attention]
    if package and find_spec(package) is None:
        raise ValueError(f"{asker} wants attention {attention}, whose package {package} is not installed")
    if package and dtype == "float32":
        raise ValueError(f"{asker} wants attention {attention}, which takes bfloat16 or float16, not float32")


def _check_device(asker: str, text: str) -> None:
    try:
        device = torch.device(text)
    except RuntimeError:
        raise ValueError(f"{asker} wants a device such as cpu, cuda or cuda:1, got {text!r}") from None
    if device.type == "cpu":
        return
    there = torch.accelerator.current_accelerator() if torch.accelerator.is_available() else None
    many = torch.accelerator.device_count() if there is not None else 0
    if there is None or device.type != there.type or (device.index or 0) >= many:
        has = f"{many} of type {there.type}" if there is not None else "no accelerator that torch knows"
        raise ValueError(f"{asker} wants a device of this machine, got {text!r}: it has {has}")
