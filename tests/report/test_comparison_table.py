"""The comparison of two folders: flips first, what differs between the runs, and a status for a script."""

from pathlib import Path

import pytest

from tests.report.evidence_row import row
from vtmetrics.__main__ import main
from vtmetrics.evidence import Place, read_evidence, write_evidence
from vtmetrics.evidence.scene_scores import SceneScores, keep_scene_scores
from vtmetrics.statistics import Scores


def shares(right, of=128):
    names = [f"scene {number}" for number in range(of)]
    values = [1.0] * right + [0.0] * (of - right)
    return Scores(
        dict(zip(names, values, strict=True)), dict(zip(names, names, strict=True)), "share", (0, 1)
    )


def folder(path, model, **cells):
    """A folder of evidence: for each claim its verdict and how many scenes are right."""
    rows = []
    for position, (claim, (verdict, right, told)) in enumerate(cells.items()):
        rows.append(row(claim=claim, model=model, verdict=verdict, position=position, **told))
        if right is not None:
            keep_scene_scores(SceneScores(Place(claim, "", model), shares(right), "same"), path)
    write_evidence(rows, path / "evidence.jsonl")
    return str(path)


@pytest.fixture
def folders(tmp_path):
    base = folder(
        tmp_path / "a",
        "base",
        B1=("supported", 128, {}),
        C1=("undecided", 70, {}),
        C2=("supported", 128, {}),
        D1=("supported", 100, {}),
    )
    pruned = folder(
        tmp_path / "b",
        "pruned",
        B1=("refuted", 30, {"dtype": "bfloat16"}),
        C1=("undecided", 70, {"dtype": "bfloat16"}),
        C2=("supported", 80, {"dtype": "bfloat16"}),
        D1=("supported", 100, {"dtype": "bfloat16", "because": "another reason"}),
    )
    return base, pruned


def test_flips_come_first_then_what_changed_and_the_counts(folders, capsys):
    assert main(["compare", *folders]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "dtype differs: float32 before, bfloat16 after",
        "asked otherwise: D1",
        "flipped (1):",
        "  B1 on base: ✓ → ✗, changed by −.766 [−.836, −.670], margin .10",
        "changed by more than the margin (1):",
        "  C2 on base: ✓, changed by −.375 [−.465, −.280], margin .10",
        "4 cells compared: 1 flipped; 2 the same, 2 changed.",
    ]


def test_the_same_evidence_is_the_same_in_every_cell(folders, capsys):
    base, _ = folders
    assert main(["compare", base, base]) == 0
    assert capsys.readouterr().out == "4 cells compared: 0 flipped; 4 the same.\n"


def test_a_margin_of_ones_own(folders, capsys):
    assert main(["compare", *folders, "--margin=0.9"]) == 1
    assert "C2" not in capsys.readouterr().out


def test_what_was_measured_and_is_no_longer_is_told_and_fails(folders, tmp_path, capsys):
    """C2 and D1 are gone, C1 was undecided and is not measured."""
    base, _ = folders
    note = {"note": "too few layers", "value": None}
    later = folder(tmp_path / "c", "base", B1=("not measured", None, note), C1=("not measured", None, note))
    assert main(["compare", base, later]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "measured before, and no longer (3):",
        "  B1 on base: ✓ → –, too few layers",
        "  C2 on base: ✓ → gone, the second run has no such cell",
        "  D1 on base: ✓ → gone, the second run has no such cell",
        "not compared (1):",
        "  C1 on base: ? → –, too few layers",
        "4 cells compared: 0 flipped, 3 lost; 4 not compared.",
    ]


def test_a_diagnostic_is_told_and_fails_nothing(tmp_path, capsys):
    ours = {"reported": None}
    before = folder(tmp_path / "a", "m", B1=("supported", 128, {}), B2=("supported", 128, ours))
    after = folder(tmp_path / "b", "m", B1=("supported", 128, {}), B2=("refuted", 30, ours))
    assert main(["compare", before, after]) == 0
    assert "B2 on m, a diagnostic: ✓ → ✗, changed by −.766" in capsys.readouterr().out


def test_models_of_other_names_are_no_success(folders, tmp_path, capsys):
    """Two on one side: names decide."""
    base, pruned = folders
    rows = [*read_evidence(Path(base)), *read_evidence(Path(pruned))]
    write_evidence(rows, tmp_path / "two" / "evidence.jsonl")
    others = folder(tmp_path / "c", "other", B1=("supported", 128, {}))
    assert main(["compare", str(tmp_path / "two"), others]) == 1
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "of the first run alone, and not compared: base, pruned",
        "0 cells compared: 0 flipped; no model is in both.",
    ]


def test_cells_without_scores_are_no_success(folders, tmp_path, capsys):
    """They were: nothing had flipped."""
    base, _ = folders
    write_evidence(read_evidence(Path(base)), tmp_path / "bare" / "evidence.jsonl")
    assert main(["compare", base, str(tmp_path / "bare")]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "4 cells compared: 0 flipped; 4 not compared."


def test_what_is_no_evidence_is_one_sentence(tmp_path, capsys):
    assert main(["compare", str(tmp_path), str(tmp_path)]) == 1
    assert "evidence wants a file or a folder" in capsys.readouterr().err
