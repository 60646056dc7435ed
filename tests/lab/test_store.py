"""The store keeps rows whole, meets itself, and notices every damage."""

import json
import os
import signal
import subprocess
import sys

import pytest

from vtmetrics.lab.chunk import Chunk, Damaged, read_chunk
from vtmetrics.lab.store import Store
from vtmetrics.readings.row import RowKey, StoredValue


def asked(scene, edit="PLAIN", reading="agree:1"):
    return RowKey("model", "float32 sdpa cpu", edit, reading, scene)


ROWS = {
    asked("b"): StoredValue(value=0.1 + 0.2),
    asked("a"): StoredValue(excluded="no scored token depends on the image"),
    asked("a", reading="said"): StoredValue(text="red\x1b[2J ☂\n\x85\u2028"),
    asked("a", reading="entropy:1"): StoredValue(value=(0.1, 1e-300, -5.0)),
    asked("b", reading="entropy:1"): StoredValue(value=(0.3, 0.4, 0.5)),
}
CHUNK = Chunk("model", "float32 sdpa cpu", ROWS, "tiny")


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


def test_rows_come_back_to_the_last_bit(store):
    store.put(CHUNK)
    assert store.rows("model") == ROWS
    assert store.rows("another model") == {}


def test_the_same_rows_again_change_nothing(store):
    """Neither their order nor a second writer matters."""
    first = store.put(CHUNK)
    before = {file.name: file.stat().st_mtime_ns for file in first.iterdir()}
    again = store.put(Chunk("model", "float32 sdpa cpu", dict(reversed(ROWS.items())), "tiny"))
    assert again == first
    assert {file.name: file.stat().st_mtime_ns for file in first.iterdir()} == before
    assert not list((store.root / "half").iterdir())


def test_two_answers_to_one_question_are_a_conflict_said_aloud(store):
    store.put(CHUNK)
    with pytest.warns(UserWarning, match="the same question had two answers"):
        store.put(Chunk("model", "float32 sdpa cpu", {**ROWS, asked("b"): StoredValue(value=0.5)}, "tiny"))
    assert store.rows("model") == ROWS
    assert len(list((store.root / "conflict").iterdir())) == 1


@pytest.mark.parametrize("name", ["samples.jsonl", "arrays.safetensors", "manifest.json"])
@pytest.mark.parametrize("damage", ["flipped", "truncated", "gone"])
def test_a_damaged_chunk_is_set_aside_and_said(store, name, damage):
    """Every way to spoil every file; the rows are as good as not measured."""
    file = store.put(CHUNK) / name
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1 if name != "manifest.json" else 0x80
    file.write_bytes({"flipped": bytes(content), "truncated": content[:-5], "gone": b""}[damage])
    if damage == "gone":
        file.unlink()
    with pytest.warns(UserWarning, match="will be measured again"):
        assert store.rows("model") == {}
    assert len(list((store.root / "quarantine").iterdir())) == 1
    assert store.rows("model") == {}


def test_a_manifest_may_not_point_outside(store):
    folder = store.put(CHUNK)
    told = json.loads((folder / "manifest.json").read_text())
    told["files"]["../../secret"] = "00"
    del told["seal"]
    told["schema"] = "1.0"
    (folder / "manifest.json").write_text(json.dumps(told))
    with pytest.raises(Damaged, match="names files outside it"):
        read_chunk(folder)


def test_another_schema_is_refused_and_kept(store):
    folder = store.put(CHUNK)
    told = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(told | {"schema": "2.0"}))
    with pytest.raises(ValueError, match=r"is of schema 2\.0, this version reads 1\.1"):
        store.rows("model")
    assert folder.is_dir()


KILLED = """
import os, signal, sys
from pathlib import Path
from vtmetrics.lab import disk, store
from vtmetrics.lab.chunk import Chunk
from vtmetrics.readings.row import RowKey, StoredValue
point = sys.argv[2]
real = {"write": disk.write_synced, "rename": Path.rename}
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
def write(file, content):
    if file.name == point:
        file.write_bytes(content[: len(content) // 2])
        die()
    real["write"](file, content)
disk.write_synced = write
if point == "before rename":
    Path.rename = die
if point == "after rename":
    def rename(self, to):
        real["rename"](self, to)
        die()
    Path.rename = rename
row = {RowKey("model", "n", "PLAIN", "agree:1", "a"): StoredValue(value=1.0)}
store.Store(Path(sys.argv[1])).put(Chunk("model", "n", row))
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "point", ["samples.jsonl", "arrays.safetensors", "manifest.json", "before rename", "after rename"]
)
def test_a_killed_writer_leaves_all_or_nothing(store, point):
    script = [sys.executable, "-c", KILLED, str(store.root), point]
    told = subprocess.run(script, check=False, timeout=60)  # noqa: S603 - our own interpreter
    assert told.returncode == -signal.SIGKILL
    rows = store.rows("model")
    assert list(rows.values()) == ([StoredValue(value=1.0)] if point == "after rename" else [])


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no full device here")  # noqa: PTH110
def test_a_full_disk_is_an_error_and_leaves_nothing(store, monkeypatch):
    def full(_, content):
        with open("/dev/full", "wb", buffering=0) as opened:  # noqa: PTH123
            opened.write(content)

    monkeypatch.setattr("vtmetrics.lab.disk.write_synced", full)
    with pytest.raises(OSError, match="No space left"):
        store.put(CHUNK)
    assert store.rows("model") == {}


def test_a_store_stays_where_it_is_when_the_process_goes_elsewhere(tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    store = Store("kept")
    monkeypatch.chdir(tmp_path / "elsewhere")
    store.put(CHUNK)
    assert Store(tmp_path / "kept").rows("model") == ROWS


def test_a_store_behind_a_link_is_the_store(tmp_path):
    Store(tmp_path / "real").put(CHUNK)
    (tmp_path / "link").symlink_to(tmp_path / "real", target_is_directory=True)
    assert Store(tmp_path / "link").rows("model") == ROWS


@pytest.mark.parametrize("field", ["model", "numerics", "run", "rows"])
def test_a_flipped_letter_of_a_manifest_is_damage(store, field):
    """Without a checksum of its own, its rows would be those of another model."""
    file = store.put(CHUNK) / "manifest.json"
    told = json.loads(file.read_text())
    file.write_text(json.dumps(told | {field: f"{told[field]}x"}))
    with pytest.raises(Damaged, match="has not the checksum that it says"):
        read_chunk(file.parent)


def test_a_chunk_of_the_first_form_is_read_and_known_by_its_name(store):
    file = store.put(CHUNK) / "manifest.json"
    told = json.loads(file.read_text()) | {"schema": "1.0"}
    del told["seal"]
    file.write_text(json.dumps(told))
    assert store.rows("model") == ROWS
    file.write_text(json.dumps(told | {"numerics": "float16 sdpa cpu"}))
    with pytest.raises(Damaged, match="is not named by what was asked"):
        read_chunk(file.parent)


def test_damage_in_the_way_of_new_rows_is_set_aside(store):
    """Whoever measures anew what is damaged has it kept, and not the damage."""
    folder = store.put(CHUNK)
    (folder / "samples.jsonl").write_bytes(b"")
    with pytest.warns(UserWarning, match="is in .*quarantine.* and was measured anew"):
        store.put(CHUNK)
    assert store.rows("model") == ROWS


def test_a_store_of_a_later_version_is_refused(store):
    (store.root / "v2").mkdir()
    with pytest.raises(ValueError, match="has chunks of v2, this version reads v1"):
        store.check()
