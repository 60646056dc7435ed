"""The practitioner's table: a layer and what it spares, or in words why there is none."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.report.evidence_row import row
from tests.report.snapshot import assert_snapshot
from tests.report.test_rendering import rows as any_rows
from vtmetrics.evidence.paper_claim import IN_PRACTICE
from vtmetrics.report.rendering import Detail, render

PRACTICE = {
    "claim": "Practice",
    "paper": IN_PRACTICE.short,
    "arxiv": "",
    "place": "every layer",
    "question": "Practice: from which layer on can image tokens go?",
    "expected": "≤ 0",
}
quick = settings(derandomize=True, deadline=None, max_examples=40)


def asked(task, within, verdict="supported", value=-0.03, *, added=0.6, blind=0.5, layer=10, **told):
    """One cell: the loss beyond what may be lost, with its arms and what is spared."""
    shared = PRACTICE | {"case": f"task={task}, within={within}"}
    yield row(verdict=verdict, value=value, groups=200, **shared | told)
    yield row(role="control:no_image", verdict="refuted" if blind > 0 else "supported", value=blind, **shared)
    added_up = {"expected": "≥ 0.1", "verdict": "supported" if added > 0.1 else "refuted"}
    yield row(role="sensitivity", value=added, **shared | added_up)
    if verdict == "supported":
        for arm, spared in {"layer": layer, "flops": 0.452, "kv_bytes": 0.48, "time": 0.31}.items():
            yield row(role=f"beside:{arm}", value=spared, **shared)


def table(*cells, **told):
    return render(
        [row for cell in cells for row in cell],
        color=False,
        **{"width": 100, "detail": Detail.REASONS} | told,
    )


def test_the_layer_stands_with_its_certainty_and_what_it_spares():
    text = table(asked("letters", 0.05), width=120)
    assert "from layer 10 on, 95 % sure, n = 200; spares 45 % of the FLOPs, 48 % of the cache, 31 %" in text
    assert "≤ 5 points" in text


def test_time_that_was_not_taken_is_not_told():
    cell = [found for found in asked("letters", 0.05) if found.arm != "beside:time"]
    assert "45 % of the FLOPs, 48 % of the cache\n" in table(cell, width=120)


def test_how_many_scenes_it_would_take_is_told():
    assert "? needs about 368 scenes" in table(asked("words", 0.01, "undecided", needs=368, scenes=200))


def test_what_even_the_last_layer_loses_is_told():
    """Eight points beyond the two that may be lost are ten."""
    text = table(asked("words", 0.02, "refuted", value=0.08))
    assert "✗ from no layer on: the last one alone is worth 10 points" in text


@pytest.mark.parametrize(
    ("told", "words"),
    [({"added": 0.02}, "– nothing to lose: .02"), ({"blind": -0.01}, "nothing to lose: no image at all")],
)
def test_a_task_without_use_for_the_image_has_nothing_to_lose(told, words):
    text = table(asked("letters", 0.05, **told))
    assert words in text
    assert "from layer" not in text


def test_what_the_image_adds_nothing_to_has_no_last_layer_that_counts():
    """An untrained model changes its answers without having any."""
    text = table(asked("words", 0.02, "refuted", value=0.5, added=0.02))
    assert "– nothing to lose" in text
    assert "the last one alone" not in text


def test_losses_with_one_answer_share_a_line():
    text = table(*(asked("letters", within, added=0.02) for within in (0.01, 0.02, 0.05)))
    assert "≤ 1, 2, 5 points" in text
    assert text.count("nothing to lose") == 1


def test_it_is_no_claim_and_stands_before_them():
    """It is counted nowhere, and has no section; alone it says too what embedded models are worth."""
    alone, both = table(asked("letters", 0.05)), table(asked("letters", 0.05), [row("B1")])
    assert "no evidence about a 7B model" in alone
    assert both.startswith("1 claim, 1 model")
    assert both.index("from layer 10") < both.index("B1  ")
    assert "Practice  " not in both


def test_a_twin_has_no_line():
    assert "from layer" not in table([row(role="untrained", verdict="not measured", value=None, **PRACTICE)])


@quick
@given(st.lists(any_rows, max_size=6), st.text(max_size=40), st.integers(40, 120))
def test_whatever_the_evidence_no_line_is_wider_than_told(evidence, case, width):
    found = [row(verdict=kept.verdict, role=kept.role, **PRACTICE | {"case": case}) for kept in evidence]
    assert max(map(len, render(found, width=width, color=False, detail=Detail.REASONS).splitlines())) <= width


@pytest.mark.parametrize("width", [60, 100])
def test_the_table_looks_as_it_did(width):
    cells = (
        *(asked("letters", within, layer=layer) for within, layer in ((0.02, 10), (0.05, 7))),
        asked("letters", 0.01, "undecided", needs=368, scenes=200),
        *(asked("words", within, "refuted", value=0.1 - within) for within in (0.01, 0.02)),
        asked("words", 0.05, "undecided", needs=850, scenes=200),
        *(asked("sentences", within, added=0.02) for within in (0.01, 0.02, 0.05)),
    )
    assert_snapshot(f"practice-{width}", table(*cells, width=width))


def test_beside_claims_a_line_tells_the_layer_at_the_least_loss_that_is_shown():
    """Which of the rows comes first decides nothing; a task of which no layer is shown is told too."""
    cells = [
        *(asked("letters", within, layer=layer) for within, layer in ((0.05, 6), (0.02, 9))),
        asked("letters", 0.01, "undecided"),
        asked("captions", 0.05, layer=12),
        asked("words", 0.05, "refuted"),
    ]
    cells = [list(cell) for cell in cells]
    for ordered in (cells, cells[::-1]):
        text = table(*ordered, [row("B1")], detail=Detail.BRIEF)
        line = (
            "≤ 5 points, from layer: captions 12; ≤ 2 points, from layer: letters 9; no layer is shown: words"
        )
        assert f"1 llava-small {line}" in " ".join(text.split())
        assert "≤ 1 point" not in text


def test_alone_it_is_told_in_full():
    cell = list(asked("letters", 0.05))
    assert "spares 45 % of the FLOPs" in " ".join(table(cell, detail=Detail.BRIEF).split())
    assert "Practice" not in table([row("B1")], detail=Detail.BRIEF)
