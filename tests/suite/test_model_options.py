"""Where and in which arithmetic models run is asked for all of them, and what can't be is refused at once."""

import pytest
import torch

from tests.suite.claim_suite import MODELS
from vtmetrics.lab.lab import numerics
from vtmetrics.nets import Spec
from vtmetrics.suite import options

BATCH = '''
@cited("A1")
def test_answers(model):
    """The model answers."""
    assert model.lab.batch == 3
'''
PLACED = '''
@cited("A1")
def test_answers(model, pytestconfig):
    """The model answers."""
    raise AssertionError(f"{model.spec.device_map} {pytestconfig.getoption('gpu')}")
'''


@pytest.fixture
def two_accelerators(monkeypatch):
    monkeypatch.setattr(torch.accelerator, "is_available", lambda: True)
    monkeypatch.setattr(torch.accelerator, "device_count", lambda: 2)
    monkeypatch.setattr(torch.accelerator, "current_accelerator", lambda: torch.device("cuda"))
    monkeypatch.setattr(options, "accelerators", lambda: 2)


def test_registered_models_run_in_the_arithmetic_that_is_asked_for(suite):
    suite.run("--dtype=bfloat16", "--attention=eager", "--evidence=kept")
    assert {(row.dtype, row.attention, row.device) for row in suite.rows()} == {("bfloat16", "eager", "cpu")}


def test_named_models_do_too(suite):
    (suite.pytester.path / "mine").mkdir()
    suite.run("--model=mine", "--dtype=float16", "--evidence=kept")
    assert {(row.model, row.dtype, row.attention) for row in suite.rows()} == {("mine", "float16", "sdpa")}


@pytest.mark.usefixtures("two_accelerators")
def test_one_accelerator_may_be_named(suite):
    suite.run("--device=cuda:1", "--evidence=kept")
    assert {row.device for row in suite.rows()} == {"cuda:1"}


@pytest.mark.usefixtures("two_accelerators")
def test_a_processor_is_no_accelerator(suite):
    done = suite.run("--gpu", "--device=cpu")
    assert done.ret == 4
    done.stderr.fnmatch_lines(["ERROR: --gpu wants an accelerator, and --device=cpu wants none: *"])


@pytest.mark.usefixtures("two_accelerators")
def test_a_net_may_be_spread_over_all_accelerators(suite):
    suite.write(PLACED).run("--device-map=auto", "--evidence=kept")
    assert {row.note for row in suite.rows() if not row.twin} == {"AssertionError: auto True"}
    done = suite.run("--device=cuda", "--device-map=auto")
    assert done.ret == 4
    done.stderr.fnmatch_lines(["ERROR: --device wants one device and --device-map several: *"])


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("--dtype=int8", "--dtype wants a dtype of float32, bfloat16, float16, got 'int8'"),
        (
            "--attention=x",
            "--attention wants an attention of sdpa, eager, flash_attention_2, got 'x'",
        ),
        ("--device=graphics", "--device wants a device such as cpu, cuda or cuda:1, got 'graphics'"),
        ("--device=xpu:7", "--device wants a device of this machine, got 'xpu:7': it has *"),
        ("--device-map=all", "--device-map wants a device map of auto, balanced, *, got 'all'"),
        ("--batch=0", "*argument --batch: wants a whole number from 1, got '0'"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(suite, option, words):
    done = suite.run(option, "--model=nowhere")
    assert done.ret == 4
    done.stderr.fnmatch_lines([f"ERROR: {words}" if not words.startswith("*") else words])


def test_flash_attention_is_not_for_float32(suite, monkeypatch):
    monkeypatch.setattr("vtmetrics.nets.numerics_wanted.find_spec", lambda name: name)
    done = suite.run("--attention=flash_attention_2")
    assert done.ret == 4
    done.stderr.fnmatch_lines(["ERROR: --attention wants * which takes bfloat16 or float16, not float32"])


@pytest.mark.parametrize("option", ["--dtype=float32", "--attention=sdpa", "--device=cpu"])
def test_a_function_loads_as_it_says(suite, option):
    suite.pytester.makeconftest(MODELS)
    (suite.pytester.path / "mine.py").write_text("def load(): ...")
    done = suite.run("--model=mine.py:load", option)
    assert done.ret == 4
    name = option.partition("=")[0]
    done.stderr.fnmatch_lines([f"ERROR: {name} wants checkpoints, and load is loaded as its function says"])


def test_scenes_are_given_by_so_many_at_once(suite):
    suite.pytester.makeconftest(MODELS)
    (suite.pytester.path / "mine.py").write_text("def load(): ...")
    suite.write(BATCH).run("--model=mine.py:load", "--batch=3", "--evidence=kept")
    (why,) = {row.note.partition(":")[0] for row in suite.rows() if not row.twin}
    assert why == "TypeError"  # it returned nothing: the batch is what was asked for
    suite.write(BATCH).run("--model=mine.py:load", "--evidence=kept")
    (why,) = {row.note.partition(":")[0] for row in suite.rows() if not row.twin}
    assert why == "AssertionError"


def test_rows_of_one_kind_of_device_are_alike():
    on = [numerics(Spec("m", "llava", "here", device=device)) for device in ("cuda", "cuda:1", "cpu")]
    assert on[0] == on[1] != on[2]


def test_nothing_is_fetched_without_being_asked_for(suite, monkeypatch):
    fetched = []
    monkeypatch.setattr("vtmetrics.suite.model_options.fetch", lambda *told: fetched.append(told))
    suite.pytester.makeconftest(MODELS)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(suite.pytester.path / "hub"))
    done = suite.run("--model=org/name")
    assert done.ret == 4
    assert fetched == []
    done.stderr.fnmatch_lines(["ERROR: --model never downloads*: hf download org/name, or --download"])
    suite.run("--model=org/name", "--revision=v2", "--download")
    assert fetched == [("org/name", "v2", "--download")]


def test_a_download_is_of_a_repository_that_is_named(suite):
    (suite.pytester.path / "mine").mkdir()
    for named in ((), ("--model=mine",), ("--model=mine.py:load",)):
        done = suite.run("--download", *named)
        assert done.ret == 4
        done.stderr.fnmatch_lines(["ERROR: --download wants a --model=ORG/NAME to be fetched, none is named"])


def test_a_download_that_fails_ends_the_run(suite, monkeypatch):
    def fetch(*_):
        raise ValueError("--download could not fetch org/name: OSError: 401")

    monkeypatch.setattr("vtmetrics.suite.model_options.fetch", fetch)
    done = suite.run("--download", "--model=org/name")
    assert done.ret == 4
    done.stderr.fnmatch_lines(["ERROR: --download could not fetch org/name: OSError: 401"])
