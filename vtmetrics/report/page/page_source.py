"""The source of a page: rows of evidence, with what is kept beside them, as text that can only be shown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vtmetrics.evidence import (
    CellStory,
    ClaimStory,
    Evidence,
    JointRow,
    Place,
    SceneScores,
    Stories,
    read_evidence,
    read_scene_scores,
    read_stories,
)
from vtmetrics.report.comparison_table import ComparisonTable
from vtmetrics.report.joint_rows import safe_joint
from vtmetrics.report.kept_columns import KeptColumn, beside, with_kept
from vtmetrics.report.outline import Column, columns, safe
from vtmetrics.report.sanitise import plain

NO_STORIES = Stories({}, {}, {})


@dataclass(frozen=True)
class RunComparison:
    """What changed from one run or model to another, and how the two are called."""

    head: str
    table: ComparisonTable


@dataclass(frozen=True)
class PageSource:
    """All that a page is made of; of `columns`, some may be kept from before; `said` is told beside them."""

    rows: tuple[Evidence, ...]
    columns: tuple[Column, ...]
    scores: Mapping[Place, SceneScores] = field(default_factory=dict)
    cells: Mapping[Place, CellStory] = field(default_factory=dict)
    claims: Mapping[str, ClaimStory] = field(default_factory=dict)
    folder: Path | None = None
    said: tuple[str, ...] = ()
    comparison: RunComparison | None = None
    joint: tuple[JointRow, ...] = ()

    @property
    def measured(self) -> list[Column]:
        """The columns of this run."""
        return [column for column in self.columns if not isinstance(column, KeptColumn)]


def page_source_of(
    rows: Iterable[Evidence],
    folder: Path | None = None,
    *,
    order: Sequence[str] = (),
    kept: Iterable[Evidence] = (),
    said: Sequence[str] = (),
    comparison: RunComparison | None = None,
) -> PageSource:
    """What a page shows of these rows, with the scores and stories that the folder keeps of their cells.

    Named first are the models in `order`; beside them stands what was `kept` of others before.
    """
    shown = safe(rows)
    older = beside(kept, shown)
    scores, stories = (read_scene_scores(folder), read_stories(folder)) if folder else ({}, NO_STORIES)
    there = {row.cell for row in shown}
    return PageSource(
        tuple(safe([*shown, *older])),
        tuple(with_kept(columns(shown, order), older)),
        {where: one for place, one in scores.items() if (where := _safe_place(place)) in there},
        {where: one for place, one in stories.cells.items() if (where := _safe_place(place)) in there},
        {plain(claim): one for claim, one in stories.claims.items()},
        folder,
        tuple(map(plain, said)),
        comparison,
        tuple(map(safe_joint, stories.joint.values())),
    )


def source_in(folder: Path, *, comparison: RunComparison | None = None) -> PageSource:
    """What a page shows of a folder of evidence."""
    return page_source_of(read_evidence(folder), folder if folder.is_dir() else None, comparison=comparison)


def _safe_place(place: Place) -> Place:
    return Place(*map(plain, place))
