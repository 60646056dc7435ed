"""Faults of the claims about compute, reasoning and practice."""

from tests.mutants.fault import Fault
from tests.mutants.faults_of_truncation import forms, numbers

COMPUTE = "claims/test_compute.py"
REASONING = "claims/test_reasoning.py"
PRACTICE = "claims/test_practice.py"

OF_REASONING = (
    Fault(
        "F1.flops has the count for its control",
        "control",
        COMPUTE,
        "error_masked = apart(masked.flops, formula.flops)",
        "error_masked = apart(counted.flops, formula.flops)",
        numbers("F1.flops 0.25"),
    ),
    Fault(
        "F1.flops asks for too few alone",
        "bound",
        COMPUTE,
        'expected=about(0, 0.05, "the formula, within 5 %")',
        'expected=at_least(-0.05, "the formula, within 5 %")',
        forms("F1.flops 0.25"),
    ),
    Fault(
        "F1.cache spares what it takes",
        "sign",
        COMPUTE,
        "spared = apart(plain.kv_bytes, counted.kv_bytes)",
        "spared = apart(counted.kv_bytes, plain.kv_bytes)",
        numbers("F1.cache 0.25"),
    ),
    Fault(
        "F1.time has the real removal for masking",
        "arm",
        COMPUTE,
        "faster_masked = apart(whole, masked)",
        "faster_masked = apart(whole, removed)",
        numbers("F1.time 0.25"),
    ),
    Fault(
        "F1 asks two depths for three",
        "multiplicity",
        COMPUTE,
        "[1 / 4, 1 / 2, 3 / 4]",
        "[1 / 4, 1 / 2]",
        forms("F1.flops 0.25"),
    ),
    Fault(
        "D1 asks for no tenth more",
        "margin",
        REASONING,
        "conclusions, most_conclusions, by=0.1)",
        "conclusions, most_conclusions)",
        numbers("D1.steps"),
    ),
    Fault(
        "D1 divides steps by conclusions",
        "arm",
        REASONING,
        "larger_share(steps, most_steps, conclusions, most_conclusions, by=0.1)",
        "larger_share(steps, most_conclusions, conclusions, most_steps, by=0.1)",
        numbers("D1.words"),
    ),
    Fault(
        "D1 prunes by three eighths",
        "number of tokens",
        REASONING,
        "SPARSE = prune(IMAGE.sample(5 / 8))",
        "SPARSE = prune(IMAGE.sample(3 / 8))",
        numbers("D1.steps"),
    ),
    Fault(
        "D2 counts what is lost for regained",
        "sign",
        REASONING,
        "regained = lost - lost_reasoning",
        "regained = lost_reasoning - lost",
        numbers("D2"),
    ),
    Fault(
        "D2 tells no true steps",
        "control",
        REASONING,
        "lost_told = loss(*sweep.answer(chains, concludes))",
        "lost_told = loss(*sweep.answer(direct, correct))",
        numbers("D2"),
    ),
    Fault(
        "D3 looks for late partings",
        "sign",
        REASONING,
        "early = 1 / 2 - cut.score(parting, full)",
        "early = cut.score(parting, full) - 1 / 2",
        numbers("D3"),
    ),
    Fault(
        "Practice lets its control lose as much",
        "control",
        PRACTICE,
        "no_image=losses[0] - within",
        "no_image=losses[0]",
        numbers("Practice words, 0.02"),
    ),
    Fault(
        "Practice asks captions for agreement with themselves",
        "arm",
        PRACTICE,
        '"captions": (agree, logprob)',
        '"captions": (agree, agree)',
        numbers("Practice captions, 0.02"),
    ),
)
