"""Checkpoints of others go through the whole suite without a bug of ours: nox -s foreign (minutes)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.suite.foreign_checkpoints import PROCESSORS, build
from vtmetrics.evidence.evidence import read_evidence

ROOT = Path(__file__).parents[2]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.environ.get("VTMETRICS_SLOW") != "1", reason="takes minutes: nox -s foreign"),
]


@pytest.mark.parametrize("sharded", [False, True], ids=["whole", "sharded"])
@pytest.mark.parametrize("kind", PROCESSORS)
def test_no_claim_fails(kind, sharded, tmp_path):
    where = tmp_path / kind
    build(kind, where, sharded=sharded)
    assert len(list(where.glob("*.safetensors"))) > 1 or not sharded
    kept = tmp_path / "kept"
    options = (f"--model={where}", "--scenes=24", f"--evidence={kept}", "-q", "-p", "no:cacheprovider")
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "pytest", "claims", *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1, 5), done.stdout[-5000:] + done.stderr
    rows = read_evidence(kept)
    assert {row.verdict for row in rows} <= {"supported", "refuted", "undecided", "not measured"}
    assert not [row.note for row in rows if "not loaded" in (row.note or "")]
