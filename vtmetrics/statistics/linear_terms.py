"""Linear terms: of which measured scores a combination is made, and in which range it can really lie.

What two arms share cancels: (full − cut) − (full − other) is other − cut, from −1 to 1 and not from −2 to 2.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from vtmetrics.statistics.interval import Range

#: weights that are only rounding
NOTHING = 1e-12


@dataclass(frozen=True, eq=False)
class LinearTerms:
    """A constant and a weight for each of the scores that were measured, told apart by identity."""

    constant: float
    weights: Mapping[object, tuple[float, Range]]

    @classmethod
    def of(cls, ends: Range) -> "LinearTerms":
        """Scores that nothing is known of but their range: a term of their own."""
        return cls(0.0, {object(): (1.0, ends)})

    @property
    def range(self) -> Range:
        """From where to where the combination can lie."""
        ends = [sorted((weight * low, weight * high)) for weight, (low, high) in self.weights.values()]
        lows, highs = [low for low, _ in ends], [high for _, high in ends]
        return _total(self.constant, lows), _total(self.constant, highs)

    def plus(self, other: "LinearTerms", weight: float = 1.0) -> "LinearTerms":
        """The sum with another combination, weighted."""
        weights = dict(self.weights)
        for name, (theirs, ends) in other.weights.items():
            ours = weights[name][0] if name in weights else 0.0
            weights[name] = (ours + weight * theirs, ends)
        kept = {name: term for name, term in weights.items() if abs(term[0]) > NOTHING}
        return LinearTerms(self.constant + weight * other.constant, kept)

    def shifted(self, number: float) -> "LinearTerms":
        """The sum with a number."""
        return LinearTerms(self.constant + number, self.weights)

    def times(self, number: float) -> "LinearTerms":
        """The product with a number."""
        return LinearTerms(0.0, {}).plus(self, number)


def _total(constant: float, ends: list[float]) -> float:
    if any(map(math.isinf, ends)):
        return sum(ends, start=constant)
    return math.fsum([constant, *ends])
