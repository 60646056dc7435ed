"""The store: measured rows in immutable folders, written whole or not at all, and verified when read.

    store/v1/ab/ab12…/manifest.json  samples.jsonl  arrays.safetensors
    store/conflict/, store/quarantine/   what contradicts or fails its checksum; never read, never deleted

A folder is named by what was asked, so that two writers of the same rows meet: equal files are one folder,
unequal ones a conflict. There are no locks; a killed writer leaves a folder in store/half/ that nobody reads.
"""

import hashlib
import json
import os
import shutil
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
from safetensors.numpy import load, save

from vtmetrics.lab import disk
from vtmetrics.readings import RowKey, StoredValue
from vtmetrics.stopwatch import timed

STORE_SCHEMA = "1.0"
SAMPLES, ARRAYS, MANIFEST = "samples.jsonl", "arrays.safetensors", "manifest.json"


class Damaged(ValueError):  # noqa: N818 - a state of a chunk
    """A chunk that isn't what its manifest says."""


@dataclass(frozen=True)
class Chunk:
    """Rows that were measured together, of one model in one numerics."""

    model: str
    numerics: str
    rows: Mapping[RowKey, StoredValue]
    run: str = ""

    @property
    def key(self) -> str:
        """64 hex digits of what was asked."""
        asked = sorted((one.edit, one.reading, one.scene) for one in self.rows)
        return _sha256(json.dumps([STORE_SCHEMA, self.model, self.numerics, asked]).encode())


class Store:
    """A folder of chunks."""

    def __init__(self, root: Path | str) -> None:
        self.root = Path(root)
        self._models: dict[str, str] = {}
        (self.root / "v1").mkdir(parents=True, exist_ok=True)

    @timed("store")
    def put(self, chunk: Chunk) -> Path:
        """Keep the rows; the same again change nothing, others for the same question are a conflict."""
        files = _files(chunk)
        half = disk.draft_folder(self.root, {**files, MANIFEST: _manifest(chunk, files)})
        final = self._place(chunk.key)
        final.parent.mkdir(exist_ok=True)
        try:
            half.rename(final)
        except OSError:
            if not (final / MANIFEST).is_file():
                raise
            self._meet(half, final)
        disk.sync_folder(final.parent)
        return final

    def _place(self, key: str) -> Path:
        return self.root / "v1" / key[:2] / key

    def _meet(self, half: Path, final: Path) -> None:
        """Somebody else has answered the same question."""
        if _told(half)["files"] == _told(final)["files"]:
            shutil.rmtree(half)
            return
        aside = self.root / "conflict" / f"{final.name}-{half.name}"
        aside.parent.mkdir(exist_ok=True)
        half.rename(aside)
        warnings.warn(f"the same question had two answers, the second is in {aside}", stacklevel=3)

    def folders(self) -> Iterator[Path]:
        """Every chunk's folder, in the order of their keys."""
        yield from sorted((self.root / "v1").glob("??/*"))

    def check(self) -> None:
        """Refuse a store that another version wrote; what is damaged is dealt with when its rows are read."""
        for folder in self.folders():
            with suppress(Damaged):
                self._models[folder.name] = _told(folder)["model"]

    @timed("store")
    def rows(self, model: str) -> dict[RowKey, StoredValue]:
        """All rows of a model; a damaged chunk is set aside, said aloud, and as good as not measured."""
        found: dict[RowKey, StoredValue] = {}
        for folder in self.folders():
            try:
                if folder.name not in self._models:  # a chunk's name is of its model's rows alone, for ever
                    self._models[folder.name] = _told(folder)["model"]
                if self._models[folder.name] == model:
                    found |= read_chunk(folder).rows
            except Damaged as damage:
                self._quarantine(folder, damage)
        return found

    def _quarantine(self, folder: Path, damage: Damaged) -> None:
        aside = self.root / "quarantine" / f"{folder.name}-{uuid4().hex[:8]}"
        aside.parent.mkdir(exist_ok=True)
        folder.rename(aside)
        warnings.warn(f"{damage}; it is in {aside} and will be measured again", stacklevel=3)


def read_chunk(folder: Path) -> Chunk:
    """The chunk in a folder, if every file is what the manifest says."""
    told = _told(folder)
    content = {name: _checked(folder / name, wanted) for name, wanted in told["files"].items()}
    if set(content) != {SAMPLES, ARRAYS}:
        raise Damaged(f"{folder} wants {SAMPLES} and {ARRAYS}, its manifest names {sorted(content)}")
    curves = {name: array.tolist() for name, array in load(content[ARRAYS]).items()}
    model, numerics = told["model"], told["numerics"]
    lines = json.loads("[" + content[SAMPLES].decode().rstrip("\n").replace("\n", ",") + "]")
    rows = {
        RowKey(model, numerics, line["edit"], line["reading"], line["scene"]): _row(line, curves)
        for line in lines
    }
    return Chunk(model, numerics, rows, told["run"])


def _row(line: Mapping[str, Any], curves: Mapping[str, Sequence[Sequence[float]]]) -> StoredValue:
    value = tuple(curves[line["curve"]][line["at"]]) if "curve" in line else line["value"]
    return StoredValue(value, line["text"], line["excluded"], line["missing"])


def _told(folder: Path) -> dict[str, Any]:
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        schema, files = told["schema"], told["files"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Damaged(f"{folder} wants a manifest, it has none that can be read") from error
    if schema.partition(".")[0] != STORE_SCHEMA.partition(".")[0]:
        raise ValueError(f"{folder} is of schema {schema}, this version reads {STORE_SCHEMA}")
    if any(os.sep in name or name.startswith(".") for name in files):
        raise Damaged(f"the manifest of {folder} names files outside it")
    return dict(told)


def _checked(file: Path, wanted: str) -> bytes:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise Damaged(f"{file} is named in the manifest and can't be read") from error
    if _sha256(content) != wanted:
        raise Damaged(f"{file} has not the checksum that the manifest says")
    return content


def _files(chunk: Chunk) -> dict[str, bytes]:
    """What a chunk is written as; the same rows give the same bytes."""
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
    return {SAMPLES: "".join(line + "\n" for line in lines).encode(), ARRAYS: save(arrays)}


def _manifest(chunk: Chunk, files: Mapping[str, bytes]) -> bytes:
    told = {"schema": STORE_SCHEMA, "model": chunk.model, "numerics": chunk.numerics, "rows": len(chunk.rows)}
    checks = {name: _sha256(content) for name, content in files.items()}
    return json.dumps({**told, "run": chunk.run, "files": checks}, indent=1).encode()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
