"""Rows of evidence, from findings alone."""

import math
from dataclasses import dataclass, replace
from types import SimpleNamespace

import pytest

from tests.evidence.test_control_rule import stated
from tests.statistics.random_scores import one_each
from tests.suite.fake_models import Fake
from vtmetrics.edits.edit import PLAIN, truncate
from vtmetrics.evidence.claim_case import ClaimCase, RunFacts, facts_of_this_run
from vtmetrics.evidence.conclusion import Glyph, judged
from vtmetrics.evidence.evidence import Evidence
from vtmetrics.evidence.from_finding import rows
from vtmetrics.evidence.paper_claim import Paper, claim
from vtmetrics.nets.spec import Spec
from vtmetrics.statistics.conjunction import all_of
from vtmetrics.statistics.finding import Finding
from vtmetrics.statistics.fitted import Fitted
from vtmetrics.statistics.interval import at_least, at_most
from vtmetrics.statistics.scores import Scores

WIDE = at_most(3, "few dimensions")


@claim(
    "E1", source=Paper("Dimensions", "1", "Dim").at("Fig. 2"), reported="about 2", expected=WIDE, twin=True
)
def measured():
    """There are few dimensions."""


@pytest.fixture
def cell():
    spec = Spec("m", "qwen", "here", revision="0" * 40, dtype="bfloat16", device="cuda", seed=3)
    return ClaimCase(
        measured.claim, "layer=2", Fake(spec, digest="d" * 64), RunFacts("python 3", "2026-11-20")
    )


def numbers(*values):
    names = [f"s{number}" for number in range(len(values))]
    return Scores(
        values=dict(zip(names, values, strict=True)),
        groups={name: name for name in names},
        kind="number",
        range=(-math.inf, math.inf),
    )


def test_a_row_says_everything_that_the_report_prints(cell):
    (row,) = rows(cell, Finding(numbers(*[1.0, 2.0] * 20)), 0.975)
    assert row.value == 1.5
    assert (row.level, row.groups, row.scenes, row.kind) == (0.975, 40, 40, "number")
    assert (row.claim, row.case, row.model, row.role, row.verdict) == ("E1", "layer=2", "m", "", "supported")
    assert (row.paper, row.arxiv, row.place) == ("Dim", "1", "Fig. 2")
    assert (row.expected, row.expected_low, row.expected_high, row.because) == (
        "≤ 3",
        None,
        3,
        "few dimensions",
    )
    assert (row.dtype, row.device, row.seed, row.digest, row.revision) == (
        "bfloat16",
        "cuda",
        3,
        "d" * 64,
        "0" * 40,
    )
    assert (row.twin_controls, row.versions, row.date) == (True, "python 3", "2026-11-20")
    assert Evidence.from_json(row.to_json()) == row


def test_an_end_without_a_number_is_none(cell):
    """Three groups say nothing about an unbounded number, and JSON knows no infinity."""
    (row,) = rows(cell, Finding(numbers(1.0, 2.0, 3.0)), 0.95)
    assert (row.low, row.high, row.verdict) == (None, None, "undecided")


def test_a_statistic_of_the_whole_set_is_evidence_too(cell):
    replicates = {f"g{number}": 2.0 + number / 1000 for number in range(30)}
    (row,) = rows(cell, Finding(Fitted(2.0, replicates, (0, math.inf))), 0.95)
    assert (row.kind, row.groups, row.verdict) == ("fitted", 30, "supported")


def test_arms_are_judged_by_their_own_expectations(cell):
    low, high = numbers(*[1.0, 2.0] * 20), numbers(*[8.0, 9.0] * 20)
    finding = low.against(noise=high).sensitive_to(high, at_least(5, "it moves")).beside(cosine=low)
    told = {row.role: (row.verdict, row.because) for row in rows(cell, finding, 0.95)}
    assert told == {
        "": ("supported", "few dimensions"),
        "control:noise": ("refuted", "few dimensions"),
        "sensitivity": ("supported", "it moves"),
        "beside:cosine": ("supported", "few dimensions"),
    }


def test_every_arm_that_decides_says_what_it_would_take(cell):
    """What is shown beside decides nothing."""
    open_yet = numbers(*[2.0, 4.4] * 20)
    finding = (
        open_yet.against(noise=open_yet).sensitive_to(open_yet, at_least(3, "moves")).beside(of=open_yet)
    )
    needs = {row.role: row.needs for row in rows(cell, finding, 0.95)}
    assert needs["beside:of"] is None
    assert needs[""] == needs["control:noise"] == needs["sensitivity"] > 40


def test_what_it_would_take_may_be_left_uncounted(cell):
    """All else is the same, the verdict first of all."""
    open_yet = numbers(*[2.0, 4.4] * 20)
    finding = open_yet.against(by=1, noise=0.9 * open_yet)
    counted, told = rows(cell, finding, 0.95), rows(cell, finding, 0.95, counted=False)
    assert any(row.needs for row in counted)
    assert told == [replace(row, needs=None) for row in counted]


def test_every_row_is_judged_at_the_level_that_is_asked_for(cell):
    """A difference too; and so are the scenes that it would take."""
    near, far = numbers(*[2.5, 3.1] * 20), numbers(*[2.7, 3.4] * 20)
    finding = near.against(noise=far, by=0.26).sensitive_to(far, at_most(3.3, "it moves"))
    once, often = ({row.role: row for row in rows(cell, finding, level)} for level in (0.95, 0.99))
    assert set(once) == set(often) == {"", "control:noise", "sensitivity", "difference:noise"}
    for role, row in once.items():
        assert row.low > often[role].low
        assert row.high < often[role].high
    asked = [role for role, row in once.items() if row.needs is not None]
    assert {"control:noise", "difference:noise"} <= set(asked)
    assert all(once[role].needs < often[role].needs for role in asked)


def test_the_role_of_a_twin_begins_with_its_kind(cell):
    twin = replace(cell, model=cell.model.twin)
    finding = numbers(*[1.0, 2.0] * 20).against(noise=numbers(*[1.0, 2.0] * 20))
    assert [row.role for row in rows(twin, finding, 0.95)] == ["untrained", "untrained:control:noise"]


def test_keys_differ_by_what_was_asked(cell):
    finding = Finding(numbers(1.0, 2.0, 3.0))
    others = [replace(cell, case="layer=3"), replace(cell, model=replace(cell.model, digest="e" * 64))]
    asked = [rows(cell, finding, 0.95), *(rows(other, finding, 0.95) for other in others)]
    asked.append(rows(cell, Finding(numbers(1.0, 2.0)), 0.95))
    keys = [row.key for (row,) in asked]
    assert len(set(keys)) == len(keys)
    assert rows(cell, finding, 0.95)[0].key == keys[0]


@dataclass(frozen=True)
class Asked(Fake):
    """A model with numerics of its own once it is loaded."""

    told: Spec = None


def test_keys_differ_by_edits_content_and_numerics(cell):
    """Two sets of scenes have the same names: only their digests tell them apart."""
    finding, spec = Finding(numbers(1.0, 2.0, 3.0)), cell.model.spec
    scenes = [SimpleNamespace(digest=name) for name in "ab"]

    def key(asked, edits, told=spec):
        journal = [(spec, asked, edits)]
        model = Asked(spec, lab=SimpleNamespace(journal=journal), told=told)
        return rows(replace(cell, model=model), finding, 0.95)[0].key

    keys = [
        key(scenes, [truncate(2), PLAIN]),
        key(scenes, [truncate(3), PLAIN]),
        key(scenes[:1], [truncate(2), PLAIN]),
        key(scenes, [truncate(2), PLAIN], told=replace(spec, dtype="float32")),
        rows(cell, finding, 0.95)[0].key,
    ]
    assert len(set(keys)) == len(keys)
    assert key(scenes[::-1], [PLAIN, truncate(2)]) == keys[0]


def test_a_loaded_model_tells_its_own_numerics(cell):
    """What was not measured may not be loaded, and says what was asked for."""
    loaded = replace(cell.model.spec, dtype="float16", attention="eager", device="cpu")
    cell = replace(cell, model=Asked(cell.model.spec, told=loaded))
    (row,) = rows(cell, Finding(numbers(1.0, 2.0, 3.0)), 0.95)
    assert (row.dtype, row.attention, row.device) == ("float16", "eager", "cpu")
    assert cell.unmeasured("too few layers").dtype == "bfloat16"


def test_a_failure_is_told_in_one_short_line(cell):
    row = cell.failed("CudaError: " + "out of memory\n" * 100)
    assert "\n" not in row.note
    assert len(row.note) == 200


def test_versions_are_of_this_run():
    assert {"python", "torch", "transformers", "numpy"} <= set(
        facts_of_this_run().versions.replace(",", "").split()
    )


def test_a_conjunction_is_a_row_of_its_weakest_part_and_one_for_each():
    """Parts are told as they are judged; the claim's own row has the verdict on all of them together."""
    parts = {"first": one_each([1.0] * 128), "second": one_each([1.0] * 50 + [0.0] * 78)}
    found = rows(stated(at_least(0.6, "most")), Finding(all_of(parts)), 0.95)
    assert [(row.role, row.verdict) for row in found] == [
        ("", "refuted"),
        ("part:first", "supported"),
        ("part:second", "refuted"),
    ]
    main, _, second = found
    assert (main.part, main.value, main.low, main.high) == ("second", second.value, second.low, second.high)
    assert main.level == pytest.approx(0.975)
    assert judged(found).glyph is Glyph.REFUTED
