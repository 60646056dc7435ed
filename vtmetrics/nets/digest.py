"""The digest: what identifies a model, its files by their content."""

import hashlib
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from vtmetrics.nets.adapter import training_of
from vtmetrics.nets.matched_twin import MATCHING
from vtmetrics.nets.spec import Spec

# What a measurement depends on; a model card doesn't change it.
TELLING = (".safetensors", ".json", ".jinja", ".model", ".py", ".txt")


def digest_of(spec: Spec) -> str:
    """64 hex digits of the weights, the configuration, the processor, and which twin or adapter is meant."""
    if spec.adapter:
        return _adapted(digest_of(replace(spec, adapter="")), Path(spec.adapter))
    twin = (spec.twin, spec.seed, *([MATCHING] if spec.twin == "matched" else []))
    where, _, function = spec.source.rpartition(":") if ".py:" in spec.source else (spec.source, "", "")
    path = Path(where)
    if not path.exists():
        return hashlib.sha256(repr((spec.source, *twin)).encode()).hexdigest()
    files = [path] if path.is_file() else sorted(f for f in path.iterdir() if f.suffix in TELLING)
    told = [(file.name, _content(file, file.stat().st_mtime_ns)) for file in files]
    if function:  # the others of its file return other weights
        told.append((function, ""))
    return hashlib.sha256(repr((told, twin if spec.twin else ())).encode()).hexdigest()


def _adapted(model: str, folder: Path) -> str:
    """Of a model with an adapter, which is refused beside other weights than those it was trained for."""
    told = training_of(folder)
    if told.model != model:
        raise ValueError(f"the adapter in {folder} is for the weights {told.model[:12]}…, not {model[:12]}…")
    return told.digest


@lru_cache(maxsize=1024)
def _content(file: Path, _changed: int) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
