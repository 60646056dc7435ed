"""Kept columns: models whose evidence was found before and is shown beside a run that measured none of it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.text import Text

from vtmetrics.evidence import Evidence, natural
from vtmetrics.report.columns_of_text import paragraph
from vtmetrics.report.outline import Column, columns, safe


@dataclass(frozen=True)
class KeptColumn(Column):
    """A model, or a twin of it, of which nothing was run: when it was measured, and in which numerics."""

    found: str = ""

    @property
    def named(self) -> str:
        """What it is called, and that it is kept."""
        return f"{self.twin or self.model} (kept)"


def beside(kept: Iterable[Evidence], rows: Sequence[Evidence]) -> list[Evidence]:
    """What is kept of the claims that a run asked, but for models that it has measured itself."""
    measured, asked = {row.model for row in rows}, {row.claim for row in rows}
    return safe(row for row in kept if row.model not in measured and row.claim in asked)


def with_kept(measured: Sequence[Column], kept: Sequence[Evidence]) -> list[Column]:
    """The models of the run, those that are kept, then the twins of the former and of the latter."""
    first = max((column.number for column in measured), default=0)
    others = [
        KeptColumn(first + each.number, each.model, each.twin, _found(kept, each.model))
        for each in columns(kept)
    ]
    both = [*measured, *others]
    return sorted(both, key=lambda column: bool(column.twin))


def _found(kept: Iterable[Evidence], model: str) -> str:
    """The day, or the days, and the numerics."""
    rows = [row for row in kept if row.model == model]
    days = sorted({row.date[:10] for row in rows})
    when = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
    numerics = sorted({f"{row.device}, {row.dtype}, {row.versions}" for row in rows}, key=natural)
    return f"{when} ({'; '.join(numerics)})"


def kept_note(columns: Iterable[Column], width: int) -> Iterator[Text]:
    """A line for each kept model: nothing of it was run here, and when it was."""
    for column in columns:
        if isinstance(column, KeptColumn) and not column.twin:
            told = f"{column.number} {column.model} is kept: measured {column.found}; "
            yield from paragraph(Text(f"{told}nothing of it was run here.", "dim"), width, Text())
