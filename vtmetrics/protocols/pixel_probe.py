"""Pixel probes: what a picture's own patches tell to probes that learn as those of tokens do.

A patch holds the ink of its own place, and no model has seen it. What it tells of the whole picture, any
token may tell that holds no more than its patch.
"""

from collections.abc import Sequence

from torch import Tensor

from vtmetrics.inputs import Scene
from vtmetrics.protocols.pixel_patches import patches
from vtmetrics.readings import PROBED_AT, Probed, TaughtProbes, spaced
from vtmetrics.statistics import Scores

#: what was learned, by the reading's name: every column and case asks it of the same pictures
_LEARNED: dict[str, TaughtProbes | None] = {}
#: how many of them are kept
MOST_LEARNED = 16


def told_by_pixels(scenes: Sequence[Scene], reading: Probed) -> Scores:
    """What patches at the places of such probes tell of each scene beyond the most frequent label."""
    probes = _learned_by(reading)
    values, excluded = {}, {}
    for scene in scenes:
        if probes is None:
            excluded[scene.id] = f"the scenes to learn from don't differ in {reading.attribute}"
        elif reading.attribute not in scene.known:
            excluded[scene.id] = f"the picture's {reading.attribute} is not known"
        else:
            values[scene.id] = float(probes.beyond(scene, _seen(scene, reading)).mean())
    groups = {scene.id: scene.group for scene in scenes}
    return Scores(values, groups, reading.kind, reading.range, excluded=excluded)


def _learned_by(reading: Probed) -> TaughtProbes | None:
    name = str(reading)
    if name not in _LEARNED:
        if len(_LEARNED) >= MOST_LEARNED:
            _LEARNED.clear()
        states = {scene.digest: _seen(scene, reading) for scene in reading.lesson.taught}
        _LEARNED[name] = reading.lesson.learn(states)
    return _LEARNED[name]


def _seen(scene: Scene, reading: Probed) -> Tensor:
    """The patches at the probes' places, as states of one layer (1, P, D)."""
    rows = patches(scene.images[0]).float()
    return rows[spaced(len(rows), PROBED_AT[reading.tokens])][None]
