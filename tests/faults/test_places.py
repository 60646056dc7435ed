"""Names and places that lead elsewhere, or to nothing: refused in one sentence, and nothing is touched."""

import json
import os

import pytest

from tests.faults.injection import Injected, as_nobody
from vtmetrics.evidence.expectation import read_expectations
from vtmetrics.evidence.shard_files import Shard
from vtmetrics.lab.chunk import Chunk
from vtmetrics.lab.store import Store
from vtmetrics.nets.checkpoints import kind_of, lacking
from vtmetrics.nets.named_checkpoint import checkpoint_spec
from vtmetrics.readings.row import RowKey, StoredValue
from vtmetrics.report.page.report_file import form_of
from vtmetrics.suite.shards import shard_asked

REFUSED = "refused in one sentence"
NAMES = {
    "J1": Injected("a model called ../../etc", REFUSED, "../../etc"),
    "J2": Injected("a model with an absolute path to nothing", REFUSED, "/no/such/model"),
    "J3": Injected("a model's name with NUL", REFUSED, "org/na\0me"),
    "J4": Injected("a model's name of 300 letters", REFUSED, "org/" + "x" * 300),
    "J5": Injected("a name that Windows keeps to itself", REFUSED, "org/CON"),
    "J13": Injected("a revision that leads elsewhere", REFUSED, "org/name@../../main"),
    "J14": Injected("an address in place of a name", REFUSED, "https://example.org/model"),
}
OTHERS = {
    "J6": Injected("two models whose names differ in their capitals", "two models"),
    "J7": Injected(
        "a scene's text in NFC and in NFD", "two keys: what a tokenizer tells apart is kept apart"
    ),
    "J8": Injected("--evidence and --report where a file or a folder is in the way", REFUSED),
    "J9": Injected("a store where nobody may write", "what is there is read; new rows are an error in words"),
    "J10": Injected("a configuration of 100,000 brackets", "no type, so that the model is refused"),
    "J11": Injected("an unknown key of a configuration of ours", REFUSED),
    "J12": Injected("code in place of a number", "no option is evaluated: refused"),
}
INJECTED = NAMES | OTHERS


@pytest.mark.parametrize("fault", NAMES)
def test_a_model_that_is_nowhere_is_refused(fault, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    with pytest.raises(ValueError, match=r"^--model ") as refused:
        checkpoint_spec(NAMES[fault].do, "--model")
    assert "\n" not in str(refused.value)
    assert list(tmp_path.rglob("*")) == []


def chunk(model="model", scene="a"):
    return Chunk(model, "n", {RowKey(model, "n", "PLAIN", "agree:1", scene): StoredValue(value=1.0)})


def test_names_are_told_apart_to_the_last_sign(tmp_path):
    store = Store(tmp_path)
    for one in (chunk("Model"), chunk("model"), chunk(scene="caf\u00e9"), chunk(scene="cafe\u0301")):
        store.put(one)
    assert len(list(store.folders())) == 4
    assert [len(store.rows(name)) for name in ("Model", "model")] == [1, 3]


def test_what_is_in_the_way_is_named(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OSError, match="file"):
        Store(tmp_path / "file")
    with pytest.raises(ValueError, match="a report wants a file that ends in"):
        form_of(tmp_path)
    assert (tmp_path / "file").read_text() == "mine"


def test_a_store_where_nobody_may_write_is_read(tmp_path):
    for folder in (tmp_path, *tmp_path.parents[:3]):
        os.chmod(folder, 0o755)  # noqa: PTH101, S103
    store = Store(tmp_path / "kept")
    damaged = store.put(chunk(scene="b")) / "samples.jsonl"
    store.put(chunk())
    damaged.write_bytes(b"")

    def read_only():
        again = Store(tmp_path / "kept")
        with pytest.warns(UserWarning, match="and can't be set aside: .*Permission denied"):
            rows = again.rows("model")
        assert [asked.scene for asked in rows] == ["a"]
        with pytest.raises(PermissionError):
            again.put(chunk("other"))

    assert as_nobody(read_only) == 0
    assert damaged.exists()
    assert [path.name for path in store.root.iterdir() if path.name != "half"] == ["v1"]


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, '{"model_type": ' * 50_000, "null", "[]", '"llava"', "\ufeff{}", "{" + '"a":1,' * 9],
)
def test_a_configuration_that_is_none_has_no_type(tmp_path, text):
    (tmp_path / "config.json").write_text(text)
    assert kind_of(tmp_path) is None
    with pytest.raises(ValueError, match=r"^--model wants a directory with config.json"):
        checkpoint_spec(str(tmp_path), "--model")


def test_an_index_that_leads_elsewhere_is_no_checkpoint(tmp_path):
    (tmp_path / "model").mkdir()
    (tmp_path / "secret.safetensors").write_bytes(b"\2\0\0\0\0\0\0\0{}")
    index = tmp_path / "model" / "model.safetensors.index.json"
    for name in ("../secret.safetensors", str(tmp_path / "secret.safetensors"), "a/../../secret.safetensors"):
        index.write_text(json.dumps({"weight_map": {"a": name}}))
        assert str(lacking(tmp_path / "model")).startswith("a whole ")


@pytest.mark.parametrize(
    "text", ["nonsense = 1", "[[expect]]\nclaim = 7", "[[", "a" * 100_000, "x = " + "[" * 5_000]
)
def test_a_file_of_expectations_is_toml_of_ours(tmp_path, text):
    (tmp_path / "expected.toml").write_text(text)
    with pytest.raises(ValueError, match="expected") as refused:
        read_expectations(tmp_path / "expected.toml")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "text", ["__import__('os')/2", "1/__import__('os')", "1e9/2", "１/２", "0x1/2", "9999999/9999999"]
)
def test_no_option_is_evaluated(text):
    with pytest.raises(Exception, match="wants I/N"):
        shard_asked(text)
    assert shard_asked("2/8") == Shard(2, 8)
