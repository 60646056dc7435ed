"""Worked examples of compression and complexity: curves over depth, and ranks of eight scenes."""

from math import log10, sqrt

from tests.claims.worked_example import COUNTS, WorkedExample
from vtmetrics import PLAIN

#: the middle half of eight layers is 2 to 6, where validation peaks at 4; outside of it are 0, 1 and 7
MIDDLE, OUTER, PEAK = (2, 3, 4, 5, 6), (0, 1, 7), 4
LENGTHS = (0.2, 0.25, 0.3, 0.4, 0.5, 0.45, 0.4, 0.3, 0.9)
BEFOREHAND = (0.1, 0.2, 0.3, 0.4, 0.6, 0.4, 0.3, 0.2, 0.9)


def peaked(profile):
    """By how much the peak is above each outer layer, or else another layer of the middle."""
    found = {}
    for layer in MIDDLE:
        for place in OUTER:
            name = f"layer {layer} above layer {place}"
            found[name if layer == PEAK else f"or else: {name}"] = profile[layer] - profile[place]
    return found


def of_lengths(claim, metric, expected, moves, sign=1):
    """Lengths over eight layers, or their negatives where the middle is to be lowest."""
    own, before = (tuple(sign * one for one in curve) for curve in (LENGTHS, BEFOREHAND))
    shifted = [tuple(1 + one if sign < 0 else one for one in curve) for curve in (own, before)]
    return WorkedExample(
        claim,
        {
            f"{metric}(IMAGE) of counted": {PLAIN: shifted[0]},
            f"{metric}(IMAGE) of validation_counted": {PLAIN: shifted[1]},
        },
        # beforehand it is least at layer 0 and most at 4
        peaked(LENGTHS) | {"sensitivity": 0.3},
        expected=expected,
        moves=moves,
        kind="fitted",
        twin=True,
        layers=8,
    )


RANKS = ("stable_rank", "participation_ratio_sigma", "effective_rank")
#: of twelve layers and what the norm receives, ten points are read; twice as much in each third of these
RISING = (*(2 ** (layer / 3) for layer in range(10)), 1.0, 1.0, 1.0)
#: highest at layer 7 beforehand, where it is 8, and 6 at the end
HIGH_BEFOREHAND = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 9.0, 8.0, 7.0, 6.0, 5.0, 90.0)
HIGH = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 8.5, 7.0, 6.0, 5.0, 6.0)
OF_COMPRESSION = (
    of_lengths("P-1.gini", "norm_gini", "≥ 0.02", "≥ 0.02"),
    of_lengths("P-1.variation", "norm_variation", "≥ 0.04", "≥ 0.04"),
    of_lengths("P-1.entropy", "norm_entropy", "≥ 0.002", "≥ 0.002", sign=-1),
    *(
        example
        for metric in RANKS
        for example in (
            WorkedExample(
                "P-2.rises",
                {f"{metric}(IMAGE) of counted": {PLAIN: RISING}},
                {"": 3 * log10(2)},
                expected="≥ 0.1",
                kind="fitted",
                case={"number": metric},
                cases=(f"number: {', '.join(RANKS)}",),
                twin=True,
            ),
            WorkedExample(
                "P-2.drops",
                {
                    f"{metric}(IMAGE) of counted": {PLAIN: HIGH},
                    f"{metric}(IMAGE) of validation_counted": {PLAIN: HIGH_BEFOREHAND},
                },
                {"": 0.25},
                expected="≥ 0.1",
                kind="fitted",
                case={"number": metric},
                cases=(f"number: {', '.join(RANKS)}",),
                twin=True,
            ),
        )
    ),
)

#: numbers of eight scenes, by rank; with how many things there are, three pairs change places: six in squares
NUMBERS = (1, 3, 2, 4, 5, 6, 7, 8)
WITH_COUNT = 1 - 6 * 6 / (8 * 63)
#: those of pixels rise by scene, and two pairs change places
OF_PIXELS = 1 - 6 * 4 / (8 * 63)
#: kinds change as many places with either
WITH_KINDS = KINDS_WITH_COUNT = WITH_COUNT
#: of eight answers the first, second and fourth are wrong: mean ranks 2 and 6, 30 in squares
ANSWERS = [0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 1.0, 1.0]
ANSWERED, ANSWERED_COUNT = 22 / sqrt(30 * 42), 26 / sqrt(30 * 42)


def flat(numbers, scale=1.0):
    """The same number at every layer; the last point is any."""
    return [(scale * number,) * 12 + (0.5,) for number in numbers]


def partial(both, one, other):
    """What is left of a correlation if a third is held equal, by those with it."""
    return (both - one * other) / sqrt((1 - one**2) * (1 - other**2))


def with_number(claim, metric, expected, numbers=NUMBERS, sign=1, cases=()):
    """The correlation with how many things there are, and that of pixels; as much is covered by all."""
    return WorkedExample(
        claim,
        {f"{metric}(IMAGE) of counted": {PLAIN: flat(numbers, 0.1)}},
        {
            "": sign * WITH_COUNT,
            "control pixels": sign * OF_PIXELS,
            "beside area_held": sign * WITH_COUNT,
        },
        expected=expected,
        kind="fitted",
        by=0.1,
        case={"number": metric} if cases else {},
        cases=cases,
        twin=True,
        twin_by=0.1,
        drawn=8,
    )


def with_kinds(claim, expected, **case):
    """With kinds of things, their number held equal."""
    return WorkedExample(
        claim,
        {"effective_rank(IMAGE) of counted": {PLAIN: flat(NUMBERS)}},
        {"": partial(WITH_KINDS, WITH_COUNT, KINDS_WITH_COUNT)},
        expected=expected,
        kind="fitted",
        twin=True,
        drawn=8,
        **case,
    )


FALLING = tuple(9 - number for number in NUMBERS)
UNEVEN = ("norm_gini", "norm_variation")
OF_COMPLEXITY = (
    *(with_number("P-3", metric, "≥ 0.3", cases=(f"number: {', '.join(RANKS)}",)) for metric in RANKS),
    with_number("P-3.entropy", "norm_entropy", "≥ 0.3"),
    *(
        with_number("P-3.lengths", metric, "≤ −0.3", FALLING, -1, cases=(f"number: {', '.join(UNEVEN)}",))
        for metric in UNEVEN
    ),
    # in the upper half numbers are in the order of how many things there are
    WorkedExample(
        "P-3.beyond",
        {
            "effective_rank(IMAGE) of counted": {
                PLAIN: [
                    (float(number),) * 6 + (float(count),) * 6 + (1.0,)
                    for number, count in zip(NUMBERS, COUNTS, strict=True)
                ]
            }
        },
        {"": 1 - WITH_COUNT},
        expected="≥ 0.1",
        kind="fitted",
        twin=True,
        twin_by=0.1,
        drawn=8,
    ),
    *(
        with_kinds("P-4", "0.1 … 0.3", case={"attribute": kinds}, cases=("attribute: shapes, colors",))
        for kinds in ("shapes", "colors")
    ),
    with_kinds("P-5", "0 ± 0.1"),
    WorkedExample(
        "P-6",
        {
            "correct of counted": {PLAIN: ANSWERS},
            "effective_rank(IMAGE) of counted": {PLAIN: [(float(one),) * 13 for one in NUMBERS]},
        },
        {
            "": partial(ANSWERED, ANSWERED_COUNT, WITH_COUNT),
            "control pixels": partial(ANSWERED_COUNT, ANSWERED_COUNT, OF_PIXELS),
            "sensitivity": 0.375,
        },
        expected="≥ 0.1",
        moves="≥ 0.1",
        kind="fitted",
        by=0.1,
        competent=True,
        drawn=8,
    ),
)
