"""Simulated profiles: scenes whose mean profile is known and whose own scatter is like small models'."""

from dataclasses import dataclass

import numpy as np

from tests.statistics.random_scores import one_each
from vtmetrics.statistics import Verdict, decide

POINTS = 13
#: how much of a scene's scatter all its layers share, or how much of it goes on to the next layer
SHARED = 0.8
ANY = (-1e9, 1e9)


@dataclass(frozen=True)
class Truth:
    """A mean profile, and the scatter of scenes: a standard deviation, as a share of the profile's range.

    `noise` is "eq", as much shared by any two layers, or "ar", the less the farther they are apart.
    """

    mean: tuple[float, ...]
    scatter: float
    noise: str = "eq"
    skewed: bool = False

    def curves(self, rng, scenes):
        """Curves of so many scenes, (scenes, points)."""
        mean = np.array(self.mean)
        spread = self.scatter * np.ptp(mean)
        return mean + spread * (self._eq(rng, scenes) if self.noise == "eq" else self._ar(rng, scenes))

    def scores(self, rng, scenes):
        """The same as scores, one scene in every group."""
        return one_each(list(self.curves(rng, scenes)), "number", ANY)

    def _eq(self, rng, scenes):
        own = self._drawn(rng, (scenes, len(self.mean)))
        return SHARED**0.5 * self._drawn(rng, (scenes, 1)) + (1 - SHARED) ** 0.5 * own

    def _ar(self, rng, scenes):
        steps = self._drawn(rng, (scenes, len(self.mean)))
        found = [steps[:, 0]]
        for step in steps.T[1:]:
            found.append(SHARED * found[-1] + (1 - SHARED**2) ** 0.5 * step)
        return np.stack(found, axis=1)

    def _drawn(self, rng, shape):
        """Standard normal, or exponential: as wide, with a long tail."""
        return rng.exponential(size=shape) - 1 if self.skewed else rng.normal(size=shape)


def falling(remaining, points=POINTS, third=4):
    """From 1 to what remains by a third, level from there on, and 0 at the last layer but one and behind."""
    late = [remaining] * (points - 2 - third) + [0.0, 0.0]
    return (*np.linspace(1, remaining, third + 1)[:-1], *late[: points - third])


def rates(measure, expected, runs, seed=0):
    """How often each verdict comes out of what `measure` makes of a random generator."""
    rng = np.random.default_rng(seed)
    told = [decide(measure(rng), expected).verdict for _ in range(runs)]
    return {str(verdict): told.count(verdict) / runs for verdict in Verdict}
