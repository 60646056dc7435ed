"""What there is can be asked without a run: models, claims and tasks."""

import pytest

from tests.suite.claim_suite import SUPPORTED
from vtmetrics.suite import doctor
from vtmetrics.suite.hookspecs import Registry
from vtmetrics.suite.listing import models_listed
from vtmetrics.suite.summary import absence

GIVEN = '''
from collections.abc import Callable, Sequence
from vtmetrics.inputs import Scene

@pytest.fixture
def pictures(model) -> Sequence[Scene]:
    """Pictures of things."""

@pytest.fixture
def untold(model):
    """Whatever it is."""

@pytest.fixture
def tune(model) -> Callable[[Sequence[Scene]], None]:
    """No scenes."""

@pytest.fixture
def ready() -> None:
    """No scenes either."""

@cited("B1")
@pytest.mark.parametrize("depth", [1, 2])
def test_pictures(model, pictures, tune, ready, depth):
    """The model sees pictures."""

@cited("B2")
def test_both(model, pictures, untold):
    """The model sees both."""
'''


def unmeasured(done, suite):
    assert done.ret == 0
    assert not (suite.pytester.path / "loads.log").exists()
    done.stdout.no_fnmatch_line("*measuring*")
    done.stdout.no_fnmatch_line("*Not run*")


def test_models_are_listed_with_what_keeps_them_from_running(suite):
    done = suite.run("--list=models")
    unmeasured(done, suite)
    done.stdout.fnmatch_lines(
        [
            "tiny/llava-1  llava  runs here*nowhere",
            "qwen-2        qwen   runs here*nowhere",
            "llava-7b      –      does not run here: not on this machine",
        ]
    )


def test_an_m_lists_the_models_of_its_families(suite):
    done = suite.run("--list=models", "-m", "qwen or internvl")
    assert done.ret == 0
    done.stdout.fnmatch_lines(["qwen-2  qwen  runs here*nowhere"])
    done.stdout.no_fnmatch_line("*llava*")
    none = suite.run("--list=models", "-m", "internvl")
    none.stdout.fnmatch_lines(["no models of that family are registered"])
    suite.run("--list=models", "-m", "not qwen").stdout.fnmatch_lines(["tiny/llava-1 *", "llava-7b *"])


def test_a_model_that_is_left_out_says_how_it_is_got():
    assert list(models_listed(Registry(spared=(("two", "qwen"),)))) == [
        "two  qwen  runs here with --full or -m qwen"
    ]
    assert list(models_listed(Registry())) == ["no models are registered"]


def test_of_a_model_that_is_not_here_it_is_known_what_it_would_be():
    """The repository's own models: family and source of those that are absent or left to --full."""
    there = {"far": ("qwen", "org/far@0123"), "two": ("llava", "weights/two")}
    known = Registry(absent=(("far", "not here"),), spared=(("two", "llava"),), elsewhere=there)
    assert list(models_listed(known)) == [
        "two  llava  runs here with --full or -m llava  weights/two",
        "far  qwen   does not run here: not here        org/far@0123",
    ]


def test_a_model_that_only_its_name_measures_runs_here():
    """Of a run that doesn't name it, it is said so as well."""
    known = Registry(named=("made",), elsewhere={"made": ("llava", "")})
    assert list(models_listed(known)) == ["made  llava  runs here with --model=made"]
    assert list(doctor._models(known, []))[:1] == ["made  not without --model=made"]
    assert absence(known.not_run) == ["Not run: 1 registered model (made: measured as --model=made)."]


def test_claims_are_listed_once_with_their_papers(suite):
    done = suite.write(SUPPORTED, GIVEN).run("--list=claims", "-k", "A1 or B1", "--evidence=kept")
    unmeasured(done, suite)
    told = done.stdout.str()
    assert told.count("(arXiv 2401.00001), Table 1") == 2
    done.stdout.fnmatch_lines(["A1  Fakes (arXiv 2401.00001), Table 1", "        The model answers.", "B1 *"])
    assert not (suite.pytester.path / "kept" / "evidence.jsonl").exists()


def test_a_claim_is_found_by_the_head_of_its_question(suite):
    """However its module is spelt, and in whatever case."""
    found = suite.write(SUPPORTED).run("--list=claims", "-k", "SETTLING")
    found.stdout.fnmatch_lines(["no claim is selected"])
    module = next((suite.pytester.path / "claims").glob("test_*.py"))
    module.write_text(module.read_text().replace("Do fakes know anything?", "Settling: do fakes know it?"))
    suite.run("--list=claims", "-k", "SETTLING").stdout.fnmatch_lines(["A1 *"])


def test_tasks_are_listed_with_the_claims_that_ask_for_them(suite):
    done = suite.write(SUPPORTED, GIVEN).run("--list=tasks")
    unmeasured(done, suite)
    done.stdout.fnmatch_lines(
        ["pictures  Pictures of things.", "        B1, B2", "untold  Whatever it is.", "        B2"]
    )
    done.stdout.no_fnmatch_line("*No scenes*")


def test_claims_are_listed_where_no_model_runs(suite):
    suite.pytester.makeconftest("""
        from vtmetrics.suite.hookspecs import Registry

        pytest_plugins = ("vtmetrics.suite.plugin",)


        def pytest_claim_models():
            return Registry()
    """)
    done = suite.run("--list=claims")
    assert done.ret == 0
    done.stdout.fnmatch_lines(["A1  Fakes*"])
    suite.run("--list=models").stdout.fnmatch_lines(["no models are registered"])


def test_nothing_to_list_is_said(suite):
    suite.run("--list=claims", "-k", "nothing").stdout.fnmatch_lines(["no claim is selected"])
    suite.run("--list=tasks").stdout.fnmatch_lines(["no claim is selected that asks for a task"])


def test_a_list_of_what_there_is_none_of_is_refused(suite):
    done = suite.run("--list=papers")
    assert done.ret == 4
    done.stderr.fnmatch_lines(["*--list: invalid choice: 'papers' (choose from *models*claims*tasks*)"])


def test_a_module_that_cannot_be_read_ends_the_list(suite):
    assert suite.write("raise OSError('no such claim')\n").run("--list=claims").ret == 2


@pytest.mark.parametrize("options", [("-n", "2"), ("-n", "2", "--dist=load")])
def test_a_list_starts_no_workers(suite, options):
    done = suite.spawn(*options, "--list=models")
    assert done.ret == 0
    done.stdout.no_fnmatch_line("*created: *")
    done.stdout.no_fnmatch_line("*/2 workers*")
