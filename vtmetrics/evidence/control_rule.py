"""The control rule: is a control beaten, matched, or still open? A ✓ has to be earned against each of them.

beaten   its own interval lies outside of what is expected of the claim, or the claim is shown to do better
         by the margin; or it had nothing to lose
matched  its own interval lies where the claim's has to lie, and the claim is shown not to do better by the
         margin, where there is one
open     everything else: more scenes would tell

In truth no control is both, so more scenes never turn one into the other but by an error of an interval.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from vtmetrics.evidence.evidence import Evidence
from vtmetrics.evidence.figure import compact, figure_text

MOST_MISSING = 0.05  # above it, what failed could have changed the verdict
NOTHING_TO_LOSE = "nothing to lose"  # how the reason begins


class Standing(StrEnum):
    """How a control stands to its claim."""

    BEATEN = "beaten"
    MATCHED = "matched"
    OPEN = "open"


@dataclass(frozen=True)
class Rival:
    """A control, how it stands, why, and how many groups of scenes would settle it if it is open."""

    standing: Standing
    reason: str
    needs: int | None = None


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
        found += _twins([row for row in known if row.twin])
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
    return Rival(Standing.OPEN, _undecided(name, control, difference), _needs(control, difference))


def _undecided(name: str, control: Evidence, difference: Evidence | None) -> str:
    needs = _needs(control, difference)
    told = f"the {name} is undecided, {figure_text(control)}"
    if difference is not None and difference.value is not None:
        wanted = compact(difference.expected)
        told += f", {figure_text(difference)} worse than the claim where {wanted} is wanted"
    return f"{told}; needs about {needs:,} scenes" if needs is not None else told


def _needs(*rows: Evidence | None) -> int | None:
    """The fewest groups of scenes that would decide one of them."""
    numbers = [row.needs for row in rows if row is not None and row.needs is not None]
    return min(numbers, default=None)


def _twins(rows: Sequence[Evidence]) -> list[Rival]:
    """The twins of a claim: one that knows nothing is enough, and the matched one if there is one."""
    if not rows:
        return [Rival(Standing.OPEN, "its control, the twin, was not measured in this run")]
    mains = [row for row in rows if not row.arm]
    still = {row.twin for row in rows if row.arm == "sensitivity" and row.verdict == "refuted"}
    found = {row.twin: _twin(row, still) for row in mains}
    ignorant = {twin: one for twin, one in found.items() if twin != "matched"}
    measured = [twin for twin, row in ((row.twin, row) for row in mains) if gap_of(row) is None]
    if any(twin in measured for twin in ignorant):
        ignorant = {twin: one for twin, one in ignorant.items() if twin in measured}
    return [*ignorant.values(), *(one for twin, one in found.items() if twin == "matched")]


def _twin(row: Evidence, still: set[str]) -> Rival:
    if row.twin in still:
        return Rival(Standing.BEATEN, f"its {control_name(row)} has {NOTHING_TO_LOSE}")
    return rival(row)


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
    if control.verdict in ("supported", "refuted", "undecided"):
        return None
    harmless = control.verdict == "not measured" and (control.note or "").startswith(NOTHING_TO_LOSE)
    return None if harmless else control.note or "no reason given"


def control_name(control: Evidence) -> str:
    """What a control is called in a sentence."""
    name = control.arm.removeprefix("control:").replace("_", " ")
    if name:
        return f"control {name}"
    return "norm-matched twin" if control.twin == "matched" else f"{control.twin} twin"
