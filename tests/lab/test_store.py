"""The store keeps rows whole, meets itself, and notices every damage."""

import json
import os
import signal
import subprocess
import sys

import pytest

from vtmetrics.__main__ import main
from vtmetrics.lab.store import Chunk, Damaged, Store, read_chunk
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
    (folder / "manifest.json").write_text(json.dumps(told))
    with pytest.raises(Damaged, match="names files outside it"):
        read_chunk(folder)


def test_another_schema_is_refused_and_kept(store):
    folder = store.put(CHUNK)
    told = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(told | {"schema": "2.0"}))
    with pytest.raises(ValueError, match=r"is of schema 2\.0, this version reads 1\.0"):
        store.rows("model")
    assert folder.is_dir()


KILLED = """
import os, signal, sys
from pathlib import Path
from vtmetrics.lab import disk, store
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
store.Store(Path(sys.argv[1])).put(store.Chunk("model", "n", row))
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


def test_the_commands_list_show_and_verify(store, capsys):
    key = store.put(CHUNK).name
    assert main(["list", str(store.root)]) == 0
    assert key[:12] in capsys.readouterr().out
    assert main(["show", str(store.root.parent), key[:6]]) == 0
    told = capsys.readouterr().out
    assert "\x1b" not in told
    assert "none: no scored token" in told
    assert main(["verify", str(store.root)]) == 0
    (store.root / "v1" / key[:2] / key / "samples.jsonl").write_bytes(b"")
    assert main(["verify", str(store.root)]) == 1
    assert "1 chunks, 1 damaged" in capsys.readouterr().out
    assert main(["list", str(store.root)]) == 1
    assert f"{key[:12]}  damaged: " in capsys.readouterr().out
    assert main(["show", str(store.root), key[:6]]) == 1
    assert "has not the checksum that the manifest says" in capsys.readouterr().err
    assert main(["show", str(store.root), "nothing"]) == 1
    assert main(["verify", str(store.root / "v1" / "xx")]) == 1
