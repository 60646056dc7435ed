"""Worked examples of patches: four pictures, and which of them are answered right as they are changed."""

from tests.claims.worked_example import WorkedExample
from vtmetrics import PLAIN, truncate

BLIND = truncate(0)


def right(**tasks):
    """Which of four pictures are answered right, task by task."""
    return {f"correct of {task}": {PLAIN: [*map(float, told)]} for task, told in tasks.items()}


#: three are named, two of these told in color, and one of these in number; blindly one is named and told
OBJECTS = {
    f"correct of patch_{task}": {PLAIN: [*map(float, seen)], BLIND: [*map(float, blind)]}
    for task, seen, blind in (
        ("shapes", (1, 1, 1, 0), (1, 0, 0, 0)),
        ("colors", (1, 1, 0, 1), (1, 1, 0, 0)),
        ("counts", (1, 0, 0, 1), (1, 1, 1, 0)),
    )
}
OF_PATCHES = (
    WorkedExample(
        "N1",
        OBJECTS,
        # a quarter is told as a whole, and asked is the half of three quarters; blindly, of a quarter
        {"": 1 / 4 - 3 / 8, "control no_image": 1 / 4 - 1 / 8, "sensitivity": 3 / 4},
        expected="≥ 0",
        moves="≥ 0.2",
    ),
    WorkedExample(
        "N2",
        right(
            whole_strings=(1, 1, 1, 0),
            split_strings=(1, 0, 0, 0),
            whole_strings_large=(1, 1, 1, 1),
            split_strings_large=(1, 1, 1, 0),
        ),
        {"": 2 / 4, "control large": 1 / 4, "sensitivity": 3 / 4},
        expected="≥ 0.1",
        moves="≥ 0.2",
    ),
    WorkedExample(
        "N3.share",
        right(grounded=(1, 0, 0, 0), ground_colors=(0, 1, 1, 0), third_colors=(0, 0, 0, 1)),
        # three quarters are wrong, and by chance a ninth of these names any color: asked are two ninths
        {"": 2 / 4 - 1 / 6, "control third_color": 1 / 4 - 1 / 6, "sensitivity": 3 / 4},
        expected="≥ 0",
        moves="≥ 0.1",
    ),
    WorkedExample(
        "N3.costs",
        right(
            glyphs=(1, 1, 1, 0),
            grounded=(1, 0, 0, 0),
            glyphs_large=(1, 1, 1, 1),
            grounded_large=(1, 1, 1, 0),
        ),
        {"": 2 / 4, "control large": 1 / 4, "sensitivity": 3 / 4},
        expected="≥ 0.2",
        moves="≥ 0.5",
    ),
    WorkedExample(
        "N4",
        right(
            around_again=(1, 1, 1, 0),
            object_again=(0, 0, 0, 1),
            around_again_large=(0, 0, 0, 1),
            object_again_large=(1, 1, 1, 0),
        ),
        {"": 2 / 4, "control large": -2 / 4, "sensitivity": 1.0},
        expected="≥ 0.2",
        moves="≥ 0.2",
    ),
)
