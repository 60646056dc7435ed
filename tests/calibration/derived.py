"""Derived truths: what follows from a plan alone for the numbers of a claim, with nothing of its body run.

A cut before anybody reads leaves what the blind run has, one behind all readers loses nothing; states that
stand still are those of any layer; turns have the angle that was planted; scripts lose the shares that they
name. What a plan does not say, such as how often a blind guess is right, is taken from another arm.
"""

from cmath import phase, rect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import degrees, hypot, radians, sqrt

from fixtures.planted.behaviour import LAYERS, Move
from fixtures.planted.plant import RECIPES
from fixtures.planted.scripted import SCRIPTS, SO, Loss
from fixtures.planted.wiring import LIT, WORDY
from fixtures.scenes.draw import draw
from vtmetrics.inputs.scene import Scene

Numbers = Mapping[str, float]


def ends(chain: Scene) -> str:
    """What a chain comes to."""
    return chain.answer.rsplit(SO, 1)[-1]


Derivation = Callable[[Numbers], float]
#: chains, and the share of them that ends otherwise if they are another picture's: some have none
CHAINS = draw("chains", count=48)
MISLED = sum(one.donor is not None and ends(one.donor) != ends(one) for one in CHAINS) / len(CHAINS)
#: rounding of kept numbers
EXACT = 2e-6


@dataclass(frozen=True)
class Derived:
    """In which interval a number has to lie, in the cases that are named so, and why."""

    why: str
    low: Derivation
    high: Derivation
    arm: str = ""
    case: str = ""


def equal(number: Derivation | float, why: str, within: float = EXACT, **where: str) -> Derived:
    """A number that follows, to rounding or as near as is said."""
    found = number if callable(number) else lambda _: number
    return Derived(why, lambda told: found(told) - within, lambda told: found(told) + within, **where)


def between(low: float, high: float, why: str, **where: str) -> Derived:
    """A number of which a side follows."""
    return Derived(why, lambda _: low, lambda _: high, **where)


def kept(name: str, depth: float, kind: str = "") -> float:
    """What is left of the answers of this kind of word if image tokens go at a depth: all, or nothing."""
    plan = RECIPES[name].plan
    readers = [layer for layer, pull in plan.reads[kind].items() if pull > 0 and plan.voice.get(layer, 1.0)]
    before = [layer < round(depth * LAYERS) for layer in readers]
    if any(before) is not all(before):
        raise ValueError(f"{name} reads on both sides of {depth}, so what is kept does not follow")
    return float(all(before))


def sens(share: float) -> Derivation:
    """So much of what the sensitivity arm has."""
    return lambda told: share * told["sensitivity"]


def cut(script: str) -> Loss:
    """What a script loses under a cut."""
    return SCRIPTS[script].cut


def alternating(moves: Mapping[int, Move]) -> float:
    """The standard deviation over depth of what lies half way between one turn and the next."""
    turns = [moves[layer].turn for layer in range(LAYERS)]
    between_two = [(one + other) / 2 for one, other in pairwise(turns)]
    inside = between_two[round(0.2 * len(between_two)) : round(0.9 * len(between_two))]
    mean = sum(inside) / len(inside)
    return sqrt(sum((angle - mean) ** 2 for angle in inside) / len(inside))


def overturned(planned: float, size: float, length: float) -> float:
    """By how many degrees a token turns that enters so long beside its flag, where others are `size` long.

    A layer adds (R − 1) x to a token x of the planned length, and as much to shorter ones: 1 + s (R − 1) is
    what one update makes of the next, with s the planned length through its own.
    """
    more = hypot(LIT, size) / hypot(LIT, length)
    return degrees(phase(1 + more * (rect(1, radians(planned)) - 1)))


def turned(lengths: tuple[float, ...], layers: int) -> float:
    """The mean cosine between a word and itself a layer later, where one coordinate makes it so long."""
    ordinary = hypot(LIT, WORDY)
    ballasts = [sqrt(length**2 - ordinary**2) for length in lengths]
    cosines = [
        (ordinary**2 + ballasts[layer] * ballasts[layer + 1]) / (lengths[layer] * lengths[layer + 1])
        for layer in range(layers)
    ]
    return sum(cosines) / len(cosines)
