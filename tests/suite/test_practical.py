"""The practitioner's table is no verdict on a paper: it neither refutes a run nor changes one."""

from tests.suite.claim_suite import SUPPORTED

ASKED = '''
from vtmetrics.evidence.paper_claim import IN_PRACTICE


@claim("Practice", source=IN_PRACTICE.at("every layer"), reported="by no paper", expected={expected})
def test_image_tokens_can_go(model):
    """Image tokens can go."""
    return model.share(0.1)
'''
REFUTED, HOLDS = (ASKED.format(expected=expected) for expected in ("HALF", "at_most(0.5, 'less')"))


def test_an_unsafe_layer_refutes_nothing(suite):
    found = suite.write(SUPPORTED, REFUTED).run("-v")
    assert found.ret == 0
    assert "from no layer on" in found.stdout.str()


def test_alone_it_is_something_measured(suite):
    assert suite.write(REFUTED).run().ret == 0


def test_a_layer_that_moved_changes_nothing(suite):
    """Nor one that is gone."""
    suite.write(SUPPORTED, HOLDS).run("--evidence=kept")
    for now in ((SUPPORTED, REFUTED), (SUPPORTED,)):
        found = suite.write(*now).run("--baseline=kept")
        assert found.ret == 0
        assert "Practice" not in found.stdout.str().partition("= baseline =")[2]
