"""The front of a page: what was asked of whom, what each model can do, and what is left out."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vtmetrics.evidence import Conclusions, Glyph, Place, is_ability, natural, rounded
from vtmetrics.report.abilities import ABILITY_WORDS
from vtmetrics.report.disputes import headline_entries
from vtmetrics.report.headline import EMBEDDED, asked_and_found
from vtmetrics.report.kept_columns import KeptColumn
from vtmetrics.report.outline import ClaimEntry, Column
from vtmetrics.report.page.drawing import NumberTable
from vtmetrics.report.page.map_view import MapView
from vtmetrics.report.page.page_source import PageSource
from vtmetrics.report.page.picture_shelf import PictureShelf


@dataclass(frozen=True)
class Headline:
    """The first lines: what was asked, what follows, and what has to be known before a figure is quoted."""

    asked: str
    follows: str
    caution: str


def headline_of(entries: Sequence[ClaimEntry], measured: Sequence[Column]) -> Headline:
    """What the terminal's report begins with."""
    if not entries:
        return Headline("No claim was measured", "", "")
    asked, follows = asked_and_found(headline_entries(entries), measured)
    models = {column.model for column in measured}
    embedded = all(row.embedded for entry in entries for row in entry.rows if row.model in models)
    return Headline(asked, follows, EMBEDDED if embedded else "")


def counts_table(entries: Sequence[ClaimEntry], columns: Sequence[Column]) -> NumberTable:
    """How many claims of papers have which verdict, model by model, with the ids of the refuted."""
    judged = [entry for entry in headline_entries(entries) if not entry.told.diagnostic]
    lines = []
    for column in columns:
        cells = [(entry, cell) for entry in judged if (cell := entry.cell(column)) is not None]
        found = Counter(cell.conclusion.glyph for _, cell in cells)
        name = f"{column.number} {column.named}{' twin' if column.twin else ''}"
        lines.append((name, *(str(found[glyph] or "–") for glyph in Glyph)))
    heads = ("model", *(f"{glyph} {glyph.word}" for glyph in Glyph))
    return NumberTable(
        "Claims of papers by verdict; diagnostics are not counted, a dispute is one", heads, tuple(lines)
    )


def competence_table(conclusions: Conclusions, columns: Sequence[Column]) -> NumberTable | None:
    """Models down, tasks across; nothing where nobody asked."""
    asked = [place for place in conclusions if not place.twin and is_ability(conclusions.rows(place)[0])]
    tasks = sorted({place.case for place in asked}, key=natural)
    if not tasks:
        return None
    lines = []
    for column in columns:
        mine = {place.case: place for place in asked if place.model == column.model}
        if mine and not column.twin:
            cells = [_ability(conclusions, mine.get(task)) for task in tasks]
            lines.append((f"{column.number} {column.named}", *cells))
    return NumberTable("Right answers, by task", ("model", *tasks), tuple(lines))


def _ability(conclusions: Conclusions, place: Place | None) -> str:
    if place is None:
        return "not asked"
    found = conclusions[place]
    arms = {row.arm: row.value for row in conclusions.rows(place) if not row.twin}
    value, added = arms.get(""), arms.get("sensitivity")
    if value is None:
        return f"{found.glyph} unknown: {found.reason}"
    gained = "" if added is None else f" ({rounded(added, 2)})"
    needs = f": needs about {found.needs:,} scenes" if found.needs is not None else ""
    return f"{found.glyph} {ABILITY_WORDS[found.glyph]} {rounded(value, 2)}{gained}{needs}"


def omissions(
    source: PageSource, entries: Sequence[ClaimEntry], columns: Sequence[Column], shelf: PictureShelf
) -> Iterator[str]:
    """What a reader might look for and not find here."""
    yield from source.said
    for column in columns:
        if isinstance(column, KeptColumn) and not column.twin:
            yield f"{column.number} {column.model}, of which nothing was run here: measured {column.found}."
    models = [column for column in columns if not column.twin]
    asked = [entry.cell(column) is not None for entry in entries for column in models]
    if not all(asked):
        yield f"{asked.count(False)} of {len(asked)} cells: these claims were not asked of these models."
    unmeasured = sum(
        (cell := entry.cell(column)) is not None and cell.conclusion.glyph is Glyph.UNMEASURED
        for entry in entries
        for column in models
    )
    if unmeasured:
        yield f"{unmeasured} cells have no number: “not measured”, each with its reason."
    if not source.cells:
        yield "Scenes, answers and curves over depth: this evidence keeps none (a run with --evidence does)."
    else:
        yield "Of each cell three scenes and six curves are kept; of several cases, those of one."
    if not source.scores:
        yield "Distributions over scenes: this evidence keeps no scores of scenes."
    if shelf.left_out:
        yield f"{len(shelf.left_out)} pictures, for which there is no room; the folder of evidence has them."
    if shelf.lost:
        yield f"{len(shelf.lost)} pictures that are no longer with the evidence."
    yield "Controls and other arms of twins: the rows of the evidence have them."
    yield "What was measured of every scene: the store of the evidence has it."


def maps_left_out(shown: Sequence[MapView], others: Sequence[str], models: Sequence[Column]) -> Iterator[str]:
    """What is said of token maps that are not there, and how they come."""
    if others:
        yield f"Token maps for which there is no room, or no drawing: {', '.join(others)}."
    lacking = [column.named for column in models if column.model not in {one.model for one in shown}]
    if lacking:
        how = "`python -m vtmetrics maps … --out DIR/maps/NAME` lays one beside this evidence"
        yield f"Token maps of {', '.join(lacking)}: {how}, or says why there is none."
