"""The pruner's table: what a pruner and the arms beside it leave of every task, and what they spare."""

from collections.abc import Iterator, Mapping, Sequence

from vtmetrics.evidence import rounded
from vtmetrics.protocols import PrunerOutcome, Spared
from vtmetrics.statistics import Estimate

#: what is said where a number has no place
NO_FIGURE = "–"
COLUMNS_SPARED = ("FLOPs", "cache", "time")


def pruner_lines(
    outcomes: Sequence[PrunerOutcome], spared: Mapping[str, Mapping[str, Spared]]
) -> Iterator[str]:
    """A line for each arm of a pruner, in Markdown, with a column a task.

    In it stand the right answers, of arms in brackets by how much the pruner itself is ahead of them; behind
    the tasks the words of answers that stay, over all of them, and what is spared of a prefill.
    """
    tasks = list(dict.fromkeys(one.task for one in outcomes))
    head = ["pruner", "arm", *tasks, *(f"words that stay, {task}" for task in tasks), *COLUMNS_SPARED]
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    for name, arm in dict.fromkeys((one.pruner, one.arm) for one in outcomes):
        mine = {one.task: one for one in outcomes if (one.pruner, one.arm) == (name, arm)}
        told = [_told(mine[task]) for task in tasks] + [figure(mine[task].kept) for task in tasks]
        yield f"| {' | '.join([name, arm, *told, *_costs(spared.get(name, {}).get(arm))])} |"


def _told(one: PrunerOutcome) -> str:
    ahead = "" if one.ahead is None else f" ({figure(one.ahead, sign='+')})"
    return f"{figure(one.right)}{ahead}"


def figure(found: Estimate, sign: str = "") -> str:
    """A number with its interval."""
    if found.value is None:
        return NO_FIGURE
    low, high = (rounded(end, 2) for end in (found.low, found.high))
    return f"{sign if found.value > 0 else ''}{rounded(found.value, 2)} [{low}, {high}]"


def _costs(one: Spared | None) -> list[str]:
    if one is None:
        return [NO_FIGURE] * len(COLUMNS_SPARED)
    return [f"{rounded(-100 * share, 0)} %" for share in (one.flops, one.kv_bytes, one.time)]
