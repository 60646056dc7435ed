"""The folder of evidence: a run replaces what it was asked for, and nothing else."""

import pytest

from tests.suite.claim_suite import REFUTED, SUPPORTED
from vtmetrics.evidence import read_scene_scores
from vtmetrics.report import compare_folders
from vtmetrics.suite.ledger import Ledger

CHANGED = SUPPORTED.replace("0.9", "0.2")
CELLS = [(claim, model, twin) for claim in ("A1", "A2") for model in "lq" for twin in ("", "untrained")]


@pytest.fixture
def kept(suite):
    """Evidence of two claims about two models; then the first claim is no longer true."""
    suite.write(SUPPORTED, REFUTED).run("--evidence=kept")
    return suite.write(CHANGED, REFUTED)


def cells(suite):
    found = [(row.claim, row.model.rpartition("/")[2][0], row.twin) for row in suite.rows()]
    assert len(set(found)) == len(found)
    return sorted(found)


def standing(suite):
    """About which models the first claim is supported."""
    return {row.model for row in suite.rows() if row.verdict == "supported" and row.claim == "A1"}


@pytest.mark.parametrize(
    ("options", "left"),
    [
        (["-k", "qwen and answers"], {"tiny/llava-1"}),
        (["-m", "llava"], {"qwen-2"}),
        (["-k", "errs"], {"tiny/llava-1", "qwen-2"}),
        (["-k", "not untrained"], set()),
        (["--explain=A2"], {"tiny/llava-1", "qwen-2"}),
        ([], set()),
    ],
)
def test_cells_that_were_not_selected_stay_as_they_were(kept, options, left):
    kept.run("--evidence=kept", *options)
    assert cells(kept) == CELLS
    assert standing(kept) == left


@pytest.mark.slow
def test_under_workers_too(kept):
    kept.spawn("-n2", "--evidence=kept", "-k", "qwen and answers")
    assert cells(kept) == CELLS
    assert standing(kept) == {"tiny/llava-1"}


def test_one_test_by_its_id_replaces_one_cell(kept):
    test = "claims/test_fakes.py::test_answers[[model=qwen-2]]"
    kept.run("--evidence=kept", paths=(test,))
    assert cells(kept) == CELLS
    assert standing(kept) == {"tiny/llava-1"}


def test_a_claim_that_is_gone_leaves_with_the_next_whole_run(kept):
    kept.write(CHANGED).run("--evidence=kept", "-m", "qwen")
    assert cells(kept) == CELLS
    kept.run("--evidence=kept")
    assert cells(kept) == CELLS[:4]


def test_a_case_that_is_gone_leaves_with_its_claim(kept):
    cases = CHANGED.replace("def", '@pytest.mark.parametrize("depth", [1])\ndef').replace(
        "(model", "(model, depth", 1
    )
    kept.write(cases, REFUTED).run("--evidence=kept", "-m", "qwen")
    told = {(row.model, row.case) for row in kept.rows() if row.claim == "A1"}
    assert told == {("tiny/llava-1", ""), ("qwen-2", "depth=1")}


def test_a_run_that_was_stopped_replaces_what_it_measured(kept):
    broken = CHANGED.replace("return", "raise OSError  #")
    assert kept.write(broken, REFUTED).run("--evidence=kept", "-x").ret == 1
    assert cells(kept) == CELLS


def test_a_damaged_older_file_is_refused_before_anything_runs(kept):
    file = kept.pytester.path / "kept" / "evidence.jsonl"
    file.write_text("{\n", encoding="utf-8")
    done = kept.run("--evidence=kept", "-k", "qwen")
    assert done.ret == 4
    done.stderr.fnmatch_lines(["ERROR: --evidence: *evidence.jsonl, line 1: evidence wants one JSON object*"])
    assert file.read_text(encoding="utf-8") == "{\n"
    assert len(kept.loads) == 8


def test_evidence_survives_a_run_that_measures_nothing(kept):
    before = kept.rows()
    kept.run("--evidence=kept", "-m", "internvl")
    kept.run("--evidence=kept", "--collect-only")
    assert kept.rows() == before


def test_evidence_cannot_go_where_a_file_is(suite):
    (suite.pytester.path / "kept").write_text("mine", encoding="utf-8")
    done = suite.run("--evidence=kept")
    assert done.ret == 4
    done.stderr.fnmatch_lines(["ERROR: --evidence wants a folder, kept is a file"])


def test_evidence_that_cannot_be_written_stops_the_run_and_is_reported(suite, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Ledger, "_write", full)
    done = suite.write(SUPPORTED, REFUTED).run("--evidence=kept", "-m", "qwen")
    assert done.ret == 2
    done.stdout.fnmatch_lines(["1 claim, 1 model, *", "*--evidence: ?Errno 28? No space left on device*"])
    assert len(suite.loads) == 2


def test_what_was_measured_of_each_scene_is_kept_for_a_paired_comparison(suite):
    """Also by workers; a cell that is measured anew and has no scores has none of the run before."""
    suite.write(SUPPORTED, REFUTED).spawn("--evidence=kept", "-n", "2")
    folder = suite.pytester.path / "kept"
    before = read_scene_scores(folder)
    assert {(place.claim, place.twin) for place in before} == {
        (claim, twin) for claim in ("A1", "A2") for twin in ("", "untrained")
    }
    table = compare_folders(folder, folder, 0.1)
    assert (table.lines[-1], table.fails) == ("4 cells compared: 0 flipped; 4 the same.", False)
    suite.write(SUPPORTED.replace("return model.share(0.9)", "pytest.skip('no')"), REFUTED).run(
        "--evidence=kept"
    )
    assert {place.claim for place in read_scene_scores(folder)} == {"A2"}


def test_a_cell_whose_fixtures_refuse_to_measure_keeps_no_older_scores(suite):
    """A model that is not competent any more."""
    refusing = """
    @pytest.fixture
    def letters():
        raise NotMeasured("not competent")
    """
    suite.run("--evidence=kept")
    suite.write(refusing, SUPPORTED.replace("(model)", "(model, letters)")).run("--evidence=kept")
    assert read_scene_scores(suite.pytester.path / "kept") == {}
