"""Power: how many scenes decide what, by the very intervals that judge claims.

    python -m vtmetrics.statistics.power

The rule behind the default number of scenes: margins are ten points, and a claim of one case is to be decided
where the truth is ten points from the border and three scenes in ten change. So are claims of up to nine
cases that answers stay the same, where all do.
"""

import sys
from dataclasses import dataclass

from vtmetrics.statistics.estimation import level_of, needed
from vtmetrics.statistics.interval import Interval, about, at_least, at_most
from vtmetrics.statistics.scores import Scores

CASES = (1, 2, 3, 9)
PLANTED = 200  # scenes whose shares are exactly those of a truth
KEPT = at_least(0.95, "how we read “about 1.0”")
COSTS = at_least(0.1, "ten points")
FREE = at_most(0.1, "ten points")
SAME = about(0, 0.1, "ten points either way")


@dataclass(frozen=True)
class Truth:
    """What share of scenes lose their score and gain one; of the others nothing changes."""

    told: str
    lose: float
    gain: float
    expected: Interval

    def needs(self, cases: int) -> int | None:
        """How many scenes decide a claim of so many cases, each alike; None if more than 10,000."""
        return needed(self.scores(), self.expected, level_of(cases))

    def scores(self) -> Scores:
        """Losses of scenes in exactly these shares; of what is kept, 1 less what is lost."""
        values = [1.0] * round(self.lose * PLANTED) + [-1.0] * round(self.gain * PLANTED)
        values += [0.0] * (PLANTED - len(values))
        names = [str(number) for number in range(PLANTED)]
        lost = Scores(
            values=dict(zip(names, values, strict=True)),
            groups=dict(zip(names, names, strict=True)),
            kind="share",
            range=(-1, 1) if self.expected is not KEPT else (0, 1),
        )
        return 1 - lost if self.expected is KEPT else lost


RULE = Truth("25 % are lost, 5 % won", 0.25, 0.05, COSTS)
UNCHANGED = Truth("every answer stays", 0, 0, KEPT)
TRUTHS = (
    UNCHANGED,
    Truth("1 % of answers change", 0.01, 0, KEPT),
    Truth("nothing changes", 0, 0, FREE),
    Truth("nothing changes", 0, 0, SAME),
    Truth("5 % are lost, 5 % won", 0.05, 0.05, FREE),
    Truth("5 % are lost, 5 % won", 0.05, 0.05, SAME),
    Truth("20 % are lost, none won", 0.2, 0, COSTS),
    RULE,
    Truth("30 % are lost, 10 % won", 0.3, 0.1, COSTS),
    Truth("half are lost, 10 % won", 0.5, 0.1, COSTS),
)


def default() -> int:
    """The smallest power of two that the rule asks for."""
    most = max(RULE.needs(1) or 0, UNCHANGED.needs(max(CASES)) or 0)
    return 1 << (most - 1).bit_length()


def power_table() -> list[str]:
    """One line for each truth: the claim that it supports, and the scenes that decide it, by cases."""
    head = f"{'truth':26}{'claim':10}" + "".join(f"{cases:>7}" for cases in CASES) + "  cases"
    return [head, *(_line(truth) for truth in TRUTHS)]


def _line(truth: Truth) -> str:
    counts = "".join(f"{truth.needs(cases) or 'never':>7}" for cases in CASES)
    return f"{truth.told:26}{truth.expected!s:10}{counts}"


if __name__ == "__main__":
    sys.stdout.write("\n".join(power_table()) + "\n")
