"""A chunk: rows that were measured together, as a folder of three files whose manifest seals them.

    manifest.json        model, numerics, run, checksums of the files, and one of itself (`seal`)
    samples.jsonl        a line a row; of a curve, where it stands in the arrays
    arrays.safetensors   the curves

What a folder holds may have been spoiled, or written by a stranger: nothing in it is believed unless it is
what it has to be, and all else is `Damaged`.
"""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from vtmetrics.readings import RowKey, StoredValue

#: since 1.1 a manifest is sealed; one of 1.0 is read, and known by its folder's name
STORE_SCHEMA = "1.1"
#: what keys are made of stays, so that what 1.0 has measured is found
KEYED_AS = "1.0"
SAMPLES, ARRAYS, MANIFEST = "samples.jsonl", "arrays.safetensors", "manifest.json"
TEXTS = ("edit", "reading", "scene")
OPTIONAL_TEXTS = ("text", "excluded", "missing")


class Damaged(ValueError):  # noqa: N818 - a state of a chunk
    """A chunk that isn't what its manifest says."""


@dataclass(frozen=True)
class Chunk:
    """Rows that were measured together, of one model in one numerics.

    `failure` is the first error of a scene that failed, where this process measured it; no file has it.
    """

    model: str
    numerics: str
    rows: Mapping[RowKey, StoredValue]
    run: str = ""
    failure: Exception | None = field(default=None, compare=False)

    @property
    def key(self) -> str:
        """64 hex digits of what was asked."""
        asked = sorted((one.edit, one.reading, one.scene) for one in self.rows)
        return _sha256(json.dumps([KEYED_AS, self.model, self.numerics, asked]).encode())


def read_chunk(folder: Path) -> Chunk:
    """The chunk in a folder, if every file is what the manifest says."""
    told = manifest_of(folder)
    content = {name: _checked(folder / name, wanted) for name, wanted in told["files"].items()}
    if set(content) != {SAMPLES, ARRAYS}:
        raise Damaged(f"{folder} wants {SAMPLES} and {ARRAYS}, its manifest names {sorted(content)}")
    try:
        chunk = _parsed(told, content)
    except (ValueError, KeyError, IndexError, TypeError, RecursionError, SafetensorError) as error:
        raise Damaged(f"{folder} wants rows of a store, they can't be read: {error!r:.80}") from error
    if chunk.key != folder.name:
        raise Damaged(f"{folder} is not named by what was asked")
    return chunk


def _parsed(told: Mapping[str, Any], content: Mapping[str, bytes]) -> Chunk:
    curves = {name: array.tolist() for name, array in load(content[ARRAYS]).items()}
    model, numerics = told["model"], told["numerics"]
    told_rows = content[SAMPLES].decode().rstrip("\n")
    lines = json.loads("[" + told_rows.replace("\n", ",") + "]")
    rows = {
        RowKey(model, numerics, *(_text(line[name]) for name in TEXTS)): _row(line, curves) for line in lines
    }
    return Chunk(model, numerics, rows, told["run"])


def _row(line: Mapping[str, Any], curves: Mapping[str, Sequence[Sequence[float]]]) -> StoredValue:
    value = tuple(curves[line["curve"]][line["at"]]) if "curve" in line else line["value"]
    if not isinstance(value, tuple | float | int | None):
        raise TypeError(f"a value is a number, not {value!r:.40}")
    words = (None if line[name] is None else _text(line[name]) for name in OPTIONAL_TEXTS)
    return StoredValue(value, *words)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"wants a text, got {value!r:.40}")
    return value


def manifest_of(folder: Path) -> dict[str, Any]:
    """What a chunk says about itself; a ValueError, and not damage, if another version wrote it."""
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        schema, files = str(told["schema"]), dict(told["files"])
        texts = [told[name] for name in ("model", "numerics", "run")]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise Damaged(f"{folder} wants a manifest, it has none that can be read") from error
    if schema.partition(".")[0] != STORE_SCHEMA.partition(".")[0]:
        raise ValueError(f"{folder} is of schema {schema}, this version reads {STORE_SCHEMA}")
    sealed = told.pop("seal", None)
    if sealed is not None and sealed != _seal(told):
        raise Damaged(f"the manifest of {folder} has not the checksum that it says")
    if sealed is None and schema != KEYED_AS:
        raise Damaged(f"the manifest of {folder} is not sealed")
    if not all(isinstance(text, str) for text in texts):
        raise Damaged(f"the manifest of {folder} wants a model, numerics and a run in words")
    if any(os.sep in name or name.startswith(".") for name in files):
        raise Damaged(f"the manifest of {folder} names files outside it")
    return dict(told) | ({"seal": sealed} if sealed is not None else {})


def _checked(file: Path, wanted: str) -> bytes:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise Damaged(f"{file} is named in the manifest and can't be read") from error
    if _sha256(content) != wanted:
        raise Damaged(f"{file} has not the checksum that the manifest says")
    return content


def files_of_chunk(chunk: Chunk) -> dict[str, bytes]:
    """What a chunk is written as, its manifest last; the same rows give the same bytes."""
    lines, curves = [], dict[str, list[tuple[float, ...]]]()
    for asked in sorted(chunk.rows, key=lambda one: (one.edit, one.reading, one.scene)):
        row = chunk.rows[asked]
        line = {"edit": asked.edit, "reading": asked.reading, "scene": asked.scene, "value": row.value}
        line |= {"text": row.text, "excluded": row.excluded, "missing": row.missing}
        if isinstance(row.value, tuple):
            name = f"{asked.reading} | {asked.edit} | {len(row.value)}"
            line |= {"value": None, "curve": name, "at": len(curves.setdefault(name, []))}
            curves[name].append(row.value)
        lines.append(json.dumps(line, ensure_ascii=False, allow_nan=False))
    arrays = {name: np.array(curve, dtype=np.float64) for name, curve in curves.items()}
    told = "".join(line + "\n" for line in lines).encode(
        errors="backslashreplace"
    )  # as JSON has half characters
    files = {SAMPLES: told, ARRAYS: save(arrays)}
    return files | {MANIFEST: _manifest(chunk, files)}


def _manifest(chunk: Chunk, files: Mapping[str, bytes]) -> bytes:
    told = {"schema": STORE_SCHEMA, "model": chunk.model, "numerics": chunk.numerics, "rows": len(chunk.rows)}
    checks = {name: _sha256(content) for name, content in files.items()}
    whole = {**told, "run": chunk.run, "files": checks}
    return json.dumps({**whole, "seal": _seal(whole)}, indent=1).encode()


def _seal(told: Mapping[str, Any]) -> str:
    """The checksum of a manifest's own words: a flipped bit there would make rows another model's."""
    return _sha256(json.dumps(told, sort_keys=True).encode())


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
