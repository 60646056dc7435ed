"""A kept model stands in the report beside what was found, and nothing of it is run."""

from tests.suite.claim_suite import REFUTED, SUPPORTED

KEEPING = """
from dataclasses import replace
from pathlib import Path

from tests.suite import fake_models as fakes

pytest_plugins = ("vtmetrics.suite.plugin",)


def pytest_claim_models(config):
    both = fakes.pytest_claim_models()
    return replace(both, runnable=both.runnable[:1], kept=(Path("kept/evidence.jsonl"),))
"""


def test_a_kept_model_is_shown_and_not_run(suite):
    """What is kept of the model that runs is not shown beside what was found."""
    suite.write(SUPPORTED, REFUTED).run("--evidence=kept")
    suite.pytester.makeconftest(KEEPING)
    done = suite.run("--evidence=again")
    done.stdout.fnmatch_lines(
        ["2 claims, 1 model and twins, on *", "2 qwen-2 is kept: measured *", "A1  ✓ .90 *  ✓ .90 *"]
    )
    assert {row.model for row in suite.rows("again")} == {"tiny/llava-1"}
