"""Coverage-guided fuzzing of what reads foreign bytes: python -m tests.faults.fuzz TARGET SECONDS.

TARGET is one of those below, or `all`. Bytes may be refused with a ValueError, which is one sentence of ours;
any other error, a hang or a crash is a finding, whose bytes are printed. It takes atheris: the extra `fuzz`.
"""

import json
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path
from types import FunctionType

from fixtures.models.smol.gguf import Gguf
from fixtures.scenes.own_records import record_of
from tests.models.tiny_gguf import F32, written
from tests.report.evidence_row import row
from vtmetrics.evidence.evidence import Evidence, read_evidence
from vtmetrics.evidence.scene_scores import SceneScores
from vtmetrics.lab.chunk import ARRAYS, MANIFEST, SAMPLES, Chunk, read_chunk
from vtmetrics.lab.store import Store
from vtmetrics.readings.row import RowKey, StoredValue
from vtmetrics.report.page.page_source import page_source_of
from vtmetrics.report.page.web_page import web_page

WORK = Path(tempfile.mkdtemp(prefix="fuzz-"))
KEY = RowKey("model", "n", "PLAIN", "agree:1", "a")
CHUNK = Store(WORK / "store").put(
    Chunk(
        "model",
        "n",
        {KEY: StoredValue(value=0.5), KEY._replace(reading="e:1"): StoredValue(value=(0.5, 1.0))},
    )
)
RECORD = {"image": "a.png", "question": "?", "answer": "red", "task": "words", "boxes": [["a", 0, 0, 1, 1]]}


def manifest(data):
    """A store's manifest, and the two files as it says they are."""
    whole = (CHUNK / MANIFEST).read_bytes()
    try:
        (CHUNK / MANIFEST).write_bytes(data)
        read_chunk(CHUNK)
    finally:
        (CHUNK / MANIFEST).write_bytes(whole)


def rows(data):
    """A chunk whose rows or arrays a stranger wrote, with the right checksums."""
    import hashlib  # noqa: PLC0415

    from vtmetrics.lab.chunk import _seal  # noqa: PLC0415

    folder = WORK / "strange"
    folder.mkdir(exist_ok=True)
    first, _, second = data.partition(b"\0\0\0\0")
    files = {SAMPLES: first, ARRAYS: second or (CHUNK / ARRAYS).read_bytes()}
    for name, content in files.items():
        (folder / name).write_bytes(content)
    told = json.loads((CHUNK / MANIFEST).read_text())
    del told["seal"]
    told["files"] = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    (folder / MANIFEST).write_text(json.dumps(told | {"seal": _seal(told)}))
    read_chunk(folder)


def evidence(data):
    """A file of evidence or a baseline, and the page that is made of it."""
    file = WORK / "evidence.jsonl"
    file.write_bytes(data)
    web_page(page_source_of(read_evidence(file)))


def scores(data):
    """Scores of scenes, which a comparison reads."""
    SceneScores.from_json(data.decode(errors="surrogateescape"))


def records(data):
    """A line of --scenes-from."""
    record_of(data, "own:1", WORK, {})


def gguf(data):
    """A file of llama.cpp, with all tensors that it names."""
    read = Gguf(data)
    for name in list(read.entries)[:4]:
        read.tensor(name)


TARGETS = {
    "manifest": (manifest, (CHUNK / MANIFEST).read_bytes()),
    "rows": (rows, (CHUNK / SAMPLES).read_bytes() + b"\0\0\0\0" + (CHUNK / ARRAYS).read_bytes()),
    "evidence": (evidence, (row().to_json() + "\n").encode()),
    "scores": (
        scores,
        b'{"place":["A","","m",""],"scenes":"0","measured":{"kind":"share","values":{"a":1.0},"groups":{"a":"g"},"range":[0,1]}}',
    ),
    "records": (records, json.dumps(RECORD).encode()),
    "gguf": (gguf, written({"general.alignment": 32, "a": ["b"]}, {"t": (F32, (2, 2), b"\0" * 16)})),
}


def once(target):
    """Read bytes as a target does; a refusal is as good as success."""

    def read(data):
        try:
            TARGETS[target][0](bytes(data))
        except ValueError:
            return

    return read


def _instrument(module, watched):
    """Let the fuzzer see which branches are taken in a module's functions and methods."""
    own = [part for part in vars(module).values() if getattr(part, "__module__", "") == module.__name__]
    for owner in (module, *(part for part in own if isinstance(part, type))):
        for name, part in list(vars(owner).items()):
            if isinstance(part, FunctionType) and part.__module__ == module.__name__:
                setattr(owner, name, watched(part))


def main(target, seconds):
    """Fuzz one target in this process, or each in one of its own."""
    if target == "all":
        command = [sys.executable, "-m", "tests.faults.fuzz"]
        statuses = []
        for one in TARGETS:
            done = subprocess.run([*command, one, seconds], check=False)  # noqa: S603 - our own interpreter
            statuses.append(done.returncode)
        sys.exit(int(any(statuses)))
    import atheris  # noqa: PLC0415 - an extra

    warnings.simplefilter("ignore")
    corpus = WORK / "corpus"
    corpus.mkdir()
    (corpus / "sound").write_bytes(TARGETS[target][1])
    for part in (Evidence, Gguf, Chunk, record_of):
        _instrument(sys.modules[part.__module__], atheris.instrument_func)
    options = [
        f"-max_total_time={seconds}",
        "-timeout=20",
        "-rss_limit_mb=4000",
        "-max_len=4000",
        f"-artifact_prefix={WORK}/",
    ]
    atheris.Setup([sys.argv[0], *options, str(corpus)], once(target))
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:3])
