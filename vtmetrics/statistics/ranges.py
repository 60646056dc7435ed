"""Ranges: between which ends a number can lie at all, and what arithmetic does to them."""

from vtmetrics.statistics.interval import Range


def checked(ends: Range) -> Range:
    """The ends as floats; refuses what does not go from low to high."""
    low, high = map(float, ends)
    if not low <= high:  # as with a NaN
        raise ValueError(f"A range goes from low to high, not from {low} to {high}.")
    return low, high


def plus(left: Range, right: Range) -> Range:
    """Where a sum lies."""
    return left[0] + right[0], left[1] + right[1]


def minus(left: Range, right: Range) -> Range:
    """Where a difference lies; conservative, also for a number minus itself."""
    return left[0] - right[1], left[1] - right[0]


def times(left: Range, right: Range) -> Range:
    """Where a product lies."""
    # 0 times an infinite end is 0: the end itself is never reached.
    products = [x * y if x and y else 0.0 for x in left for y in right]
    return min(products), max(products)
