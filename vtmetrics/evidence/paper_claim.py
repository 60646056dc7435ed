"""A paper's claim: the citation, and in which interval the paper says that a number lies."""

import inspect
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from vtmetrics.statistics import Interval


@dataclass(frozen=True)
class Paper:
    """What a claim is quoted from."""

    title: str
    arxiv: str
    short: str

    def at(self, place: str) -> "Source":
        """The place in this paper where a claim is made, such as "Table 2"."""
        return Source(self, place)

    def __str__(self) -> str:
        return f"{self.short} (arXiv {self.arxiv})" if self.arxiv else self.short


@dataclass(frozen=True)
class Source:
    """A citation: a paper and the place in it."""

    paper: Paper
    place: str

    def __post_init__(self) -> None:
        if not self.place.strip():
            raise ValueError(f"a source names a place in {self.paper}, this one is empty")

    def __str__(self) -> str:
        return f"{self.paper}, {self.place}"


#: cited where no paper claims anything: such evidence is no claim's, and the report has another place for it
IN_PRACTICE = Paper("What no paper claims and a practitioner asks", "", "In practice")


#: cited before any claim is asked: what a model can do, which the first line about it tells
BEFORE_CLAIMS = Paper("What a model can do at all", "", "Before claims")


Twin = bool | Literal["matched"]
Measurement = TypeVar("Measurement", bound=Callable[..., Any])


@dataclass(frozen=True)
class Claim:
    """What a paper says, where, and which numbers would support it.

    `reported` is the paper's own number: it is shown and never computed with. Without one the claim is a
    diagnostic of ours: shown beside the paper's, and no part of what a row, a model or a run is said to do.
    `twin` says that the twins are controls, as what representations look like needs: the untrained one, and
    the scrambled one, which has the model's own weights in disorder. "matched" is another beside them,
    untrained with the model's norms, where these alone could do as expected. Where twins do as expected too,
    `by` is how much better than they the model has to do. `disputes` is the claim of another paper that
    expects something else of the same measurement.
    """

    id: str
    statement: str
    source: Source
    reported: str | None
    expected: Interval
    question: str
    position: int
    twin: Twin = False
    by: float | None = None
    disputes: str | None = None

    @property
    def twins(self) -> tuple[str, ...]:
        """Which twins are controls."""
        if self.twin == "matched":
            return "matched", "untrained", "scrambled"
        return ("untrained", "scrambled") if self.twin else ()

    @property
    def row(self) -> str:
        """The catalogue row that the claim is a part of: B1 of B1.level."""
        return self.id.partition(".")[0]


def claim(
    name: str,
    *,
    source: Source,
    reported: str | None = None,
    expected: Interval,
    twin: Twin = False,
    by: float | None = None,
    disputes: str | None = None,
) -> Callable[[Measurement], Measurement]:
    """Say which claim a measurement tests; its docstring is the statement.

    The function itself is returned: it measures and never decides. Its claim is its attribute `claim`.
    """

    def cite(measurement: Measurement) -> Measurement:
        what = measurement.__qualname__
        if not _is_id(name):
            raise ValueError(f"{what} wants a claim id such as B1 or B1.level, got {name!r}")
        if disputes is not None and (not _is_id(disputes) or disputes == name):
            raise ValueError(f"claim {name} disputes the id of another claim, such as G7, got {disputes!r}")
        if not isinstance(source, Source):
            raise TypeError(f"claim {name} wants a source such as PAPER.at('Table 2'), got {source!r}")
        if not isinstance(expected, Interval):
            raise TypeError(f"claim {name} wants an interval such as at_least(.9, 'why'), got {expected!r}")
        if twin not in (False, True, "matched"):
            raise ValueError(f"claim {name} wants a twin that is True or 'matched', got {twin!r}")
        if by is not None and not (twin and by > 0):
            raise ValueError(f"claim {name} does better than its twins by a number above 0, got by={by}")
        statement = " ".join((inspect.getdoc(measurement) or "").split())
        if not statement:
            raise ValueError(f"claim {name} wants a docstring that states it, {what} has none")
        code = inspect.unwrap(measurement).__code__
        question, position = _question(measurement), code.co_firstlineno
        cited = Claim(name, statement, source, reported, expected, question, position, twin, by, disputes)
        measurement.claim = cited  # type: ignore[attr-defined]
        return measurement

    return cite


def _is_id(name: object) -> bool:
    return isinstance(name, str) and re.fullmatch(r"[A-Z][\w-]*(\.[\w-]+)*", name) is not None


def _question(measurement: Callable[..., Any]) -> str:
    """The first line of the module that asks it."""
    module = sys.modules.get(measurement.__module__)
    documented = (module.__doc__ if module else measurement.__globals__.get("__doc__")) or ""
    return documented.strip().partition("\n")[0]
