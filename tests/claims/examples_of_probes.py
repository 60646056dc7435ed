"""Worked examples of probes: what made-up probes tell at each place, and what it comes to."""

from tests.claims.worked_example import WorkedExample
from vtmetrics import IMAGE, PLAIN, QUESTION, probed
from vtmetrics.metrics import LINEAR, MLP

ATTRIBUTES = ("count", "common_color", "common_shape")
CASES = (f"attribute: {', '.join(ATTRIBUTES)}",)
#: how many scenes there are, of two groups, and of three
DRAWN, MORE = 4, 6
LESSONS = {many: WorkedExample("", {}, {}, "", drawn=many).scenes_of("every_base") for many in (DRAWN, MORE)}
#: points of depth: of twelve layers and what the norm receives
POINTS = 13


def asks(attribute, tokens, task="counted", place=None, net=MLP, dealt=False, many=DRAWN):
    """The question that a claim asks of some scenes, without its version."""
    reading = probed(attribute, tokens, LESSONS[many], net, dealt=dealt)
    told = reading if place is None else reading.places[place]
    return f"{str(told).rpartition(':')[0]} of {task}"


def curve(**layers):
    """A tenth at every point, but for these: `at3` is the input of layer 3."""
    return tuple(layers.get(f"at{point}", 0.1) for point in range(POINTS))


def over(told):
    """The mean behind the first layer and before what the last one writes."""
    return sum(told[1:-1]) / 11


def of_words(attribute):
    """After one layer 0.6 is told, nothing before it, and a twentieth where labels are dealt."""
    return WorkedExample(
        "Q1",
        {
            asks(attribute, QUESTION): {PLAIN: curve(at0=0.0, at1=0.6)},
            asks(attribute, QUESTION, dealt=True): {PLAIN: curve(at0=0.3, at1=0.05)},
        },
        {"": 0.6, "control unread": 0.0, "control dealt": 0.05},
        expected="≥ 0.2",
        by=0.1,
        case={"attribute": attribute},
        cases=CASES,
        twin="matched",
        twin_by=0.1,
        drawn=DRAWN,
    )


#: at the third place layers are the lower the earlier they are; elsewhere all are at 0.9 on validation scenes
RAMP = (*(0.05 * point for point in range(POINTS - 1)), -1.0)
HIGH = (0.9,) * POINTS
#: of five places and twelve points three are lower, and the next six are asked about
ASKED = range(3, 9)
#: on test scenes those six are told by twentieths of another slope, all others anyhow
FOUND = tuple(0.02 * point if point in ASKED else -0.7 for point in range(POINTS))
CHANCE = tuple(0.01 * point if point in ASKED else 0.7 for point in range(POINTS))
EVERYWHERE = WorkedExample(
    "Q2.everywhere",
    {
        **{
            asks("count", IMAGE, "every_base", place): {PLAIN: RAMP if place == 2 else HIGH}
            for place in range(5)
        },
        **{asks("count", IMAGE, place=place): {PLAIN: FOUND if place == 2 else HIGH} for place in range(5)},
        **{
            asks("count", IMAGE, place=place, dealt=True): {PLAIN: CHANCE if place == 2 else HIGH}
            for place in range(5)
        },
        asks("count", IMAGE): {PLAIN: curve(at3=0.21)},
        asks("count", IMAGE, net=LINEAR): {PLAIN: curve(at4=0.32)},
    },
    {
        "": 0.02 * 5.5,
        "control dealt": 0.01 * 5.5,
        # numbers of four pictures that are all different, of which none was learned: nobody tells them
        "control pixels": 0.0,
        "beside all_places": 0.1 + 0.01,
        "beside linear": 0.1 + 0.02,
    },
    expected="≥ 0.1",
    by=0.1,
    twin="matched",
    twin_by=0.1,
    drawn=DRAWN,
)


def number_and(other):
    """Of the number a hundredth more in the mean than of the other."""
    return WorkedExample(
        "Q2.most",
        {
            asks("count", IMAGE): {PLAIN: curve(at5=0.54, at12=0.9)},
            asks(other, IMAGE): {PLAIN: curve(at0=0.9, at6=0.43)},
        },
        {"": 0.04 - 0.03},
        expected="≥ 0.05",
        case={"other": other},
        cases=("other: common_color, common_shape",),
        twin="matched",
        twin_by=0.05,
        drawn=DRAWN,
    )


#: on validation scenes least is told at layer 4 and most at 9, where 0.12 and 0.4 are on test scenes
BEFOREHAND = curve(at0=-0.9, at4=0.02, at9=0.5, at12=0.9)
JUDGED = curve(at0=-0.8, at2=0.0, at4=0.12, at9=0.4, at10=0.6)


def flat(attribute):
    """What image tokens tell at two layers that are known beforehand."""
    return WorkedExample(
        "Q3",
        {
            asks(attribute, IMAGE, "every_base"): {PLAIN: BEFOREHAND},
            asks(attribute, IMAGE): {PLAIN: JUDGED},
        },
        {"": 0.4 - 0.12, "sensitivity": over(JUDGED)},
        expected="≤ 0.05",
        moves="≥ 0.1",
        kind="fitted",
        case={"attribute": attribute},
        cases=CASES,
        twin="matched",
        drawn=DRAWN,
    )


VARYING = WorkedExample(
    "Q4",
    {
        asks("common_color", QUESTION, "every_base"): {PLAIN: BEFOREHAND},
        asks("common_color", QUESTION): {PLAIN: JUDGED},
        asks("common_color", IMAGE, "every_base"): {PLAIN: curve(at2=0.3, at7=0.0)},
        asks("common_color", IMAGE): {PLAIN: curve(at2=0.15, at7=0.11)},
    },
    {"": 0.28, "control image": 0.04},
    expected="≥ 0.05",
    kind="fitted",
    by=0.05,
    twin="matched",
    twin_by=0.05,
    drawn=DRAWN,
)

#: what is told at five places in all layers: a variance of 0.01 between them
LEVELS = (0.1, 0.2, 0.3, 0.3, 0.35)
EVEN = WorkedExample(
    "Q5",
    {
        asks("count", IMAGE, many=MORE): {PLAIN: curve(at6=0.65)},
        **{
            asks("count", IMAGE, place=place, many=MORE): {PLAIN: (0.0, *(level,) * 11, 0.9)}
            for place, level in enumerate(LEVELS)
        },
    },
    {"": 0.01, "sensitivity": 0.15},
    expected="≤ 0.0025",
    moves="≥ 0.1",
    kind="fitted",
    twin="matched",
    drawn=MORE,
)
OF_PROBES = (
    *map(of_words, ATTRIBUTES),
    EVERYWHERE,
    *map(number_and, ATTRIBUTES[1:]),
    *map(flat, ATTRIBUTES),
    VARYING,
    EVEN,
)
