"""Expected verdicts: a TOML file of one's own says how claims come out on a model, and is held to it."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vtmetrics.evidence.conclusion import Conclusion, Glyph, joined
from vtmetrics.evidence.conclusion_table import Conclusions
from vtmetrics.evidence.evidence import Place, is_apart

#: what may be expected; nobody expects a bug of ours
WORDS = {glyph.word: glyph for glyph in Glyph if glyph is not Glyph.FAILED}
OF_A_CLAIM = ("verdict", "why")
#: a claim, or one case of it as the report names it
NAME = re.compile(r"(?P<claim>[^()]+?)(?: \((?P<case>.+)\))?")


@dataclass(frozen=True)
class Expectation:
    """The verdict that a claim, or one case of it, is to have: on one model, or on every model of the run."""

    claim: str
    case: str | None
    model: str | None
    verdict: Glyph
    why: str

    def __str__(self) -> str:
        case = "" if self.case is None else f" ({self.case})"
        return f"{self.claim}{case}" + ("" if self.model is None else f" on {self.model}")

    def covers(self, place: Place) -> bool:
        """Whether it says something of the cell; nothing is expected of twins."""
        return (
            place.claim == self.claim
            and self.case in (None, place.case)
            and self.model in (None, place.model)
            and not place.twin
        )


@dataclass(frozen=True)
class HeldExpectations:
    """Which cells came out as expected, which did not, a line for whatever did not; how much was held."""

    true: frozenset[Place]
    untrue: frozenset[Place]
    lines: tuple[str, ...]
    count: int

    @property
    def fails(self) -> bool:
        """Whether something that was named did not come true."""
        return bool(self.lines)


def read_expectations(file: Path) -> tuple[Expectation, ...]:
    """The lines of [claims] and of [models.NAME]; what is malformed is refused in one sentence."""
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{file} wants to be TOML: {error}") from error
    if odd := sorted(told.keys() - {"claims", "models"}):
        raise ValueError(f"{file} wants its verdicts under [claims] or [models.NAME], it has {odd[0]!r}")
    models = _table(told.get("models", {}), f"{file}, models")
    claims = _table(told.get("claims", {}), f"{file}, claims")
    found = list(_expectations(claims, f"{file}, claims", "", None))
    for model, table in models.items():
        where = f"{file}, models.{model}"
        found += list(_expectations(_table(table, where), where, "", model))
    if not found:
        raise ValueError(f"{file} names no claim")
    return tuple(found)


def _table(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{where} wants a table, it is {value!r}")  # noqa: TRY004 - the file is at fault
    return value


def _expectations(
    table: Mapping[str, Any], where: str, name: str, model: str | None
) -> Iterator[Expectation]:
    """The claims of a table: C1.half without quotes is a table within that of C1."""
    own = {key: value for key, value in table.items() if not isinstance(value, dict)}
    if own or (name and not table):
        yield _expectation(own, f"{where}.{name}" if name else where, name, model)
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _expectations(value, where, f"{name}.{key}" if name else key, model)


def _expectation(own: Mapping[str, Any], where: str, name: str, model: str | None) -> Expectation:
    found = NAME.fullmatch(name)
    if name and found is None:
        raise ValueError(f"{where} wants the id of a claim, or ID (CASE)")
    if found is None or own.keys() != set(OF_A_CLAIM):
        got = ", ".join(sorted(own)) or "nothing"
        raise ValueError(f"{where} wants claims, each with a verdict and a why, it has {got}")
    verdict, why = own["verdict"], own["why"]
    if not isinstance(verdict, str) or verdict not in WORDS:
        raise ValueError(f"{where}.verdict wants one of {', '.join(WORDS)}, got {verdict!r}")
    if not isinstance(why, str) or not why.strip():
        raise ValueError(f"{where}.why wants a reason in words, got {why!r}")
    return Expectation(found["claim"], found["case"], model, WORDS[verdict], " ".join(why.split()))


def without_a_claim(expectations: Iterable[Expectation], places: Iterable[Place]) -> list[Expectation]:
    """Those that no claim of a run is called by."""
    there = list(places)
    return [each for each in expectations if not any(map(each.covers, there))]


def hold_to(expectations: Sequence[Expectation], conclusions: Conclusions) -> HeldExpectations:
    """Each expectation held against what a run says, as the report says it: all cases of a claim together."""
    places = [place for place in conclusions if not is_apart(conclusions.rows(place)[0])]
    lines = [f"{each}: no claim of this run is called so" for each in without_a_claim(expectations, places)]
    true: set[Place] = set()
    untrue: set[Place] = set()
    count = len(lines)
    for each in expectations:
        for model, cells in _by_model(each, expectations, places).items():
            count += 1
            found = joined({place.case: conclusions[place] for place in cells})
            if found.glyph is each.verdict:
                true.update(cells)
            else:
                untrue.update(cells)
                lines.append(_otherwise(replace(each, model=model), found))
    return HeldExpectations(frozenset(true - untrue), frozenset(untrue), tuple(lines), count)


def _otherwise(each: Expectation, found: Conclusion) -> str:
    reason = f" ({found.reason})" if found.reason else ""
    return f"{each}: expected {each.verdict.word}, is {found.glyph.word}{reason}; why: {each.why}"


def _by_model(
    each: Expectation, others: Iterable[Expectation], places: Iterable[Place]
) -> dict[str, list[Place]]:
    """The cells that it is about, but for models of which a line of their own says it."""
    own = {
        other.model
        for other in others
        if other.model and (other.claim, other.case) == (each.claim, each.case)
    }
    found: dict[str, list[Place]] = {}
    for place in places:
        if each.covers(place) and (each.model or place.model not in own):
            found.setdefault(place.model, []).append(place)
    return found
