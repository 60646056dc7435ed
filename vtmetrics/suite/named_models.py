"""Models by name: what --model means, and where a run keeps what it measures. Nothing is loaded here."""

import ast
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from vtmetrics.lab import Adapters, Lab, Store
from vtmetrics.model import Model
from vtmetrics.nets import FAMILY_OF, OWN, Spec
from vtmetrics.suite.checkpoints import ADAPTER, kind_of, lacking, newest, quantised
from vtmetrics.suite.hookspecs import Registry
from vtmetrics.suite.progress import ProgressLine


def registry_of(config: pytest.Config, names: Sequence[str]) -> Registry:
    """The models of these names, as --model takes them, and no others."""
    lab = lab_of(config)
    return Registry(tuple(Model(spec, lab) for spec in specs_of(names, gpu=config.getoption("gpu"))))


def lab_of(config: pytest.Config, adapters: Adapters | None = None, shipped: Sequence[Store] = ()) -> Lab:
    """What measures in this run: with --evidence, rows are kept in a store beside it."""
    evidence = config.getoption("evidence")
    store = opened(evidence / "store") if evidence else None
    return Lab(store, ProgressLine(config), adapters=adapters or adapters_of(config), shipped=shipped)


def adapters_of(config: pytest.Config, *kept: Path) -> Adapters:
    """Where adapters are: with the evidence and, unless new ones are to be trained, in these folders."""
    evidence = config.getoption("evidence")
    own = evidence / "adapters" if evidence else cached(config, "adapters")
    return Adapters((), own) if config.getoption("train") else Adapters((own, *kept))


def opened(folder: Path) -> Store:
    """The store in a folder, unless rows can't be kept there or another version wrote it."""
    try:
        store = Store(folder)
        store.check()
    except (OSError, ValueError) as error:
        raise pytest.UsageError(f"--evidence: {error}") from error
    return store


def cached(config: pytest.Config, name: str) -> Path:
    """A folder in pytest's cache."""
    kept = config.pluginmanager.hasplugin("cacheprovider")
    return Path(config.rootpath, config.getini("cache_dir") if kept else ".pytest_cache", "d", name)


def specs_of(texts: Sequence[str], *, gpu: bool) -> list[Spec]:
    """What all of --model means; no two models of one name."""
    specs = [spec_of(text, gpu=gpu) for text in texts]
    names = [spec.name for spec in specs]
    if len(set(names)) < len(names):
        raise pytest.UsageError(f"--model wants models of different names, got {', '.join(names)}")
    return specs


def spec_of(text: str, *, gpu: bool) -> Spec:
    """What --model means: a directory, FILE.py:FUNCTION, or ORG/NAME in the local cache."""
    dtype = "bfloat16" if gpu else "float32"
    if function := re.fullmatch(r"(?P<file>.+\.py):(?P<name>\w+)", text):
        file = Path(function["file"]).resolve()
        if not file.is_file():
            raise pytest.UsageError(f"--model wants FILE.py:FUNCTION, there is no file {function['file']!r}")
        names = _functions(file)
        if function["name"] not in names:
            raise pytest.UsageError(
                f"--model wants a function of {file.name}, {function['name']!r} is none of {names}"
            )
        return Spec(function["name"], OWN, f"{file}:{function['name']}", **arithmetic(gpu=gpu, dtype=dtype))
    if text.endswith(".py") and Path(text).is_file():
        there = ", ".join(_functions(Path(text))) or "none"
        raise pytest.UsageError(f"--model wants FILE.py:FUNCTION, {text!r} names no function; it has {there}")
    if Path(text).is_dir():
        where, revision = Path(text).resolve(), None
        name = where.name
    else:
        where = _cached(text)
        name, revision = text.rpartition("/")[2], where.name
    told = arithmetic(gpu=gpu, dtype=dtype)
    return Spec(name, _family(where), str(where), revision, **told)


def _functions(file: Path) -> list[str]:
    """The functions that a file defines, without running it."""
    try:
        body = ast.parse(file.read_bytes()).body
    except (SyntaxError, ValueError) as error:
        raise pytest.UsageError(f"--model wants a file of Python, {file.name} is none: {error}") from error
    return [node.name for node in body if isinstance(node, ast.FunctionDef)]


def arithmetic(*, gpu: bool, dtype: str = "float32") -> dict[str, Any]:
    """Where and in which precision a model runs."""
    if not gpu:
        return {"dtype": dtype, "device": "cpu"}
    import torch  # noqa: PLC0415 - only --gpu pays for it

    device = torch.accelerator.current_accelerator()
    return {"dtype": dtype, "device": device.type if device is not None else "cpu"}


def _cached(text: str) -> Path:
    if text.startswith((".", "/")):
        raise pytest.UsageError(f"--model wants a directory, there is none at {text!r}")
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", text):
        raise pytest.UsageError(f"--model wants a directory, FILE.py:FUNCTION or ORG/NAME, got {text!r}")
    where = newest(text)
    if where is None:
        raise pytest.UsageError(
            f"--model never downloads, and {text} is not in the cache: hf download {text}"
        )
    return where


def _family(where: Path) -> str:
    """The family, from config.json alone, of a checkpoint that has all it needs."""
    kind = kind_of(where)
    if kind is None:
        merge = ": it holds an adapter, to be merged first" if (where / ADAPTER).is_file() else ""
        raise pytest.UsageError(
            f"--model wants a directory with config.json, {where} has none to read{merge}"
        )
    if not any(where.glob("*.safetensors")):
        raise pytest.UsageError(f"--model wants a directory with *.safetensors, {where} has none")
    if kind not in FAMILY_OF:
        raise pytest.UsageError(f"--model wants one of {', '.join(FAMILY_OF)}, {where} is of type {kind!r}")
    if how := quantised(where):
        raise pytest.UsageError(
            f"--model wants a directory of plain weights, those of {where} are quantised by {how}: "
            "let FILE.py:FUNCTION load it"
        )
    if part := lacking(where):
        raise pytest.UsageError(f"--model wants a checkpoint with all its parts, {where} lacks {part}")
    return str(FAMILY_OF[kind])
