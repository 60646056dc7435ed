"""Checks of a question to a model: are its parts what they have to be, before anything is measured?."""

from collections.abc import Sequence
from typing import Any

from vtmetrics.edits import Edit
from vtmetrics.inputs import Scene


def check_kind(part: Any, kinds: tuple[type, ...], wanted: str) -> None:
    """Refuse a part of another kind: words say what was wanted."""
    if not isinstance(part, kinds):
        raise TypeError(f"{wanted}, not by {part!r}")


def check_edits(edits: Sequence[Any]) -> None:
    """Refuse what is no edit: a bare step is none, nor is a list of edits."""
    for edit in edits:
        if not isinstance(edit, Edit):
            raise TypeError(f"a model is asked under edits such as truncate(0.5), not under {edit!r}")


def check_scenes(scenes: Any) -> None:
    """Refuse what are no scenes, and different scenes of one id, of which one would be lost."""
    if not isinstance(scenes, Sequence):
        raise TypeError(f"a model is asked about a list of scenes, not about a {type(scenes).__name__}")
    known: dict[str, Scene] = {}
    for scene in scenes:
        if not isinstance(scene, Scene):
            raise TypeError(f"a model is asked about scenes, not about a {type(scene).__name__}")
        if known.setdefault(scene.id, scene).digest != scene.digest:
            raise ValueError(f"scenes have ids of their own, {scene.id!r} is that of two different ones")
