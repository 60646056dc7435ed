"""Plain forms of a report: Markdown to paste, JSON for a program, CSV for a spreadsheet."""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, fields
from typing import Any

from vtmetrics.evidence import Conclusions, Evidence, Glyph, figure_text, is_apart
from vtmetrics.report.cell import Cell
from vtmetrics.report.outline import ClaimEntry, Column, QuestionSection, questions
from vtmetrics.report.page.drawing import NumberTable
from vtmetrics.report.page.front_view import competence_table, counts_table, headline_of
from vtmetrics.report.page.page_source import PageSource
from vtmetrics.report.section import reasons_of

#: letters with which a spreadsheet takes a text for a formula
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
#: of the JSON, raised where a program that reads it has to be changed
REPORT_SCHEMA = "1.0"


def as_markdown(source: PageSource) -> str:
    """Headline, what models can do, and a table for each question with the reasons below it."""
    conclusions = Conclusions(source.rows)
    across, asked = list(source.columns), _asked(source, conclusions)
    models = [column for column in across if not column.twin]
    entries = [entry for section in asked for entry in section.entries]
    headline = headline_of(entries, source.measured)
    said = [headline.asked, headline.follows, headline.caution, *source.said]
    lines = ["# Claims about image tokens", *("\n" + markdown_text(line) for line in said if line), ""]
    for table in (counts_table(entries, models), competence_table(conclusions, across)):
        lines += _markdown_table(table) if table is not None else []
    for section in asked:
        lines += [f"## {markdown_text(section.asked or 'no question')}", "", markdown_text(section.cited), ""]
        heads = ("claim", *(f"{one.number} {one.named}" for one in models), "what it says")
        told = tuple(
            (entry.told.claim, *(_cell(entry.cell(one)) for one in models), entry.told.statement)
            for entry in section.entries
        )
        lines += _markdown_table(NumberTable("", heads, told))
        lines += [*_reasons(section, models), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _reasons(section: QuestionSection, models: list[Column]) -> Iterator[str]:
    for entry in section.entries:
        for column in models:
            cell = entry.cell(column)
            for glyph, told in reasons_of(cell) if cell is not None else ():
                why = f"{glyph} {told}" if glyph else told
                yield f"* {markdown_text(f'{entry.told.claim}, {column.model}: {why}')}"


def _cell(cell: Cell | None) -> str:
    if cell is None or cell.shown is None:
        return "not asked"
    glyph = cell.conclusion.glyph
    figures = "" if glyph in (Glyph.UNMEASURED, Glyph.FAILED) else figure_text(cell.shown)
    return f"{glyph} {glyph.word} {figures}".strip()


def _markdown_table(table: NumberTable) -> list[str]:
    lines = [table.heads, ("---",) * len(table.heads), *table.lines]
    told = [
        f"| {' | '.join(cell if cell == '---' else markdown_text(cell) for cell in line)} |" for line in lines
    ]
    return [*told, ""]


def markdown_text(text: str) -> str:
    """Text that Markdown shows as it is, whatever it holds."""
    return re.sub(r"([\\`*_{}\[\]<>|#~$!&])", r"\\\1", text)


def as_json(source: PageSource) -> str:
    """What every cell concludes, with the figures that show it; the rows are in the evidence."""
    conclusions = Conclusions(source.rows)
    across, asked = list(source.columns), _asked(source, conclusions)
    entries = [entry for section in asked for entry in section.entries]
    told = {
        "schema": REPORT_SCHEMA,
        "headline": asdict(headline_of(entries, source.measured)),
        "said": list(source.said),
        "models": [asdict(column) for column in across],
        "claims": [_claim(entry, across) for entry in entries],
    }
    return json.dumps(told, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _claim(entry: ClaimEntry, across: list[Column]) -> dict[str, Any]:
    names = ("claim", "statement", "paper", "arxiv", "place", "question", "reported", "expected", "because")
    told = {name: getattr(entry.told, name) for name in names}
    cells = [(column, cell) for column in across if (cell := entry.cell(column)) is not None]
    return told | {"diagnostic": entry.told.diagnostic, "cells": [_told(*one) for one in cells]}


def _told(column: Column, cell: Cell) -> dict[str, Any]:
    names = ("case", "part", "value", "low", "high", "level", "groups", "scenes", "missing", "excluded")
    shown = {name: getattr(cell.shown, name) for name in names} if cell.shown is not None else {}
    found = cell.conclusion
    return {
        "model": column.model,
        "twin": column.twin,
        "glyph": found.glyph.value,
        "verdict": found.glyph.word,
        "reason": found.reason,
        "needs": found.needs,
        "cases": cell.cases,
        **shown,
    }


def as_csv(source: PageSource) -> str:
    """Every row of evidence on a line, with the glyph and the reason of the cell whose own row it is."""
    conclusions, names = Conclusions(source.rows), [field.name for field in fields(Evidence)]
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow([*names, "glyph", "conclusion", "why"])
    for row in source.rows:
        found = conclusions[row.cell] if not row.arm else None
        told = [found.glyph.value, found.glyph.word, found.reason] if found is not None else ["", "", ""]
        table.writerow(map(_harmless, [*(getattr(row, name) for name in names), *told]))
    return written.getvalue()


def _harmless(value: Any) -> Any:
    """A text that no spreadsheet takes for a formula; numbers are numbers."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def _asked(source: PageSource, conclusions: Conclusions) -> list[QuestionSection]:
    return questions([row for row in source.rows if not is_apart(row)], conclusions)
