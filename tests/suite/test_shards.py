"""A run in shards: nothing twice, nothing lost, and merged the same bytes as one run."""

import shutil
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.suite.claim_suite import CASES, MODELS, REFUTED, SUPPORTED
from tests.suite.test_full_disk import ASKED, TRAINED
from vtmetrics.__main__ import main
from vtmetrics.evidence.shard_files import Shard, shards_in
from vtmetrics.suite.shards import parts_of

THIRD = SUPPORTED.replace("A1", "A3").replace("test_answers", "test_answers_again")
CLAIMS = (CASES, REFUTED, THIRD)


def told(folder, below=""):
    """All files of a folder of evidence, by name, but for chunks that others measured in other blocks."""
    kept = sorted(file for file in (folder / below).rglob("*") if file.is_file())
    return {str(file.relative_to(folder)): file.read_bytes() for file in kept}


units = st.lists(st.none() | st.tuples(st.sampled_from("xyz"), st.sampled_from("abcdef")), max_size=40)


@given(units, st.integers(1, 9))
def test_every_test_has_one_part_and_units_are_not_divided(tests, of):
    parts = parts_of(tests, of)
    assert len(parts) == len(tests)
    assert set(parts) <= set(range(1, of + 1))
    for unit in set(tests):
        assert len({part for test, part in zip(tests, parts, strict=True) if test == unit}) == 1


@given(
    st.lists(st.tuples(st.sampled_from("xy"), st.integers(0, 30)), unique=True, min_size=1), st.integers(1, 9)
)
def test_parts_are_about_equal_and_models_stay_together(tests, of):
    """Of units of one test each, no part has more than one test above the fewest."""
    sizes = Counter(parts_of(tests, of))
    assert max(sizes.values()) - min(sizes.get(part, 0) for part in range(1, of + 1)) <= 1
    last = {
        model: max(part for (name, _), part in zip(tests, parts_of(tests, of), strict=True) if name == model)
        for model, _ in tests
    }
    first = {
        model: min(part for (name, _), part in zip(tests, parts_of(tests, of), strict=True) if name == model)
        for model, _ in tests
    }
    models = list(dict.fromkeys(model for model, _ in tests))
    assert all(last[one] <= first[other] for one, other in pairwise(models))


@pytest.mark.parametrize("of", [1, 3])
def test_shards_of_one_folder_are_merged_to_the_bytes_of_one_run(suite, of, capsys):
    suite.write(*CLAIMS).run("--evidence=whole")
    for number in range(of, 0, -1):  # in whatever order they come
        suite.run("--evidence=parts", f"--shard={number}/{of}")
    whole, parts = (suite.pytester.path / name for name in ("whole", "parts"))
    assert not (parts / "evidence.jsonl").exists()
    assert main(["merge", str(parts)]) == 0
    assert told(parts) == told(whole)
    assert "cells" in capsys.readouterr().out


def test_shards_of_several_folders_are_merged_into_a_new_one(suite):
    suite.write(*CLAIMS).run("--evidence=whole")
    for number in (1, 2):
        suite.run(f"--evidence=part{number}", f"--shard={number}/2")
    parts = [str(suite.pytester.path / f"part{number}") for number in (2, 1)]
    assert main(["merge", str(suite.pytester.path / "new"), *parts]) == 0
    assert told(suite.pytester.path / "new") == told(suite.pytester.path / "whole")
    assert len(list(Path(parts[0]).glob("evidence-2-of-2.*"))) == 2  # what is merged stays where it was


def test_a_claim_stays_with_its_twin_and_its_cases(suite):
    """So that a shard tells whole verdicts, and no other text than one run does."""
    for number in (1, 2, 3):
        suite.write(*CLAIMS).run("--evidence=parts", f"--shard={number}/3")
    rows = [
        {
            (row.claim, row.model, row.case, row.twin)
            for row in suite.rows(f"parts/evidence-{number}-of-3.jsonl")
        }
        for number in (1, 2, 3)
    ]
    assert sum(map(len, rows)) == len(set.union(*rows)) == 32
    units = [{place[:2] for place in part} for part in rows]
    assert sum(map(len, units)) == len(set.union(*units)) == 6


def test_a_selection_is_dealt_and_not_what_it_left_out(suite):
    for number in (1, 2):
        done = suite.write(*CLAIMS).run("--evidence=parts", f"--shard={number}/2", "-k", "errs and llava")
        assert "INTERNALERROR" not in done.stdout.str()
    assert main(["merge", str(suite.pytester.path / "parts")]) == 0
    assert {(row.claim, row.model) for row in suite.rows("parts")} == {("A2", "tiny/llava-1")}


@pytest.mark.parametrize("text", ["0/2", "3/2", "1/0", "half", "1/2/3", "1 / 2", "-1/2"])
def test_what_is_no_part_is_refused(suite, text):
    done = suite.run(f"--shard={text}")
    assert done.ret == 4
    done.stderr.fnmatch_lines(["*wants I/N with I from 1 to N, as 2/8, got *"])


def test_a_comparison_wants_the_whole(suite):
    done = suite.run("--shard=1/2", "--compare", "--model=a", "--model=b")
    assert done.ret == 4
    assert "--compare wants all claims of both models" in done.stderr.str()


def merge_says(capsys, *folders):
    status = main(["merge", *map(str, folders)])
    return status, capsys.readouterr().err.strip()


def test_a_part_that_lacks_or_was_cut_short_is_named(suite, capsys):
    parts = suite.pytester.path / "parts"
    suite.write(*CLAIMS).run("--evidence=parts", "--shard=1/2")
    assert merge_says(capsys, parts) == (1, "shard 2/2 is not there")
    suite.run("--evidence=parts", "--shard=2/2")
    Shard(2, 2).done_file(parts).unlink()
    status, said = merge_says(capsys, parts)
    assert (status, "shard 2/2 has not come to its end" in said) == (1, True)
    assert not (parts / "evidence.jsonl").exists()
    suite.run("--evidence=parts", "--shard=2/2")
    assert merge_says(capsys, parts)[0] == 0
    assert merge_says(capsys, parts)[0] == 0  # once more changes nothing


def test_a_run_that_is_stopped_is_no_whole_part(suite):
    suite.write(*CLAIMS).run("--evidence=parts", "--shard=1/1", "--maxfail=1", "-x")
    boom = "\n@cited('A9')\ndef test_breaks(model):\n    '''It breaks.'''\n    raise KeyboardInterrupt\n"
    suite.write(*CLAIMS, boom).run("--evidence=parts", "--shard=1/1", no_reraise_ctrlc=True)
    assert not Shard(1, 1).done_file(suite.pytester.path / "parts").exists()


def test_parts_of_two_numbers_and_a_part_in_two_folders_are_refused(tmp_path):
    for shard, folder in ((Shard(1, 2), "a"), (Shard(1, 3), "b"), (Shard(1, 2), "c")):
        (tmp_path / folder).mkdir()
        shard.done_file(tmp_path / folder).touch()
    with pytest.raises(ValueError, match="these are of 2 and of 3"):
        shards_in([tmp_path / "a", tmp_path / "b"])
    with pytest.raises(ValueError, match=r"shard 1/2 is in .*a and in .*c: which of them is meant"):
        shards_in([tmp_path / "a", tmp_path / "c"])
    assert shards_in([tmp_path]) == {}


def test_what_two_folders_found_otherwise_is_told_and_the_first_stays(suite, capsys):
    suite.write(SUPPORTED, REFUTED).run("--evidence=one")
    suite.write(SUPPORTED.replace("0.9", "0.2"), THIRD).run("--evidence=two")
    one, two = (suite.pytester.path / name for name in ("one", "two"))
    before = {row.cell: row for row in suite.rows("one")}
    assert main(["merge", str(one), str(two)]) == 1
    told = capsys.readouterr().out
    assert told.count("found otherwise, the first stays: A1 on ") == 2
    after = {row.cell: row for row in suite.rows("one")}
    assert {place: after[place] for place in before} == before
    assert {place.claim for place in after} == {"A1", "A2", "A3"}


@pytest.mark.parametrize("into", ["nothing", "one"])
def test_what_cannot_be_merged_is_one_sentence(suite, capsys, into):
    suite.run("--evidence=one")
    folder = suite.pytester.path / into
    status, said = merge_says(capsys, folder, folder)
    assert (status, said.count("\n")) == (1, 0)
    assert "is none" in said or "is that folder itself" in said


def test_runs_that_began_together_leave_each_others_rows(suite):
    """The second has read the folder before the first wrote, and writes after it has ended."""
    suite.write(SUPPORTED).run("--evidence=kept")
    first = (suite.pytester.path / "kept" / "evidence.jsonl").read_bytes()
    meanwhile = f"""
import pathlib, pytest
@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session):
    pathlib.Path("kept").mkdir(exist_ok=True)
    pathlib.Path("kept/evidence.jsonl").write_bytes({first!r})
"""
    shutil.rmtree(suite.pytester.path / "kept")
    suite.pytester.makeconftest((suite.pytester.path / "conftest.py").read_text() + meanwhile)
    suite.write(SUPPORTED, REFUTED).run("--evidence=kept", "-k", "errs")
    assert {row.claim for row in suite.rows()} == {"A1", "A2"}


@pytest.mark.slow
def test_two_processes_at_once_share_one_store(suite, tmp_path):
    """All cells, the rows of one run, and each row in one chunk or the same in both."""
    shutil.copytree(TRAINED, tmp_path / "mine")
    suite.pytester.makeconftest(MODELS)
    suite.write(ASKED)
    options = ("claims", "-p", "no:cacheprovider", f"--model={tmp_path / 'mine'}", "--scenes=16")
    suite.pytester.runpytest_subprocess(*options, "--evidence=whole")
    command = [sys.executable, "-m", "pytest", *options, "--evidence=parts"]
    both = [
        subprocess.Popen(  # noqa: S603 - our own interpreter
            [*command, f"--shard={number}/2"], cwd=suite.pytester.path, stdout=subprocess.DEVNULL
        )
        for number in (1, 2)
    ]
    assert [one.wait(300) in (0, 1, 5) for one in both] == [True, True]
    parts, whole = (suite.pytester.path / name for name in ("parts", "whole"))
    assert main(["merge", str(parts)]) == 0
    assert told(parts, "scores") == told(whole, "scores")
    assert (parts / "evidence.jsonl").read_bytes() == (whole / "evidence.jsonl").read_bytes()
    assert main(["store", "verify", str(parts)]) == 0
