"""Scene scores: what a cell's number was made of, scene by scene, kept for a comparison that pairs them."""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from vtmetrics.evidence.claim_case import ClaimCase, Handle
from vtmetrics.evidence.evidence import Place
from vtmetrics.lab import replace_synced
from vtmetrics.statistics import Conjunction, Fitted, Measured, Range, Scores

#: the folder beside the rows
SCORES = "scores"
#: hex digits of a scene's digest: many fewer would already tell all scenes of a run apart
DIGITS = 16


@dataclass(frozen=True, eq=False)
class SceneScores:
    """A cell, and its scores by what scenes show and ask, whatever they are called; a statistic by groups.

    `scenes` identifies all that was asked about, by content.
    """

    place: Place
    measured: Measured
    scenes: str

    def to_json(self) -> str:
        """One line; `from_json` gives the same back."""
        told = {"place": list(self.place), "scenes": self.scenes, "measured": _told(self.measured)}
        return json.dumps(told, ensure_ascii=False, allow_nan=False)

    @classmethod
    def from_json(cls, line: str) -> "SceneScores":
        """What `to_json` wrote; anything else is refused in one sentence."""
        try:
            told = json.loads(line)
            return cls(Place(*told["place"]), _measured(told["measured"]), str(told["scenes"]))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise ValueError(f"scene scores want one JSON object a line, got {line[:60]!r}") from error


def scores_by_scene(cell: ClaimCase, measured: Measured) -> SceneScores:
    """The scores of a cell under the digests of its scenes."""
    shown = _asked(cell.model)
    whole = _digest({one for asked in shown.values() for one in asked})
    spec = cell.model.spec
    place = Place(cell.claim.id, cell.case, spec.name, spec.twin)
    return SceneScores(place, _by_content(measured, _names(shown)), whole)


def read_scene_scores(folder: Path) -> dict[Place, SceneScores]:
    """What a folder of evidence keeps of every cell; nothing, if it is of an older version."""
    files = sorted((folder / SCORES).glob("*.json"))
    found = [SceneScores.from_json(file.read_text(encoding="utf-8")) for file in files]
    return {one.place: one for one in found}


def keep_scene_scores(kept: SceneScores, folder: Path) -> None:
    """Into a file of the cell's own, whole or not at all: whoever has measured it writes it."""
    (folder / SCORES).mkdir(parents=True, exist_ok=True)
    replace_synced(_file(kept.place, folder), kept.to_json().encode(errors="backslashreplace"))


def drop_scene_scores(place: Place, folder: Path) -> None:
    """What is measured anew has no older scores."""
    _file(place, folder).unlink(missing_ok=True)


def _file(place: Place, folder: Path) -> Path:
    return folder / SCORES / f"{sha256(repr(tuple(place)).encode()).hexdigest()[:DIGITS]}.json"


def _asked(model: Handle) -> Mapping[str, set[str]]:
    """All that a claim has asked under each id: one scene, or the same picture in several forms."""
    shown: dict[str, set[str]] = defaultdict(set)
    for _, scenes, *_ in getattr(getattr(model, "lab", None), "journal", None) or ():
        for scene in scenes:
            shown[scene.id].add(scene.digest)
    return shown


def _names(shown: Mapping[str, set[str]]) -> Mapping[str, str]:
    """What to call each scene: by the digest of all that was asked under its id, counted if again."""
    times: Counter[str] = Counter()
    names = {}
    for scene in sorted(shown):
        content = _digest(shown[scene])
        times[content] += 1
        names[scene] = content if times[content] == 1 else f"{content} {times[content]}"
    return names


def _digest(contents: Iterable[str]) -> str:
    return sha256("".join(sorted(contents)).encode()).hexdigest()[:DIGITS]


def _by_content(measured: Measured, called: Mapping[str, str]) -> Measured:
    if isinstance(measured, Conjunction):
        return Conjunction({name: _by_content(part, called) for name, part in measured.parts.items()})
    if not isinstance(measured, Scores):
        return measured
    names = {scene: called.get(scene, scene) for scene in measured.values}
    groups = {names[scene]: measured.groups[scene] for scene in measured.values}
    values = {names[scene]: value for scene, value in measured.values.items()}
    return Scores(values, groups, measured.kind, measured.range)


def _told(measured: Measured) -> dict[str, Any]:
    if isinstance(measured, Conjunction):
        return {"parts": {name: _told(part) for name, part in measured.parts.items()}}
    ends = [end if math.isfinite(end) else None for end in measured.range]
    if isinstance(measured, Fitted):
        return {"value": measured.value, "without": dict(measured.replicates), "range": ends}
    assert isinstance(measured, Scores)  # noqa: S101 - there is nothing else that is judged
    return {
        "kind": measured.kind,
        "values": dict(measured.values),
        "groups": dict(measured.groups),
        "range": ends,
    }


def _measured(told: Mapping[str, Any]) -> Measured:
    if "parts" in told:
        return Conjunction({name: _measured(part) for name, part in told["parts"].items()})
    if "without" in told:
        return Fitted(told["value"], told["without"], _range(told["range"]))
    return Scores(told["values"], told["groups"], told["kind"], _range(told["range"]))


def _range(ends: list[float | None]) -> Range:
    low, high = ends
    return (-math.inf if low is None else low, math.inf if high is None else high)
