"""The prospect of an undecided cell: how probable it is that so many scenes would settle it.

By its rows alone. A row's value m of n groups becomes on N fresh ones about normal round m, with a deviation
of s √(1/n + 1/N), and is decided where its interval no longer holds a border b:

    Φ((|m − b| − reach) / (s √(1/n + 1/N))), and as much of the other side.

Approximated are s, as the row's own interval has it, and the reach on N groups: that interval's times
√(n/N); and that rows and cases are independent, but for the parts of a claim, and for a control and the
claim's difference to it, which move as one. What is decided is taken to stay so, and what lies on the
border is promised nothing. So the prospect of one cell may be off; the sum over the cells of reports is
right, as `nox -s intervals` shows.
"""

import math
from collections.abc import Iterable
from statistics import NormalDist
from typing import NamedTuple

from vtmetrics.evidence.control_rule import Rival, Standing, loss_of, rivals
from vtmetrics.evidence.evidence import Evidence
from vtmetrics.evidence.figure import span

NORMAL = NormalDist()


class Prospect(NamedTuple):
    """The probabilities that a cell is settled, whichever way, and that it is refuted."""

    settled: float
    refuted: float


NONE = Prospect(0.0, 0.0)


class Odds(NamedTuple):
    """The probabilities that a row is supported, and that it is refuted."""

    supported: float
    refuted: float


def prospect(rows: Iterable[Evidence], twin: str, times: float) -> Prospect:
    """Of one case of a claim that is undecided, if `times` as many scenes are asked about."""
    known = list(rows)
    arms = {row.arm: row for row in known if row.twin == twin}
    main, sensitivity = arms.get(""), arms.get("sensitivity")
    if main is None or loss_of(main) or (sensitivity is not None and loss_of(sensitivity)):
        return NONE
    parts = [row for arm, row in arms.items() if arm.startswith("part:")]
    own = _together(main, parts, times)
    settled = own.supported * _controls(rivals(main, known), times) + own.refuted
    if sensitivity is None:
        return Prospect(settled, own.refuted)
    moved = odds(sensitivity, times)
    return Prospect(moved.refuted + moved.supported * settled, moved.supported * own.refuted)


def _together(main: Evidence, parts: Iterable[Evidence], times: float) -> Odds:
    """A claim of one part, or of several that lie so near to each other that they move as one."""
    each = [odds(row, times) for row in parts]
    if not each or main.verdict != "undecided" or main.needs is None:
        return odds(main, times)
    return Odds(min(part.supported for part in each), max(part.refuted for part in each))


def _controls(found: Iterable[Rival], times: float) -> float:
    """That each control is beaten, or one of them matched."""
    beaten = unmatched = 1.0
    for rival in found:
        won, lost = _rival(rival, times)
        beaten *= won
        unmatched *= 1 - lost
    return min(1.0, beaten + 1 - unmatched)


def _rival(found: Rival, times: float) -> tuple[float, float]:
    """That a control is beaten, and that it is matched."""
    if found.standing is not Standing.OPEN:
        beaten = found.standing is Standing.BEATEN
        return float(beaten), float(not beaten)
    control, *difference = (odds(row, times) for row in found.rows) if found.rows else (Odds(0.0, 0.0),)
    if not difference:
        return control.refuted, control.supported
    (better,) = difference
    return max(control.refuted, better.supported), min(control.supported, better.refuted)


def odds(row: Evidence, times: float) -> Odds:
    """Of one row on `times` as many groups."""
    if row.verdict in ("supported", "refuted"):
        return Odds(float(row.verdict == "supported"), float(row.verdict == "refuted"))
    found = span(row)
    promised = row.needs is not None or row.arm.startswith("part:")
    if found is None or not promised or row.level is None or found[0] >= found[2]:
        return Odds(0.0, 0.0)
    first, value, last = found
    down, up = (value - first) / math.sqrt(times), (last - value) / math.sqrt(times)
    error = (last - first) / 2 / NORMAL.inv_cdf((1 + row.level) / 2)
    fresh = NormalDist(value, error * math.sqrt(1 + 1 / times))
    low = -math.inf if row.expected_low is None else row.expected_low
    high = math.inf if row.expected_high is None else row.expected_high
    return Odds(
        max(0.0, _below(fresh, high - up) - _below(fresh, low + down)),
        _below(fresh, low - up) + 1 - _below(fresh, high + down),
    )


def _below(fresh: NormalDist, end: float) -> float:
    """The probability of what lies below an end, which may be infinite."""
    return fresh.cdf(end) if math.isfinite(end) else float(end > 0)


def settled(cases: Iterable[Prospect]) -> float:
    """That all cases of a claim are settled, or one refuted."""
    unrefuted = otherwise = 1.0
    for case in cases:
        unrefuted *= 1 - case.refuted
        otherwise *= case.settled - case.refuted
    return 1 - unrefuted + otherwise
