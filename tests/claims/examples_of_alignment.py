"""Worked examples of alignment: shares of a direction, and what directions explain, layer by layer."""

from tests.claims.worked_example import WorkedExample
from vtmetrics import ANSWER, FIRST, IMAGE, PLAIN, TEXT

WORDS = (TEXT | ANSWER) - FIRST
FEW = IMAGE.like(WORDS)
#: of twelve layers the first four, the last four, and those between; what the norm receives is left out
EARLY, BETWEEN, LATE = (0.9, 0.8, 0.8, 0.7), (0.1,) * 4, (0.6, 0.5, 0.5, 0.4)
SHARES, SHARES_OF_ALL = (*EARLY, *BETWEEN, *LATE, 0.0), (0.7,) * 4 + (0.9,) * 4 + (0.3,) * 4 + (1.0,)
GAPS = (0.5, 0.3, 0.3, 0.5, *(0.0,) * 4, 0.2, 0.2, 0.1, 0.1, 1.0)


def of(metric, tokens, others):
    """How it is asked."""
    return f"directions({metric!r}, {tokens}, {others}) of captions"


def dominance(claim, found, of_all, gap, expected):
    return WorkedExample(
        claim,
        {
            of("balance", WORDS, FEW): {PLAIN: SHARES},
            of("balance", WORDS, IMAGE): {PLAIN: SHARES_OF_ALL},
            of("gap", WORDS, FEW): {PLAIN: GAPS},
        },
        {"": found, "sensitivity": gap, "beside all_of_the_image": of_all},
        expected=expected,
        moves="≥ 0.1",
        kind="fitted",
        twin=True,
    )


def explained(case, image):
    """Of nine layers a tenth more, of three a half less: not in the mean."""
    words, seen = (0.5,) * 9 + (0.1,) * 3 + (-9.0,), (0.4,) * 9 + (0.6,) * 3 + (1.0,)
    return WorkedExample(
        "S3",
        {of("explained", WORDS, image): {PLAIN: words}, of("explained", image, WORDS): {PLAIN: seen}},
        {"": (9 * 0.1 - 3 * 0.5) / 12},
        expected="≥ 0.05",
        kind="fitted",
        case={"image": case},
        cases=("image: as many, all",),
        twin=True,
    )


OF_ALIGNMENT = (
    dominance("S2.early", 0.8, 0.7, 0.4, "≥ 0.8"),
    dominance("S2.late", 0.5, 0.3, 0.15, "≥ 0.5"),
    explained("as many", FEW),
    explained("all", IMAGE),
)
