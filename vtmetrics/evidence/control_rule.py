"""The control rule: is a control beaten, matched, or still open? A ✓ has to be earned against each of them.

beaten   its own interval lies outside of what is expected of the claim, or the claim is shown to do better
         by the margin; or it had nothing to lose
matched  its own interval lies where the claim's has to lie, and the claim is shown not to do better by the
         margin, where there is one
open     everything else: more scenes would tell

In truth no control is both, so more scenes never turn one into the other but by an error of an interval.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from vtmetrics.evidence.claim_case import finite
from vtmetrics.evidence.evidence import Evidence
from vtmetrics.evidence.figure import compact, figure_text, span
from vtmetrics.statistics import MOST_GROUPS, Bounds, Verdict, afresh, at_least, judge, square_and_add

MOST_MISSING = 0.05  # above it, what failed could have changed the verdict
NOTHING_TO_LOSE = "nothing to lose"  # how the reason begins


class Standing(StrEnum):
    """How a control stands to its claim."""

    BEATEN = "beaten"
    MATCHED = "matched"
    OPEN = "open"


@dataclass(frozen=True)
class Rival:
    """A control, how it stands, why, and how many groups of scenes would settle it if it is open.

    `rows` are those of an open control: its own, and that of the claim's difference to it if there is one.
    """

    standing: Standing
    reason: str
    needs: int | None = None
    rows: tuple[Evidence, ...] = ()

    @property
    def border(self) -> bool:
        """Whether it is open because it lies on the border, or nearly."""
        return self.needs is None and any(map(on_border, self.rows))


def rivals(main: Evidence, rows: Iterable[Evidence]) -> list[Rival]:
    """Every control of a claim that is supported: its own, and its twins where they are controls."""
    known = list(rows)
    own = {row.arm: row for row in known if row.twin == main.twin}
    found = [
        rival(row, own.get(arm.replace("control:", "difference:", 1)))
        for arm, row in sorted(own.items())
        if arm.startswith("control:")
    ]
    if main.twin_controls and not main.twin:
        found += _twins(main, [row for row in known if row.twin])
    return found


def rival(control: Evidence, difference: Evidence | None = None) -> Rival:
    """One control, by its own interval and by that of the claim's difference to it."""
    name = control_name(control)
    if (gap := gap_of(control)) is not None:
        return Rival(Standing.OPEN, f"its {name} was not measured: {gap}")
    if control.verdict == "not measured":
        return Rival(Standing.BEATEN, f"its {name} has {NOTHING_TO_LOSE}")
    better = difference.verdict if difference is not None and difference.value is not None else None
    if control.verdict == "refuted" or better == "supported":
        return Rival(Standing.BEATEN, f"its {name}, {figure_text(control)}")
    if control.verdict == "supported" and better in (None, "refuted"):
        return Rival(Standing.MATCHED, f"the {name} does as well, {figure_text(control)}")
    rows = tuple(row for row in (control, difference) if row is not None)
    return Rival(Standing.OPEN, _undecided(name, control, difference), _needs(*rows), rows)


def _undecided(name: str, control: Evidence, difference: Evidence | None) -> str:
    needs = _needs(control, difference)
    told = f"the {name} is undecided, {figure_text(control)}"
    if difference is not None and difference.value is not None:
        wanted = compact(difference.expected)
        told += f", {figure_text(difference)} worse than the claim where {wanted} is wanted"
    if needs is not None:
        return f"{told}; needs about {needs:,} scenes"
    return f"{told}; on the border" if on_border(control) else told


def _needs(*rows: Evidence | None) -> int | None:
    """The fewest groups of scenes that would decide one of them."""
    numbers = [row.needs for row in rows if row is not None and row.needs is not None]
    return min(numbers, default=None)


def on_border(row: Evidence) -> bool:
    """Whether a row is undecided and lies so near to a border that 10,000 groups may not decide it.

    Told by its figures, since older evidence counts for some arms no scenes that would.
    """
    found = span(row)
    if found is None or row.verdict != "undecided" or row.needs is not None:
        return False
    low, value, high = found
    borders = [border for border in (row.expected_low, row.expected_high) if border is not None]
    distance = min((abs(value - border) for border in borders), default=math.inf)
    return MOST_GROUPS * distance**2 <= 2 * row.groups * ((high - low) / 2) ** 2


def _twins(main: Evidence, rows: Sequence[Evidence]) -> list[Rival]:
    """The twins of a claim: of those that know nothing all that were measured, and the matched one too."""
    if not rows:
        return [Rival(Standing.OPEN, "its control, the twin, was not measured in this run")]
    mains = [row for row in rows if not row.arm]
    still = {row.twin for row in rows if row.arm == "sensitivity" and row.verdict == "refuted"}
    found = {row.twin: _twin(main, row, still) for row in mains}
    ignorant = {twin: one for twin, one in found.items() if twin != "matched"}
    measured = [twin for twin, row in ((row.twin, row) for row in mains) if gap_of(row) is None]
    if any(twin in measured for twin in ignorant):
        ignorant = {twin: one for twin, one in ignorant.items() if twin in measured}
    return [*ignorant.values(), *(one for twin, one in found.items() if twin == "matched")]


def _twin(main: Evidence, row: Evidence, still: set[str]) -> Rival:
    if row.twin in still:
        return Rival(Standing.BEATEN, f"its {control_name(row)} has {NOTHING_TO_LOSE}")
    return rival(row, difference_to_twin(main, row))


def difference_to_twin(main: Evidence, twin: Evidence) -> Evidence | None:
    """By how much a claim is truer of the model than of its twin, where it has to be by so much.

    Two rows are all there is, so the two intervals are combined by square-and-add.
    """
    if main.by is None or main.value is None or twin.value is None:
        return None
    own, other = (main.value, _bounds(main)), (twin.value, _bounds(twin))
    better, worse = (own, other) if main.expected_high is None else (other, own)
    low, high, method = square_and_add(better, worse)
    wanted = at_least(main.by, "what a twin has to do worse by")
    verdict = judge(Bounds(low, high, method), wanted)
    value = better[0] - worse[0]
    told = {
        "value": value,
        "low": finite(low),
        "high": finite(high),
        "expected": str(wanted),
        "expected_low": wanted.low,
        "expected_high": None,
        "verdict": str(verdict),
        "groups": min(main.groups, twin.groups),
        "needs": None,
    }
    found = replace(main, role=f"difference:{twin.twin}", **told)  # type: ignore[arg-type]
    return replace(found, needs=_afresh(found, main.by)) if verdict is Verdict.UNDECIDED else found


def _afresh(row: Evidence, border: float) -> int | None:
    """How many groups of fresh scenes take the interval's end to the border; None above what anybody has."""
    found = span(row)
    if found is None or found[1] == border:
        return None
    low, value, high = found
    reach = value - low if value > border else high - value
    return afresh(math.ceil(row.groups * (reach / (value - border)) ** 2))


def _bounds(row: Evidence) -> Bounds:
    """The interval of a row; where it has none, nothing is known."""
    low = -math.inf if row.low is None else row.low
    high = math.inf if row.high is None else row.high
    return Bounds(low, high, row.method or "none")


def loss_of(row: Evidence) -> str | None:
    """Why so many scenes have no score that they could have changed the verdict, if they are so many."""
    asked = (row.scenes or row.groups) + row.missing
    if not asked or row.missing / asked <= MOST_MISSING:
        return None
    reasons = f": {row.reasons}" if row.reasons else ""
    return f"{row.missing} of {asked} scenes have no score, more than 5 %{reasons}"


def gap_of(control: Evidence) -> str | None:
    """Why a control says nothing; None if it says something, or if it had nothing to lose."""
    if (loss := loss_of(control)) is not None:
        return loss
    if control.verdict in ("supported", "refuted", "undecided") and not _unasked(control):
        return None
    harmless = control.verdict == "not measured" and (control.note or "").startswith(NOTHING_TO_LOSE)
    return None if harmless else control.note or "no reason given"


def _unasked(control: Evidence) -> bool:
    """Whether it is undecided already if the control can be asked at all."""
    return control.verdict == "undecided" and control.value is None


def control_name(control: Evidence) -> str:
    """What a control is called in a sentence."""
    name = control.arm.removeprefix("control:").replace("_", " ")
    if name:
        return f"control {name}"
    return "norm-matched twin" if control.twin == "matched" else f"{control.twin} twin"
