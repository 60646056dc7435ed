"""What `python -m vtmetrics store …` says of a store, and what it does to one."""

import csv
import json
import os
import warnings

import pytest

from vtmetrics.__main__ import main
from vtmetrics.lab.chunk import Chunk
from vtmetrics.lab.merged_stores import MergeTally, Remeasured, merge_stores, remeasured, store_folder
from vtmetrics.lab.store import Store
from vtmetrics.lab.store_table import COLUMNS, export_store
from vtmetrics.readings.row import RowKey, StoredValue


def chunk(*scenes, edit="PLAIN", value=0.1, run="tiny", **told):
    rows = {
        RowKey("model", "n", edit, "agree:1", scene): StoredValue(**({"value": value} | told))
        for scene in scenes
    }
    return Chunk("model", "n", rows, run)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "kept" / "store")


def say(capsys, *words):
    """Status and lines of a command."""
    status = main(["store", *map(str, words)])
    told = capsys.readouterr()
    return status, told.out + told.err


def test_list_show_and_verify(store, capsys):
    key = store.put(chunk("a", value=None, text="red\x1b[2J")).name
    store.put(chunk("b", value=None, excluded="no scored token depends on the image"))
    status, told = say(capsys, "list", store.root)
    assert (status, told.count(" rows  tiny  n  PLAIN")) == (0, 2)
    status, told = say(capsys, "show", store.root.parent, key[:12])
    assert (status, "\x1b" in told, "red" in told) == (0, False, True)
    assert say(capsys, "verify", store.root) == (0, "2 chunks, 0 damaged\n")
    (store.root / "v1" / key[:2] / key / "samples.jsonl").write_bytes(b"")
    status, told = say(capsys, "verify", store.root)
    assert (status, "2 chunks, 1 damaged" in told) == (1, True)
    status, told = say(capsys, "list", store.root)
    assert (status, f"{key[:12]}  damaged: " in told) == (1, True)
    status, told = say(capsys, "show", store.root, key[:12])
    assert (status, "has not the checksum that the manifest says" in told) == (1, True)
    assert say(capsys, "show", store.root, "nothing") == (
        1,
        "no chunk has a key that begins with 'nothing'\n",
    )


@pytest.mark.parametrize(
    "words", [("list",), ("show", "a"), ("verify",), ("export", "a.csv"), ("clean",)], ids=lambda w: w[0]
)
def test_what_is_no_store_is_one_sentence(tmp_path, capsys, words):
    status, told = say(capsys, words[0], tmp_path, *words[1:])
    assert status == 1
    assert told == f"a store is a folder with v1 in it, or an --evidence folder; {tmp_path} is neither\n"


def test_two_stores_are_merged_once(store, tmp_path, capsys):
    """Of folders of evidence too; what is there already is there once."""
    store.put(chunk("a"))
    other = Store(tmp_path / "other" / "store")
    other.put(chunk("a"))
    other.put(chunk("b"))
    assert say(capsys, "merge", store.root.parent, tmp_path / "other") == (
        0,
        "1 chunks merged, 1 were there already\n",
    )
    whole = {file.relative_to(store.root): file.read_bytes() for file in store.root.rglob("*.*")}
    assert say(capsys, "merge", store.root, other.root)[1] == "0 chunks merged, 2 were there already\n"
    assert {file.relative_to(store.root): file.read_bytes() for file in store.root.rglob("*.*")} == whole
    assert say(capsys, "verify", store.root) == (0, "2 chunks, 0 damaged\n")


def test_an_order_of_merging_means_nothing(tmp_path):
    stores = [Store(tmp_path / name) for name in "xyz"]
    for name, one in zip("abc", stores, strict=True):
        one.put(chunk(name))
        one.put(chunk("all"))
    merged = [tmp_path / "forth", tmp_path / "back"]
    merge_stores(merged[0], [one.root for one in stores])
    merge_stores(merged[1], [one.root for one in reversed(stores)])
    told = [{file.relative_to(root): file.read_bytes() for file in root.rglob("*.*")} for root in merged]
    assert told[0] == told[1]
    assert len(told[0]) == 12


def test_a_second_answer_is_told_and_kept_aside_once(store, tmp_path, capsys):
    store.put(chunk("a"))
    other = Store(tmp_path / "other")
    other.put(chunk("a", value=0.7))
    for _ in range(2):
        with pytest.warns(UserWarning, match="something is not deterministic"):
            status, told = say(capsys, "merge", store.root, other.root)
        assert (status, "1 answer a question otherwise than before" in told) == (1, True)
    status, told = say(capsys, "verify", store.root)
    assert (status, "1 second answers to a question, set aside" in told) == (0, True)
    assert [row.value for row in store.rows("model").values()] == [0.1]


def test_damage_is_not_merged_and_costs_no_other_chunk(store, tmp_path, capsys):
    other = Store(tmp_path / "other")
    damaged = other.put(chunk("a")) / "samples.jsonl"
    damaged.write_bytes(b"x" + damaged.read_bytes())
    other.put(chunk("b"))
    status, told = say(capsys, "merge", store.root, other.root)
    assert (status, "1 chunks merged, 0 were there already, 1 damaged, left where they are" in told) == (
        1,
        True,
    )
    assert damaged.exists()
    assert [asked.scene for asked in store.rows("model")] == ["b"]


def test_a_store_is_not_merged_into_itself(store, tmp_path, capsys):
    store.put(chunk("a"))
    (tmp_path / "link").symlink_to(store.root, target_is_directory=True)
    status, told = say(capsys, "merge", store.root, tmp_path / "link")
    assert (status, "is that store itself" in told) == (1, True)
    assert str(merge_stores(tmp_path / "new", [store.root])) == str(MergeTally(new=1))
    assert store_folder(store.root.parent) == store.root


def test_rows_that_were_measured_twice_are_told_with_how_far_they_are_apart(store, capsys):
    store.put(chunk("a", "b"))
    store.put(chunk("b", "c", value=0.25))
    store.put(chunk("b", "d", value=None, text="red"))
    status, told = say(capsys, "verify", store.root)
    assert status == 0
    assert (
        "2 rows were measured more than once, 1 with another number, by 0.15 at most, 1 with another text"
        in told
    )
    curves = [chunk("a", value=(0.0, 1.0)), chunk("a", value=(0.0, 3.0)), chunk("a", value=(0.0,))]
    assert remeasured(curves) == Remeasured(rows=2, texts=1, numbers=1, most=2.0)
    assert remeasured(curves[:1]) == Remeasured()


def test_a_table_has_a_line_for_each_value(store, tmp_path, capsys):
    store.put(chunk("a", value=0.1 + 0.2, run="=1+1"))
    store.put(chunk("b", value=(0.5, 1e-300), edit="truncate(2)"))
    store.put(chunk("c", value=None, text='say "red"\nor, \ud800 blue'))
    assert say(capsys, "export", store.root, tmp_path / "all.csv") == (
        0,
        f"{tmp_path / 'all.csv'}: 4 lines\n",
    )
    with (tmp_path / "all.csv").open(encoding="utf-8", newline="") as opened:
        lines = list(csv.DictReader(opened))
    assert list(lines[0]) == list(COLUMNS)
    told = {(line["scene"], line["layer"]): line for line in lines}
    assert float(told["a", ""]["value"]) == 0.1 + 0.2
    assert told["a", ""]["run"] == "'=1+1"
    assert [told["b", layer]["value"] for layer in "01"] == ["0.5", "1e-300"]
    assert told["c", ""]["text"] == 'say "red"\nor, \\ud800 blue'


def test_a_table_in_parquet_has_the_same_values(store, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet", reason="needs the extra `parquet`")
    store.put(chunk("a", value=0.1 + 0.2))
    store.put(chunk("b", value=(0.5, 1e-300)))
    assert export_store(store, tmp_path / "all.parquet") == 3
    told = parquet.read_table(tmp_path / "all.parquet").to_pylist()
    assert sorted(
        (line["scene"], line["layer"], line["value"]) for line in told if line["layer"] is not None
    ) == [
        ("b", 0, 0.5),
        ("b", 1, 1e-300),
    ]
    assert [line["value"] for line in told if line["scene"] == "a"] == [0.1 + 0.2]


def test_without_its_library_parquet_is_refused_in_one_sentence(store, tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    store.put(chunk("a"))
    status, told = say(capsys, "export", store.root, tmp_path / "all.parquet")
    assert (status, told) == (1, "a Parquet file wants pyarrow: pip install pyarrow\n")
    status, told = say(capsys, "export", store.root, tmp_path / "all.xlsx")
    assert (status, "ends in .csv or .parquet, got 'all.xlsx'" in told) == (1, True)
    assert list(tmp_path.iterdir()) == [tmp_path / "kept"]


def test_cleaning_takes_what_killed_writers_left_and_nothing_else(store, capsys):
    key = store.put(chunk("a")).name
    old, new = (store.root / "half" / name for name in ("1-old", "2-new"))
    torn = store.root.parent / f"evidence.jsonl.12-{'0' * 32}"
    for path in (old, new, store.root / "quarantine" / "x"):
        path.mkdir(parents=True)
    for path in (torn, store.root.parent / "evidence.jsonl"):
        path.write_text("")
    for path in (old, torn, store.root.parent / "evidence.jsonl"):
        os.utime(path, (0, 0))
    assert say(capsys, "clean", store.root.parent) == (
        0,
        "2 deleted, 1 that were set aside are kept (--aside)\n",
    )
    assert (old.exists(), new.exists(), torn.exists()) == (False, True, False)
    assert say(capsys, "clean", store.root, "--aside") == (0, "1 deleted\n")
    assert (store.root.parent / "evidence.jsonl").exists()
    assert [folder.name for folder in store.folders()] == [key]


def test_a_manifest_says_what_it_is_sealed_with(store):
    told = json.loads((store.put(chunk("a")) / "manifest.json").read_text())
    assert list(told) == ["schema", "model", "numerics", "rows", "run", "files", "seal"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        store.check()
