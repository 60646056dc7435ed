"""Checkpoints of others go through the whole suite without a bug of ours: nox -s foreign (minutes)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.families import pictured
from tests.suite import foreign_checkpoints
from vtmetrics.evidence.evidence import read_evidence

ROOT = Path(__file__).parents[2]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.environ.get("VTMETRICS_SLOW") != "1", reason="takes minutes: nox -s foreign"),
]


#: the families that are registered, beside the seven types: molmo2 and mistral3 lack torchvision here
REGISTERED = (
    *("gemma3", "paligemma", "idefics2", "idefics3", "mllama", "glm4v", "smolvlm", "aya_vision", "vipllava"),
)
TRIED = [
    *(
        (foreign_checkpoints, kind, sharded)
        for kind in foreign_checkpoints.PROCESSORS
        for sharded in (False, True)
    ),
    *((pictured, kind, kind in ("gemma3", "mllama")) for kind in REGISTERED),
]


@pytest.mark.parametrize(
    ("module", "kind", "sharded"),
    TRIED,
    ids=[f"{kind}-{'sharded' if sharded else 'whole'}" for _, kind, sharded in TRIED],
)
def test_no_claim_fails(module, kind, sharded, tmp_path):
    if kind == "smolvlm":
        pytest.importorskip("num2words", reason="smolvlm's processor wants num2words, which isn't here")
    where = tmp_path / kind
    module.build(kind, where, sharded=sharded)
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
