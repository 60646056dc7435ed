"""The doctor tells what a machine has and would run, and ends with status 0 even where nothing can be run."""

import os

import pytest

from tests.report.snapshot import assert_snapshot
from tests.suite.checkpoint_files import checkpoint
from tests.suite.claim_suite import CASES, SUPPORTED
from vtmetrics.nets import hub_cache
from vtmetrics.suite import doctor, options

PRACTICE = """
from vtmetrics.evidence.paper_claim import IN_PRACTICE

@claim("Practice", source=IN_PRACTICE.at("every layer"), reported="by no paper", expected=HALF)
def test_practice(model):
    '''The model is at hand.'''
    return model.share(0.9)
"""


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")  # paths are long
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


def test_it_tells_what_is_here_and_what_would_run(suite, cache):
    done = suite.run("--doctor", "--evidence=kept")
    assert done.ret == 0
    assert not (suite.pytester.path / "loads.log").exists()
    done.stdout.fnmatch_lines(
        [
            "versions",
            "    python 3*, torch *",
            "machine",
            "    accelerator: *",
            "    processor: * cores, of which torch takes *",
            "    memory: *",
            "    disk of the hub's cache: * GiB free *",
            "    disk of evidence: * GiB free (*kept)",
            "checkpoints in the hub's cache",
            f"    none: there is no {cache}",
            "models",
            "    tiny/llava-1  1 of 1 claims would run",
            "    qwen-2        1 of 1 claims would run",
            "    llava-7b      would not run: not on this machine",
        ]
    )
    done.stdout.no_fnmatch_line("*measuring*")


def test_checkpoints_are_told_with_what_they_lack(cache):
    for repository, kind in (("org/whole", "llava"), ("org/text", "bert")):
        where = hub_cache.snapshots(repository) / ("a" * 40)
        checkpoint(where, kind)
        (where.parents[1] / "blobs").mkdir()
        for file in where.iterdir():  # as the hub keeps them: by their content, with links from a revision
            blob = file.rename(where.parents[1] / "blobs" / file.name)
            file.symlink_to(os.path.relpath(blob, where))
        (where.parents[1] / "refs").mkdir()
        (where.parents[1] / "refs" / "main").write_text("a" * 40)
    text, whole = doctor._checkpoints(cache)
    assert whole.split("  ") == ["org/whole", "main", "a" * 12, "0.0 GiB", "can be asked"]
    assert "can't be asked: wants a type that can be edited" in text
    assert "is of type 'bert': which is not in docs/families.md" in text


def test_an_empty_cache_and_a_missing_package_are_told(cache):
    cache.mkdir()
    assert doctor._checkpoints(cache) == [f"none in {cache}"]
    assert doctor._version("no-such-package") is None


def test_what_processors_want_is_told(monkeypatch):
    """Torchvision is built for one torch, and comes from where that came from; the other is an extra."""
    here = {"torchvision": "0.28.0"}
    monkeypatch.setattr(doctor, "_version", here.get)
    told = list(doctor._versions())
    assert "torchvision 0.28.0" in told
    assert "num2words is not installed, for the processor of smolvlm" in told


def test_practice_is_no_claim(suite, cache):
    """It states nothing, and the manual doesn't count it."""
    done = suite.write(SUPPORTED, PRACTICE).run("--doctor", "-m", "qwen")
    done.stdout.fnmatch_lines(["    qwen-2        1 of 1 claims would run"])
    assert not cache.exists()


@pytest.mark.usefixtures("cache")
def test_without_a_model_or_an_accelerator_it_still_tells(suite, monkeypatch):
    suite.pytester.makeconftest("""
        from vtmetrics.suite.hookspecs import Registry

        pytest_plugins = ("vtmetrics.suite.plugin",)


        def pytest_claim_models():
            return Registry()
    """)
    monkeypatch.setattr(options, "accelerators", lambda: 0)
    done = suite.run("--doctor", "--gpu")
    assert done.ret == 0
    done.stdout.fnmatch_lines(["    none is registered: --model names one"])


BERT = "wants one of llava, qwen2_vl, qwen2_5_vl, qwen3_vl and internvl, it is of type 'bert'"
#: one that takes times and one that does so in some cases alone; a plugin knows of another what it lacks
HINDERED = """
from vtmetrics.protocols import require_accelerator

@cited("F1.time")
def test_faster(model):
    '''The model is faster.'''
    require_accelerator(model)
    return model.share(0.9)

@cited("F2.time")
@pytest.mark.parametrize("depth", [1, 2])
def test_faster_somewhere(model, depth):
    '''The model is faster somewhere.'''
    return model.share(0.9)

@cited("F3.time")
def test_faster_too(model):
    '''The model is faster, too.'''
    require_accelerator(model)
    return model.share(0.9)
"""
LACKING = """


def pytest_claim_hindrance(item):
    lacks = item.callspec.params["model"].spec.name == "qwen-2" and "answers" in item.name
    deep = item.callspec.params.get("depth") == 2
    return "no scenes of the task words" if lacks else "nothing so deep" if deep else None
"""


@pytest.fixture
def hindered(suite):
    conftest = suite.pytester.path / "conftest.py"
    conftest.write_text(conftest.read_text(encoding="utf-8") + LACKING, encoding="utf-8")
    return suite.write(SUPPORTED, HINDERED)


@pytest.mark.usefixtures("cache")
def test_a_claim_that_would_not_run_is_told_with_its_reason(hindered):
    """Together with the others of that reason, and not if one of its cases runs."""
    done = hindered.run("--doctor", "-k", "not untrained")
    assert done.ret == 0
    done.stdout.fnmatch_lines(
        [
            "    tiny/llava-1  2 of 4 claims would run",
            "      F1.time, F3.time: needs --gpu: on a processor, which others share, *",
            "    qwen-2        1 of 4 claims would run",
            "      A1: no scenes of the task words",
            "      F1.time, F3.time: needs --gpu: *",
        ]
    )
    done.stdout.no_fnmatch_line("*F2.time*")


def test_a_twin_hinders_nothing(suite, cache):
    """It is its model that is asked, in every case."""
    done = suite.write(CASES).run("--doctor", "-m", "qwen")
    done.stdout.fnmatch_lines(["    qwen-2        1 of 1 claims would run"])
    assert not cache.exists()


@pytest.mark.parametrize("width", [80, 120])
def test_it_looks_as_it_did(hindered, monkeypatch, width):
    """But for what each machine has of its own."""
    monkeypatch.setenv("COLUMNS", str(width))
    machine = {
        "_versions": ["python 3.11.7, torch 2.13.0+cpu, transformers 5.23.0, numpy 2.4.6, pytest 9.2.0"],
        "_accelerators": ["accelerator: none that torch knows; --gpu is refused"],
        "_machine": ["memory: 23.5 GiB, 11.0 GiB of it unused", "disk of evidence: 58.0 GiB free (kept)"],
        "_checkpoints": [
            "org/a-very-long-name-of-a-model  main  aaaaaaaaaaaa  14.2 GiB  can be asked",
            f"org/text                         –     bbbbbbbbbbbb  0.3 GiB   can't be asked: {BERT}",
        ],
    }
    for part, lines in machine.items():
        monkeypatch.setattr(doctor, part, lambda *_, lines=lines: lines)
    lines = hindered.run("--doctor").stdout.lines
    begin = lines.index("versions")
    told = lines[begin : next(place for place, line in enumerate(lines) if "=====" in line and place > begin)]
    assert max(map(len, told)) <= width
    assert_snapshot(f"doctor-{width}", "\n".join(told) + "\n")
