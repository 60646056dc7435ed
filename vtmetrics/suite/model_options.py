"""Options of the models of a run: which revision, where and in which arithmetic; and what cannot be meant."""

import argparse
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from vtmetrics.nets import ATTENTIONS, DEVICE_MAPS, DTYPES, REPOSITORY, check_numerics, fetch
from vtmetrics.suite.hookspecs import Registry

#: what of a spec may be told for all models of a run
NUMERICS = ("dtype", "attention", "device", "device_map")


def pytest_addoption(parser: pytest.Parser) -> None:
    """What a run may be told about its models, beside --model itself."""
    group = parser.getgroup("claims")
    group.addoption(
        "--revision", metavar="REVISION", help="which branch, tag or 40 digits of --model=ORG/NAME is meant"
    )
    group.addoption(
        "--download",
        action="store_true",
        help="fetch what the hub's cache lacks of --model=ORG/NAME; without it, nothing is ever fetched",
    )
    group.addoption(
        "--dtype", metavar="DTYPE", help=f"of the weights: {', '.join(DTYPES)}; by default see --gpu"
    )
    group.addoption("--attention", metavar="NAME", help=f"{', '.join(ATTENTIONS)} (default: sdpa)")
    group.addoption(
        "--device", metavar="DEVICE", help="cpu, or one accelerator such as cuda:1, which implies --gpu"
    )
    group.addoption(
        "--device-map",
        metavar="MAP",
        help=f"spread each net over all accelerators: {', '.join(DEVICE_MAPS)}; implies --gpu",
    )
    group.addoption(
        "--batch",
        type=whole_from_one,
        default=32,
        metavar="N",
        help="how many scenes a net is given at once (default: 32); halved where memory runs out",
    )


def whole_from_one(text: str) -> int:
    """A number of things of which there is at least one."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"wants a whole number from 1, got {text!r}")
    return int(text)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Refuse numerics that can't be meant, before a model is looked for; a device may say --gpu.

    A worker sees one accelerator alone: what the controller has checked is not checked again.
    """
    if hasattr(config, "workerinput"):
        return
    for name in NUMERICS:
        _refuse(_option(name), **{name: config.getoption(name)})
    if config.getoption("download") and not any(map(_repository, config.getoption("model"))):
        raise pytest.UsageError("--download wants a --model=ORG/NAME to be fetched, none is named")
    device = config.getoption("device")
    if device == "cpu" and config.getoption("gpu"):
        raise pytest.UsageError("--gpu wants an accelerator, and --device=cpu wants none: give one of them")
    if device and config.getoption("device_map"):
        raise pytest.UsageError("--device wants one device and --device-map several: give one of them")
    spread = config.getoption("device_map") is not None
    config.option.gpu = config.getoption("gpu") or spread or device not in (None, "cpu")


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def has_places(config: pytest.Config) -> bool:
    """Whether it is said where nets are, on one accelerator or over all: workers are not pinned then."""
    return ":" in str(config.getoption("device")) or isinstance(config.getoption("device_map"), str)


def with_numerics(config: pytest.Config, registry: Registry) -> Registry:
    """The registry with all models in the arithmetic that was asked for; functions load as they say."""
    told = {name: value for name in NUMERICS if (value := config.getoption(name))}
    if not told:
        return registry
    own = [model.spec.name for model in registry.runnable if not model.spec.identified]
    if own:
        raise pytest.UsageError(
            f"{_option(next(iter(told)))} wants checkpoints, and {own[0]} is loaded as its function says"
        )
    models: list[Any] = [*registry.runnable]
    changed = [replace(model, spec=replace(model.spec, **told)) for model in models]
    for model in changed:  # the two may not go together, where only one was asked for
        _refuse(_option(next(iter(told))), dtype=model.spec.dtype, attention=model.spec.attention)
    return replace(registry, runnable=tuple(changed))


def _refuse(asker: str, **numerics: str | None) -> None:
    try:
        check_numerics(asker, **numerics)
    except ValueError as error:
        raise pytest.UsageError(str(error)) from error


def _repository(text: str) -> re.Match[str] | None:
    return None if Path(text).is_dir() or ".py:" in text else REPOSITORY.fullmatch(text)


def fetch_named(texts: Sequence[str]) -> None:
    """Fetch what the cache lacks of the repositories among these names."""
    for text in texts:
        if named := _repository(text):
            try:
                fetch(named["name"], named["revision"], "--download")
            except ValueError as error:
                raise pytest.UsageError(str(error)) from error


def at_revision(texts: Sequence[str], revision: str | None) -> list[str]:
    """What --model and --revision mean together: a revision is of one repository."""
    if revision is None:
        return list(texts)
    named = [_repository(text) for text in texts]
    if len(texts) != 1 or named[0] is None or named[0]["revision"]:
        raise pytest.UsageError(
            f"--revision wants one --model=ORG/NAME, got {', '.join(texts) or 'no --model'}; "
            "several are told apart by --model=ORG/NAME@REVISION"
        )
    return [f"{texts[0]}@{revision}"]
