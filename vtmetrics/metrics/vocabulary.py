"""Vocabulary: the rows of a large table that score highest, found chunk by chunk and never side by side."""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

CHUNK = 8192  # how many rows of the table are looked at together
HELD_SCORES = 1 << 24  # and how many of their scores are held


def chunks(count: int, size: int) -> Iterator[slice]:
    """So many things in parts of this size."""
    for start in range(0, count, size):
        yield slice(start, min(start + size, count))


def computed(values: Tensor) -> Tensor:
    """The values in a precision in which they are multiplied: half precision is none."""
    return values if values.dtype in (torch.float32, torch.float64) else values.float()


def distinct_rows(table: Tensor) -> Tensor:
    """Which rows of a table (V, D) have a direction and are the first of those that equal them, bool (V,)."""
    made = torch.Generator().manual_seed(0)
    drawn = torch.randn(table.shape[1], generator=made, dtype=torch.float64).to(table.device)
    sums = [(table[part].double() * drawn).sum(1) for part in chunks(len(table), CHUNK)]
    along, order = torch.cat(sums).sort(stable=True)
    alike = (along[1:] == along[:-1]).nonzero().squeeze(1)  # equal rows have equal sums
    again = alike[(table[order[alike + 1]] == table[order[alike]]).all(1)]
    first = torch.ones(len(table), dtype=torch.bool, device=table.device)
    first[order[again + 1]] = False
    return first & torch.cat([(table[part] != 0).any(1) for part in chunks(len(table), CHUNK)])


def highest(
    states: Tensor, table: Tensor, k: int, score: Callable[[Tensor, slice], Tensor]
) -> tuple[Tensor, Tensor]:
    """The k highest scores of each of n states and their rows (n, k), the earlier row where scores are equal.

    `score(some, part)` scores some states by a part of the table; −∞ is no candidate, whose row is −1.
    """
    best = states.new_full((len(states), k), -torch.inf)
    rows = torch.full((len(states), k), -1, device=states.device)
    for part in chunks(len(table), CHUNK):
        for some in chunks(len(states), max(1, HELD_SCORES // CHUNK)):
            scores = score(states[some], part)
            found, where = _first_highest(scores, min(k, scores.shape[1]))
            both = torch.sort(torch.cat([best[some], found.to(best)], 1), stable=True, dim=1, descending=True)
            best[some] = both.values[:, :k]
            rows[some] = torch.cat([rows[some], where + part.start], 1).gather(1, both.indices[:, :k])
    return best, rows.masked_fill(best == -torch.inf, -1)


def _first_highest(scores: Tensor, k: int) -> tuple[Tensor, Tensor]:
    """The k highest and their places: argmax takes the first of equals, which topk does not promise."""
    left, found, places = scores.clone(), [], []
    for _ in range(k):
        places.append(left.argmax(1, keepdim=True))
        found.append(left.gather(1, places[-1]))
        left.scatter_(1, places[-1], -torch.inf)
    return torch.cat(found, 1), torch.cat(places, 1)
