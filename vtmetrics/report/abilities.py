"""Abilities: a line for each model, which tasks it can do, with what of it the image adds."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.text import Text

from vtmetrics.evidence import Conclusion, Conclusions, Evidence, Glyph, Place, is_ability, natural, rounded
from vtmetrics.report.cell import STYLES
from vtmetrics.report.columns_of_text import paragraph
from vtmetrics.report.outline import Column

HEADING = "Competence on validation scenes: right answers (those that the image adds)"
ABILITY_WORDS = {
    Glyph.SUPPORTED: "can do",
    Glyph.UNDECIDED: "undecided",
    Glyph.REFUTED: "cannot do",
    Glyph.UNMEASURED: "nothing to lose in",
    Glyph.FAILED: "failed",
}


def abilities(conclusions: Conclusions, columns: Iterable[Column], width: int) -> Iterator[Text]:
    """What each model was found able to do before its claims were asked; nothing where nobody asked."""
    asked = [place for place in conclusions if not place.twin and is_ability(conclusions.rows(place)[0])]
    if not asked:
        return
    yield from paragraph(Text(HEADING, "dim"), width, Text())
    for column in columns:
        mine = [place for place in asked if place.model == column.model]
        if mine and not column.twin:
            name = Text.styled(f"{column.number} {column.model} ", "bold")
            yield from paragraph(name + _line(conclusions, mine), width, Text())


def _line(conclusions: Conclusions, places: Sequence[Place]) -> Text:
    tasks: dict[tuple[Glyph, str], list[str]] = defaultdict(list)
    for place in sorted(places, key=lambda place: natural(place.case)):
        found, arms = conclusions[place], {row.arm: row for row in conclusions.rows(place) if not row.twin}
        measured = "" in arms and arms[""].value is not None
        said = ABILITY_WORDS[found.glyph] if measured else "unknown"
        tasks[found.glyph, said].append(_task(place.case, found, arms))
    told = Text()
    for (glyph, said), names in sorted(tasks.items(), key=lambda told: list(ABILITY_WORDS).index(told[0][0])):
        told.append("; " if told else "").append(said, STYLES[glyph]).append(f" {', '.join(names)}")
    return told


def _task(name: str, found: Conclusion, arms: Mapping[str, Evidence]) -> str:
    """A task with its figures, and what an open one needs."""
    value, added = (arms[arm].value if arm in arms else None for arm in ("", "sensitivity"))
    if value is None:
        return f"{name}: {found.reason}"
    told = f"{name} {rounded(value, 2)}" + ("" if added is None else f" ({rounded(added, 2)})")
    if found.glyph is not Glyph.UNDECIDED:
        return told
    if found.needs is not None:
        return f"{told}: needs about {found.needs:,} scenes"
    return f"{told}: on the border" if found.border else f"{told}: {found.reason}"
