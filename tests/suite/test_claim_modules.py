"""Claims may lie in any folder: which were asked for is seen in what was collected."""

import pytest

from tests.suite.claim_suite import REFUTED, SUPPORTED
from vtmetrics.report import UNGATED

GATED = """
import pytest

from tests.suite.fake_models import pytest_claim_models

pytest_plugins = ("vtmetrics.suite.plugin",)


@pytest.fixture
def competent(model):
    pass
"""


@pytest.fixture
def elsewhere(suite):
    """Claims in two folders of one folder, none of which is called claims."""
    path = suite.pytester.path
    for folder, text in (("more", REFUTED), ("deep", SUPPORTED)):
        suite.write(text, module=f"test_{folder}")
        (path / "science" / folder).mkdir(parents=True)
        (path / "claims" / f"test_{folder}.py").rename(path / "science" / folder / f"test_{folder}.py")
    suite.run("--evidence=kept", paths=("science",))
    return suite


@pytest.mark.parametrize("where", ["science", "."])
def test_a_claim_that_is_gone_is_missed_where_all_were_asked_for(elsewhere, where):
    (elsewhere.pytester.path / "science" / "deep" / "test_deep.py").unlink()
    (elsewhere.pytester.path / "claims" / "test_fakes.py").unlink()
    done = elsewhere.run("--baseline=kept", paths=(where,))
    assert done.ret == 1
    done.stdout.fnmatch_lines(["changed: A1 on qwen-2: was ✓, is gone"])


def test_a_claim_is_not_missed_where_a_part_was_asked_for(elsewhere):
    done = elsewhere.run("--baseline=kept", paths=("science/more",))
    assert done.ret == 0
    done.stdout.fnmatch_lines(["Compared with the baseline: 2 as before, 2 not selected and not compared."])


def test_without_practice_scenes_the_report_says_what_nobody_asked(suite):
    """Where there are some, it is silent, whether or not these claims use them."""
    assert UNGATED[:40] in suite.run().stdout.str()
    suite.pytester.makeconftest(GATED)
    assert UNGATED[:40] not in suite.run().stdout.str()
