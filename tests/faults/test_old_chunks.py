"""Chunks that another version wrote or a stranger has spoilt, and drafts that nobody finished."""

import json
import os
import signal

import pytest

from tests.faults.injection import Injected, forked
from tests.faults.test_durability import ANEW, CHUNK, STORE, rows
from vtmetrics.__main__ import main
from vtmetrics.lab.chunk import ARRAYS, MANIFEST, _seal
from vtmetrics.lab.store import Store

INJECTED = {
    "A25": Injected("a file that the manifest names is gone", ANEW),
    "A26": Injected("a chunk of an unknown major schema", "refused in one sentence, and kept"),
    "A27": Injected("a chunk of a newer minor schema", "read"),
    "A28": Injected("drafts of killed writers", "never read; `store clean` deletes them"),
}


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


def test_what_a_manifest_names_and_is_gone_is_damage(store):
    folder = store.put(CHUNK)
    (folder / ARRAYS).unlink()
    with pytest.warns(UserWarning, match="can't be read; it is in .*quarantine"):
        assert store.rows("model") == {}


@pytest.mark.parametrize(("schema", "fault"), [("9.0", "A26"), ("1.7", "A27")])
def test_other_schemas(store, schema, fault):
    """A newer minor one has more, which is left alone; it is sealed as ours."""
    file = store.put(CHUNK) / MANIFEST
    told = json.loads(file.read_text()) | {"schema": schema, "more": 1}
    told["seal"] = _seal({name: told[name] for name in told if name != "seal"})
    file.write_text(json.dumps(told))
    if fault == "A27":
        assert store.rows("model") == rows()
    else:
        with pytest.raises(ValueError, match=r"is of schema 9\.0, this version reads 1\.1"):
            store.check()
        assert file.exists()


def test_drafts_are_never_read_and_are_swept(store, capsys):
    assert forked(lambda: (STORE["A4"].do(), store.put(CHUNK))) == -signal.SIGKILL
    (draft,) = (store.root / "half").iterdir()
    os.utime(draft, (0, 0))
    assert store.rows("model") == {}
    assert main(["store", "clean", str(store.root)]) == 0
    assert list((store.root / "half").iterdir()) == []
    assert "1 deleted" in capsys.readouterr().out
