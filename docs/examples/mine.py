"""A small model and three copies of it: rounded to int8, pruned by half, with noise in its weights."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForImageTextToText, AutoProcessor

WHERE = Path(__file__).parents[2] / "fixtures" / "models" / "weights" / "llava-0"


def original() -> tuple[Any, Any]:
    """The model as it is."""
    net = AutoModelForImageTextToText.from_pretrained(WHERE, dtype="float32", attn_implementation="sdpa")
    return net, AutoProcessor.from_pretrained(WHERE)


def int8() -> tuple[Any, Any]:
    """The weights of every linear layer rounded to 255 steps, channel by channel."""
    net, processor = original()
    for weight in linear_weights(net):
        step = weight.abs().amax(dim=1, keepdim=True).clamp(min=1e-12) / 127
        weight.copy_((weight / step).round() * step)
    return net, processor


def pruned() -> tuple[Any, Any]:
    """The smaller half of the weights of every linear layer set to zero."""
    net, processor = original()
    for weight in linear_weights(net):
        weight[weight.abs() < weight.abs().median()] = 0
    return net, processor


def noise() -> tuple[Any, Any]:
    """A fifth of its standard deviation of Gaussian noise on every tensor."""
    net, processor = original()
    drawn = torch.Generator().manual_seed(0)
    for tensor in net.parameters():
        tensor.data += 0.2 * tensor.data.std() * torch.randn(tensor.shape, generator=drawn)
    return net, processor


def linear_weights(net: torch.nn.Module) -> Iterator[torch.Tensor]:
    """The weights of all linear layers, to be changed in place."""
    layers = (layer for layer in net.modules() if isinstance(layer, torch.nn.Linear))
    return (layer.weight.data for layer in layers)
