"""Rows of tuned models are committed merged, read by a run of the same kind, and by no other."""

from fixtures.models.shipped import SHIPPED, ship
from vtmetrics.lab.chunk import Chunk, read_chunk
from vtmetrics.lab.lab import Lab
from vtmetrics.lab.store import Store
from vtmetrics.readings.row import RowKey, StoredValue

TUNED, WHOLE = "a" * 64, "b" * 64


def rows_of(model, *readings):
    return {
        RowKey(model, "float32", "PLAIN", reading, scene): StoredValue(text=scene)
        for reading in readings
        for scene in "xy"
    }


def test_rows_of_tuned_models_and_texts_of_any_are_merged(tmp_path):
    own, texts = Store(tmp_path / "evidence" / "store"), ("greedy(64)", "drawn(64)", "beams(64)")
    own.put(Chunk(TUNED, "float32", rows_of(TUNED, "greedy(64)"), "tiny (tuned)"))
    own.put(Chunk(TUNED, "float32", rows_of(TUNED, "agree:1"), "tiny (tuned)"))
    own.put(Chunk(WHOLE, "float32", rows_of(WHOLE, *texts, "agree:1"), "tiny"))
    ship(tmp_path / "evidence", tmp_path / "rows")
    kept = Store(tmp_path / "rows")
    assert len(list(kept.folders())) == 2
    assert kept.rows(TUNED) == rows_of(TUNED, "greedy(64)", "agree:1")
    assert kept.rows(WHOLE) == rows_of(WHOLE, *texts)


def test_a_lab_reads_what_is_shipped_and_writes_nothing_there(tmp_path):
    shipped, own = Store(tmp_path / "rows"), Store(tmp_path / "own")
    shipped.put(Chunk(TUNED, "float32", rows_of(TUNED, "greedy(64)"), "tiny (tuned)"))
    lab = Lab(own, shipped=[shipped])
    lab._recall(TUNED)
    assert lab._rows == rows_of(TUNED, "greedy(64)")
    assert not list(own.folders())


def test_what_is_committed_is_whole():
    chunks = [read_chunk(folder) for folder in Store(SHIPPED).folders()]
    assert {chunk.run for chunk in chunks} == {"tiny-llava (tuned)", "tiny-llava"}
    assert all(row.missing is None for chunk in chunks for row in chunk.rows.values())
