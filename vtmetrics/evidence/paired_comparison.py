"""A paired comparison: what became of each cell between two runs on the same scenes, with an interval.

That a cell is undecided in both runs is no evidence that nothing has changed: the difference of the two,
scene by scene, has an interval and a verdict of its own.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from vtmetrics.evidence.comparison import DECIDED, SILENT
from vtmetrics.evidence.conclusion_table import Conclusions
from vtmetrics.evidence.evidence import Evidence, Place
from vtmetrics.evidence.scene_scores import SceneScores
from vtmetrics.statistics import (
    FEWEST,
    TEN_POINTS,
    Conjunction,
    Decision,
    Fitted,
    Interval,
    Measured,
    Scores,
    Verdict,
    about,
    afresh,
    all_of,
    decide,
    needed,
)

#: what stands for the glyph of a cell that the second run lacks
GONE = "gone"


class Change(StrEnum):
    """What became of the number of a cell."""

    SAME = "the same"
    CHANGED = "changed"
    LITTLE = "changed, by less than the margin or by more"
    OPEN = "cannot tell"
    APART = "not compared"


@dataclass(frozen=True)
class PairedCell:
    """A cell in two runs: its glyphs, the difference of its numbers, and how many scenes would tell.

    Of a cell that is gone, `after` says so. What no paper says is a `diagnostic`, and fails nothing.
    """

    place: Place
    before: str
    after: str
    change: Change
    margin: float = math.nan
    found: Decision | None = None
    needs: int | None = None
    why: str = ""
    diagnostic: bool = False

    @property
    def flipped(self) -> bool:
        """Whether one answer became another."""
        return self.before != self.after and {self.before, self.after} <= DECIDED

    @property
    def lost(self) -> bool:
        """Whether an answer became none (– or F), or what was measured is gone."""
        if self.after == GONE:
            return self.before not in SILENT
        return self.before in DECIDED and self.after in SILENT

    @property
    def fails(self) -> bool:
        """Whether a comparison with this cell in it is no success."""
        return not self.diagnostic and (self.flipped or self.lost or self.change is Change.CHANGED)

    @property
    def effect(self) -> float:
        """How far the number has moved."""
        value = None if self.found is None else self.found.found.value
        return 0.0 if value is None else abs(value)


#: what one run says of its cells, and the scores that it has kept of them
Side = tuple[Conclusions, Mapping[Place, SceneScores]]


def paired_cells(
    before: Side, after: Side, names: Mapping[str, str], margin: float = TEN_POINTS
) -> list[PairedCell]:
    """Every cell of the first run whose model both have, `names` being those after by those before.

    What flipped or was lost comes first, and then the larger effects.
    """
    places = [place for place in before[0] if not place.twin and place.model in names]
    found = [
        _cell(place, place._replace(model=names[place.model]), before, after, margin) for place in places
    ]
    return sorted(
        found, key=lambda cell: (not cell.flipped, not cell.lost, cell.change is Change.SAME, -cell.effect)
    )


def _cell(place: Place, there: Place, before: Side, after: Side, margin: float) -> PairedCell:
    """A cell of the first run and what is at its place, `there`, in the second."""
    (old, kept), (new, fresh) = before, after
    main = next(row for row in old.rows(place) if not row.role)
    cell = PairedCell(place, old[place].glyph.value, GONE, Change.APART, diagnostic=main.diagnostic)
    if there not in new:
        return replace(cell, why="the second run has no such cell")
    now = new[there]
    cell = replace(cell, after=now.glyph.value, why=now.reason if now.glyph in SILENT else "")
    if place not in kept or there not in fresh:
        return replace(cell, why=cell.why or "a run that keeps no scene scores, or nothing measured")
    difference = difference_of(kept[place], fresh[there])
    if isinstance(difference, str):
        return replace(cell, why=cell.why or difference)
    wanted = _margin(difference, main, margin)
    decision = decide(difference, wanted)
    cell = replace(cell, margin=wanted.high, found=decision)
    if decision.found.method == "none" and _identical(difference):
        return replace(cell, change=Change.SAME, why="the same on every scene, to the last bit")
    needs = afresh(needed(difference, wanted)) if decision.verdict is Verdict.UNDECIDED else None
    return replace(cell, change=_change(decision), needs=needs)


def _identical(difference: Measured) -> bool:
    """Whether numbers of enough groups have not moved at all.

    Where no range says how far off they may be, no interval is made of numbers that are all equal; a net that
    computes something else, however little, does not have the same ones to the last bit.
    """
    if isinstance(difference, Conjunction):
        return all(map(_identical, difference.parts.values()))
    moved: list[Any]
    if isinstance(difference, Fitted):
        moved, groups = [difference.value, *difference.replicates.values()], len(difference.replicates)
    elif isinstance(difference, Scores) and difference.kind != "share":
        moved, groups = list(difference.values.values()), len(set(difference.groups.values()))
    else:
        return False
    return groups >= FEWEST and not any(moved)


def _change(decision: Decision) -> Change:
    if decision.verdict is Verdict.SUPPORTED:
        return Change.SAME
    if decision.verdict is Verdict.REFUTED:
        return Change.CHANGED
    found = decision.found
    return Change.LITTLE if found.low > 0 or found.high < 0 else Change.OPEN


def _margin(difference: Measured, main: Evidence, margin: float) -> Interval:
    """Ten points of shares; of other numbers half the way from where it was to the border of the expected."""
    parts = difference.parts.values() if isinstance(difference, Conjunction) else [difference]
    if all(isinstance(part, Scores) and part.kind == "share" for part in parts):
        return about(0, margin, "what may change and still be called the same")
    ends = [end for end in (main.expected_low, main.expected_high) if end is not None]
    away = min((abs((main.value or 0.0) - end) for end in ends), default=0.0)
    return about(0, away / 2, "half the way to the border of what is expected")


def difference_of(before: SceneScores, after: SceneScores) -> Measured | str:
    """The second less the first, on the scenes that both have; or why they can't be compared."""
    one, other = before.measured, after.measured
    if isinstance(one, Conjunction) and isinstance(other, Conjunction):
        if one.parts.keys() != other.parts.keys():
            return "other layers were found on the validation scenes"
        found = dict(_parts(before, after, one, other))
        flawed = next((part for part in found.values() if isinstance(part, str)), None)
        return flawed or all_of({name: part for name, part in found.items() if isinstance(part, Measured)})
    if isinstance(one, Fitted) and isinstance(other, Fitted):
        same = one.replicates.keys() == other.replicates.keys() and before.scenes == after.scenes
        return other - one if same else "a statistic of other scenes"
    if isinstance(one, Scores) and isinstance(other, Scores):
        return _paired(one, other)
    return "another kind of number"


def _parts(
    before: SceneScores, after: SceneScores, one: Conjunction, other: Conjunction
) -> Iterator[tuple[str, Measured | str]]:
    for name, part in one.parts.items():
        first = SceneScores(before.place, part, before.scenes)
        second = SceneScores(after.place, other.parts[name], after.scenes)
        yield name, difference_of(first, second)


def _paired(one: Scores, other: Scores) -> Measured | str:
    """On the scenes that both sides have a score of."""
    shared = [scene for scene in one.values if scene in other.values]
    if not shared:
        return "no scene is the same"
    groups = {scene: one.groups[scene] for scene in shared}
    later, earlier = (
        Scores({scene: each.values[scene] for scene in shared}, groups, each.kind, each.range)
        for each in (other, one)
    )
    return later - earlier
