"""Lists: the registered models, the claims with their papers, the tasks with the claims that ask for them."""

import inspect
import re
from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Any

import pytest
from _pytest.mark.expression import Expression

from vtmetrics.evidence import Claim
from vtmetrics.nets import FAMILIES
from vtmetrics.suite.claim_items import claim_of
from vtmetrics.suite.hookspecs import Registry

LISTS = ("models", "claims", "tasks")
#: how far what belongs to a line above stands from the edge
DEEP = " " * 8


def models_listed(registry: Registry, marked: str = "") -> Iterator[str]:
    """A line for each model: its name and family, whether it runs here or why not, and where it is.

    An -m that names families leaves out the models of others.
    """
    lines = [
        (model.spec.name, model.spec.family or "–", "runs here", model.spec.source)
        for model in registry.runnable
    ]
    away = [(name, f"runs here with --full or -m {family}") for name, family in registry.spared]
    away += [(name, f"runs here with --model={name}") for name in registry.named]
    away += [(name, f"does not run here: {why}") for name, why in registry.absent]
    known = {name: (family, "") for name, family in registry.spared} | dict(registry.elsewhere)
    for name, told in away:
        family, source = known.get(name, ("–", ""))
        lines.append((name, family, told, source))
    asked = [line for line in lines if is_marked(line[1], marked)]
    none = "no models of that family are registered" if lines else "no models are registered"
    yield from in_columns(asked) if asked else [none]


def is_marked(family: str, marked: str) -> bool:
    """Whether an -m leaves a family's models; what else it names is no matter of theirs."""
    if not set(re.findall(r"\w+", marked)) & FAMILIES.keys():
        return True

    def has(name: str, /, **_: object) -> bool:
        return name == family or name not in FAMILIES

    chosen: bool = Expression.compile(marked).evaluate(has)
    return chosen


def claims_listed(items: Sequence[pytest.Item], width: int) -> Iterator[str]:
    """Two lines for each claim: its id, paper and place; then the sentence that it is."""
    found = claims_of(items)
    for claim in found:
        yield f"{claim.id}  {claim.source}"
        yield from wrap(claim.statement, width, initial_indent=DEEP, subsequent_indent=DEEP)
    if not found:
        yield "no claim is selected"


def tasks_listed(items: Sequence[pytest.Item], width: int) -> Iterator[str]:
    """Two lines for each task: its name and what it is about; then the claims that are given its scenes."""
    about: dict[str, str] = {}
    asking: dict[str, dict[str, None]] = {}
    for item in items:
        claim = claim_of(item)
        for name, fixture in _tasks_of(item) if claim else ():
            about[name] = " ".join((inspect.getdoc(fixture) or "").split())
            asking.setdefault(name, {})[claim.id if claim else ""] = None
    for name in sorted(asking):
        yield from wrap(f"{name}  {about[name]}", width, subsequent_indent=DEEP)
        yield from wrap(", ".join(asking[name]), width, initial_indent=DEEP, subsequent_indent=DEEP)
    if not asking:
        yield "no claim is selected that asks for a task"


def claims_of(items: Sequence[pytest.Item]) -> list[Claim]:
    """The claims that these tests measure, each once."""
    found = (claim_of(item) for item in items)
    return list(dict.fromkeys(claim for claim in found if claim is not None))


def _tasks_of(item: Any) -> Iterator[tuple[str, Any]]:
    """The fixtures that give a claim its scenes: all that it names, unless they say that they give others.

    What is parametrised, the model too, is given by nobody's fixture.
    """
    params = getattr(getattr(item, "callspec", None), "params", {})
    known = item._fixtureinfo.name2fixturedefs  # noqa: SLF001 - pytest has no public name for it
    for name in inspect.signature(item.obj).parameters:
        if name in known and name not in params and _gives_scenes(known[name][-1].func):
            yield name, known[name][-1].func


def _gives_scenes(fixture: Any) -> bool:
    told = inspect.signature(fixture).return_annotation
    return told is inspect.Signature.empty or bool(re.fullmatch(r"(?!.*Callable).*\bScene\b.*", str(told)))


def in_columns(lines: Sequence[Sequence[str]]) -> list[str]:
    """Lines whose parts stand below each other."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    padded = ([part.ljust(width) for part, width in zip(line, widths, strict=True)] for line in lines)
    return ["  ".join(parts).rstrip() for parts in padded]
