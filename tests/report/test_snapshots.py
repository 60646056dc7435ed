"""The report as it was when somebody looked at it."""

import pytest

from tests.report.sample_evidence import LLAVA, QWEN, SAMPLED, longest, sample
from tests.report.snapshot import assert_snapshot
from vtmetrics.evidence.conclusion import Glyph
from vtmetrics.report.explanation import Transcript, explained
from vtmetrics.report.rendering import Detail, render

SUBSTITUTED = "substitute(image, by=DONOR, at=6)"
PROTOCOL = """Substitution: does it matter which layer an image token comes from?

Protocol   At one layer, image tokens are replaced by those of the same scene
           at another layer.
Measured   Per scene, 1 − JS of the answer's tokens.
"""
TRANSCRIPTS = [
    Transcript(
        "shapes-017",
        "What colour is the circle left of the square? Answer with one word.",
        "red",
        0.125,
        {"PLAIN": " red", SUBSTITUTED: " blue\nand green"},
    ),
    Transcript("shapes-003", "How many?", "2", 1.0, {"PLAIN": " 2", SUBSTITUTED: " 2"}),
    Transcript("shapes-101", "What shape is it?", "square", None, {"PLAIN": " square"}),
]


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("models", [1, 4])
def test_a_run_without_options_looks_as_it_did(width, models):
    rows = [row for row in sample(*SAMPLED[3:]) if row.model in SAMPLED[:models]]
    assert_snapshot(f"brief-{models}-{width}", render(rows, width=width, color=False))


def test_the_brief_view_is_coloured_as_it_was():
    rows = [row for row in sample() if row.model == LLAVA]
    assert_snapshot("brief-1-80-colour", render(rows, width=80, color=True))


@pytest.mark.parametrize("width", [80, 120, 200])
@pytest.mark.parametrize("color", [False, True], ids=["plain", "colour"])
def test_a_run_looks_as_it_did(width, color):
    text = render(sample(), width=width, color=color, detail=Detail.REASONS)
    assert_snapshot(f"run-{width}-{'colour' if color else 'plain'}", text)


@pytest.mark.parametrize("width", [80, 120, 200])
def test_the_longest_names_look_as_they_did(width):
    assert_snapshot(f"longest-{width}", render(longest(), width=width, color=False, detail=Detail.REASONS))


@pytest.mark.parametrize("width", [80, 120, 200])
def test_an_unfolded_run_looks_as_it_did(width):
    unfolded = render(sample() + longest(), width=width, color=False, detail=Detail.CASES)
    assert_snapshot(f"unfolded-{width}", unfolded)


@pytest.mark.parametrize("width", [80, 120])
def test_an_explanation_looks_as_it_did(width):
    rows = [row for row in sample() if row.claim == "B1.level" and row.model in {LLAVA, QWEN}]
    told = explained(rows, TRANSCRIPTS, protocol=PROTOCOL, width=width, color=False)
    assert_snapshot(f"explanation-{width}", told)


def test_the_sample_shows_every_glyph():
    """The counts under the headline have no column without a number."""
    lines = render(sample(), color=False).splitlines()
    top = next(number for number, line in enumerate(lines) if line.split() == list(Glyph))
    counts = [line.split()[2:8] for line in lines[top + 1 : top + 4]]
    assert all(any(cell != "·" for cell in column) for column in zip(*counts, strict=True))
