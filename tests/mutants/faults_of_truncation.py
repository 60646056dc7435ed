"""Faults of the claims about cuts and budgets, and the worked examples that find another number."""

from tests.mutants.fault import Fault

SENTENCES = "tests/claims/test_worked_examples.py::test_a_claim_finds_what_its_sentence_says"
FORMS = "tests/claims/test_worked_examples.py::test_a_claim_says_what_it_expects_of_how_many_cases"


def numbers(*examples):
    """The worked examples that find another number."""
    return tuple(f"{SENTENCES}[{example}]" for example in examples)


def forms(*examples):
    """The worked examples whose claim is of another form."""
    return tuple(f"{FORMS}[{example}]" for example in examples)


TRUNCATION = "claims/test_truncation.py"
BUDGET = "claims/test_budget.py"

OF_TRUNCATION = (
    Fault(
        "C1.half asks eight tenths",
        "weight",
        TRUNCATION,
        "kept = half - 0.9 * full - 0.1 * blind",
        "kept = half - 0.8 * full - 0.2 * blind",
        numbers("C1.half"),
    ),
    Fault(
        "C1.half is its own control",
        "control",
        TRUNCATION,
        "unseen = other - 0.9",
        "unseen = half - 0.9",
        numbers("C1.half"),
    ),
    Fault(
        "half the depth is three quarters",
        "depth",
        TRUNCATION,
        "HALF = truncate(1 / 2)",
        "HALF = truncate(3 / 4)",
        numbers("C2"),
    ),
    Fault(
        "C1.half asks models that cannot do the task",
        "gate",
        TRUNCATION,
        '@pytest.mark.usefixtures("competent")\ndef test_letters_survive',
        "def test_letters_survive",
        forms("C1.half"),
    ),
    Fault(
        "C2 takes what is blind for lost",
        "sign",
        TRUNCATION,
        "return 0.9 * full + 0.1 * blind - half",
        "return 0.9 * full - 0.1 * blind - half",
        numbers("C2"),
    ),
    Fault(
        "C2 has words for letters",
        "control",
        TRUNCATION,
        "lost_letters = loss(model, choices)",
        "lost_letters = loss(model, words)",
        numbers("C2"),
    ),
    Fault(
        "C3.forced is sensitive to the cut itself",
        "arm",
        TRUNCATION,
        "return changed.against(letters=1 - letters).sensitive_to(1 - other, ADDED)",
        "return changed.against(letters=1 - letters).sensitive_to(1 - half, ADDED)",
        numbers("C3.forced"),
    ),
    Fault(
        "C3.rises states no margin",
        "margin",
        TRUNCATION,
        "another_truth=other, by=0.1).sensitive_to(shared",
        "another_truth=other).sensitive_to(shared",
        numbers("C3.rises rouge_l"),
    ),
    Fault(
        "C3.rises is told its own truth twice",
        "donor",
        TRUNCATION,
        "texts[-1], metric, others)",
        "texts[-1], metric)",
        numbers("C3.rises rouge_l"),
    ),
    Fault(
        "C3.half compares with the whole text at its length",
        "number of tokens",
        TRUNCATION,
        "own = -beyond_length(half, full, metric)",
        "own = overlap(full, metric) - overlap(half, metric)",
        numbers("C3.half rouge_l"),
    ),
    Fault(
        "C4 cuts the same image for another",
        "idle edit",
        TRUNCATION,
        "CUTS_ELSEWHERE = [OTHER >> cut for cut in CUTS]",
        "CUTS_ELSEWHERE = CUTS",
        numbers("C4.words"),
    ),
    Fault(
        "C4 is sensitive to words and not to sentences",
        "arm",
        TRUNCATION,
        "own, unseen, _ = kept(model, short)\n    own_long, unseen_long, another = kept",
        "own, unseen, another = kept(model, short)\n    own_long, unseen_long, _ = kept",
        numbers("C4.words", "C4.sentences"),
    ),
    Fault(
        "C5 has no twin",
        "control",
        TRUNCATION,
        '@claim("C5", source=RQ3, expected=RISES, twin=True)',
        '@claim("C5", source=RQ3, expected=RISES)',
        forms("C5"),
    ),
    Fault(
        "C5 begins at the first sixth",
        "arm",
        TRUNCATION,
        "nearness = curve(*model.sweep(*STEPS)",
        "nearness = curve(*model.sweep(*STEPS[1:])",
        numbers("C5"),
    ),
    Fault(
        "F2 takes one draw for both",
        "seed",
        BUDGET,
        "DRAWN_AGAIN = prune(IMAGE.sample(1 / 2, seed=1))",
        "DRAWN_AGAIN = prune(IMAGE.sample(1 / 2, seed=0))",
        numbers("F2.words"),
    ),
    Fault(
        "F2 leaves the second draw out",
        "arm",
        BUDGET,
        "more = late - mean_of(drawn, drawn_again)",
        "more = late - drawn",
        numbers("F2.letters"),
    ),
    Fault(
        "FastV keeps half as many",
        "number of tokens",
        BUDGET,
        "attended(2 / 5, 1 / 6)",
        "attended(1 / 5, 1 / 6)",
        numbers("F2.ranked"),
    ),
    Fault(
        "FastV keeps the least attended",
        "tokens",
        BUDGET,
        "IMAGE - attended(2 / 5, 1 / 6)",
        "attended(2 / 5, 1 / 6)",
        numbers("F2.ranked"),
    ),
    Fault(
        "F2 has no control",
        "control",
        BUDGET,
        "flops = dearer(model, scenes, DRAWN)\n    return more.against(another_image=more_unseen)",
        "flops = dearer(model, scenes, DRAWN)\n    return more",
        numbers("F2.captions"),
    ),
    Fault(
        "C3.half is sensitive to what half the depth loses",
        "arm",
        TRUNCATION,
        "added = overlap(full, metric) - overlap(blind, metric)",
        "added = overlap(full, metric) - overlap(half, metric)",
        numbers("C3.half rouge_l"),
    ),
)
