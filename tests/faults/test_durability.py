"""What is kept survives being killed, a full disk and every flipped bit: whole, or measured anew and said."""

import os
import signal
import warnings
from pathlib import Path

import pytest

from tests.faults.injection import Injected, dying, files_of_at_most, forked
from vtmetrics.lab import disk
from vtmetrics.lab.chunk import ARRAYS, MANIFEST, SAMPLES, Chunk
from vtmetrics.lab.store import Store
from vtmetrics.readings.row import RowKey, StoredValue
from vtmetrics.suite import ledger

NOTHING = "all or nothing is there, and the next run measures what lacks"
WHOLE = "the old file or the new one, each whole"
SAID = "an error in words, no half is left, what was there stays"
ANEW = "set aside, said aloud, measured anew"


def rows(*, text="red", curve=(0.5, 0.25)):
    key = RowKey("model", "n", "PLAIN", "said", "a")
    return {key: StoredValue(text=text), key._replace(reading="entropy:1"): StoredValue(value=curve)}


CHUNK = Chunk("model", "n", rows(), "tiny")


def named(wanted):
    return lambda file, *_: Path(file).name == wanted


def always(*_, **__):
    return True


def half_written(file, content):
    """The first half is on the disk when the process dies."""
    file.write_bytes(content[: len(content) // 2])
    os.kill(os.getpid(), signal.SIGKILL)


def kill_at(where, name, **told):
    """Replace a function by one in which the process dies, in this child alone."""
    setattr(where, name, dying(getattr(where, name), **told))


def kill_in_the_middle_of(wanted):
    real = disk.write_synced
    disk.write_synced = lambda file, content: (
        half_written(file, content) if named(wanted)(file) else real(file, content)
    )


STORE = {
    "A1": Injected(
        "SIGKILL after the draft's folder is made",
        NOTHING,
        lambda: kill_at(Path, "mkdir", after=True, when=lambda self, *_, **__: self.parent.name == "half"),
    ),
    "A2": Injected("SIGKILL amid the arrays", NOTHING, lambda: kill_in_the_middle_of(ARRAYS)),
    "A3": Injected(
        "SIGKILL before the manifest", NOTHING, lambda: kill_at(disk, "write_synced", when=named(MANIFEST))
    ),
    "A4": Injected(
        "SIGKILL after the manifest",
        NOTHING,
        lambda: kill_at(disk, "write_synced", when=named(MANIFEST), after=True),
    ),
    "A5": Injected(
        "SIGKILL before the chunk's rename", NOTHING, lambda: kill_at(Path, "rename", when=always)
    ),
    "A6": Injected(
        "SIGKILL after the chunk's rename", NOTHING, lambda: kill_at(Path, "rename", when=always, after=True)
    ),
}
FILE = {
    "A7": Injected(
        "SIGKILL before the file is opened", WHOLE, lambda: kill_at(disk, "write_synced", when=always)
    ),
    "A8": Injected("SIGKILL amid the file", WHOLE, lambda: setattr(disk, "write_synced", half_written)),
    "A9": Injected(
        "SIGKILL after the file is flushed",
        WHOLE,
        lambda: kill_at(disk, "write_synced", when=always, after=True),
    ),
    "A10": Injected("SIGKILL before its rename", WHOLE, lambda: kill_at(Path, "replace", when=always)),
    "A11": Injected(
        "SIGKILL after its rename", WHOLE, lambda: kill_at(Path, "replace", when=always, after=True)
    ),
    "A12": Injected(
        "SIGKILL before the folder is flushed", WHOLE, lambda: kill_at(disk, "sync_folder", when=always)
    ),
}
FULL = {
    "A13": Injected("RLIMIT_FSIZE is reached in samples.jsonl", SAID, rows(text="x" * 9000)),
    "A14": Injected("RLIMIT_FSIZE is reached in arrays.safetensors", SAID, rows(curve=(0.5,) * 2000)),
    "A15": Injected("RLIMIT_FSIZE is reached in manifest.json", SAID, rows()),
}
INTERRUPTED = {
    "A17": Injected("Ctrl-C amid a write", "no half is left, what was there stays", KeyboardInterrupt),
    "A18": Injected("SystemExit amid a write", "no half is left, what was there stays", SystemExit),
}
SPOILT = {
    f"A{19 + place}": Injected(f"{name} truncated at every length", ANEW, name)
    for place, name in enumerate((ARRAYS, SAMPLES, MANIFEST))
}
FLIPPED = {
    f"A{22 + place}": Injected(f"every byte of {name} with a flipped bit", ANEW, name)
    for place, name in enumerate((ARRAYS, SAMPLES, MANIFEST))
}
OTHERS = {
    "A16": Injected("a file that is /dev/full (ENOSPC)", "an error in words; the device stays a device"),
}
INJECTED = STORE | FILE | FULL | INTERRUPTED | SPOILT | FLIPPED | OTHERS


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


@pytest.mark.parametrize("fault", STORE)
def test_a_killed_writer_leaves_a_chunk_or_none(store, fault):
    def work():
        STORE[fault].do()
        store.put(CHUNK)

    assert forked(work) == -signal.SIGKILL
    found = store.rows("model")
    assert found == (rows() if fault == "A6" else {})
    store.put(CHUNK)
    assert store.rows("model") == rows()


@pytest.mark.parametrize("fault", FILE)
def test_a_killed_writer_leaves_the_old_file_or_the_new_one(tmp_path, fault):
    file = tmp_path / "evidence.jsonl"
    file.write_bytes(b"old\n")

    def work():
        FILE[fault].do()
        disk.replace_synced(file, b"new and longer\n")

    assert forked(work) == -signal.SIGKILL
    assert file.read_bytes() == (b"new and longer\n" if fault in ("A11", "A12") else b"old\n")
    disk.replace_synced(file, b"new\n")
    assert file.read_bytes() == b"new\n"


@pytest.mark.parametrize("fault", FULL)
def test_a_full_disk_leaves_no_half_and_what_was_there(store, fault):
    store.put(CHUNK)
    new = {key._replace(edit="truncate(2)"): row for key, row in FULL[fault].do.items()}
    run = "r" * 9000 if fault == "A15" else ""
    with files_of_at_most(4096), pytest.raises(OSError, match="File too large"):
        store.put(Chunk("model", "n", new, run))
    assert list((store.root / "half").iterdir()) == []
    assert store.rows("model") == rows()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
def test_a_full_device_is_an_error_and_stays_what_it_is(tmp_path):
    full = tmp_path / "evidence.jsonl"
    full.symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left on device"):
        disk.replace_synced(full, b"new\n")
    with pytest.raises(OSError, match=r"No space left|Invalid argument"):
        ledger._append(full, "line\n")
    assert Path("/dev/full").is_char_device()
    assert full.is_symlink()
    assert [file.name for file in tmp_path.iterdir()] == ["evidence.jsonl"]


@pytest.mark.parametrize("fault", INTERRUPTED)
def test_who_is_interrupted_leaves_no_half(store, tmp_path, monkeypatch, fault):
    store.put(CHUNK)
    (tmp_path / "evidence.jsonl").write_bytes(b"old\n")

    def interrupted(_):
        raise INTERRUPTED[fault].do

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(INTERRUPTED[fault].do):
        store.put(Chunk("model", "other", rows()))
    with pytest.raises(INTERRUPTED[fault].do):
        disk.replace_synced(tmp_path / "evidence.jsonl", b"new\n")
    assert list((store.root / "half").iterdir()) == []
    assert (tmp_path / "evidence.jsonl").read_bytes() == b"old\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["evidence.jsonl", "store"]
    assert store.rows("model") == rows()


def quarantined(store, file, content):
    """Put other content into a file, and see it set aside; then measure anew."""
    file.write_bytes(content)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        found = Store(store.root).rows("model")
    store.put(CHUNK)
    return found == {} and len(said) == 1 and "will be measured again" in str(said[0].message)


@pytest.mark.parametrize("fault", SPOILT)
def test_no_truncated_file_is_read(store, fault):
    file = store.put(CHUNK) / SPOILT[fault].do
    whole = file.read_bytes()
    lengths = [*range(0, len(whole), 7), len(whole) - 1]
    assert [length for length in lengths if not quarantined(store, file, whole[:length])] == []
    assert store.rows("model") == rows()


@pytest.mark.parametrize("fault", FLIPPED)
def test_no_flipped_bit_is_read(store, fault):
    """But for the first digit of the manifest's schema, of which nobody knows how the rest is sealed."""
    file = store.put(CHUNK) / FLIPPED[fault].do
    whole = file.read_bytes()
    refused, believed = [], []
    for place in range(len(whole)):
        content = bytearray(whole)
        content[place] ^= 1 << (place % 8)
        try:
            if not quarantined(store, file, bytes(content)):
                believed.append(place)
        except ValueError:
            refused.append(place)
            file.write_bytes(whole)
    assert believed == []
    assert all(whole[place : place + 2] == b"1." for place in refused)
    assert store.rows("model") == rows()
