"""Kept rows come back as they were, of the model that is asked for, and whole or not at all."""

import pytest

from fixtures.models import kept_rows as module
from fixtures.models import registry
from fixtures.models.kept_rows import ENDING, KEPT, kept_rows, pack_rows
from fixtures.models.shipped import SHIPPED
from vtmetrics.evidence import read_evidence
from vtmetrics.lab.chunk import Chunk, read_chunk
from vtmetrics.lab.store import Store
from vtmetrics.readings.row import RowKey, StoredValue

OWN, TWIN, OTHER = "a" * 64, "b" * 64, "c" * 64


@pytest.fixture(autouse=True)
def user_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def rows_of(model, reading):
    asked = [RowKey(model, "float32", "PLAIN", reading, scene) for scene in "xy"]
    return dict(zip(asked, [StoredValue(value=(0.1, 1 / 3)), StoredValue(text="é\ud800")], strict=True))


@pytest.fixture
def evidence(tmp_path):
    store = Store(tmp_path / "evidence" / "store")
    for reading in ("agree:1", "norms"):
        store.put(Chunk(OWN, "float32", rows_of(OWN, reading), "smol"))
    store.put(Chunk(TWIN, "float32", rows_of(TWIN, "norms"), "smol (untrained)"))
    store.put(Chunk(OTHER, "float32", rows_of(OTHER, "norms"), "smol-start"))
    return tmp_path / "evidence"


def test_rows_of_a_model_and_its_twins_come_back_and_no_others(evidence, tmp_path):
    assert pack_rows(evidence, "smol", tmp_path / "kept") == 6
    store = kept_rows("smol", tmp_path / "kept")
    assert store.rows(OWN) == rows_of(OWN, "agree:1") | rows_of(OWN, "norms")
    assert store.rows(TWIN) == rows_of(TWIN, "norms")
    assert store.rows(OTHER) == {}
    assert [read_chunk(folder).run for folder in store.folders()].count("smol") == 1


def test_the_same_rows_are_the_same_bytes_and_are_unpacked_once(evidence, tmp_path, monkeypatch):
    for name in ("one", "two"):
        pack_rows(evidence, "smol", tmp_path / name)
    one, two = ((tmp_path / name / f"smol{ENDING}").read_bytes() for name in ("one", "two"))
    assert one == two
    place = kept_rows("smol", tmp_path / "one").root
    monkeypatch.setattr(module, "_unpack", pytest.fail)
    assert kept_rows("smol", tmp_path / "two").root == place


def test_other_rows_are_unpacked_elsewhere(evidence, tmp_path):
    pack_rows(evidence, "smol", tmp_path / "kept")
    before = kept_rows("smol", tmp_path / "kept").root
    Store(evidence / "store").put(Chunk(OWN, "float32", rows_of(OWN, "more"), "smol"))
    pack_rows(evidence, "smol", tmp_path / "kept")
    assert kept_rows("smol", tmp_path / "kept").root != before


def test_of_a_model_without_any_there_is_no_store(tmp_path):
    assert kept_rows("smol", tmp_path) is None


def test_a_spoiled_archive_is_refused_and_leaves_nothing(evidence, tmp_path):
    pack_rows(evidence, "smol", tmp_path / "kept")
    file = tmp_path / "kept" / f"smol{ENDING}"
    file.write_bytes(file.read_bytes()[:200])
    with pytest.raises(EOFError):
        kept_rows("smol", tmp_path / "kept")
    assert list((tmp_path / "cache" / "vtmetrics" / "rows").iterdir()) == []


def test_of_two_that_unpack_at_once_the_first_stays(evidence, tmp_path):
    pack_rows(evidence, "smol", tmp_path / "kept")
    place = kept_rows("smol", tmp_path / "kept").root
    (place / "first").touch()
    module._unpack((tmp_path / "kept" / f"smol{ENDING}").read_bytes(), place)
    assert (place / "first").exists()
    assert [one for one in place.parent.iterdir() if one != place] == []


def test_a_run_that_names_a_model_reads_its_rows(pytestconfig, tmp_path, monkeypatch):
    monkeypatch.setattr(registry, "kept_rows", lambda name: Store(tmp_path / name))
    (model,) = registry.pytest_claim_models_named(pytestconfig, ["tiny-llava"]).runnable
    assert [store.root for store in model.lab.shipped] == [SHIPPED, tmp_path / "tiny-llava"]
    others = registry.pytest_claim_models(pytestconfig).runnable
    assert [store.root for store in others[0].lab.shipped] == [SHIPPED]


@pytest.mark.parametrize("file", sorted(KEPT.glob(f"*{ENDING}")), ids=lambda file: file.name)
def test_what_is_committed_is_of_the_model_of_the_evidence_beside_it(file):
    name = file.name.removesuffix(ENDING)
    digests = {row.digest for row in read_evidence(KEPT / f"{name}.jsonl")}
    chunks = [read_chunk(folder) for folder in kept_rows(name).folders()]
    assert chunks
    assert {chunk.model for chunk in chunks} <= digests
