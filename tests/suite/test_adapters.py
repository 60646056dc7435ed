"""Adapters in a run of claims: their day is told, their content is part of the key, --train reads none."""

import json
from dataclasses import replace
from hashlib import sha256
from types import SimpleNamespace

import pytest

from fixtures.models.registry import HERE, adapters
from tests.evidence.test_from_finding import cell, numbers
from tests.suite.fake_models import Fake
from vtmetrics import PLAIN
from vtmetrics.evidence.from_finding import rows
from vtmetrics.nets.adapter import CONFIG, TRAINING, WEIGHTS
from vtmetrics.statistics.finding import Finding

assert cell


def adapter(where, date, weights=b"1"):
    """A folder that says what an adapter says, checksums included."""
    where.mkdir()
    content = {CONFIG: b"{}", WEIGHTS: weights}
    for name, value in content.items():
        (where / name).write_bytes(value)
    told = {"address": "a", "model": "m", "recipe": "r", "scenes": 1, "date": date, "seconds": 1.0}
    told |= {
        "numerics": "n",
        "losses": [1.0],
        "files": {n: sha256(v).hexdigest() for n, v in content.items()},
    }
    (where / TRAINING).write_text(json.dumps(told))
    return str(where)


def row_of(cell, folders):
    spec = cell.model.spec
    asked = [(replace(spec, adapter=folder), [SimpleNamespace(digest="a")], [PLAIN]) for folder in folders]
    model = Fake(spec, lab=SimpleNamespace(journal=asked))
    return rows(replace(cell, model=model), Finding(numbers(1.0, 2.0, 3.0)), 0.95)[0]


def test_a_cell_tells_when_its_adapters_were_trained(cell, tmp_path):
    first, second, same = (
        adapter(tmp_path / str(at), f"2026-11-{day}") for at, day in enumerate((20, 22, 20))
    )
    assert row_of(cell, ["", first]).note == "adapters trained 2026-11-20"
    assert row_of(cell, [second, same, first]).note == "adapters trained 2026-11-20 to 2026-11-22"
    assert row_of(cell, [""]).note is None


def test_what_an_adapter_holds_is_part_of_the_key(cell, tmp_path):
    one = adapter(tmp_path / "one", "2026-11-20")
    again = adapter(tmp_path / "again", "2026-11-21")
    other = adapter(tmp_path / "other", "2026-11-20", b"2")
    keys = [row_of(cell, [folder]).key for folder in (one, again, other, "")]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3


@pytest.mark.parametrize("train", [False, True])
def test_train_reads_no_committed_adapter(train, tmp_path):
    """What is trained goes to the evidence; without --train nothing is, and the committed ones are read."""
    options = {"train": train, "evidence": tmp_path}
    kept = adapters(SimpleNamespace(getoption=options.__getitem__))
    assert kept.bench == (tmp_path / "adapters" if train else None)
    assert kept.folders == (() if train else (tmp_path / "adapters", HERE.parent / "adapters"))
