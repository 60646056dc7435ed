"""What a user types wrong, or reads only the beginning of, ends in one clear sentence or quietly."""

import subprocess
import sys

import pytest

from tests.statistics.random_scores import one_each
from vtmetrics import Model, at_least, judge
from vtmetrics.lab.chunk import Chunk
from vtmetrics.lab.store import Store
from vtmetrics.readings.row import RowKey, StoredValue


def test_a_bare_number_is_no_estimate():
    with pytest.raises(TypeError, match=r"judge wants an estimate, .* not 0\.5"):
        judge(0.5, at_least(0.1, "a tenth"))
    with pytest.raises(TypeError, match="judge wants an estimate"):
        judge(one_each([1, 0]), at_least(0.1, "a tenth"))


def test_a_path_is_no_model():
    with pytest.raises(
        TypeError, match=r"a model wants a Spec.* Model\.load, .* Model\.of.* not 'checkpoints/mine'"
    ):
        Model("checkpoints/mine")


@pytest.mark.slow
def test_a_listing_whose_reader_leaves_ends_quietly(tmp_path):
    """`python -m vtmetrics store show DIR KEY | head`."""
    rows = {
        RowKey("m", "n", f"truncate({k})", "agree:1", f"{k}"): StoredValue(text="a word " * 60)
        for k in range(4000)
    }
    key = Store(tmp_path / "store").put(Chunk("m", "n", rows)).name
    told = subprocess.run(  # noqa: S602 - our own command, in a pipe
        f"{sys.executable} -m vtmetrics store show {tmp_path / 'store'} {key[:6]} | head -n 1",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert told.stdout.count("\n") == 1
    assert told.stderr == ""
