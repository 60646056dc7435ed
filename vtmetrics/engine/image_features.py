"""Image features: images that are encoded once for many runs."""

import inspect
from collections.abc import Mapping
from copy import copy
from typing import Any

from torch import nn

from vtmetrics.engine.input_check import refuse_other_media
from vtmetrics.nets import anatomy_of
from vtmetrics.stopwatch import timed


@timed("vision tower")
def encoded(net: nn.Module, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs with the features of their images in place of pixels; the tower need not run again.

    Where images are read across the inputs stay as they are: generate() would read such features twice.
    """
    refuse_other_media(inputs)
    body = anatomy_of(net)
    if body.crossing:
        return dict(inputs)
    encode = body.net.base_model.get_image_features
    known = inspect.signature(encode).parameters
    images = {name: value for name, value in inputs.items() if name in known}
    if "pixel_values" not in images:
        raise ValueError(f"images are encoded from pixel_values, and only {', '.join(inputs)} came")
    rest = {name: value for name, value in inputs.items() if name != "pixel_values"}
    return {**rest, "mm_encoder_outputs": {"image": encode(**images, return_dict=True)}}


def lent(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The same inputs for one generate(), which repeats the features of a search where they are held."""
    if "mm_encoder_outputs" not in inputs:
        return dict(inputs)
    features = {kind: copy(found) for kind, found in inputs["mm_encoder_outputs"].items()}
    return {**inputs, "mm_encoder_outputs": features}
