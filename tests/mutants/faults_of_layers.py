"""Faults of layers, of objects, of late entry, and of what released code reads otherwise than its paper."""

from tests.mutants.fault import Fault
from tests.mutants.faults_of_truncation import forms, numbers

LAYERS, OBJECTS, INJECTION = (
    f"claims/test_{module}.py" for module in ("visual_layers", "objects", "injection")
)

OF_LAYERS = (
    Fault(
        "X1 spares the layers that matter most",
        "sign",
        LAYERS,
        "key=lambda layer: -Sample.of(kept[layer]).value",
        "key=lambda layer: Sample.of(kept[layer]).value",
        numbers("X1.half"),
    ),
    Fault(
        "X1 leaves the question alone in every layer",
        "depth",
        LAYERS,
        "freeze(tokens, first=at, last=at + 1)",
        "freeze(tokens, first=at)",
        numbers("X1.text"),
    ),
    Fault(
        "the template's words are the readout too",
        "tokens",
        LAYERS,
        "TEMPLATE = SYSTEM - READOUT",
        "TEMPLATE = SYSTEM",
        numbers("X1.text"),
    ),
    Fault(
        "the middle is that of what stays",
        "sign",
        LAYERS,
        "return [1 - each for each in same]",
        "return [*same]",
        numbers("X13"),
    ),
    Fault(
        "a box is compared with what there is",
        "control",
        LAYERS,
        "((0, 1), (1, 2))",
        "((0, 1), (0, 2))",
        numbers("X13"),
    ),
    Fault(
        "objects are the ground",
        "sign",
        OBJECTS,
        "(ground - objects).against",
        "(objects - ground).against",
        numbers("X14"),
    ),
    Fault(
        "as many are drawn as there are of the ground",
        "number of tokens",
        OBJECTS,
        "IMAGE.upto(INSIDE), IMAGE",
        "IMAGE.upto(BACKGROUND), IMAGE",
        numbers("X14"),
    ),
    Fault(
        "J4 compares with the teacher",
        "arm",
        INJECTION,
        "(late.at(0) - start.at(0)).against",
        "(late.at(0) - untuned.at(0)).against",
        numbers("J4.entry 4 of 32"),
    ),
    Fault(
        "late tokens rise from where others enter",
        "depth",
        INJECTION,
        "curves.at(round(5 / 16 * model.layers))",
        "curves.at(0)",
        numbers("J4.range"),
    ),
    Fault(
        "J4 may say more as well",
        "bound",
        INJECTION,
        'about(0, 0.02, "two',
        'at_least(-0.02, "two',
        forms("J4.entry 4 of 32"),
    ),
    Fault(
        "the switch stays open in all layers",
        "depth",
        "claims/test_decoupling.py",
        "blind(TEXT, IMAGE, last=1, decoding=False)",
        "blind(TEXT, IMAGE, decoding=False)",
        numbers("M1.switch"),
    ),
    Fault(
        "sinks skip the second network as well",
        "tokens",
        "claims/test_sink_formation.py",
        "NO_FFN_OF_OTHERS = freeze(IMAGE - SINK_LLM,",
        "NO_FFN_OF_OTHERS = freeze(IMAGE,",
        numbers("I4.all"),
    ),
)
