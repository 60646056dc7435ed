"""Evidence: one flat JSON row for each claim, case, model and arm; all that a report needs."""

import json
import sys
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, NamedTuple

from vtmetrics.evidence.paper_claim import BEFORE_CLAIMS, IN_PRACTICE
from vtmetrics.lab import replace_synced

EVIDENCE_SCHEMA = "1.3"
FINITE = sys.float_info.max
TWINS = ("untrained", "matched", "scrambled")
#: fields that rows of an older minor schema lack
SINCE: dict[str, Any] = {"part": None, "by": None, "disputes": None}


class Place(NamedTuple):
    """A cell of the report: a claim, its case, a model, and which twin of it; empty for the model itself."""

    claim: str
    case: str
    model: str
    twin: str = ""

    @property
    def of_model(self) -> "Place":
        """The same cell of the model itself."""
        return self._replace(twin="")

    def __str__(self) -> str:
        case = f" ({self.case})" if self.case else ""
        twin = f", its {self.twin} twin" if self.twin else ""
        return f"{self.claim}{case} on {self.model}{twin}"


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What was found, for whom, against what, and in which run. What isn't there is None.

    `role` says which arm of the claim the row is: "" for the claim itself, "control:NAME", "sensitivity",
    "beside:NAME", or "part:NAME" of a claim that says several things together, whose own row has the figures
    of its weakest `part`; on a twin the twin stands before it: "untrained", "untrained:control:NAME".
    `by` is how much better than its twins a claim has to do to be true of the model, if that is said, and
    `disputes` is the claim of another paper that expects something else of the same number.
    `verdict` is supported, refuted, undecided, failed (our own bug), or "not measured"; `note` says why.
    """

    claim: str
    case: str
    model: str
    role: str
    verdict: str
    note: str | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    level: float | None = None
    method: str | None = None
    kind: str | None = None
    groups: int = 0
    scenes: int = 0
    missing: int = 0
    excluded: int = 0
    reasons: str | None = None
    needs: int | None = None
    part: str | None = None
    statement: str
    paper: str
    arxiv: str
    place: str
    question: str
    position: int
    reported: str | None
    expected: str
    expected_low: float | None = None
    expected_high: float | None = None
    because: str
    twin_controls: bool = False
    by: float | None = None
    disputes: str | None = None
    family: str
    embedded: bool
    source: str
    revision: str | None = None
    digest: str
    dtype: str
    attention: str
    device: str
    seed: int = 0
    key: str
    versions: str
    date: str
    schema: str = EVIDENCE_SCHEMA

    @property
    def twin(self) -> str:
        """Which twin of the model the row is about; empty for the model itself."""
        first = self.role.partition(":")[0]
        return first if first in TWINS else ""

    @property
    def diagnostic(self) -> bool:
        """Whether no paper says so: it is shown, and decides nothing. Older evidence says it in words."""
        return self.reported in (None, "not reported")

    @property
    def arm(self) -> str:
        """Which arm of the claim the row is: "", "control:NAME", "sensitivity", "part:NAME" or another."""
        return self.role.removeprefix(self.twin).removeprefix(":") if self.twin else self.role

    @property
    def cell(self) -> Place:
        """Where in the report the row belongs."""
        return Place(self.claim, self.case, self.model, self.twin)

    def to_json(self) -> str:
        """One line; `from_json` gives the same row back, to the last bit."""
        return json.dumps(vars(self), ensure_ascii=False, allow_nan=False)

    @classmethod
    def from_json(cls, line: str) -> "Evidence":
        """The row that `to_json` wrote; anything else is refused in one sentence."""
        try:
            told = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"evidence wants one JSON object a line, got {line[:60]!r}") from error
        if not isinstance(told, dict):
            raise ValueError(f"evidence wants one JSON object a line, got {line[:60]!r}")  # noqa: TRY004
        return cls(**_checked(told))


def _checked(told: dict[str, Any]) -> dict[str, Any]:
    first, _, minor = str(told.get("schema")).partition(".")
    ours, _, newest = EVIDENCE_SCHEMA.partition(".")
    if first != ours or not minor.isdigit():
        raise ValueError(f"evidence wants schema {EVIDENCE_SCHEMA}, got {told.get('schema')!r}")
    if int(minor) < int(newest):  # what came since, older rows don't say
        told = SINCE | told
    wanted = {field.name: field.type for field in fields(Evidence)}
    if set(told) != set(wanted):
        odd = sorted(set(told) ^ set(wanted))
        raise ValueError(
            f"an evidence row has the fields of schema {EVIDENCE_SCHEMA}, this one differs in {odd}"
        )
    for name, type_ in wanted.items():
        if not _fits(told[name], type_):
            raise ValueError(f"the evidence field {name} wants {type_}, got {told[name]!r}")
    return told


def _fits(value: Any, type_: Any) -> bool:
    if type_ in (float | None, float):
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return (value is None and type_ is not float) or (number and -FINITE <= value <= FINITE)
    if type_ is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, type_)


def write_evidence(rows: Iterable[Evidence], path: Path) -> None:
    """All rows into one file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    told = "".join(row.to_json() + "\n" for row in rows)
    replace_synced(path, told.encode(errors="backslashreplace"))  # as JSON has half characters


def read_evidence(path: Path, *, killed: bool = False) -> list[Evidence]:
    """The rows of an evidence file, or of DIR/evidence.jsonl; a damaged file is refused with its line.

    Of a run that may have been `killed`, a last line without an end is left out with a warning.
    """
    file = path / "evidence.jsonl" if path.is_dir() else path
    if not file.is_file():
        there = ", ".join(sorted(other.name for other in path.glob("*.jsonl")))
        held = f"holds {there} instead" if there else "is neither"
        raise ValueError(f"evidence wants a file or a folder with evidence.jsonl, {path} {held}")
    try:
        *lines, last = file.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise ValueError(f"evidence wants UTF-8 text, {file} is not") from error
    rows = []
    for number, line in enumerate([*lines, last] if last else lines, 1):
        try:
            rows.append(Evidence.from_json(line))
        except ValueError as error:
            if number <= len(lines) or not (killed and rows):
                raise ValueError(f"{file}, line {number}: {error}") from error
            warnings.warn(f"{file} ends within line {number}, which is left out", stacklevel=2)
    if not rows:
        raise ValueError(f"{file} holds no evidence")
    return rows


def is_practical(row: Evidence) -> bool:
    """Whether a row belongs to the table, and to no claim of a paper."""
    return row.paper == IN_PRACTICE.short


def is_ability(row: Evidence) -> bool:
    """Whether a row says which task a model can do, and nothing about a claim."""
    return row.paper == BEFORE_CLAIMS.short


def is_apart(row: Evidence) -> bool:
    """Whether a row is no claim's, and counts in no headline, exit status or comparison."""
    return is_practical(row) or is_ability(row)
