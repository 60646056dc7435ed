"""Models by name: what --model means, and where a run keeps what it measures. Nothing is loaded here."""

import ast
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from vtmetrics.cluster import ClusterLab
from vtmetrics.lab import Adapters, Lab, Store
from vtmetrics.model import Model
from vtmetrics.nets import OWN, REPOSITORY, NotCachedError, Spec, checkpoint_spec
from vtmetrics.suite.hookspecs import Registry
from vtmetrics.suite.measuring_crew import crew_meant
from vtmetrics.suite.progress import ProgressLine


def registry_of(config: pytest.Config, names: Sequence[str]) -> Registry:
    """The models of these names, as --model takes them, and no others."""
    lab = lab_of(config)
    return Registry(tuple(Model(spec, lab) for spec in specs_of(names, gpu=config.getoption("gpu"))))


def lab_of(config: pytest.Config, adapters: Adapters | None = None, shipped: Sequence[Store] = ()) -> Lab:
    """What measures in this run: with --evidence, rows are kept in a store beside it."""
    evidence = config.getoption("evidence")
    store = opened(evidence / "store") if evidence else None
    kept, batch = adapters or adapters_of(config), config.getoption("batch")
    if store is not None and (crew := crew_meant(config)) is not None:
        return ClusterLab(crew, store, ProgressLine(config), batch, kept, shipped)
    return Lab(store, ProgressLine(config), batch, kept, shipped)


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
    return unlike([spec_of(text, gpu=gpu) for text in texts])


def unlike(specs: list[Spec]) -> list[Spec]:
    """The models themselves, if no two have one name: a column is found by it."""
    names = [spec.name for spec in specs]
    if len(set(names)) < len(names):
        raise pytest.UsageError(f"--model wants models of different names, got {', '.join(names)}")
    return specs


def spec_of(text: str, *, gpu: bool) -> Spec:
    """What --model means: a directory, FILE.py:FUNCTION, or ORG/NAME[@REVISION] in the local cache."""
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
    if not _is_named(text):
        raise pytest.UsageError(f"--model wants a directory, FILE.py:FUNCTION or ORG/NAME, got {text!r}")
    try:
        return checkpoint_spec(text, "--model", **arithmetic(gpu=gpu, dtype=dtype))
    except NotCachedError as error:
        raise pytest.UsageError(f"{error}, or --download") from error
    except ValueError as error:
        raise pytest.UsageError(str(error)) from error


def _is_named(text: str) -> bool:
    """Whether it may be a place, or what the hub calls a checkpoint."""
    return Path(text).is_dir() or text.startswith((".", "/")) or REPOSITORY.fullmatch(text) is not None


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
    # with --cluster workers have one, and this machine may have none; without it, that was refused
    return {"dtype": dtype, "device": device.type if device is not None else "cuda"}
