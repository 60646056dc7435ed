"""The pruner's table: what a pruner and the arms beside it leave of every task, and what they spare."""

from collections.abc import Iterator, Mapping, Sequence

from vtmetrics.evidence import rounded
from vtmetrics.protocols import NO_IMAGE, WHOLE_IMAGE, PrunerOutcome, Spared
from vtmetrics.statistics import Estimate

#: what no pruner has a part in, and so is told once
SHARED = {WHOLE_IMAGE, NO_IMAGE}
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
    yield _line(head)
    yield "|" + "---|" * len(head)
    first = outcomes[0].pruner if outcomes else ""
    for name, arm in dict.fromkeys((one.pruner, one.arm) for one in outcomes):
        if arm in SHARED and name != first:
            continue
        mine = {one.task: one for one in outcomes if (one.pruner, one.arm) == (name, arm)}
        right, kept = ([told(mine[task]) for task in tasks] for told in (_right, _kept))
        costs = _costs(spared.get(name, {}).get(arm))
        yield _line([NO_FIGURE if arm in SHARED else name, arm, *right, *kept, *costs])


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _right(one: PrunerOutcome) -> str:
    ahead = "" if one.ahead is None else f" ({figure(one.ahead, sign='+')})"
    return f"{figure(one.right)}{ahead}"


def _kept(one: PrunerOutcome) -> str:
    return figure(one.kept)


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
