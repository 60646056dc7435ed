"""Collected items that measure a claim: which claim, about which model, and in which case of it."""

import math
import re
from collections.abc import Mapping
from enum import Enum
from typing import Any

import pytest

from vtmetrics.evidence import Claim, Handle, JointRow, RunFacts

#: brackets end a parameter of pytest's: those of a model's name stand as others in the ids of tests
OTHER_BRACKETS = str.maketrans("[]", "⟦⟧")
PLAIN_BRACKETS = str.maketrans("⟦⟧", "[]")
#: with which versions, and when, items are run
RUN = pytest.StashKey[RunFacts]()
MODEL_IN_ID = re.compile(r"\[model=(?P<name>.+?)(?P<twin>~untrained|~matched|~scrambled)?\]")


def claim_of(item: Any) -> Claim | None:
    """The claim that a test measures; None for every other test."""
    found = getattr(getattr(item, "obj", None), "claim", None)
    return found if isinstance(found, Claim) else None


def handle_of(item: Any) -> Handle:
    """The model that a claim's test is about."""
    handle: Handle = item.callspec.params["model"]
    return handle


def model_of(nodeid: str) -> str | None:
    """The model's name in the id of a claim's test, the same for its twin."""
    named = MODEL_IN_ID.search(nodeid)
    return named["name"].translate(PLAIN_BRACKETS) if named else None


def id_of_model(handle: Handle) -> str:
    """How a test's id names a model: in brackets, because names contain hyphens and slashes."""
    twin = f"~{handle.spec.twin}" if handle.spec.twin else ""
    return f"[model={handle.spec.name.translate(OTHER_BRACKETS)}{twin}]"


def case(item: Any) -> str:
    """Which case of the claim a test is: all its parameters but the model, in words."""
    params: Mapping[str, Any] = item.callspec.params
    told = {name: _told(value) for name, value in params.items() if name != "model"}
    return ", ".join(f"{name}={text or item.callspec.indices[name]}" for name, text in told.items())


def cases(item: pytest.Item) -> int:
    """How many cases the claim itself has, whatever was selected."""
    marks = (mark for mark in item.iter_markers("parametrize"))
    return math.prod(len(mark.kwargs.get("argvalues", mark.args[1:] and mark.args[1])) for mark in marks)


def joint_rows_of(config: pytest.Config) -> tuple[JointRow, ...]:
    """What claims say together, as those tell it who have written them."""
    told = config.hook.pytest_claim_joint_rows(config=config)
    return tuple(row for rows in told for row in rows)


def _told(value: Any) -> str:
    """A value in words that are the same in every run; empty if it has none."""
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, Enum):
        return value.name
    if hasattr(value, "__name__"):
        return str(value.__name__)
    return "" if " object at 0x" in (text := str(value)) else text
