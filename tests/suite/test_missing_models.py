"""Models that are asked for by their family and are not on this machine: gaps that say what is wanted."""

from tests.suite.claim_suite import REFUTED, SUPPORTED

MISSING = """
    from tests.suite.fake_models import Fake
    from vtmetrics.nets import Spec
    from vtmetrics.suite import Registry

    pytest_plugins = ("vtmetrics.suite.plugin",)


    def pytest_claim_models():
        here = Fake(Spec("here", "llava", "memory:1"))
        far, why = Fake(Spec("far", "gemma", "google/far@main")), "not here: hf download google/far"
        return Registry((here,), (("far", "not here"), ("off", "no")), missing=((far, why),))
"""


def test_a_model_that_was_asked_for_and_is_not_here_has_a_column_of_gaps(suite):
    """Each claim ends in – with what the model needs; nothing is loaded, and no twin is asked."""
    suite.pytester.makeconftest(MISSING)
    suite.write(SUPPORTED, REFUTED)
    done = suite.run("-m", "gemma", "--evidence=kept", "-v")
    assert done.ret == 5
    assert {(row.model, row.twin, row.note) for row in suite.rows()} == {
        ("far", "", "not here: hf download google/far")
    }
    assert len(suite.rows()) == 2
    done.stdout.fnmatch_lines(
        ["Not measured: far (not here: hf download google/far).", "Not run: 1 registered model (off: no)."]
    )


def test_what_is_not_here_is_compared_with_nothing(suite):
    """A baseline of the models that are here neither misses them nor meets a stranger."""
    suite.pytester.makeconftest(MISSING)
    suite.write(SUPPORTED)
    assert suite.run("-m", "llava", "--evidence=kept").ret == 0
    done = suite.run("-m", "gemma", "--baseline=kept/evidence.jsonl")
    assert done.ret == 5
    done.stdout.fnmatch_lines(["Compared with the baseline: 1 not selected and not compared."])
