"""The comparison of two folders: flips first, what differs between the runs, and a status for a script."""

import pytest

from tests.report.evidence_row import row
from vtmetrics.__main__ import main
from vtmetrics.evidence import Place, write_evidence
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


def test_nothing_in_common_is_no_success(folders, tmp_path, capsys):
    base, _ = folders
    others = folder(tmp_path / "c", "base", E9=("supported", 128, {}))
    assert main(["compare", base, others]) == 1
    assert "0 cells compared" in capsys.readouterr().out


def test_what_is_no_evidence_is_one_sentence(tmp_path, capsys):
    assert main(["compare", str(tmp_path), str(tmp_path)]) == 1
    assert "evidence wants a file or a folder" in capsys.readouterr().err
