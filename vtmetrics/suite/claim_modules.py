"""The modules of claims that a run was asked for, wherever in the repository they are."""

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from vtmetrics.suite.claim_items import claim_of, model_of

#: the fixture that asks first, on scenes of its own, whether a model can do what the claim is about
GATE = "competent"


@dataclass
class AskedFor:
    """The modules whose claims were collected, whatever was selected of them, and whether one has a gate."""

    modules: set[str] = field(default_factory=set)
    gated: bool = False


ASKED_FOR = pytest.StashKey[AskedFor]()


def pytest_configure(config: pytest.Config) -> None:
    """Nothing is collected yet."""
    config.stash[ASKED_FOR] = AskedFor()


def pytest_itemcollected(item: pytest.Item) -> None:
    """Note a claim's module, before anything is deselected."""
    if claim_of(item) is not None:
        asked = item.config.stash[ASKED_FOR]
        asked.modules.add(module_of(item.nodeid))
        asked.gated |= GATE in getattr(item, "fixturenames", ())


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_node_collection_finished(node: Any, ids: list[str]) -> None:
    """Know early, from the ids alone, what a worker was asked for."""
    node.config.stash[ASKED_FOR].modules |= {module_of(test) for test in ids if model_of(test)}


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker tells its controller, which collects nothing."""
    if hasattr(session.config, "workeroutput"):
        asked = session.config.stash[ASKED_FOR]
        session.config.workeroutput["asked_for"] = [sorted(asked.modules), asked.gated]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Learn it from a worker that ends in order."""
    modules, gated = (getattr(node, "workeroutput", None) or {}).get("asked_for", ((), False))
    asked = node.config.stash[ASKED_FOR]
    asked.modules.update(modules)
    asked.gated |= gated


def module_of(nodeid: str) -> str:
    """The file of a test, from the root of the repository."""
    return nodeid.partition("::")[0]


def asks_for_claims(config: pytest.Config) -> bool:
    """Whether there were claims in what was collected, selected or not."""
    return bool(config.stash[ASKED_FOR].modules)


def asks_for_all(config: pytest.Config) -> bool:
    """Whether all claims were asked for: a path holds the whole of the topmost folder in which some are."""
    modules = config.stash[ASKED_FOR].modules
    parts = {config.rootpath.joinpath(*Path(module).parent.parts[:1]) for module in modules}
    return bool(parts) and all(any(holds(path, part) for path in named_paths(config)) for part in parts)


def has_gate(config: pytest.Config) -> bool:
    """Whether a claim could ask, or has asked, if a model can do its task."""
    offered = any(hasattr(plugin, GATE) for plugin in config.pluginmanager.get_plugins())
    return offered or config.stash[ASKED_FOR].gated


def holds(folder: Path, path: Path) -> bool:
    """Whether a path is this folder or lies in it."""
    return path == folder or folder in path.parents


def named_paths(config: pytest.Config) -> list[Path]:
    """The paths of the command line, or those that stand for none."""
    here = config.invocation_params.dir
    return [(here / module_of(argument)).resolve() for argument in config.args]


def looks_like_claims(paths: Iterable[Path]) -> bool:
    """Whether a file there seems to hold a claim: read without running it, where nothing is collected yet."""
    texts = (file.read_bytes() for file in _files(paths))
    return any(_has_claim(text) for text in texts if b"@claim" in text)


def _has_claim(text: bytes) -> bool:
    """Whether a test stands under the decorator."""
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError):  # pytest will say so
        return False
    tests = (node for node in body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"))
    decorators = (ast.unparse(decorator) for test in tests for decorator in test.decorator_list)
    return any(decorator.startswith("claim(") for decorator in decorators)


def _files(paths: Iterable[Path]) -> Iterable[Path]:
    """Files of Python, but for those in folders that are hidden or no part of the repository."""
    for path in paths:
        if path.is_dir() and not path.name.startswith((".", "_")) and not (path / "pyvenv.cfg").exists():
            yield from _files(sorted(path.iterdir()))
        elif path.suffix == ".py":
            yield path
