"""Faults of complexity: of what ranks go with, where lengths are apart, and what few tokens keep."""

from tests.mutants.fault import Fault
from tests.mutants.faults_of_truncation import numbers

COMPRESSION, COMPLEXITY, ABLATION = (
    f"claims/test_{name}.py" for name in ("compression", "complexity", "ablation")
)

OF_COMPLEXITY = (
    Fault(
        "entropy is to be highest in the middle",
        "sign",
        COMPRESSION,
        "[-one for one in lengths(",
        "[+one for one in lengths(",
        numbers("P-1.entropy"),
    ),
    Fault(
        "a rise is read to the end of the depth",
        "depth",
        COMPRESSION,
        "round(0.8 * curve.shape[-1])",
        "round(1.0 * curve.shape[-1])",
        numbers("P-2.rises stable_rank"),
    ),
    Fault(
        "ranks drop from where they are highest on judged scenes",
        "unit of resampling",
        COMPRESSION,
        "model.observe(validation_counted, ranks)",
        "model.observe(counted, ranks)",
        numbers("P-2.drops stable_rank"),
    ),
    Fault(
        "kinds of things go with rank whatever their number",
        "control",
        COMPLEXITY,
        'attribute, given=("count", "area")',
        'attribute, given=("area",)',
        numbers("P-4 shapes"),
    ),
    Fault(
        "the upper half begins at the input",
        "depth",
        COMPLEXITY,
        "curve[..., curve.shape[-1] // 2 :]",
        "curve[..., 0:]",
        numbers("P-3.beyond"),
    ),
    Fault(
        "the drawn tokens go, and the others are left",
        "tokens",
        ABLATION,
        "prune(IMAGE - IMAGE.sample(left, seed))",
        "prune(IMAGE.sample(left, seed))",
        numbers("R1 6"),
    ),
    Fault(
        "what is kept is asked of the whole image alone",
        "weight",
        ABLATION,
        "asked = least * full + (1 - least) * blind",
        "asked = least * full",
        numbers("R2.unique"),
    ),
    Fault(
        "the easy kind is asked for as much as it has",
        "arm",
        ABLATION,
        "kept_easy, _ = beyond(model, easy, left, most)",
        "_, kept_easy = beyond(model, easy, left, most)",
        numbers("R3.half"),
    ),
    Fault(
        "who keeps more may keep as much",
        "margin",
        ABLATION,
        "larger_share(kept, added, kept_hard, added_hard, by=0.1)",
        "larger_share(kept, added, kept_hard, added_hard, by=0.0)",
        numbers("R4.number"),
    ),
)
