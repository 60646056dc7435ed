"""What a claim's test returns becomes evidence and a letter."""

import pytest

from tests.suite.claim_suite import CASES, REFUTED, SUPPORTED


def verdicts(suite, model="qwen-2"):
    return {(row.claim, row.role): row.verdict for row in suite.rows() if row.model == model}


def test_a_supported_claim_passes(suite):
    done = suite.run("--evidence=kept", "-v")
    assert done.ret == 0
    done.stdout.fnmatch_lines(["*test_answers?[[]model=tiny/llava-1]] SUPPORTED*"])
    assert verdicts(suite) == {("A1", ""): "supported", ("A1", "untrained"): "refuted"}


def test_a_refuted_claim_fails_without_a_traceback(suite):
    done = suite.write(SUPPORTED, REFUTED).run()
    assert done.ret == 1
    text = done.stdout.str()
    assert "✗" in text
    assert "FAILURES" not in text
    assert "Error" not in text


def test_a_refuted_twin_fails_nothing(suite):
    done = suite.run()
    assert done.ret == 0
    done.stdout.fnmatch_lines(["*2 supported, 2 refuted on twins*"])


def test_an_undecided_claim_says_how_many_scenes_it_would_take(suite):
    claim = SUPPORTED.replace("share(0.9)", "share(0.6, scenes=30)")
    assert suite.write(claim).run("--evidence=kept").ret == 0
    (row,) = [row for row in suite.rows() if row.model == "qwen-2" and not row.role]
    assert row.verdict == "undecided"
    assert row.needs > row.groups == 30


def test_a_supported_control_makes_the_claim_vacuous(suite):
    claim = SUPPORTED.replace("share(0.9)", "share(0.9).against(noise=model.share(0.88))")
    done = suite.write(claim).run("--evidence=kept", "-v")
    assert done.ret == 0
    done.stdout.fnmatch_lines(["*VACUOUS*"])
    assert verdicts(suite)["A1", "control:noise"] == "supported"
    assert verdicts(suite)["A1", "untrained:control:noise"] == "refuted"


def test_a_claim_whose_twin_was_left_out_is_not_supported(suite):
    """Its twin would have made it vacuous."""
    claim = """
    @cited("A1", twin=True)
    def test_answers(model):
        '''Anybody answers.'''
        return model.share(0.9, blind=True)
    """
    done = suite.write(claim).run("-k", "qwen")
    done.stdout.fnmatch_lines(["* ≡ .90 *", "*1 vacuous, 2 supported on twins in *"])
    alone = suite.run("-v", "-k", "qwen and not untrained and not scrambled")
    alone.stdout.fnmatch_lines(
        ["* [?] .90 *", "*its control, the twin, was not measured in this run", "*1 undecided in *"]
    )


def test_a_claim_that_asks_for_a_norm_matched_twin_is_vacuous_if_that_one_does_as_well(suite):
    claim = """
    @cited("A1", twin="matched")
    def test_answers(model):
        '''Whoever has the norms answers.'''
        return model.share(0.9, blind=model.spec.twin == "matched")
    """
    done = suite.write(claim).run("-v", "-m", "qwen", "--evidence=kept")
    assert verdicts(suite) == {
        ("A1", "matched"): "supported",
        ("A1", "untrained"): "refuted",
        ("A1", "scrambled"): "refuted",
        ("A1", ""): "supported",
    }
    done.stdout.fnmatch_lines(
        [
            "measuring 1 claim × (1 model + 3 twins), --scenes 128: 4 tests",
            "*≡ .90 *",
            "*≡ qwen-2: the norm-matched twin does as well*",
        ]
    )


def test_arms_have_rows_of_their_own(suite):
    claim = SUPPORTED.replace(
        "share(0.9)", "share(0.9).sensitive_to(model.share(0.7), HALF).beside(cosine=model.share(0.2))"
    )
    suite.write(claim).run("--evidence=kept")
    own = {role: verdict for (_, role), verdict in verdicts(suite).items() if "untrained" not in role}
    assert own == {"": "supported", "sensitivity": "supported", "beside:cosine": "refuted"}


def test_without_anything_to_lose_nothing_is_measured(suite):
    claim = SUPPORTED.replace("share(0.9)", "share(0.9).sensitive_to(model.share(0.1), HALF)")
    done = suite.write(claim).run("-v")
    assert done.ret == 5
    done.stdout.fnmatch_lines(["*NOT MEASURED*"])


def test_too_few_groups_left_is_nothing_to_lose(suite):
    claim = SUPPORTED.replace("share(0.9)", "share(0.9, scenes=30, excluded=11)")
    assert suite.write(claim).run("--evidence=kept").ret == 5
    (row,) = [row for row in suite.rows() if row.model == "qwen-2" and not row.role]
    assert row.verdict == "not measured"
    assert row.note == "nothing to lose: 19 groups are left, 20 are needed; 11 × the image adds nothing"


def test_too_few_scenes_are_not_nothing_to_lose(suite):
    claim = SUPPORTED.replace("share(0.9)", "share(0.9, scenes=19, excluded=1)")
    assert suite.write(claim).run("--evidence=kept").ret == 5
    (row,) = [row for row in suite.rows() if row.model == "qwen-2" and not row.role]
    assert row.note == "too few scenes: 18 groups are left, 20 are needed; 1 × the image adds nothing"


def test_failed_scenes_leave_a_claim_undecided(suite):
    done = suite.write(SUPPORTED.replace("share(0.9)", "share(0.9, missing=6)")).run("-v", "--evidence=kept")
    assert done.ret == 0
    done.stdout.fnmatch_lines(["*llava-1]] UNDECIDED*"])
    assert {row.reasons for row in suite.rows()} == {"6 × out of memory"}


@pytest.mark.parametrize("how", ["raise NotMeasured('too few layers')", "pytest.skip('too few layers')"])
def test_what_cannot_be_asked_is_not_measured(suite, how):
    claim = SUPPORTED.replace("return", f"{how}\n    return")
    done = suite.write(claim).run("--evidence=kept", "-v")
    assert done.ret == 5
    done.stdout.fnmatch_lines(["*NOT MEASURED*"])
    assert {(row.verdict, row.note) for row in suite.rows()} == {("not measured", "too few layers")}


def test_a_model_that_cannot_be_loaded_is_asked_once_and_not_again(suite):
    claim = """
    from vtmetrics.unmeasured import Unloadable


    @cited("A1")
    def test_asks(model):
        '''Loading fails.'''
        assert "asked" not in vars(model.lab)
        model.lab.asked = True
        raise Unloadable("not loaded: OSError: no such disk")


    @cited("A2")
    def test_asks_again(model):
        '''What failed once fails again.'''
        raise AssertionError
    """
    done = suite.write(claim).run("-m", "qwen", "--evidence=kept")
    assert done.ret == 5
    assert {(row.verdict, row.note) for row in suite.rows()} == {
        ("not measured", "not loaded: OSError: no such disk")
    }
    assert len(suite.rows()) == 4


def test_a_fixture_may_say_that_nothing_can_be_measured(suite):
    fixture = """
    @pytest.fixture
    def letters():
        raise NotMeasured("no scenes of this grid")
    """
    done = suite.write(fixture, SUPPORTED.replace("(model)", "(model, letters)")).run("--evidence=kept")
    assert done.ret == 5
    assert {row.note for row in suite.rows()} == {"no scenes of this grid"}


def test_each_of_k_cases_takes_its_share_of_the_level_whatever_is_selected(suite):
    suite.write(CASES).run("--evidence=kept", "-k", "noise and qwen-2")
    rows = suite.rows()
    assert {row.case for row in rows} == {
        f"source=noise, depth={depth}" for depth in ("0.25", "0.3333", "0.75")
    }
    assert {row.level for row in rows} == {1 - 0.05 / 6}


def test_each_model_is_loaded_once_before_its_twin_and_released_before_the_next(suite):
    suite.write(SUPPORTED, REFUTED, CASES.replace("A1", "A3").replace("test_answers", "test_cases")).run()
    labels = ["tiny/llava-1", "tiny/llava-1 (untrained)", "qwen-2", "qwen-2 (untrained)"]
    expected = [f"{what} {label}" for label in labels for what in ("load", "release")]
    assert [line for _, line in suite.loads] == expected


@pytest.mark.slow
def test_a_failing_test_keeps_no_weights_alive(suite):
    leak = '''
    import weakref

    class Weights: ...

    ALIVE = weakref.WeakSet()

    @cited("A1")
    def test_fails_with_weights_in_its_frame(model):
        """The frame of a failure holds weights."""
        assert not ALIVE, "the weights of the model before are alive"
        weights = Weights()
        ALIVE.add(weights)
        raise RuntimeError("no such state")
    '''
    done = suite.write(leak).spawn()  # in process, pytester itself would keep the frame
    done.stdout.no_fnmatch_line("*weights of the model before are alive")
    assert done.stdout.str().count("E       RuntimeError: no such state") == 4


def test_other_tests_keep_their_ways(suite):
    plain = """
    def test_plain():
        assert 1 + 1 == 3
    """
    done = suite.write(plain).run()
    assert done.ret == 1
    done.stdout.fnmatch_lines(["*assert (1 + 1) == 3", "*1 failed*"])
    done.stdout.no_fnmatch_line("*= claims =*")


def test_a_key_does_not_depend_on_what_was_asked_before(suite):
    """The lab's journal begins anew with each claim."""
    ask = """
    from types import SimpleNamespace


    def asking(model):
        journal = model.lab.journal
        journal.append((model.spec, [SimpleNamespace(id="0", digest="0")], [f"edit {len(journal)}"]))
        return model
    """
    asking = [text.replace("model.share", "asking(model).share") for text in (SUPPORTED, REFUTED)]
    suite.write(ask, *asking).run("--evidence=both")
    suite.run("--evidence=alone", "-k", "errs")
    both, alone = ({row.key for row in suite.rows(name)} for name in ("both", "alone"))
    assert len(both) == 4  # fakes differ in nothing but their names
    assert alone < both


def test_the_headline_counts_the_scenes_that_the_claims_asked_about(suite):
    """A claim may ask about fewer than --scenes, and another about more."""
    few = SUPPORTED.replace("share(0.9)", "share(0.9, scenes=40, missing=1, excluded=3)")
    suite.write(few).run("--scenes=128").stdout.fnmatch_lines(["1 claim, 2 models and twins, on 40 scenes"])
    suite.write(few, REFUTED).run().stdout.fnmatch_lines(
        ["2 claims, 2 models and twins, on 40 to 100 scenes"]
    )
