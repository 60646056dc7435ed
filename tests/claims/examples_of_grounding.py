"""Worked examples of grounding and of what dead tokens say: shares beyond chance, layer by layer."""

from tests.claims.worked_example import WorkedExample
from vtmetrics import ALIVE, DEAD, FIRST, PAIRED, PLAIN, SINK_LLM, SINK_VIT, TEXT

GROUPS = {"dead": DEAD, "vit": SINK_VIT, "llm": SINK_LLM}


def curve(*parts):
    """So many layers of each value."""
    return tuple(value for value, layers in parts for _ in range(layers))


def lensed(through, own, other):
    """What tokens find of the scene's labels and of its donor's."""
    name = f"lens('recalled', IMAGE, {through}, k=5"
    return {f"{name}) of captions": {PLAIN: own}, f"{name}, whose=DONOR) of captions": {PLAIN: other}}


def boxed(needed, own, other, task="captions"):
    """What tokens in boxes find of their labels and of others."""
    name = f"grounding('{needed}', EMBEDS, k=5"
    return {f"{name}) of {task}": {PLAIN: own}, f"{name}, whose=DONOR) of {task}": {PLAIN: other}}


#: what embeddings find beyond chance early and late, and what the head does
RECALLED = {
    **lensed("EMBEDS", curve((0.5, 6), (0.3, 3), (0.2, 4)), curve((0.1, 13))),
    **lensed("HEAD", curve((0.3, 6), (0.3, 3), (0.6, 3), (0.0, 1)), curve((0.2, 13))),
}
#: from layer 3 on a tenth beyond chance, and a thousandth before; at the end more, which nobody reads
GROUNDED = boxed("any", curve((0.03, 3), (0.15, 9), (0.9, 1)), curve((0.02, 3), (0.05, 9), (0.0, 1)))


def grounded(claim, finds, expected, moves="", **told):
    """With the sensitivity arm where little is asked for."""
    arms = {"": finds} if isinstance(finds, float) else finds
    arms |= {"sensitivity": 0.1} if moves else {}
    return WorkedExample(
        claim, GROUNDED, arms, expected=expected, kind="number", moves=moves, twin=not moves, **told
    )


OF_GROUNDING = (
    WorkedExample("J1.early", RECALLED, {"": 0.3}, expected="≥ 0.05", kind="number", twin=True, twin_by=0.05),
    WorkedExample("J1.late", RECALLED, {"": 0.3}, expected="≥ 0.05", kind="number", twin=True, twin_by=0.05),
    grounded("J2.input", 0.01, "≤ 0.05", "≥ 0.03"),
    grounded("J2.later", 0.1, "0.05 … 0.2"),
    grounded("J2.rises", 0.09, "≥ 0.03"),
    WorkedExample(
        "J2.all",
        GROUNDED
        | {
            "lens('named', IMAGE, EMBEDS, k=5) of captions": {PLAIN: curve((0.3, 12), (0.9, 1))},
            "lens('named', IMAGE, EMBEDS, k=5, whose=DONOR) of captions": {PLAIN: curve((0.25, 13))},
        },
        {f": layer {layer}".strip(": "): 0.05 for layer in range(12)} | {"sensitivity": 0.1},
        expected="≤ 0.1",
        kind="number",
        moves="≥ 0.03",
    ),
    *(
        WorkedExample(
            "J3",
            {
                f"towards({ALIVE}, {centre}) of captions": {PLAIN: curve((0.4, 1), (0.0, 12))},
                f"towards(DEAD, {centre}) of captions": {PLAIN: curve((0.1, 1), (0.9, 12))},
            },
            {"": 0.3},
            expected="≥ 0.05",
            kind="number",
            case={"text": text},
            cases=("text: vocabulary, prompt",),
            twin=True,
        )
        for text, centre in (("vocabulary", "VOCABULARY"), ("prompt", TEXT - FIRST))
    ),
    WorkedExample(
        "J5",
        {"word_across('same', DEAD, k=3) of captions": {PLAIN: [1.0, 1.0, 0.0, 1.0]}},
        {"": 0.75},
        expected="≥ 0.9",
        twin=True,
    ),
    WorkedExample(
        "J6",
        boxed("both", curve((0.2, 1), (0.9, 12)), curve((0.05, 13)), task="shapes"),
        {"": 0.15},
        expected="≥ 0.05",
        kind="number",
        twin=True,
        twin_by=0.05,
    ),
    *(
        WorkedExample(
            "G9",
            {f"word_across('finds', {kind}, k=3) of captions": {PLAIN: [0.9, 0.7, 1.0, 0.8]}},
            {"": 0.85},
            expected="≥ 0.8",
            kind="number",
            case={"group": group},
            cases=("group: dead, vit, llm",),
            twin=True,
        )
        for group, kind in GROUPS.items()
    ),
)

#: the two first layers, the middle, the last and what the norm receives
STILL = 1.0471975511965976
OF_STILLNESS = (
    # dead tokens stay at sixty degrees, alive ones at ninety
    WorkedExample(
        "H4.still",
        {
            f"drift({DEAD & PAIRED}) of captions": {PLAIN: curve((0.0, 2), (STILL, 9), (3.0, 2))},
            f"drift({ALIVE & PAIRED}) of captions": {PLAIN: curve((0.0, 2), (STILL * 1.5, 9), (0.0, 2))},
        },
        {"": 0.5},
        expected="≥ 0.1",
        kind="number",
        twin="matched",
    ),
    WorkedExample(
        "H4.alike",
        {
            f"towards({kind}, {kind}) of captions": {PLAIN: curve((0.0, 2), (value, 9), (0.0, 2))}
            for kind, value in ((DEAD & PAIRED, 0.9), (ALIVE & PAIRED, 0.4))
        },
        {"": 0.5},
        expected="≥ 0.1",
        kind="number",
        twin=True,
    ),
    WorkedExample(
        "H6",
        {
            f"lens('entropy', {kind}, HEAD) of captions": {PLAIN: curve((9.0, 12), (value, 1))}
            for kind, value in ((DEAD, 3.0), (ALIVE, 2.5))
        },
        {"": 0.5},
        expected="≥ 0.1",
        kind="number",
        twin=True,
    ),
    # a tenth a block until the twentieth of 24, three tenths in two blocks, and nothing after
    WorkedExample(
        "H7",
        {"in_tower_length(DEAD) of captions": {PLAIN: (*(b / 10 for b in range(21)), 2.3, 2.6, 2.6, 2.6)}},
        {"": 0.2},
        expected="≥ 0.05",
        kind="number",
        twin=True,
    ),
    WorkedExample(
        "H9",
        {
            f"lens('words', {kind}, EMBEDS, k=5) of captions": {PLAIN: curve((value, 1), (0.5, 12))}
            for kind, value in ((DEAD, 0.2), (ALIVE, 0.6))
        },
        {"": -0.4},
        expected="≤ −0.1",
        twin=True,
    ),
)
