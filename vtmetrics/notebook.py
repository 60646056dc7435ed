"""In a notebook: a scene in one line, states as tensors, scores as a table, curves as a plot."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps
from torch import Tensor

from vtmetrics.edits import IMAGE, PLAIN, Depth, Edit, Tokens, layer_of
from vtmetrics.inputs import Scene, in_eight_bits, picture_name
from vtmetrics.model import Model
from vtmetrics.statistics import Scores, estimate
from vtmetrics.unmeasured import NotMeasured


def scene_of(
    image: Image.Image | str | Path, question: str, answer: str = "", name: str = "", group: str = ""
) -> Scene:
    """A scene from an image, or the path of one, and a question; an answer is wanted where one is scored.

    All questions about one picture are one group, since images are what is sampled. A file is taken as
    `--scenes-from` takes it: upright, in red, green and blue, greys of 16 bits in 8.
    """
    if isinstance(image, str | Path):
        with Image.open(image) as opened:
            found = in_eight_bits(ImageOps.exif_transpose(opened)).convert("RGB")
    else:
        found = in_eight_bits(image)
    picture = picture_name(found)
    return Scene(name or f"{question} ({picture})", (found,), question, answer, "own", group or picture)


def states_of(
    model: Model,
    scenes: Scene | Sequence[Scene],
    tokens: Tokens = IMAGE,
    layers: Sequence[Depth] | None = None,
    edit: Edit = PLAIN,
) -> dict[str, Tensor]:
    """The states (layers, n, width) of some tokens of each scene, by its name, on the processor in float32.

    Layer k is the input of decoder layer k, the last one that of the final norm; without `layers`, all. A
    scene of which there are none is an error here, since nothing counts it.
    """
    asked = [scenes] if isinstance(scenes, Scene) else list(scenes)
    places = range(model.layers + 1) if layers is None else [layer_of(at, model.layers) for at in layers]
    found = model.lab.pooled(model.spec, model.digest, asked, edit, tokens)
    told = {}
    for scene, states in found:
        if not isinstance(states, Tensor):
            raise NotMeasured(f"{scene.id} has no states of {tokens}: {states.missing or states.excluded}")
        told[scene.id] = states[list(places)]
    return {scene.id: told[scene.id] for scene in asked}


def frame_of(**scores: Scores) -> Any:
    """A pandas DataFrame with a row a scene: its group, what each of the scores is, or why there is none."""
    frames = import_module("pandas")  # nobody else needs it
    scenes = list(dict.fromkeys(scene for one in scores.values() for scene in one.groups))
    rows = [{"scene": scene, "group": _group(scene, scores), **_cells(scene, scores)} for scene in scenes]
    return frames.DataFrame(rows).set_index("scene")


def _group(scene: str, scores: dict[str, Scores]) -> str:
    return next(one.groups[scene] for one in scores.values() if scene in one.groups)


def _cells(scene: str, scores: dict[str, Scores]) -> dict[str, Any]:
    """What each of the scores says of a scene: a number, a curve, or in a column of its own why none."""
    told: dict[str, Any] = {}
    for name, one in scores.items():
        value = one.values.get(scene)
        told[name] = None if value is None else value if np.ndim(value) else float(value)
        if (why := one.missing.get(scene) or one.excluded.get(scene)) is not None:
            told[f"{name}: why none"] = why
    return told


def plot_of(axes: Any = None, **curves: Scores) -> Any:
    """A matplotlib plot over depth: the mean of the scenes' curves at every layer, with its interval."""
    axes = axes or import_module("matplotlib.pyplot").subplots()[1]  # nobody else needs it
    for name, one in curves.items():
        found = [estimate(_at(one, layer)) for layer in range(_layers(name, one))]
        (line,) = axes.plot([each.value for each in found], label=name)
        low, high = ([getattr(each, end) for each in found] for end in ("low", "high"))
        axes.fill_between(range(len(found)), low, high, color=line.get_color(), alpha=0.2, linewidth=0)
    axes.set_xlabel("layer")
    axes.legend(frameon=False)
    return axes


def _layers(name: str, scores: Scores) -> int:
    """How many layers the curves of all scenes have."""
    lengths = {np.shape(value) for value in scores.values.values()}
    if len(lengths) != 1 or lengths == {()}:
        raise ValueError(f"a plot over depth wants curves of one length, {name} has values of {lengths}")
    ((layers,),) = lengths
    return int(layers)


def _at(scores: Scores, layer: int) -> Scores:
    """What every curve is at a layer, as a number."""
    values = {scene: float(np.asarray(value)[layer]) for scene, value in scores.values.items()}
    return Scores(values, scores.groups, "number", scores.range, scores.missing, scores.excluded)
