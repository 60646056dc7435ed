"""Token maps on a page: the drawings that lie with the evidence, each with its numbers by layer and kind."""

import base64
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from vtmetrics.evidence import MAPS, PICTURE_BEGINS, rounded
from vtmetrics.report.page.drawing import NumberTable
from vtmetrics.report.page.map_layers import ColorLayer, MapLayer, kinds_layer, map_layers
from vtmetrics.report.page.picture_shelf import PICTURE_KINDS
from vtmetrics.report.sanitise import plain, quoted

#: how many maps a page has room for, and how large a drawing and its picture may be
MOST_MAPS, LARGEST_MAP, LARGEST_PICTURE = 12, 200_000, 40_000
KINDS_SHOWN = ("alive", "dead", "sink")
#: letters of a page that all maps may take, and a cell of words takes
MOST_OF_MAPS, LETTERS_A_CELL = 1_300_000, 30
#: words that a layer has room for
MOST_WORDS = 4


@dataclass(frozen=True)
class MapView:
    """A map: what it is of, the drawing, and the table behind it."""

    anchor: str
    model: str
    title: str
    alt: str
    content: str
    table: NumberTable
    kinds: ColorLayer
    layers: tuple[MapLayer, ...]
    picture: str
    kind: str

    @property
    def letters(self) -> int:
        """About how many letters of a page it takes."""
        colors = sum(len(one.content) for layer in self.layers for one in (*layer.drawn, self.kinds))
        cells = sum(len(row) for layer in self.layers for grid in layer.words for row in grid.rows)
        return len(self.content) + len(self.picture) + colors + LETTERS_A_CELL * cells


def map_views(folder: Path | None) -> tuple[list[MapView], list[str]]:
    """The maps in FOLDER/maps, and the names of those that a page has no room for."""
    files = sorted((folder / MAPS).glob("*.json")) if folder is not None else []
    views: list[MapView] = []
    left_out: list[str] = []
    room = MOST_OF_MAPS
    for file in files:
        view = _view(file, f"map-{len(views) + 1}") if _drawn(file) is not None else None
        if view is None or len(views) == MOST_MAPS or view.letters > room:
            left_out.append(plain(file.stem))
        else:
            views.append(view)
            room -= view.letters
    return views, left_out


def _drawn(file: Path) -> bytes | None:
    picture = file.with_suffix(".png")
    if not picture.is_file() or picture.stat().st_size > LARGEST_MAP:
        return None
    content = picture.read_bytes()
    return content if content.startswith(PICTURE_BEGINS["png"]) else None


def _view(file: Path, anchor: str) -> MapView:
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        lines, seen, layers = tuple(_lines(told)), kinds_layer(told), tuple(map_layers(told))
        model, asked, kinds = plain(told["model"]), quoted(told["question"]), Counter(told["kinds"])
        picture, kind = _picture(told.get("picture", ""))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise ValueError(f"a token map wants the JSON that `maps` writes, {file} is none") from error
    counts = ", ".join(f"{kinds[kind]} {kind}" for kind in KINDS_SHOWN)
    heads = ("layer", *(f"{what}, {kind}" for what in ("norm", "attention") for kind in KINDS_SHOWN))
    table = NumberTable(f"Means by layer and kind, {model}", (*heads, "nearest by EMBEDS", "by HEAD"), lines)
    alt = f"Where tokens of each kind lie, norms, attention that they receive, nearest words: {counts}"
    content = base64.b64encode(_drawn(file) or b"").decode()
    title = f"{model}, asked {asked}"
    return MapView(anchor, model, title, alt, content, table, seen, layers, picture, kind)


def _picture(letters: str) -> tuple[str, str]:
    """The small picture in letters, and its kind; none, if it is neither or too large."""
    content = base64.b64decode(letters, validate=True) if len(letters) <= LARGEST_PICTURE else b""
    kind = next((kind for kind, begins in PICTURE_BEGINS.items() if content.startswith(begins)), "")
    return (base64.b64encode(content).decode(), PICTURE_KINDS[kind]) if kind else ("", "")


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
