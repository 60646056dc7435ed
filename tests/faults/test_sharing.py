"""Several processes on one store: what they write is there once, and what contradicts is said."""

import os
import shutil
import signal
import warnings

import pytest

from tests.faults.injection import Injected, at_once, dying, forked
from vtmetrics.__main__ import main
from vtmetrics.lab import merged_stores
from vtmetrics.lab.chunk import Chunk
from vtmetrics.lab.merged_stores import merge_stores
from vtmetrics.lab.store import Store
from vtmetrics.readings.row import RowKey, StoredValue

ONCE = "there once, whole"
INJECTED = {
    "C1": Injected("two processes write the same rows", ONCE),
    "C2": Injected(
        "two processes write other rows for one question", "one stays, the other is set aside and said"
    ),
    "C3": Injected("eight processes write the same 30 chunks at once", ONCE),
    "C4": Injected("a reader reads while another writes", "it reads whole chunks alone"),
    "C5": Injected("two stores without a common chunk are merged", "all chunks, to the bytes"),
    "C6": Injected("two stores with common chunks are merged", ONCE),
    "C7": Injected(
        "two stores that contradict each other are merged", "the first stays, the other is set aside and said"
    ),
    "C8": Injected(
        "a store with a damaged chunk is merged", "all others; the damage is named and stays where it is"
    ),
    "C9": Injected("SIGKILL amid a merge", "the next merge goes on"),
    "C10": Injected("`store clean` while others write and read", "no chunk and no new draft is touched"),
    "C12": Injected("stores are merged in another order", "the same bytes"),
    "C13": Injected("a store behind a link", "the store itself"),
    "C14": Injected("a relative path, and the process goes elsewhere", "the store stays where it was"),
    "C15": Injected("two readers set the same damage aside", "once, and neither fails"),
}


def chunk(number, value=0.5):
    key = RowKey("model", "n", f"truncate({number})", "agree:1", "a")
    return Chunk(
        "model", "n", {key: StoredValue(value=value), key._replace(scene="b"): StoredValue(text="ü")}
    )


def put_all(root, numbers, value=0.5):
    store = Store(root)
    for number in numbers:
        store.put(chunk(number, value))


def content(root):
    return {file.relative_to(root): file.read_bytes() for file in (root / "v1").rglob("*.*")}


def left(root, name):
    return [path.name for path in (root / name).glob("*")]


@pytest.mark.parametrize("writers", [2, 8])
def test_writers_of_the_same_rows_meet(tmp_path, writers):
    orders = [range(30) if number % 2 else range(29, -1, -1) for number in range(writers)]
    assert (
        at_once(*(lambda order=order: put_all(tmp_path / "store", order) for order in orders))
        == [0] * writers
    )
    put_all(tmp_path / "alone", range(30))
    assert content(tmp_path / "store") == content(tmp_path / "alone")
    assert left(tmp_path / "store", "half") == left(tmp_path / "store", "conflict") == []


def test_writers_who_contradict_each_other_lose_neither_answer(tmp_path):
    assert at_once(*(lambda value=value: put_all(tmp_path, range(10), value) for value in (0.25, 0.75))) == [
        0,
        0,
    ]
    assert len(list(Store(tmp_path).folders())) == len(left(tmp_path, "conflict")) == 10
    assert {row.value for row in Store(tmp_path).rows("model").values()} <= {None, 0.25, 0.75}


def test_a_reader_sees_whole_chunks_alone(tmp_path):
    def reads():
        warnings.simplefilter("error")
        seen = 0
        while seen < 60:
            rows = Store(tmp_path).rows("model")
            assert len(rows) % 2 == 0
            assert len(rows) >= seen
            seen = len(rows)

    assert at_once(lambda: put_all(tmp_path, range(30)), reads, reads) == [0, 0, 0]


def test_stores_of_other_and_of_common_chunks_are_merged(tmp_path):
    put_all(tmp_path / "one", range(5))
    put_all(tmp_path / "two", range(3, 9))
    put_all(tmp_path / "whole", range(9))
    for name, order in (("forth", ("one", "two")), ("back", ("two", "one"))):
        merge_stores(tmp_path / name, [tmp_path / source for source in order])
        assert content(tmp_path / name) == content(tmp_path / "whole")


def test_stores_that_contradict_each_other_are_merged_and_it_is_said(tmp_path, capsys):
    put_all(tmp_path / "one", range(2))
    put_all(tmp_path / "two", range(1, 3), value=0.75)
    before = content(tmp_path / "one")
    with pytest.warns(UserWarning, match="something is not deterministic"):
        assert main(["store", "merge", str(tmp_path / "one"), str(tmp_path / "two")]) == 1
    assert "1 answer a question otherwise" in capsys.readouterr().out
    assert {file: content(tmp_path / "one")[file] for file in before} == before
    assert len(left(tmp_path / "one", "conflict")) == 1


def test_damage_is_not_merged(tmp_path, capsys):
    put_all(tmp_path / "two", range(3))
    spoilt = next(Store(tmp_path / "two").folders()) / "samples.jsonl"
    spoilt.write_bytes(b"[]")
    assert main(["store", "merge", str(tmp_path / "one"), str(tmp_path / "two")]) == 1
    assert str(spoilt) in capsys.readouterr().out
    assert len(Store(tmp_path / "one").rows("model")) == 4
    assert spoilt.read_bytes() == b"[]"


def test_a_killed_merge_is_taken_up(tmp_path):
    put_all(tmp_path / "two", range(6))

    def work():
        calls = []
        merged_stores._take = dying(merged_stores._take, when=lambda *_: calls.append(1) or len(calls) == 4)
        merge_stores(tmp_path / "one", [tmp_path / "two"])

    assert forked(work) == -signal.SIGKILL
    assert len(list(Store(tmp_path / "one").folders())) == 3
    assert str(merge_stores(tmp_path / "one", [tmp_path / "two"])) == "3 chunks merged, 3 were there already"
    assert content(tmp_path / "one") == content(tmp_path / "two")


def test_cleaning_disturbs_nobody(tmp_path):
    def cleans():
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        assert [main(["store", "clean", str(tmp_path)]) for _ in range(20)] == [0] * 20

    Store(tmp_path)
    assert at_once(lambda: put_all(tmp_path, range(30)), cleans, lambda: put_all(tmp_path, range(30))) == [
        0,
        0,
        0,
    ]
    assert len(Store(tmp_path).rows("model")) == 60


def test_links_and_relative_paths_lead_to_one_store(tmp_path, monkeypatch):
    put_all(tmp_path / "real", range(2))
    (tmp_path / "link").symlink_to("real", target_is_directory=True)
    monkeypatch.chdir(tmp_path)
    linked, relative = Store("link"), Store("real")
    monkeypatch.chdir("/")
    linked.put(chunk(2))
    relative.put(chunk(3))
    assert len(Store(tmp_path / "real").rows("model")) == 8
    shutil.move(tmp_path / "real", tmp_path / "moved")
    assert len(Store(tmp_path / "moved").rows("model")) == 8


def test_two_readers_set_one_damage_aside(tmp_path):
    put_all(tmp_path, range(3))
    (next(Store(tmp_path).folders()) / "manifest.json").write_bytes(b"{")

    def reads():
        assert len(Store(tmp_path).rows("model")) == 4

    assert at_once(reads, reads, reads) == [0, 0, 0]
    assert len(left(tmp_path, "quarantine")) == 1
