"""Populations whose mean is known: what scores look like, easy and hard."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tests.statistics.random_scores import ANY, one_each
from vtmetrics.statistics.scores import Scores


@dataclass(frozen=True)
class Population:
    """How to draw scores of n groups, their true mean, and how often an interval must at least cover it."""

    name: str
    draw: Callable[[np.random.Generator, int], Scores]
    truth: float
    floor: float = 0.93
    side: float = 0.025  # of wrong verdicts that are allowed where the border is the truth

    def __str__(self):
        return self.name


def _of(name, kind, ends, draw, truth, **promised):
    return Population(name, lambda rng, n: one_each(draw(rng, n), kind, ends), truth, **promised)


def _grouped(kind, ends, scene_values):
    """Groups of one to eight scenes, half of whose variance they share."""

    def draw(rng, n):
        sizes = rng.integers(1, 9, n)
        groups = np.repeat(np.arange(n), sizes)
        values = scene_values(rng, n, groups)
        scenes = [f"scene {i}" for i in range(len(values))]
        return Scores(
            dict(zip(scenes, values, strict=True)),
            dict(zip(scenes, map(str, groups), strict=True)),
            kind,
            ends,
        )

    return draw


def _normal_groups(rng, n, groups):
    return math.sqrt(0.5) * (rng.normal(size=n)[groups] + rng.normal(size=len(groups)))


def _right_or_wrong_groups(rng, n, groups):
    return (rng.random(len(groups)) < rng.beta(0.9, 0.1, n)[groups]).astype(float)


def _lost_and_gained(rng, n):
    return rng.choice([-1.0, 0, 1], n, p=[0.04, 0.95, 0.01])


def _right(rng, n):
    return (rng.random(n) < 0.97).astype(float)


def _beta(rng, n):
    return rng.beta(20, 1, n)


POPULATIONS = (
    _of("normal", "number", ANY, lambda rng, n: rng.normal(size=n), 0),
    _of("exponential", "number", (0, math.inf), lambda rng, n: rng.exponential(size=n), 1),
    _of("Beta(20, 1), number", "number", (0, 1), _beta, 20 / 21),
    _of("Beta(20, 1), share", "share", (0, 1), _beta, 20 / 21),
    _of("Bernoulli(.97)", "share", (0, 1), _right, 0.97),
    _of("4 % lost, 1 % gained", "share", (-1, 1), _lost_and_gained, -0.03),
    _of("4 % lost, 1 % gained, number", "number", (-1, 1), _lost_and_gained, -0.03),
    Population("normal groups of 1-8", _grouped("number", ANY, _normal_groups), 0),
    Population("groups of 1-8, share", _grouped("share", (0, 1), _right_or_wrong_groups), 0.9),
    Population("groups of 1-8, number", _grouped("number", (0, 1), _right_or_wrong_groups), 0.9),
    # So long a tail hides in any hundred scenes; its low side is what is left uncovered.
    _of(
        "lognormal(1)",
        "number",
        (0, math.inf),
        lambda rng, n: rng.lognormal(size=n),
        math.exp(0.5),
        floor=0.9,
        side=0.05,
    ),
)
