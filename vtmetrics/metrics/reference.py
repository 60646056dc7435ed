"""The catalogue: what the docstring of every metric says about it, as data and as a table."""

import inspect
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

FIELDS = ("Formula", "Unit", "Range", "Unchanged by", "Source")
HEADER = ("metric", "what it says", "formula", "unit", "range", "unchanged by", "source")


@dataclass(frozen=True)
class MetricEntry:
    """What is known of one metric."""

    name: str
    statement: str
    formula: str
    unit: str
    range: str
    unchanged_by: str
    source: str

    @classmethod
    def of(cls, metric: Callable[..., Any]) -> "MetricEntry":
        """What the metric's docstring says: a sentence, then a line for each field."""
        said = inspect.getdoc(metric) or ""
        found = [
            re.search(rf"^{field}: (.+(?:\n(?!\n|[A-Z][a-z ]+: ).+)*)", said, re.MULTILINE)
            for field in FIELDS
        ]
        missing = [field for field, match in zip(FIELDS, found, strict=True) if match is None]
        if missing:
            raise ValueError(f"the docstring of {metric.__name__} must say {', '.join(missing)}")
        return cls(
            metric.__name__, _flat(said.split("\n\n")[0]), *(_flat(match[1]) for match in found if match)
        )


def metrics_table(metrics: Iterable[Callable[..., Any]]) -> str:
    """A markdown table of the metrics.

    >>> print(table([])[:30])
    | metric | what it says | form
    """
    rows: list[tuple[str, ...]] = [HEADER, ("---",) * len(HEADER)]
    for metric in metrics:
        entry = MetricEntry.of(metric)
        cells = (entry.statement, entry.formula, entry.unit, entry.range, entry.unchanged_by, entry.source)
        rows.append((f"`{entry.name}`", *(cell.replace("|", "\\|") for cell in cells)))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _flat(text: str) -> str:
    return " ".join(text.split())
