"""Evidence is one JSON line, there and back to the last bit, and nothing else passes for it."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vtmetrics.evidence.evidence import Evidence, read_evidence, write_evidence

ROW = Evidence(
    claim="B1.level",
    case="by=0.25, at=0.5",
    model="tiny-llava",
    role="",
    verdict="supported",
    value=0.97,
    low=0.951,
    high=0.99,
    level=0.95,
    groups=128,
    scenes=128,
    statement="States of an earlier layer do as well.",
    paper="Author 2026",
    arxiv="2604.09425",
    place="RQ2",
    question="Substitution",
    position=40,
    reported="about 1.0",
    expected="≥ 0.95",
    expected_low=0.95,
    because="how we read it",
    family="llava",
    embedded=True,
    source="tiny-llava",
    digest="00",
    dtype="float32",
    attention="sdpa",
    device="cpu",
    key="00",
    versions="torch 2.13.0",
    date="2026-11-20",
)
finite = st.floats(allow_nan=False, allow_infinity=False)


@settings(derandomize=True, deadline=None)
@given(value=finite, note=st.text(), groups=st.integers(0, 10**9))
def test_a_row_comes_back_to_the_last_bit(value, note, groups):
    row = replace(ROW, value=value, note=note, groups=groups)
    line = row.to_json()
    assert Evidence.from_json(line) == row
    assert "\n" not in line
    assert "Infinity" not in line.replace(json.dumps(note), "")


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_is_no_number_is_not_written(number):
    with pytest.raises(ValueError, match="Out of range"):
        replace(ROW, value=number).to_json()


@pytest.mark.parametrize(
    ("role", "twin", "arm"),
    [
        ("", "", ""),
        ("control:noise", "", "control:noise"),
        ("untrained", "untrained", ""),
        ("scrambled:control:noise", "scrambled", "control:noise"),
        ("matched", "matched", ""),
        ("sensitivity", "", "sensitivity"),
    ],
)
def test_a_role_tells_the_twin_and_the_arm(role, twin, arm):
    row = replace(ROW, role=role)
    assert (row.twin, row.arm) == (twin, arm)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"schema": "2.0"}, "wants schema 1.3, got '2.0'"),
        ({"value": "high"}, "field value wants"),
        ({"groups": 1.5}, "field groups wants"),
        ({"groups": True}, "field groups wants"),
        ({"low": 10**400}, "field low wants"),
        ({"extra": 1}, "differs in \\['extra'\\]"),
    ],
)
def test_a_foreign_row_is_refused_in_one_sentence(change, words):
    line = json.dumps(json.loads(ROW.to_json()) | change)
    with pytest.raises(ValueError, match=words):
        Evidence.from_json(line)


def test_a_row_of_an_older_minor_schema_is_read_for_what_it_holds():
    told = json.loads(ROW.to_json()) | {"schema": "1.1"}
    for name in ("part", "by"):
        del told[name]
    assert Evidence.from_json(json.dumps(told)) == replace(ROW, schema="1.1")
    del told["groups"]
    with pytest.raises(ValueError, match=r"differs in \['groups'\]"):
        Evidence.from_json(json.dumps(told))


@pytest.mark.parametrize("line", ["", "{", "[1]", "null", '"text"'])
def test_what_is_no_row_is_refused_in_one_sentence(line):
    with pytest.raises(ValueError, match="wants one JSON object a line"):
        Evidence.from_json(line)


def test_a_file_comes_back(tmp_path):
    rows = [ROW, replace(ROW, role="control:noise")]
    write_evidence(rows, tmp_path / "deep" / "evidence.jsonl")
    assert read_evidence(tmp_path / "deep") == rows == read_evidence(tmp_path / "deep" / "evidence.jsonl")
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["evidence.jsonl"]


def test_a_damaged_file_is_refused_with_its_line(tmp_path):
    file = tmp_path / "evidence.jsonl"
    file.write_text(ROW.to_json() + "\n" + ROW.to_json()[:-9] + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"evidence\.jsonl, line 2: evidence wants one JSON object"):
        read_evidence(file)


def test_a_line_that_a_killed_run_left_half_is_left_out_with_a_warning(tmp_path):
    file = tmp_path / "evidence.jsonl"
    write_evidence(rows := [ROW, replace(ROW, role="control:noise")], file)
    file.write_text(file.read_text(encoding="utf-8") + ROW.to_json()[:40], encoding="utf-8")
    with pytest.warns(UserWarning, match="ends within line 3, which is left out"):
        assert read_evidence(tmp_path, killed=True) == rows
    with pytest.raises(ValueError, match="line 3: evidence wants one JSON object"):
        read_evidence(tmp_path)


def test_a_text_may_hold_every_sign_that_ends_a_line(tmp_path):
    write_evidence(rows := [replace(ROW, note="one\u2028two\x85three\x0cfour")], tmp_path / "evidence.jsonl")
    assert read_evidence(tmp_path) == rows


def test_a_folder_of_other_files_says_which_they_are(tmp_path):
    write_evidence([ROW], tmp_path / "llava.jsonl")
    with pytest.raises(ValueError, match=r"a folder with evidence\.jsonl, .* holds llava\.jsonl instead"):
        read_evidence(tmp_path)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe"])
def test_a_file_without_evidence_is_refused(tmp_path, content):
    file = tmp_path / "evidence.jsonl"
    file.write_bytes(content)
    with pytest.raises(ValueError, match=r"holds no evidence|wants UTF-8"):
        read_evidence(file)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ValueError, match="is neither"):
        read_evidence(tmp_path / "nothing.jsonl")
