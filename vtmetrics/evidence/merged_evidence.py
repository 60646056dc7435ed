"""Merged evidence: the parts of a run, or several folders of evidence, as one folder.

Rows of the parts come in the order in which one run would have written them. Of a cell that two folders have
found otherwise, the first stays, and it is said.
"""

import shutil
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from vtmetrics.evidence.evidence import Evidence, Place, is_ability, read_evidence, write_evidence
from vtmetrics.evidence.kept_picture import NAMED
from vtmetrics.evidence.scene_scores import keep_scene_scores, read_scene_scores
from vtmetrics.evidence.shard_files import EVIDENCE_FILE, shards_in
from vtmetrics.evidence.story import (
    MAPS,
    STORIES,
    keep_cell_story,
    keep_claim_story,
    keep_joint_row,
    read_stories,
)
from vtmetrics.lab import MergeTally, merge_stores
from vtmetrics.nets import TWIN_KINDS

Cells = dict[Place, tuple[Evidence, ...]]


@dataclass
class MergedEvidence:
    """How many cells there are now, which were found otherwise elsewhere, and what became of the stores."""

    cells: int
    otherwise: list[Place] = field(default_factory=list)
    stores: MergeTally = field(default_factory=MergeTally)


def merge_evidence(into: Path, sources: Sequence[Path] = ()) -> MergedEvidence:
    """Make one folder of several and of their shards; nothing is written where one of them can't be read."""
    for folder in sources:
        if not folder.is_dir():
            raise ValueError(f"merge wants folders of --evidence, {folder} is none")
        if folder.resolve() == into.resolve():
            raise ValueError(f"a folder is merged into another one, and {folder} is that folder itself")
    shards = shards_in([*([into] if into.is_dir() else []), *sources])
    parts = [_cells(shard.rows_file(folder)) for shard, folder in shards.items()]
    wholes = [_cells(folder / EVIDENCE_FILE) for folder in (into, *sources)]
    cells, otherwise = _united(wholes[0], parts, wholes[1:])
    if not cells:
        raise ValueError(f"merge wants evidence, {into} and what is merged into it have none")
    stores = [folder for folder in sources if (folder / "store").is_dir()]
    tally = merge_stores(into / "store", stores) if stores else MergeTally()
    for folder in sources:
        _copy_beside(folder, into, set(otherwise))
    write_evidence([row for rows in _ordered(cells) for row in rows], into / EVIDENCE_FILE)
    for shard in shards:  # now their rows stand in the file
        shard.rows_file(into).unlink(missing_ok=True)
        shard.done_file(into).unlink(missing_ok=True)
    return MergedEvidence(len(cells), otherwise, tally)


def _cells(file: Path) -> Cells:
    """The rows of a file by cell; a part may have none."""
    cells: dict[Place, list[Evidence]] = defaultdict(list)
    for row in read_evidence(file) if file.exists() else ():
        cells[row.cell].append(row)
    return {place: tuple(rows) for place, rows in cells.items()}


def _united(first: Cells, parts: Iterable[Cells], others: Iterable[Cells]) -> tuple[Cells, list[Place]]:
    """Parts are newer than what the first has; what another folder finds otherwise changes nothing."""
    otherwise: dict[Place, None] = {}
    fresh: Cells = {}
    for part in parts:
        for place, rows in part.items():
            if _found(fresh.setdefault(place, rows)) != _found(rows):
                otherwise[place] = None
    cells = first | fresh
    for other in others:
        for place, rows in other.items():
            if _found(cells.setdefault(place, rows)) != _found(rows):
                otherwise[place] = None
    return cells, list(otherwise)


def _found(rows: Iterable[Evidence]) -> list[Evidence]:
    """What was found, whenever that was."""
    return [replace(row, date="") for row in rows]


def _ordered(cells: Cells) -> list[tuple[Evidence, ...]]:
    """As one run tells them: what models can do, then model by model, each before its twins."""
    models = {place.model: number for number, place in reversed(list(enumerate(cells)))}
    places = enumerate(cells)
    ranked = sorted(
        places,
        key=lambda one: (
            not is_ability(cells[one[1]][0]),
            0 if is_ability(cells[one[1]][0]) else models[one[1].model],
            TWIN_KINDS.index(one[1].twin),
            one[0],
        ),
    )
    return [cells[place] for _, place in ranked]


def _copy_beside(source: Path, into: Path, otherwise: set[Place]) -> None:
    """Scores, stories and files, but for those of cells of which the first stays."""
    known = read_scene_scores(into)
    for place, kept in read_scene_scores(source).items():
        if place not in known and place not in otherwise:
            keep_scene_scores(kept, into)
    ours, stories = read_stories(into), read_stories(source)
    for place, story in stories.cells.items():
        if place not in ours.cells and place not in otherwise:
            keep_cell_story(story, into)
    for name, told in stories.claims.items():
        if name not in ours.claims:
            keep_claim_story(told, into)
    for name, row in stories.joint.items():
        if name not in ours.joint:
            keep_joint_row(row, into)
    _copy_files(source, into)


def _copy_files(source: Path, into: Path) -> None:
    """Pictures, which are called by what is in them, token maps, and adapters, by what was asked for."""
    (into / STORIES).mkdir(parents=True, exist_ok=True)
    for picture in (source / STORIES).glob("*"):
        if NAMED.fullmatch(picture.name) and not (into / STORIES / picture.name).exists():
            shutil.copyfile(picture, into / STORIES / picture.name)
    (into / MAPS).mkdir(exist_ok=True)
    for token_map in (source / MAPS).glob("*"):
        if not (into / MAPS / token_map.name).exists():
            shutil.copyfile(token_map, into / MAPS / token_map.name)
    for adapter in (source / "adapters").glob("*/adapter_config.json"):
        to = into / "adapters" / adapter.parent.name
        if not to.exists():  # whole or not at all
            half = to.with_name(f"{to.name}.half")
            shutil.rmtree(half, ignore_errors=True)
            shutil.copytree(adapter.parent, half)
            half.rename(to)
