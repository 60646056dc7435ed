"""Stories: what a page shows of a claim and of its cells beside figures, kept with the evidence."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from vtmetrics.evidence.evidence import Place
from vtmetrics.evidence.joint_row import JointRow
from vtmetrics.lab import replace_synced

#: the folder beside the rows
STORIES = "shown"
#: the folder of token maps
MAPS = "maps"
#: letters of a text that are kept: a page has no room for more
MOST_KEPT = 1200


@dataclass(frozen=True)
class ShownScene:
    """What a scene that stands out asked and was answered, plain first; `picture` is the name of a file."""

    scene: str
    prompt: str
    gold: str
    score: float | None
    answers: tuple[tuple[str, str], ...]
    note: str = ""
    picture: str = ""


@dataclass(frozen=True)
class ShownCourse:
    """How a number of states runs over depth: its mean in every layer, and where that may lie at 95 %."""

    reading: str
    edit: str
    values: tuple[float | None, ...]
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()


@dataclass(frozen=True)
class CellStory:
    """The courses and scenes of one cell."""

    place: Place
    courses: tuple[ShownCourse, ...] = ()
    scenes: tuple[ShownScene, ...] = ()


@dataclass(frozen=True)
class ClaimStory:
    """How a claim is measured, in its module's words; and by which test and options."""

    claim: str
    protocol: str = ""
    test: str = ""
    options: str = ""


class Stories(NamedTuple):
    """All that a folder of evidence keeps of this kind."""

    cells: Mapping[Place, CellStory]
    claims: Mapping[str, ClaimStory]
    joint: Mapping[str, JointRow]


def keep_cell_story(story: CellStory, folder: Path) -> None:
    """Into a file of the cell's own; nothing where there is nothing to show."""
    if story.courses or story.scenes:
        _keep(_cell_file(story.place, folder), asdict(story) | {"place": list(story.place)})


def drop_cell_story(place: Place, folder: Path) -> None:
    """What is measured anew has no older story."""
    _cell_file(place, folder).unlink(missing_ok=True)


def keep_claim_story(story: ClaimStory, folder: Path) -> None:
    """Into a file of the claim's own: whoever measures one of its cells writes the same."""
    _keep(folder / STORIES / f"claim-{_name(story.claim)}.json", asdict(story))


def keep_joint_row(row: JointRow, folder: Path) -> None:
    """Into a file of the row's own: whoever measures one of its claims writes the same."""
    _keep(folder / STORIES / f"joint-{_name(row.name)}.json", asdict(row))


def read_stories(folder: Path) -> Stories:
    """What a folder keeps; nothing, if it is of an older version."""
    cells = [_cell(_told(file), file) for file in sorted((folder / STORIES).glob("cell-*.json"))]
    claims = [_claim(_told(file), file) for file in sorted((folder / STORIES).glob("claim-*.json"))]
    joint = [_joint(_told(file), file) for file in sorted((folder / STORIES).glob("joint-*.json"))]
    return Stories(
        {cell.place: cell for cell in cells},
        {claim.claim: claim for claim in claims},
        {row.name: row for row in joint},
    )


def _cell_file(place: Place, folder: Path) -> Path:
    return folder / STORIES / f"cell-{_name(repr(tuple(place)))}.json"


def _name(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]


def _keep(file: Path, told: Mapping[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(told, ensure_ascii=False, allow_nan=False)
    replace_synced(file, text.encode(errors="backslashreplace"))  # as JSON has half characters


def _told(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"a kept story wants one JSON object, {file} holds none") from error


def _cell(told: Any, file: Path) -> CellStory:
    try:
        return CellStory(
            Place(*map(_text, told["place"])),
            tuple(map(_course, told["courses"])),
            tuple(map(_scene, told["scenes"])),
        )
    except (TypeError, KeyError, ValueError) as error:
        raise ValueError(f"a cell's story wants a place, courses and scenes, {file} has others") from error


def _claim(told: Any, file: Path) -> ClaimStory:
    try:
        return ClaimStory(**{name: _text(value) for name, value in told.items()})
    except (TypeError, AttributeError) as error:
        raise ValueError(f"a claim's story wants a protocol and a test, {file} has others") from error


def _joint(told: Any, file: Path) -> JointRow:
    try:
        return JointRow(_text(told["name"]), _text(told["says"]), tuple(map(_text, told["claims"])))
    except (TypeError, KeyError) as error:
        raise ValueError(f"a joint row wants a name, a sentence and claims, {file} has others") from error


def _course(told: Mapping[str, Any]) -> ShownCourse:
    values, low, high = (tuple(map(_number, told[name])) for name in ("values", "low", "high"))
    if not values or ((low or high) and not len(values) == len(low) == len(high)):
        raise ValueError("a course has a value for each layer, and ends for each or none")
    return ShownCourse(_text(told["reading"]), _text(told["edit"]), values, low, high)


def _scene(told: Mapping[str, Any]) -> ShownScene:
    answers = tuple((_text(edit), _text(said)) for edit, said in told["answers"])
    texts = {name: _text(told[name]) for name in ("scene", "prompt", "gold", "note", "picture")}
    return ShownScene(**texts, score=_number(told["score"]), answers=answers)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"a text is wanted, not {value!r}")
    return value[:MOST_KEPT] if len(value) > 20 * MOST_KEPT else value


def _number(value: Any) -> float | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise TypeError(f"a number is wanted, not {value!r}")
    return None if value is None else float(value)
