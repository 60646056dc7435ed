"""Map files: a token map as JSON for a page or a script, and as a PNG beside it."""

import base64
import io
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PIL import Image
from torch import Tensor

from vtmetrics.edits import Depth
from vtmetrics.lab import replace_synced
from vtmetrics.maps.map_picture import drawn_map
from vtmetrics.maps.token_map import KINDS, TokenMap
from vtmetrics.nets import OWN, Spec, checkpoint_spec

#: raised when a reader of the file has to know
SCHEMA = 1
#: pixels of the longer side of the picture that it holds
PICTURE_SIDE = 160


def map_spec(text: str, **numerics: Any) -> Spec:
    """What a command means by a model: a directory, FILE.py:FUNCTION, or ORG/NAME[@REVISION] of the cache."""
    function = re.fullmatch(r"(?P<file>.+\.py):(?P<name>\w+)", text)
    if function is None:
        return checkpoint_spec(text, "maps", **numerics)
    file = Path(function["file"]).resolve()
    if not file.is_file():
        raise ValueError(f"maps wants FILE.py:FUNCTION, there is no file {function['file']!r}")
    return Spec(function["name"], OWN, f"{file}:{function['name']}")


def write_map(
    found: TokenMap, out: Path, layers: Sequence[Depth] | None = None, made_from: str = ""
) -> tuple[Path, Path]:
    """Write OUT.png and OUT.json, which says what it was made from; the same map is the same bytes."""
    picture, data = (out.with_name(out.name + suffix) for suffix in (".png", ".json"))
    drawn = drawn_map(found, layers)
    if not out.parent.is_dir():
        raise ValueError(f"a map is written into a folder, there is none at {out.parent}")
    told = as_data(found) | ({"made_from": made_from} if made_from else {})
    written = io.BytesIO()
    drawn.save(written, "PNG", optimize=True)
    replace_synced(picture, written.getvalue())  # whole or not at all: a page refuses half a map
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n"
    replace_synced(data, text.encode(errors="backslashreplace"))
    return picture, data


def as_data(found: TokenMap) -> dict[str, Any]:
    """Everything that a map says, in what JSON knows: tokens in their order, and lists by layer of them."""
    known = {row: place for place, row in enumerate(found.texts)}
    return {
        "schema": SCHEMA,
        "model": found.model,
        "question": found.scene.prompt,
        "picture": _picture(found.image),
        "size": list(found.image.size),
        "layers": found.layers,
        "kinds": [KINDS[kind] for kind in found.kinds.tolist()],
        "sinks": {name: mask.nonzero().flatten().tolist() for name, mask in found.sinks.items()},
        "none": dict(found.none),
        "sheets": found.cells.sheets.tolist(),
        "rectangles": [_numbers(row, "{:.1f}") for row in found.cells.rectangles],
        "norms": [_numbers(row, "{:.5g}") for row in found.norms],
        "received": [_numbers(row, "{:.3g}") for row in found.received],
        "texts": list(found.texts.values()),
        "words": {name: _places(rows, known) for name, rows in found.words.items()},
    }


def _picture(image: Image.Image) -> str:
    """The image small, in the shorter of two forms, in letters."""
    small = image.convert("RGB")
    small.thumbnail((PICTURE_SIDE, PICTURE_SIDE))
    forms: list[bytes] = []
    for form in ("PNG", "JPEG"):
        written = io.BytesIO()
        small.save(written, form, optimize=True)
        forms.append(written.getvalue())
    return base64.b64encode(min(forms, key=len)).decode()


def _numbers(row: Tensor, digits: str) -> list[float | None]:
    """So many digits; what is no number is null, which JSON has."""
    return [float(digits.format(value)) if abs(value) < float("inf") else None for value in row.tolist()]


def _places(rows: Tensor, known: Mapping[int, int]) -> list[list[list[int | None]]]:
    """Where each word stands in the list of texts."""
    return [[[known.get(row) for row in token] for token in layer] for layer in rows.tolist()]
