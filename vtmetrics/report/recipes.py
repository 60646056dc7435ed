"""Recipes of adapters in notes: each is told once, at the end, and by its number wherever it is meant."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from rich.text import Text

from vtmetrics.evidence import Evidence
from vtmetrics.report.columns_of_text import paragraph

RECIPE = re.compile(r"lora\((?:[^()]|\([^()]*\))*\)")


def with_short_recipes(rows: Iterable[Evidence]) -> tuple[list[Evidence], dict[str, str]]:
    """The rows with numbers in place of recipes, and what each number stands for."""
    kept = list(rows)
    texts = (text for row in kept for text in (row.note, row.reasons) if text)
    found = dict.fromkeys(recipe for text in texts for recipe in RECIPE.findall(text))
    names = {recipe: f"recipe {number}" for number, recipe in enumerate(found, 1)}
    if not names:
        return kept, names
    return [
        replace(row, note=_short(row.note, names), reasons=_short(row.reasons, names)) for row in kept
    ], names


def recipe_lines(names: Mapping[str, str], width: int) -> Iterator[Text]:
    """What the numbers stand for."""
    if names:
        yield Text("Recipes", "bold")
    for recipe, name in names.items():
        yield from paragraph(Text(recipe, "dim"), width, Text(f"  {name.removeprefix('recipe ')} "))


def _short(text: str | None, names: Mapping[str, str]) -> str | None:
    return RECIPE.sub(lambda found: names[found[0]], text) if text else text
