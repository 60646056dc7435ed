"""A claim as a page shows it: its figures, its table, and of each model the reasons, scenes and command."""

import re
import shlex
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from vtmetrics.edits import PLAIN
from vtmetrics.evidence import (
    TWINS,
    VERDICT_GLYPHS,
    ClaimStory,
    Evidence,
    Glyph,
    Place,
    ShownScene,
    compact,
    figure_text,
    natural,
    rounded,
)
from vtmetrics.report.cell import Cell
from vtmetrics.report.outline import ClaimEntry, Column
from vtmetrics.report.page.depth_figure import depth_figures
from vtmetrics.report.page.distribution_figure import distribution_figure
from vtmetrics.report.page.drawing import NumberTable, PageFigure
from vtmetrics.report.page.estimate_figure import estimate_figure
from vtmetrics.report.page.page_source import PageSource
from vtmetrics.report.sanitise import plain, quoted
from vtmetrics.report.section import reasons_of

#: letters of a prompt and of an answer that there is room for
MOST_ASKED, MOST_SAID = 400, 240
#: how the run without an edit is called
PLAIN_RUN = str(PLAIN)


@dataclass(frozen=True)
class SceneView:
    """A scene that stands out: what it asked, and each answer with the edits that lead to it, plain first."""

    name: str
    note: str
    score: str
    prompt: str
    gold: str
    answers: tuple[tuple[tuple[str, ...], str, bool], ...]
    picture: str


@dataclass(frozen=True)
class ModelView:
    """What a claim says of one model; without an anchor the claim was not asked."""

    number: int
    name: str
    family: str
    anchor: str
    glyph: Glyph
    figures: str
    order: str
    twins: str
    notes: tuple[str, ...]
    scenes: tuple[SceneView, ...]
    command: str

    @property
    def word(self) -> str:
        """The verdict in a word, by which a page filters."""
        return self.glyph.word if self.anchor else ""


@dataclass(frozen=True)
class ClaimView:
    """A claim with all that is shown of it."""

    anchor: str
    told: Evidence
    arxiv: str
    expected: str
    controls: str
    estimates: PageFigure | None
    curves: tuple[PageFigure, ...]
    distribution: PageFigure | None
    table: NumberTable
    models: tuple[ModelView, ...]


def claim_view(
    entry: ClaimEntry,
    columns: Sequence[Column],
    source: PageSource,
    anchor: str,
    shelve: Callable[[str], str],
) -> ClaimView:
    """Everything about one claim; `shelve` takes a picture's file and says under which name it is drawn."""
    told = entry.told
    story = source.claims.get(told.claim, ClaimStory(told.claim))
    models = [column for column in columns if not column.twin]
    cells = {column.model: cell for column in models if (cell := entry.cell(column)) is not None}
    kept = {
        model: (source.scores[cell.shown.cell], cell.shown.part or "")
        for model, cell in cells.items()
        if cell.shown is not None and cell.shown.cell in source.scores
    }
    shown = {cell.shown.case for cell in cells.values() if cell.shown is not None}
    stories = [
        one
        for column in columns
        for case in sorted(shown)
        if (one := source.cells.get(Place(told.claim, case, column.model, column.twin))) is not None
    ]
    return ClaimView(
        anchor,
        told,
        told.arxiv if re.fullmatch(r"\d{4}\.\d{4,5}", told.arxiv) else "",
        compact(told.expected),
        _controls(entry),
        estimate_figure(entry, models),
        tuple(depth_figures(stories, told.claim)),
        distribution_figure(kept, told.claim),
        _table(entry, models),
        tuple(_model(entry, column, columns, source, story, anchor, shelve) for column in models),
    )


def _controls(entry: ClaimEntry) -> str:
    """The arms that would fool a naive version of the claim, and what has to be there to be lost."""
    arms = sorted({row.arm for row in entry.rows})
    names = [arm.partition(":")[2].replace("_", " ") for arm in arms if arm.startswith("control:")]
    told = [", ".join(names)] if names else []
    if entry.told.twin_controls:
        twins = [twin for twin in TWINS if any(row.twin == twin for row in entry.rows)]
        told.append(f"twins of the model ({', '.join(twins) or 'not measured'})")
    wanted = sorted({compact(row.expected) for row in entry.rows if row.arm == "sensitivity"})
    told += [f"there has to be something to lose: {' or '.join(wanted)}"] if wanted else []
    return "; ".join(told) or "none: the number itself decides"


def _table(entry: ClaimEntry, models: Sequence[Column]) -> NumberTable:
    """Every row of evidence by model, case and arm; of twins the claim alone, which is what they are for."""
    lines: list[tuple[str, ...]] = []
    for column in models:
        mine = [row for row in entry.rows if row.model == column.model and not (row.twin and row.arm)]
        if mine:
            lines.append((f"{column.number} {column.named}",))
        mine.sort(key=lambda row: (bool(row.twin), natural(row.case), _rank(row.arm), row.role))
        lines += [_told(row, entry.told) for row in mine]
    heads = ("case and arm", "verdict", "value", "wanted", "scenes")
    return NumberTable(f"All figures of {entry.told.claim}", heads, tuple(lines))


def _rank(arm: str) -> tuple[int, str]:
    kinds = ("", "part", "control", "difference", "sensitivity", "beside")
    kind, _, name = arm.partition(":")
    return (kinds.index(kind) if kind in kinds else len(kinds)), name


def _told(row: Evidence, told: Evidence) -> tuple[str, ...]:
    arm = row.arm.replace(":", " ").replace("_", " ")
    what = ", ".join(filter(None, (f"{row.twin} twin" if row.twin else "", row.case, arm))) or "the claim"
    glyph = VERDICT_GLYPHS.get(row.verdict, Glyph.FAILED)
    beside = row.arm.startswith("beside:")
    wanted = "" if beside or row.expected == told.expected else compact(row.expected)
    verdict = "shown only" if beside else f"{glyph} {row.verdict}"
    return what, verdict, figure_text(row), wanted, str(row.groups)


def _model(
    entry: ClaimEntry,
    column: Column,
    columns: Sequence[Column],
    source: PageSource,
    story: ClaimStory,
    anchor: str,
    shelve: Callable[[str], str],
) -> ModelView:
    cell = entry.cell(column)
    family = next((row.family for row in entry.rows if row.model == column.model), "")
    if cell is None or cell.shown is None:
        return ModelView(column.number, column.named, family, "", Glyph.UNMEASURED, "", "", "", (), (), "")
    measured = cell.conclusion.glyph not in (Glyph.UNMEASURED, Glyph.FAILED)
    kept = source.cells.get(cell.shown.cell)
    return ModelView(
        column.number,
        column.named,
        family,
        f"{anchor}-{column.number}",
        cell.conclusion.glyph,
        figure_text(cell.shown) if measured else "",
        "" if cell.shown.value is None else f"{cell.shown.value:.4g}",
        _twins(entry, column, columns),
        tuple(_notes(cell)),
        tuple(_scene(one, shelve) for one in kept.scenes) if kept else (),
        _command(cell.shown, story),
    )


def _twins(entry: ClaimEntry, column: Column, columns: Sequence[Column]) -> str:
    """A letter for each kind of twin that the run has, in the order of the legend."""
    kinds = [twin for twin in TWINS if any(one.twin == twin for one in columns)]
    cells = [entry.cell(Column(column.number, column.model, twin)) for twin in kinds]
    return "".join(cell.conclusion.glyph if cell else "·" for cell in cells) if any(cells) else ""


def _notes(cell: Cell) -> Iterator[str]:
    for glyph, told in reasons_of(cell):
        yield f"{glyph} {told}" if glyph else told


def _scene(one: ShownScene, shelve: Callable[[str], str]) -> SceneView:
    first = one.answers[0][1] if one.answers else ""
    by_answer: dict[str, list[str]] = {said: [] for _, said in one.answers}
    for edit, said in one.answers:
        by_answer[said] += [plain(edit)] if edit != PLAIN_RUN else []
    answers = ((tuple(edits), quoted(said, MOST_SAID), said != first) for said, edits in by_answer.items())
    return SceneView(
        plain(one.scene),
        plain(one.note),
        "" if one.score is None else rounded(one.score, 3),
        quoted(one.prompt, MOST_ASKED),
        quoted(one.gold, MOST_SAID),
        tuple(answers),
        shelve(one.picture) if one.picture else "",
    )


def _command(row: Evidence, story: ClaimStory) -> str:
    """What measures the cell again."""
    name = row.model if row.embedded else row.source
    revision = f"@{row.revision}" if row.revision and not row.embedded else ""
    test = [shlex.quote(plain(story.test))] if story.test else ["claims/", "-k", shlex.quote(row.claim)]
    options = [plain(story.options)] if story.options else []
    return " ".join(["pytest", *test, f"--model={shlex.quote(name + revision)}", *options])
