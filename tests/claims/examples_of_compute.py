"""Worked examples of compute: of 200 FLOPs and 40 bytes, 90 and 10 are left."""

from tests.claims.worked_example import WorkedExample
from vtmetrics import PLAIN, truncate

CUT = truncate(1 / 4)
SPARED = {
    "flops(counted) of words": {PLAIN: 200.0, CUT: 90.0},
    "kv_bytes(counted) of words": {PLAIN: 40.0, CUT: 10.0},
}
IN_EVERY_WAY = {
    **SPARED,
    "flops(formula) of words": {CUT: 100.0},
    "kv_bytes(formula) of words": {CUT: 10.0},
    "flops(masked) of words": {CUT: 150.0},
    "kv_bytes(masked) of words": {CUT: 40.0},
}
DEPTHS = {"case": {"depth": 1 / 4}, "cases": ("depth: 0.25, 0.5, 0.75",)}

OF_COMPUTE = (
    WorkedExample(
        "F1.flops",
        IN_EVERY_WAY,
        {
            "": -0.1,
            "control masking_alone": 50 / 150,
            "sensitivity": 110 / 200,
            "beside kv_bytes": 0.75,
        },
        expected="0 ± 0.05",
        moves="≥ 0.1",
        kind="number",
        **DEPTHS,
    ),
    WorkedExample(
        "F1.cache",
        IN_EVERY_WAY,
        {"": 1.0, "control masking_alone": 0.0, "sensitivity": 0.75},
        expected="≥ 0.95",
        moves="≥ 0.1",
        **DEPTHS,
    ),
    WorkedExample(
        "F1.time",
        {
            **SPARED,
            "counted seconds of words": {PLAIN: 8.0, CUT: 5.0},
            "masked seconds of words": {CUT: 7.0},
        },
        {"": 3 / 8, "control masking_alone": 1 / 8, "sensitivity": 110 / 200},
        expected="≥ 0",
        moves="≥ 0.1",
        kind="number",
        **DEPTHS,
    ),
)
