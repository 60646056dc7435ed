"""The comparison of two runs in words: what flipped, by effect, then what else changed or is open."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from vtmetrics.evidence import (
    Change,
    Conclusions,
    Evidence,
    PairedCell,
    Place,
    SceneScores,
    is_apart,
    natural,
    paired_cells,
    read_evidence,
    read_scene_scores,
    rounded,
)
from vtmetrics.report.sanitise import plain
from vtmetrics.statistics import TEN_POINTS

#: what has to be the same, or be said to differ, before numbers are compared
CONDITIONS = ("dtype", "attention", "device", "versions", "embedded", "schema")
ASKED = ("statement", "expected", "because")
#: cells of one kind that are told one by one
MOST_TOLD = 12
HEADS = {
    Change.CHANGED: "changed by more than the margin",
    Change.LITTLE: "changed, by more or by less than the margin",
    Change.OPEN: "cannot tell",
    Change.APART: "not compared",
}


@dataclass(frozen=True)
class ComparisonTable:
    """The cells of two runs, and what is said of them."""

    cells: tuple[PairedCell, ...]
    lines: tuple[str, ...]

    @property
    def fails(self) -> bool:
        """Whether a cell flipped, moved beyond the margin or was lost, or no cell could be compared."""
        return self.nothing or any(cell.fails for cell in self.cells)

    @property
    def nothing(self) -> bool:
        """Whether no cell could be compared."""
        return all(cell.change is Change.APART for cell in self.cells)


def compare_folders(before: Path, after: Path, margin: float) -> ComparisonTable:
    """What changed between two folders of evidence."""
    old, new = read_evidence(before), read_evidence(after)
    kept = read_scene_scores(before), read_scene_scores(after)
    return compare_sides(old, new, kept, _names(old, new), margin)


def compare_sides(
    before: Iterable[Evidence],
    after: Iterable[Evidence],
    kept: tuple[Mapping[Place, SceneScores], Mapping[Place, SceneScores]],
    names: Mapping[str, str],
    margin: float = TEN_POINTS,
) -> ComparisonTable:
    """What changed between the rows of two runs, given the scores that each has kept."""
    old = [row for row in before if not is_apart(row)]
    new = [row for row in after if not is_apart(row)]
    cells = paired_cells((Conclusions(old), kept[0]), (Conclusions(new), kept[1]), names, margin)
    return ComparisonTable(tuple(cells), tuple(comparison_lines(cells, old, new)))


def _names(before: Sequence[Evidence], after: Sequence[Evidence]) -> dict[str, str]:
    """The models of the second run by those of the first: of one name, or the only ones."""
    old, new = ({row.model for row in rows} for rows in (before, after))
    if len(old) == len(new) == 1:
        return dict(zip(old, new, strict=True))
    return {name: name for name in old & new}


def comparison_lines(
    cells: Sequence[PairedCell], before: Sequence[Evidence], after: Sequence[Evidence]
) -> Iterator[str]:
    """What differs between the runs, what flipped or was lost, what became of the others, the counts."""
    yield from _differences(before, after)
    if alone := {row.model for row in before} - {cell.place.model for cell in cells}:
        yield f"of the first run alone, and not compared: {plain(', '.join(sorted(alone, key=natural)))}"
    flipped = [cell for cell in cells if cell.flipped]
    lost = [cell for cell in cells if cell.lost]
    yield from _told(f"flipped ({len(flipped)}):", flipped)
    yield from _told(f"measured before, and no longer ({len(lost)}):", lost)
    for change, head in HEADS.items():
        some = [cell for cell in cells if cell.change is change and not (cell.flipped or cell.lost)]
        yield from _told(f"{head} ({len(some)}):", some)
    counts = Counter(cell.change for cell in cells)
    told = ", ".join(f"{counts[change]} {_short(change)}" for change in Change if counts[change])
    gone = f", {len(lost)} lost" if lost else ""
    yield f"{len(cells)} cells compared: {len(flipped)} flipped{gone}; {told or 'no model is in both'}."


def _short(change: Change) -> str:
    return "changed, within the margin or beyond" if change is Change.LITTLE else str(change)


def _told(head: str, cells: Sequence[PairedCell]) -> Iterator[str]:
    if not cells:
        return
    yield head
    yield from (f"  {_line(cell)}" for cell in cells[:MOST_TOLD])
    if len(cells) > MOST_TOLD:
        yield f"  and {len(cells) - MOST_TOLD} more"


def _line(cell: PairedCell) -> str:
    glyphs = cell.before if cell.before == cell.after else f"{cell.before} → {cell.after}"
    diagnostic = ", a diagnostic" if cell.diagnostic else ""
    return f"{plain(str(cell.place))}{diagnostic}: {glyphs}, {_difference(cell)}"


def _difference(cell: PairedCell) -> str:
    same = cell.change is Change.SAME and cell.why
    if cell.lost or same or cell.found is None or cell.found.found.value is None:
        return plain(cell.why) or "nothing was measured"
    found = cell.found.found
    part = f" of {cell.found.part}" if cell.found.part else ""
    figures = f"{rounded(found.value or 0.0, 3)} [{rounded(found.low, 3)}, {rounded(found.high, 3)}]{part}"
    margin = rounded(cell.margin, 2)
    if cell.change is Change.SAME:
        return f"the same within {margin}: {figures}"
    if cell.change is not Change.OPEN:
        return f"changed by {figures}, margin {margin}"
    needs = f"needs about {cell.needs:,} scenes" if cell.needs else "on the margin"
    return f"cannot tell within {margin}: {figures}, {needs}"


def _differences(before: Iterable[Evidence], after: Iterable[Evidence]) -> Iterator[str]:
    """What the two runs don't share: conditions of the run, and claims that are asked otherwise."""
    first, second = list(before), list(after)
    for name in CONDITIONS:
        old, new = (sorted({str(getattr(row, name)) for row in rows}) for rows in (first, second))
        if old != new:
            yield f"{name} differs: {plain(', '.join(old))} before, {plain(', '.join(new))} after"
    old_asked, new_asked = _asked(first), _asked(second)
    both = old_asked.keys() & new_asked.keys()
    otherwise = sorted((name for name in both if old_asked[name] != new_asked[name]), key=natural)
    if otherwise:
        yield f"asked otherwise: {', '.join(otherwise)}"


def _asked(rows: Iterable[Evidence]) -> dict[str, tuple[str, ...]]:
    """How each claim is stated and judged."""
    return {row.claim: tuple(getattr(row, name) for name in ASKED) for row in rows if not row.role}
