"""Kept evidence: as it was found, of registered models alone, without a folder of the machine."""

import pytest

from fixtures.models import kept
from fixtures.models.kept_rows import KEPT
from fixtures.models.registry import LINES
from tests.report.evidence_row import row
from vtmetrics.evidence import read_evidence, write_evidence

SMOL = {"model": "smol-llava", "embedded": False, "source": "/home/somebody/smol-llava"}
LINE = [line for line in LINES["model"] if "kept" in line]


def test_rows_of_made_models_are_kept_and_no_others(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(kept, "KEPT", tmp_path / "kept")
    write_evidence([row(), row(**SMOL), row(**SMOL, role="untrained")], tmp_path / "evidence.jsonl")
    kept.main([str(tmp_path)])
    file = tmp_path / "kept" / "smol-llava.jsonl"
    assert {(one.model, one.role) for one in read_evidence(file)} == {
        ("smol-llava", ""),
        ("smol-llava", "untrained"),
    }
    assert {one.source for one in read_evidence(file)} == {"python -m fixtures.models.smol_llava"}
    assert capsys.readouterr().out == "2 lines of smol-llava and 0 rows behind them are kept\n"


def test_evidence_of_others_alone_is_refused(tmp_path, capsys):
    write_evidence([row()], tmp_path / "evidence.jsonl")
    with pytest.raises(SystemExit):
        kept.main([str(tmp_path)])
    assert "no evidence of smol-llava, smol-llava-start" in capsys.readouterr().err


@pytest.mark.parametrize("line", LINE, ids=[line["name"] for line in LINE])
def test_what_is_committed_is_of_its_model_and_names_no_folder(line):
    rows = read_evidence(KEPT / line["kept"])
    assert {one.model for one in rows} == {line["name"]}
    assert {one.source for one in rows} == {line["made"]}
    assert {one.verdict for one in rows} & {"supported", "refuted"}
    assert "failed" not in {one.verdict for one in rows}
