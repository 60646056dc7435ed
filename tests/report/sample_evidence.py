"""Evidence that looks like a real run: twenty claims, three models, their twins, every glyph."""

import re
from dataclasses import replace
from itertools import product

from tests.report.evidence_row import row
from tests.report.report_claims import CLAIMS

VERDICTS = {
    "✓": "supported",
    "≡": "supported",
    "✗": "refuted",
    "?": "undecided",
    "–": "not measured",
    "F": "failed",
}
LLAVA, QWEN, INTERN = "llava-small", "qwen2.5-vl-small", "internvl3-small"
SAMPLED = (LLAVA, QWEN, INTERN, "internvl3-small-pruned")
FAMILIES = {LLAVA: "llava", QWEN: "qwen", INTERN: "internvl"}
NOTES = {
    ("P1", LLAVA): "IndexError: index 12 is out of bounds for dimension 0 with size 12",
    ("P1", QWEN): "its projector has no vocabulary to look up",
    ("P1", INTERN): "too few layers: 1/8 and 1/4 fall on layer 1",
}
BLIND = {
    "excluded": 31,
    "scenes": 97,
    "groups": 97,
    "reasons": "the answer does not depend on the image (31)",
}
LOSSES = {
    ("C2", QWEN): {"missing": 2, "scenes": 126, "groups": 126, "reasons": "out of memory (2)"},
    ("H1", INTERN): {"missing": 12, "scenes": 116, "groups": 116, "reasons": "the image was refused (12)"},
    **{("B4", model): BLIND for model in FAMILIES},
}
ARMS = {
    ("B1.level", "control:another_image"): "✗.4±.02 ✓.98±.02 ✗.41±.02",
    ("B1.level", "control:noise"): "?.95±.04 ?.95±.04 ?.95±.04",
    ("B1.level", "beside:cosine"): "✓.999±.001 ✓.999±.001 ✓.999±.001",
    ("C1", "sensitivity"): "✓.4±.1 ✓.35±.1 ✓.3±.1",
    ("H4", "sensitivity"): "✓.4±.1 ✗.03±.02 ✓.3±.1",
}
CASES = {"C10": ("depth=1/4", "depth=1/2", "depth=3/4")}


def sample(*more):
    """Twenty claims, with arms, cases, losses and twins; one model more is like the last."""
    rows = []
    for position, (claim, shared, reported, found, statement) in enumerate(CLAIMS):
        told = shared | {"statement": statement, "reported": reported, "position": position}
        models, _, twins = found.partition(" | ")
        arms = {arm: cells for (of, arm), cells in ARMS.items() if of == claim}
        for role, cells in {"": models, "untrained": twins, **arms}.items():
            rows += _rows(claim, role, cells.split(), told)
    return rows + [replace(row, model=name) for name in more for row in rows if row.model == INTERN]


def longest():
    """One claim with the longest plausible names, statement and words."""
    words = {
        "statement": "When the image tokens of every second layer are replaced by those of the layer before, "
        "the answers to questions whose gold answer needs more than one object stay the same more often than "
        "when as many text tokens of the question, the readout position left out, are replaced alike.",
        "reported": "the similarity stays close to one irrespective of the distance between the two layers",
        "place": "Appendix C.1, Table 12, third block, second row from below",
        "because": "the paper gives no number; ten points are what a reader would see in its Figure 9",
        "embedded": False,
        "device": "cuda:0 NVIDIA H200",
        "dtype": "bfloat16",
        "attention": "flash_attention_2",
        "revision": "b234b804b114d9e37bb655e11cbbb5f5e971b7a9",
    }
    names = (
        "OpenGVLab/InternVL3_5-241B-A28B-Instruct-hf-pruned-by-half",
        "Qwen/Qwen2.5-VL-72B-Instruct-AWQ",
        "llava-hf/llava-onevision-qwen2-72b-ov-chat-hf",
    )
    roles = ("", "untrained", "control:as_many_tokens_of_the_question", "beside:cosine")
    return [
        row("B1.specificity-of-the-readout", name, role, *(("refuted", 0.41) if role else ()), **words)
        for name, role in product(names, roles)
    ]


def _rows(claim, role, cells, told):
    for (model, family), cell in zip(FAMILIES.items(), cells, strict=False):
        glyph, value, reach = re.fullmatch(r"(.)([-.0-9]*)±?([.0-9]*)", cell).groups()
        if not value and role:
            continue
        own = {"family": family, "source": f"fixtures/models/{model}", "digest": f"{family}9c0d1e4b5a697887"}
        own |= {"needs": 340} if glyph == "?" else {}
        own |= {} if role else {"note": NOTES.get((claim, model))} | LOSSES.get((claim, model), {})
        own |= {"expected": "≥ 0.1"} if role == "sensitivity" else {}
        for step, case in enumerate(CASES.get(claim, ("",))):
            figures = (float(value) + 0.03 * step, float(reach)) if value else (None, 0)
            yield row(claim, model, role, VERDICTS[glyph], *figures, **told | own | {"case": case})
