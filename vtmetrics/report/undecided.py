"""The undecided cells: how many of them more scenes would settle, which lie on the border, which wait."""

import math
from collections.abc import Sequence
from itertools import accumulate

from vtmetrics.evidence import Conclusions, Evidence
from vtmetrics.report.cell import Cell

MOST_SCENES = 10_000  # beyond this nobody measures on
SUMMED = 1e-9  # what a sum of probabilities may be off by


def asked_scenes(row: Evidence) -> int:
    """How many scenes a row was asked about, with those that have no score."""
    return max(row.scenes, row.groups) + row.excluded + row.missing


def what_scenes_settle(cells: Sequence[Cell], conclusions: Conclusions) -> list[str]:
    """What is said of the undecided cells in the headline, each of them in one place."""
    waiting = [cell for cell in cells if _waits(cell)]
    border = [cell for cell in cells if cell not in waiting and cell.conclusion.border]
    others = [cell for cell in cells if cell not in waiting and cell not in border]
    told = [_promise(others, conclusions)] if others else []
    if border:
        more = "more" if others else "undecided"
        told.append(f"{len(border)} {more} {'lies' if len(border) == 1 else 'lie'} on the border")
    if waiting:
        scenes = max(cell.conclusion.needs or 0 for cell in waiting)
        more = " more" if others or border else ""
        told.append(f"--scenes {scenes} would tell whether {len(waiting)}{more} can be asked at all")
    return told


def _promise(cells: Sequence[Cell], conclusions: Conclusions) -> str:
    """About as many as the sum of their prospects, and from how many to how many in nine of ten runs."""
    wanted = [scenes for cell in cells if (scenes := _scenes(cell)) is not None]
    if not wanted:
        return f"more scenes would not settle the {len(cells)} undecided"
    scenes = min(max(wanted), MOST_SCENES)
    chances = [_chance(cell, conclusions, scenes) for cell in cells]
    least, most = settled_range(chances)
    told = f"--scenes {scenes} would settle about {round(sum(chances))} of {len(cells)} undecided"
    return f"{told} ({least} to {most})" if len(cells) > 1 else told


def settled_range(chances: Sequence[float], sure: float = 0.9) -> tuple[int, int]:
    """From how many to how many cells are settled, if each is by itself and with its own probability."""
    counts = [1.0]
    for chance in chances:
        without, with_it = [*counts, 0.0], [0.0, *counts]
        counts = [(1 - chance) * no + chance * yes for no, yes in zip(without, with_it, strict=True)]
    below = list(accumulate(counts))
    tail = (1 - sure) / 2
    least = next(number for number, share in enumerate(below) if share > tail)
    return least, next(number for number, share in enumerate(below) if share >= 1 - tail - SUMMED)


def _chance(cell: Cell, conclusions: Conclusions, scenes: int) -> float:
    """How probable it is that a cell is settled by so many scenes."""
    row = cell.shown
    if row is None or cell.conclusion.needs is None:
        return 0.0
    times = max(1.0, scenes / max(asked_scenes(row), 1))
    return conclusions.prospect(row.claim, row.model, times)


def _scenes(cell: Cell) -> int | None:
    """How many scenes to ask for, where only scenes are wanting: as many as now give no score."""
    row, needs = cell.shown, cell.conclusion.needs
    if row is None or needs is None:
        return None
    return math.ceil(needs * asked_scenes(row) / max(row.groups, 1))


def _waits(cell: Cell) -> bool:
    """Whether nothing was measured yet, since it is undecided whether the model can do the task."""
    return cell.conclusion.needs is not None and cell.shown is not None and cell.shown.value is None
