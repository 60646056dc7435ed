"""Token maps on a page: the drawings that lie with the evidence, each with its numbers by layer and kind."""

import base64
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from vtmetrics.evidence import rounded
from vtmetrics.report.page.drawing import NumberTable
from vtmetrics.report.page.map_layers import MapLayer, map_layers
from vtmetrics.report.sanitise import plain, quoted

#: the folder beside the rows; how many maps a page has room for, and how large each may be
MAPS, MOST_MAPS, LARGEST_MAP = "maps", 12, 200_000
PNG = b"\x89PNG\r\n\x1a\n"
KINDS_SHOWN = ("alive", "dead", "sink")
#: words that a layer has room for
MOST_WORDS = 4


@dataclass(frozen=True)
class MapView:
    """A map: what it is of, the drawing, and the table behind it."""

    title: str
    alt: str
    content: str
    table: NumberTable
    layers: tuple[MapLayer, ...]


def map_views(folder: Path | None) -> tuple[list[MapView], list[str]]:
    """The maps in FOLDER/maps, and the names of those that a page has no room for."""
    files = sorted((folder / MAPS).glob("*.json")) if folder is not None else []
    shown = [file for file in files[:MOST_MAPS] if _drawn(file) is not None]
    return [_view(file) for file in shown], [plain(file.stem) for file in files if file not in shown]


def _drawn(file: Path) -> bytes | None:
    picture = file.with_suffix(".png")
    if not picture.is_file() or picture.stat().st_size > LARGEST_MAP:
        return None
    content = picture.read_bytes()
    return content if content.startswith(PNG) else None


def _view(file: Path) -> MapView:
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        lines, layers = tuple(_lines(told)), tuple(map_layers(told))
        model, asked, kinds = plain(told["model"]), quoted(told["question"]), Counter(told["kinds"])
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise ValueError(f"a token map wants the JSON that `maps` writes, {file} is none") from error
    counts = ", ".join(f"{kinds[kind]} {kind}" for kind in KINDS_SHOWN)
    heads = ("layer", *(f"{what}, {kind}" for what in ("norm", "attention") for kind in KINDS_SHOWN))
    table = NumberTable(f"Means by layer and kind, {model}", (*heads, "nearest by EMBEDS", "by HEAD"), lines)
    alt = f"Where tokens of each kind lie, norms, attention that they receive, nearest words: {counts}"
    content = base64.b64encode(_drawn(file) or b"").decode()
    return MapView(f"{model}, asked {asked}", alt, content, table, layers)


def _lines(told: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    kinds, words = told["kinds"], told["words"]
    for layer, norms in enumerate(told["norms"]):
        received = told["received"][layer] if layer < len(told["received"]) else []
        yield (
            str(layer),
            *(_mean(norms, kinds, kind) for kind in KINDS_SHOWN),
            *(_mean(received, kinds, kind) for kind in KINDS_SHOWN),
            *(
                _commonest(words[way][layer] if way in words else [], told["texts"])
                for way in ("EMBEDS", "HEAD")
            ),
        )


def _mean(numbers: Sequence[float | None], kinds: Sequence[str], kind: str) -> str:
    known = [one for one, each in zip(numbers, kinds, strict=False) if each == kind and one is not None]
    return rounded(fmean(known), 3) if known else "–"


def _commonest(nearest: Sequence[Sequence[int | None]], texts: Sequence[str]) -> str:
    """The words that most tokens are nearest to."""
    first = Counter(words[0] for words in nearest if words and words[0] is not None)
    found = sorted(first.items(), key=lambda one: (-one[1], one[0]))[:MOST_WORDS]
    return ", ".join(f"{quoted(texts[number], 24)} {count}" for number, count in found) or "–"
