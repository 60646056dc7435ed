"""Shards (--shard I/N): a part of a run, for job arrays and CI matrices; `merge` makes them one.

What is left after -m and -k is cut into N parts of about equally many tests, in the order of the run: a
model's claims stay together, and a claim stays with all of its cases and twins. A shard writes rows of its
own beside those of the others, and says so when it has come to its end.
"""

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from vtmetrics.evidence import EVIDENCE_FILE, Shard
from vtmetrics.suite.claim_items import claim_of, model_of
from vtmetrics.suite.options import is_controller, only_looks


def shard_asked(text: str) -> Shard:
    """Which part of how many is meant by I/N."""
    told = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", text)
    if told is None or not 1 <= int(told[1]) <= int(told[2]):
        raise argparse.ArgumentTypeError(f"wants I/N with I from 1 to N, as 2/8, got {text!r}")
    return Shard(int(told[1]), int(told[2]))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Which part is measured."""
    parser.getgroup("claims").addoption(
        "--shard",
        type=shard_asked,
        metavar="I/N",
        help="measure the I-th of N parts alone; `python -m vtmetrics merge DIR` makes them one",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Refuse what needs all claims, and forget that this shard has come to its end before."""
    shard, folder = shard_of(config), config.getoption("evidence")
    if shard is None or not is_controller(config):
        return
    if config.getoption("compare"):
        raise pytest.UsageError(
            "--compare wants all claims of both models, and --shard measures some: merge first"
        )
    if folder is not None and not only_looks(config):
        shard.done_file(folder).unlink(missing_ok=True)


def shard_of(config: pytest.Config) -> Shard | None:
    """Which part this run is, if it isn't the whole."""
    found: Shard | None = config.getoption("shard")
    return found


def rows_file(config: pytest.Config, folder: Path) -> Path:
    """Where the rows of this run are kept."""
    shard = shard_of(config)
    return folder / EVIDENCE_FILE if shard is None else shard.rows_file(folder)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the other parts to others; tests that are no claims belong to the first."""
    shard = shard_of(config)
    if shard is None:
        return
    dealt = parts_of([_unit(item) for item in items], shard.of)
    others = [item for item, part in zip(items, dealt, strict=True) if part != shard.number]
    items[:] = [item for item, part in zip(items, dealt, strict=True) if part == shard.number]
    if others:
        config.hook.pytest_deselected(items=others)


def parts_of(units: Sequence[tuple[str, str] | None], of: int) -> list[int]:
    """The part of each test, from 1: those of one unit in one part, units in order of their models."""
    models = dict.fromkeys(unit[0] for unit in units if unit is not None)
    first = {unit: place for place, unit in reversed(list(enumerate(units))) if unit is not None}
    order = sorted(first, key=lambda unit: (list(models).index(unit[0]), first[unit]))
    total, before, part = sum(unit is not None for unit in units), 0, dict[tuple[str, str], int]()
    for unit in order:
        part[unit] = 1 + before * of // total
        before += sum(other == unit for other in units)
    return [1 if unit is None else part[unit] for unit in units]


def _unit(item: pytest.Item) -> tuple[str, str] | None:
    """What is not divided: a model, its twins with it, and a claim's function."""
    model = model_of(item.nodeid)
    return None if claim_of(item) is None or model is None else (model, item.nodeid.partition("[")[0])


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Say that this part is whole, unless something has cut it short."""
    config, shard = session.config, shard_of(session.config)
    folder: Path | None = config.getoption("evidence")
    if shard is None or folder is None or not is_controller(config) or only_looks(config):
        return
    cut = session.shouldstop or session.shouldfail or exitstatus in (2, 3, 4)
    if not cut:
        folder.mkdir(parents=True, exist_ok=True)
        shard.done_file(folder).touch()
