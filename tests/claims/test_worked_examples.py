"""Claims find what the paper's sentence makes of known answers: an example of each, worked by hand."""

import importlib

import pytest

from fixtures.claim_catalogue import CatalogueEntry, catalogue
from tests.claims.answer_sheet import AnswerSheet
from tests.claims.examples_of_ablation import OF_ABLATION
from tests.claims.examples_of_alignment import OF_ALIGNMENT
from tests.claims.examples_of_budget import OF_BUDGET
from tests.claims.examples_of_complexity import OF_COMPLEXITY, OF_COMPRESSION
from tests.claims.examples_of_compute import OF_COMPUTE
from tests.claims.examples_of_decoupling import OF_DECOUPLING
from tests.claims.examples_of_finetuning import OF_FINETUNING
from tests.claims.examples_of_grounding import OF_GROUNDING, OF_STILLNESS
from tests.claims.examples_of_injection import OF_INJECTION
from tests.claims.examples_of_layers import OF_LAYERS
from tests.claims.examples_of_norms import OF_NORMS
from tests.claims.examples_of_partition import OF_PARTITION
from tests.claims.examples_of_patches import OF_PATCHES
from tests.claims.examples_of_practice import OF_PRACTICE
from tests.claims.examples_of_probes import OF_PROBES
from tests.claims.examples_of_prunability import OF_INERTNESS, OF_PRUNABILITY
from tests.claims.examples_of_readers import OF_READERS
from tests.claims.examples_of_reasoning import OF_REASONING
from tests.claims.examples_of_recovery import OF_RECOVERY
from tests.claims.examples_of_sinks import OF_SINKS
from tests.claims.examples_of_spread import OF_SPREAD
from tests.claims.examples_of_stabilisation import OF_STABILISATION
from tests.claims.examples_of_substitution import OF_SUBSTITUTION
from tests.claims.examples_of_truncation import OF_TRUNCATION
from tests.claims.examples_of_turning import OF_TURNING
from vtmetrics.evidence import finding_of
from vtmetrics.metrics import rouge_l
from vtmetrics.model import Model
from vtmetrics.statistics import Conjunction, Sample

PRACTICE = importlib.import_module("claims.test_practice")
EXAMPLES = [
    *(*OF_TRUNCATION, *OF_BUDGET, *OF_COMPUTE, *OF_REASONING),
    *(*OF_PARTITION, *OF_INERTNESS, *OF_PRUNABILITY, *OF_SUBSTITUTION, *OF_STABILISATION, *OF_TURNING),
    *(*OF_RECOVERY, *OF_SPREAD, *OF_INJECTION, *OF_NORMS, *OF_PATCHES, *OF_DECOUPLING, *OF_PRACTICE),
    *(*OF_LAYERS, *OF_READERS),
    *(*OF_SINKS, *OF_COMPRESSION, *OF_COMPLEXITY, *OF_ABLATION),
    *(*OF_GROUNDING, *OF_STILLNESS),
    *(*OF_ALIGNMENT, *OF_FINETUNING),
    *OF_PROBES,
]


def entries():
    """All claims, that of practitioners too, by id."""
    asked = PRACTICE.test_image_tokens_can_go
    found = [*catalogue(), CatalogueEntry(asked.claim, PRACTICE.__name__, asked)]
    return {entry.claim.id: entry for entry in found}


ENTRIES = entries()


def test_every_claim_has_an_example():
    assert {example.claim for example in EXAMPLES} == set(ENTRIES)


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_a_claim_says_what_it_expects_of_how_many_cases(example):
    entry = ENTRIES[example.claim]
    module = importlib.import_module(entry.module)
    marks = [*getattr(entry.function, "pytestmark", ()), *marked(module)]
    gated = any("competent" in mark.args for mark in marks if mark.name == "usefixtures")
    assert str(entry.claim.expected) == example.expected
    assert tuple(entry.cases) == example.cases
    assert (entry.claim.twin, entry.claim.by) == (example.twin, example.twin_by)
    assert gated == example.competent


def marked(module):
    """The marks of a whole module."""
    marks = getattr(module, "pytestmark", ())
    return marks if isinstance(marks, list | tuple) else [marks]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_a_claim_finds_what_its_sentence_says(example, tmp_path, monkeypatch):
    """Every arm has its number, every question that the sentence needs is asked, and no other."""
    entry, model = ENTRIES[example.claim], example.model(tmp_path)
    sheets = [model.lab, *(AnswerSheet(student.answers) for student in example.students)]
    monkeypatch.setattr("vtmetrics.protocols.timing.seconds", model.lab.seconds)
    if "seconds" in (module := vars(importlib.import_module(entry.module))):
        monkeypatch.setitem(module, "seconds", model.lab.seconds)

    def tune(**recipe):
        known = [student.recipe for student in example.students]
        assert recipe in known, f"nobody was to tune by {recipe}"
        return Model(model.spec, sheets[1 + known.index(recipe)])

    found = finding_of(entry.function(**given(example, entry, model, tune)))
    assert numbers(found) == pytest.approx(example.finds)
    for _, number in told("", found.scores):
        assert (number.kind, number.scenes) == (example.kind, example.scenes or example.drawn)
    assert {control.by for control in found.controls.values()} <= {example.by}
    assert str(found.sensitivity[1] if found.sensitivity else "") == example.moves
    assert [sheet.left for sheet in sheets] == [set()] * len(sheets)


def given(example, entry, model, tune):
    """What pytest would give the claim."""
    code = entry.function.__code__
    known = {"model": model, "tune": tune, **example.case}
    known["task"] = (example.scenes_of(example.case.get("task")), *PRACTICE.TASKS.get(known.get("task"), ()))
    known["metric"] = rouge_l
    known["sentence_similarity"] = lambda said, meant: rouge_l(said, [meant])
    names = code.co_varnames[: code.co_argcount]
    return {name: known[name] if name in known else example.scenes_of(name) for name in names}


def numbers(found):
    """The number of each arm of a finding."""
    arms = {f"control {name}": control.measured for name, control in found.controls.items()}
    arms |= {f"beside {name}": shown for name, shown in found.shown.items()}
    arms |= {"sensitivity": found.sensitivity[0]} if found.sensitivity else {}
    named = {"": found.scores, **arms}
    return {part: number.value for name, arm in named.items() for part, number in told(name, arm)}


def told(name, measured):
    """The number of an arm, or those of all its parts, and of what would do as well."""
    if not isinstance(measured, Conjunction):
        yield name, Sample.of(measured)
        return
    for part, number in measured.parts.items():
        yield f"{name}: {part}".strip(": "), Sample.of(number)
    for other in measured.instead:
        yield from told(f"{name} or else".strip(), other)
