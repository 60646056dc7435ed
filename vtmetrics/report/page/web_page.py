"""The page: one file of HTML that loads nothing, complete without its script."""

import base64
from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from markupsafe import Markup

from vtmetrics.evidence import TWINS, Conclusions, Glyph, JointRow, asked_jointly, compact, is_apart, rounded
from vtmetrics.report.disputes import disputes
from vtmetrics.report.explanation import protocol_lines
from vtmetrics.report.outline import ClaimEntry, Column, QuestionSection, questions
from vtmetrics.report.page.claim_view import claim_view
from vtmetrics.report.page.drawing import NumberTable
from vtmetrics.report.page.front_view import (
    competence_table,
    counts_table,
    headline_of,
    maps_left_out,
    omissions,
)
from vtmetrics.report.page.map_view import MapView, map_views
from vtmetrics.report.page.page_source import PageSource, RunComparison
from vtmetrics.report.page.pair_figure import difference_figure, dispute_figure
from vtmetrics.report.page.picture_shelf import PictureShelf
from vtmetrics.report.page.practice_figure import practice_figure
from vtmetrics.report.practice import PRACTICE_NOTE
from vtmetrics.report.provenance import model_facts, run_scale
from vtmetrics.report.recipes import with_short_recipes
from vtmetrics.report.sanitise import plain

PAGE_PARTS = Path(__file__).parent / "templates"
PAGE_TITLE = "Claims about image tokens"
MOST_PROTOCOL = 3000


def web_page(source: PageSource) -> str:
    """The whole page."""
    page = page_view(source)
    css, script = _asset("page.css"), _asset("page.js")
    policy = (
        f"default-src 'none'; img-src data:; style-src '{_digest(css)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    written = _template().render(page=page, css=Markup(css), js=Markup(script), policy=policy)  # noqa: S704
    return "\n".join(line for line in written.split("\n") if line.strip()) + "\n"


def page_view(source: PageSource) -> dict[str, Any]:
    """What the template is filled with."""
    rows, recipes = with_short_recipes(source.rows)
    conclusions, across = Conclusions(rows), list(source.columns)
    asked = questions([row for row in rows if not is_apart(row)], conclusions)
    entries = [entry for section in asked for entry in section.entries]
    models = [column for column in across if not column.twin]
    families = {row.model: row.family for row in rows}
    shelf = PictureShelf(source.folder)
    maps, unshown = map_views(source.folder)
    sections = list(_sections(asked, across, source, shelf))
    facts = {
        column.model: model_facts([row for row in rows if row.model == column.model]) for column in models
    }
    shared = [fact for fact in next(iter(facts.values()), []) if all(fact in told for told in facts.values())]
    return {
        "title": PAGE_TITLE,
        "headline": headline_of(entries, source.measured),
        "counts": counts_table(entries, models),
        "twin_counts": counts_table(entries, [one for one in across if one.twin])
        if len(across) > len(models)
        else None,
        "competence": competence_table(conclusions, across),
        "comparison": _comparison(source.comparison),
        "practice": practice_figure(conclusions, across),
        "practice_note": PRACTICE_NOTE,
        "disputes": list(_disputes(entries, models)),
        "joint": list(_joint(source.joint, conclusions, models)),
        "glyphs": list(Glyph),
        "twins": [twin for twin in TWINS if any(column.twin == twin for column in across)],
        "papers": list(dict.fromkeys(section.cited for section in asked)),
        "families": sorted({families[column.model] for column in models}),
        "columns": [
            {"number": one.number, "named": one.named, "family": families[one.model]} for one in models
        ],
        "sections": sections,
        "maps": maps,
        "mapped": _mapped(maps, models),
        "shared": [*shared, *run_scale(rows)],
        "facts": [(model, [one for one in told if one not in shared]) for model, told in facts.items()],
        "recipes": list(recipes),
        "omitted": [*omissions(source, entries, across, shelf), *maps_left_out(maps, unshown, models)],
        "pictures": list(shelf.taken.values()),
    }


def _mapped(maps: Sequence[MapView], models: Sequence[Column]) -> dict[int, str]:
    """Where the first map of each model stands that has one."""
    first = {one.model: one.anchor for one in reversed(maps)}
    return {one.number: first[name] for one in models if (name := plain(one.model)) in first}


def _sections(
    asked: Sequence[QuestionSection], across: Sequence[Column], source: PageSource, shelf: PictureShelf
) -> Iterator[dict[str, Any]]:
    """Question by question, with how it is measured and its claims."""
    papers = list(dict.fromkeys(section.cited for section in asked))
    anchors: set[str] = set()
    for section in asked:
        claims = [
            claim_view(entry, across, source, _anchor(entry.told.claim, anchors), shelf.take)
            for entry in section.entries
        ]
        story = next(
            (source.claims[one.told.claim] for one in claims if one.told.claim in source.claims), None
        )
        protocol = story.protocol.strip().removeprefix(section.asked) if story is not None else ""
        yield {
            "asked": section.asked or "no question",
            "name": section.asked.partition(":")[0],
            "cited": section.cited,
            "paper": papers.index(section.cited) + 1,
            "protocol": list(protocol_lines(protocol, MOST_PROTOCOL)),
            "claims": claims,
        }


def _anchor(claim: str, taken: set[str]) -> str:
    """A name within the page for a claim, whatever letters its id has."""
    plainly = "c-" + "".join(char if char.isascii() and char.isalnum() else "-" for char in claim)
    name, again = plainly, 2
    while name in taken:
        name, again = f"{plainly}--{again}", again + 1
    taken.add(name)
    return name


def _comparison(found: RunComparison | None) -> dict[str, Any] | None:
    if found is None:
        return None
    lines = []
    for cell in found.table.cells:
        told = cell.found.found if cell.found is not None else None
        known = told is not None and told.value is not None
        value = rounded(told.value, 3) if told is not None and told.value is not None else "–"
        reach = f"[{rounded(told.low, 3)}, {rounded(told.high, 3)}]" if known and told is not None else ""
        flipped = "flipped" if cell.flipped else "lost" if cell.lost else ""
        needs = f"needs about {cell.needs:,} scenes" if cell.needs else plain(cell.why)
        lines.append(
            (
                plain(str(cell.place)),
                f"{cell.before} → {cell.after} {flipped}".strip(),
                str(cell.change),
                value,
                reach,
                needs,
            )
        )
    heads = ("cell", "before → after", "what became of the number", "difference", "at 95 %", "because")
    said = [plain(line) for line in found.table.lines if not line.startswith("  ")]
    figure = difference_figure(found.table.cells)
    return {
        "head": plain(found.head),
        "said": said,
        "figure": figure,
        "table": NumberTable("All pairs", heads, tuple(lines)),
    }


def _disputes(entries: Sequence[ClaimEntry], models: Sequence[Column]) -> Iterator[dict[str, Any]]:
    """Each with both statements, the axis, and for whom every model's number speaks."""
    for dispute in disputes(entries):
        figure = dispute_figure(dispute, models)
        both = (dispute.first.told, dispute.second.told)
        told = [
            f"{one.claim} ({one.paper}, expected {compact(one.expected)}): {one.statement}" for one in both
        ]
        lines = ((f"{column.number} {column.named}", dispute.stance(column)) for column in models)
        table = NumberTable(f"What holds: {dispute.name}", ("model", "what its number says"), tuple(lines))
        yield {"title": dispute.name, "told": told, "figure": figure, "table": table}


def _joint(
    rows: Sequence[JointRow], conclusions: Conclusions, models: Sequence[Column]
) -> Iterator[dict[str, Any]]:
    """Each joint row with what it says, and what its claims make of every model together."""
    for row in asked_jointly(rows, conclusions):
        stands = [(column, row.standing(conclusions, column.model)) for column in models]
        lines = tuple(
            (f"{column.number} {column.named}", f"{one.glyph} {one.glyph.word}", one.reason)
            for column, one in stands
        )
        table = NumberTable(
            f"{row.name}: {' and '.join(row.claims)} together", ("model", "verdict", "why"), lines
        )
        yield {"says": f"{row.name}: {row.says}", "table": table}


@cache
def _asset(name: str) -> str:
    return (PAGE_PARTS / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """The source that a policy names: nothing else of its kind acts."""
    return f"sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}"


@cache
def _template() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - only a page needs it

    loader = FileSystemLoader(PAGE_PARTS)
    own = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return own.get_template("page.html")
