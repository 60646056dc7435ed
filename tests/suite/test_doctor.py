"""The doctor tells what a machine has and would run, and ends with status 0 even where nothing can be run."""

import os

import pytest

from tests.suite.checkpoint_files import checkpoint
from vtmetrics.nets import hub_cache
from vtmetrics.suite import doctor, options


@pytest.fixture
def cache(tmp_path, monkeypatch):
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
