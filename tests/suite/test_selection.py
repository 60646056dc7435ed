"""What runs is what was asked for, and what cannot be meant is refused before anything runs."""

import os
import sys

import pytest

from tests.suite.claim_suite import CASES, REFUTED, SUPPORTED
from vtmetrics.suite import options
from vtmetrics.suite.options import unknown_words


@pytest.mark.parametrize(("family", "model"), [("llava", "tiny/llava-1"), ("qwen", "qwen-2")])
def test_a_family_selects_its_models(suite, family, model):
    assert suite.run("-m", family, "--evidence=kept").ret == 0
    assert {row.model for row in suite.rows()} == {model}


def test_a_family_without_a_runnable_model_measures_nothing(suite):
    done = suite.run("-m", "internvl")
    assert done.ret == 5
    done.stdout.fnmatch_lines(["Not run: 1 registered model (llava-7b: not on this machine)."])


def test_without_any_runnable_model_nothing_is_measured(suite):
    suite.pytester.makeconftest("""
        from vtmetrics.suite.hookspecs import Registry

        pytest_plugins = ("vtmetrics.suite.plugin",)


        def pytest_claim_models():
            return Registry(absent=(("llava-7b", "not on this machine"),), families=("llava",))
    """)
    done = suite.run()
    assert done.ret == 5
    done.stdout.fnmatch_lines(["Not run: 1 registered model (llava-7b: not on this machine)."])


@pytest.mark.parametrize(("family", "marker"), [("", "own"), ("mine", "mine")])
def test_a_family_of_ones_own_needs_no_list_of_families(suite, family, marker):
    """A net in memory has none; another is whatever its repository calls it."""
    suite.pytester.makeconftest(f"""
        from tests.suite.fake_models import Fake
        from vtmetrics.nets import Spec
        from vtmetrics.suite import Registry

        pytest_plugins = ("vtmetrics.suite.plugin",)


        def pytest_claim_models():
            return Registry((Fake(Spec("net", {family!r}, "memory:1")),))
    """)
    assert suite.run("-m", marker).ret == 0
    assert suite.run("-m", "qwen").ret == 5


@pytest.mark.parametrize("expression", ["typo", "qwen or typo", "not typo"])
def test_a_typo_names_the_families(suite, expression):
    done = suite.run("-m", expression)
    assert done.ret == 4
    done.stderr.fnmatch_lines(
        ["ERROR: -m wants a family or another marker, got 'typo'; the families are: llava, qwen, internvl"]
    )


def test_markers_of_others_are_no_typos():
    markers = ["skipif(condition): skip", "device(serial): a device", "qwen: a family"]
    assert unknown_words("qwen and not (skipif or device(serial=1)) or none", markers) == ["none"]


def test_gpu_without_one_is_an_error(suite, monkeypatch):
    monkeypatch.setattr(options, "accelerators", lambda: 0)
    done = suite.run("--gpu")
    assert done.ret == 4
    done.stderr.fnmatch_lines(["ERROR: --gpu wants an accelerator that torch knows, this machine has none"])


def test_gpu_with_one_runs(suite, monkeypatch):
    monkeypatch.setattr(options, "accelerators", lambda: 1)
    assert suite.run("--gpu").ret == 0


def test_a_folder_given_as_model_replaces_the_registry(suite):
    suite.pytester.mkdir("mine")
    assert suite.run("--model=mine", "--evidence=kept").ret == 0
    assert {row.model for row in suite.rows()} == {"mine"}


def test_nonsense_given_as_model_is_an_error(suite):
    done = suite.run("--model=nonsense")
    assert done.ret == 4
    done.stderr.fnmatch_lines(["ERROR: --model wants a directory or FILE.py:FUNCTION, nonsense is neither"])


@pytest.mark.parametrize("number", ["0", "-3", "many"])
def test_a_number_of_scenes_is_one_or_more(suite, number):
    done = suite.run(f"--scenes={number}")
    assert done.ret == 4
    done.stderr.fnmatch_lines([f"*--scenes: wants a whole number from 1, got '{number}'"])


@pytest.mark.parametrize("where", ["root", "folder", "elsewhere"])
def test_it_does_not_matter_where_one_stands(suite, where, monkeypatch, tmp_path_factory):
    root = suite.pytester.path
    folder, path = {
        "root": (root, "claims"),
        "folder": (root / "claims", "."),
        "elsewhere": (tmp_path_factory.mktemp("elsewhere"), str(root / "claims")),
    }[where]
    monkeypatch.chdir(folder)
    kept = root / "kept"
    assert suite.run(f"--evidence={kept}", "-m", "qwen", paths=(path,)).ret == 0
    assert len(suite.rows()) == 2
    os.chdir(root)


def test_one_test_is_selected_by_its_id(suite):
    test = "claims/test_fakes.py::test_answers[[model=tiny/llava-1]]"
    assert suite.run("--evidence=kept", paths=(test,)).ret == 0
    assert [(row.model, row.role) for row in suite.rows()] == [("tiny/llava-1", "")]


@pytest.mark.parametrize(
    ("words", "claims"),
    [
        ("B1", {"B1.level", "B1.flat"}),
        ("b1.level", {"B1.level"}),
        ("A2 or flat", {"A2", "B1.flat"}),
        ("not B1", {"A2"}),
    ],
)
def test_a_claim_is_selected_by_its_id_or_its_row(suite, words, claims):
    level = SUPPORTED.replace('"A1"', '"B1.level"')
    flat = SUPPORTED.replace('"A1"', '"B1.flat"').replace("test_answers", "test_stays")
    suite.write(level, flat, REFUTED).run("--evidence=kept", "-k", words)
    assert {row.claim for row in suite.rows()} == claims


def test_the_price_is_said_before_the_run(suite):
    done = suite.write(SUPPORTED, REFUTED).run("--scenes=24", "-k", "llava-1")
    done.stdout.fnmatch_lines(
        ["measuring 2 claims × (1 model + 1 twin), --scenes 24: 4 tests", "*test_fakes.py *"]
    )


@pytest.mark.slow
def test_collecting_measures_nothing_and_loads_no_more_than_it_needs(suite, monkeypatch):
    """Hypothesis is installed for our own tests, and its plugin would import it to summarise none."""
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    script = (
        "import pytest, sys; status = pytest.main(['claims', '--collect-only', '-q']); "
        "sys.exit(status or ', '.join({'transformers', 'hypothesis', 'scipy.stats'} & {*sys.modules}) or 0)"
    )
    done = suite.pytester.run(sys.executable, "-c", script)
    assert done.ret == 0
    done.stdout.fnmatch_lines(["*test_answers?[[]model=qwen-2]]"])
    assert not (suite.pytester.path / "loads.log").exists()


def test_cases_are_unfolded_on_request(suite):
    folded, unfolded = suite.write(CASES).run(), suite.run("--cases")
    folded.stdout.no_fnmatch_line(" source=noise, depth=0.25 *")
    unfolded.stdout.fnmatch_lines([" source=noise, depth=0.25 *"])


def test_explaining_runs_one_claim_alone(suite):
    done = suite.write(SUPPORTED, REFUTED).run("--explain=A2", "-m", "qwen", "--evidence=kept")
    assert done.ret == 1
    assert {row.claim for row in suite.rows()} == {"A2"}
    done.stdout.fnmatch_lines(["*The model never errs.*"])
    done.stdout.no_fnmatch_line("*The model answers.*")


def test_explaining_needs_no_workers_and_tells_what_the_first_model_said(suite):
    done = suite.run("--explain=A1", "-p", "xdist", "-n2")
    assert done.ret == 0
    done.stdout.fnmatch_lines(
        ["*The model answers.*", "*Do fakes know anything?*", "*tiny/llava-1 knows 90*"]
    )
    done.stdout.no_fnmatch_line("*qwen-2 knows*")
    done.stdout.no_fnmatch_line("*untrained* knows*")
    assert {process for process, _ in suite.loads} == {str(os.getpid())}


def test_explaining_an_unknown_claim_names_the_known(suite):
    done = suite.write(SUPPORTED, REFUTED).run("--explain=A7")
    assert done.ret == 4
    done.stderr.fnmatch_lines(["ERROR: --explain wants the id of a claim, got 'A7'; the claims are: A1, A2"])


def test_a_name_in_brackets_is_a_name(suite):
    """A folder may be called `my model [v2]`."""
    suite.pytester.makeconftest("""
        from tests.suite.fake_models import Fake
        from vtmetrics.nets import Spec
        from vtmetrics.suite import Registry

        pytest_plugins = ("vtmetrics.suite.plugin",)


        def pytest_claim_models():
            return Registry((Fake(Spec("my model [v2]", "llava", "nowhere")),))
    """)
    done = suite.run("--evidence=kept")
    assert {row.model for row in suite.rows()} == {"my model [v2]"}
    done.stdout.fnmatch_lines(["measuring 1 claim × (1 model + 1 twin), --scenes *"])


def test_a_refused_option_ends_in_its_own_sentence(suite):
    """Nothing is said of tests that were not run: none was going to be."""
    done = suite.run("--explain=B99")
    assert done.ret == 4
    done.stderr.fnmatch_lines(["ERROR: --explain wants the id of a claim, got 'B99'; *"])
    done.stdout.no_fnmatch_line("*Stopped early*")
