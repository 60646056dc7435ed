"""The difference of two models: a column beside theirs, paired where scenes are shared."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.text import Text

from vtmetrics.evidence import Change, Conclusions, Evidence, PairedCell, Place, rounded
from vtmetrics.report.outline import Column
from vtmetrics.report.sanitise import plain

SIGNS = {Change.SAME: "=", Change.CHANGED: "≠", Change.LITTLE: "~", Change.OPEN: "?", Change.APART: " "}
SIGN_STYLES = {Change.CHANGED: "bold red", Change.LITTLE: "bold yellow", Change.OPEN: "bold yellow"}
COARSE = 0.1  # from here on two digits say enough
DIFFERENCE_NOTE = (
    "2 − 1, scene by scene: = the same within a margin, ≠ changed beyond it, ~ changed by more or by less, "
    "? cannot tell; without a sign where no scene is shared."
)


@dataclass(frozen=True)
class CellDifference:
    """How far the second model's number is from the first's; without an interval where none can be made."""

    claim: str
    case: str
    change: Change
    value: float
    low: float = math.nan
    high: float = math.nan

    def text(self, *, brief: bool) -> Text:
        """Sign, value and interval; a brief one leaves the interval out."""
        digits = 3 if abs(self.value) < COARSE else 2
        told = Text.styled(SIGNS[self.change], SIGN_STYLES.get(self.change, ""))
        told.append(f" {'+' if self.value > 0 else ''}{rounded(self.value, digits)}", "bold")
        if not (brief or math.isnan(self.low)):
            told.append(f" [{rounded(self.low, digits)}, {rounded(self.high, digits)}]")
        return told


@dataclass(frozen=True)
class DifferenceColumn(Column):
    """What became of each claim from the first model to the second, the weightiest case first."""

    found: tuple[CellDifference, ...] = ()

    def text(self, claim: str, case: str | None = None, *, brief: bool) -> Text | None:
        """Of a claim, or of one of its cases; None where nothing can be said."""
        kept = (one for one in self.found if one.claim == claim and case in (None, one.case))
        return next((one.text(brief=brief) for one in kept), None)


def with_difference(
    columns: Sequence[Column], pairs: Iterable[PairedCell], conclusions: Conclusions
) -> list[Column]:
    """The columns, with that of the differences behind the two models; as they are without pairs."""
    models = [column for column in columns if not column.twin]
    found = tuple(_differences(pairs, models[-1].model, conclusions)) if models else ()
    if not found or len(models) != 2:
        return list(columns)
    twins = [column for column in columns if column.twin]
    return [*models, DifferenceColumn(0, "2 − 1", found=found), *twins]


def _differences(
    pairs: Iterable[PairedCell], second: str, conclusions: Conclusions
) -> Iterator[CellDifference]:
    for pair in pairs:
        place = Place(*map(plain, pair.place))
        told = _unpaired(place, second, conclusions) if pair.change is Change.APART else _paired(pair)
        if told is not None:
            yield CellDifference(place.claim, place.case, pair.change, *told)


def _paired(pair: PairedCell) -> tuple[float, ...] | None:
    if pair.found is None or pair.found.found.value is None:
        return None
    found = pair.found.found
    told = (found.value or 0.0, found.low, found.high)
    return told if all(map(math.isfinite, told)) else told[:1]


def _unpaired(place: Place, second: str, conclusions: Conclusions) -> tuple[float, ...] | None:
    """Square and add: the intervals of scenes that have nothing to do with each other."""
    here = [_main(conclusions, each) for each in (place, place._replace(model=second))]
    known = [row for row in here if row is not None and not row.part]
    if len(known) < 2 or known[0].kind != known[1].kind:
        return None
    (value, low, high), (its_value, its_low, its_high) = map(_span, known)
    away = its_value - value
    below, above = (
        math.hypot(its_value - its_low, high - value),
        math.hypot(its_high - its_value, value - low),
    )
    return away, away - below, away + above


def _main(conclusions: Conclusions, place: Place) -> Evidence | None:
    """The row that holds a cell's number and interval."""
    rows = (row for row in conclusions.rows(place) if not row.role)
    return next((row for row in rows if None not in (row.value, row.low, row.high)), None)


def _span(row: Evidence) -> tuple[float, float, float]:
    return row.value or 0.0, row.low or 0.0, row.high or 0.0
