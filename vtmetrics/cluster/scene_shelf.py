"""The shelf: scenes as files in the store, by their digests, where every worker finds them.

A job names its scenes, so that a picture goes to the shared disk once and not with every question about it.
"""

import base64
import io
import json
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from PIL import Image

from vtmetrics.cluster.job import SceneName
from vtmetrics.inputs import Box, Scene
from vtmetrics.lab import replace_synced

SHELF = "scenes"
#: how many scenes a worker keeps as pictures
AT_HAND = 512
#: how many are written at once: each waits for the disk
_AT_ONCE = 16
#: what a PNG can hold as it is; pictures of other modes are brought into the second
MODES = ("1", "RGB", "RGBA", "L", "LA", "P", "I;16")


def shelved(root: Path, scenes: Iterable[Scene]) -> tuple[SceneName, ...]:
    """The names of the scenes, each of which lies on the shelf now."""
    asked = list(scenes)
    lacking = {one.digest: one for one in asked if not _file(root, one.digest).is_file()}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(partial(_put, root), lacking.values()))
    return tuple((scene.digest, scene.id, scene.group) for scene in asked)


def from_shelf(root: Path, names: Iterable[SceneName]) -> list[Scene]:
    """The scenes of these names, each checked against its digest."""
    return [replace(_taken(root, digest), id=own, group=group) for digest, own, group in names]


def _put(root: Path, scene: Scene) -> None:
    file = _file(root, scene.digest)
    file.parent.mkdir(parents=True, exist_ok=True)
    replace_synced(file, json.dumps(_told(scene)).encode())


@lru_cache(maxsize=AT_HAND)
def _taken(root: Path, digest: str) -> Scene:
    file = _file(root, digest)
    if not file.is_file():
        raise ValueError(f"a worker wants {file}, which it does not see: driver and workers share the store")
    scene = _scene(json.loads(file.read_text(encoding="utf-8")))
    if scene.digest != digest:
        raise ValueError(f"{file} holds another scene than its name says, {scene.digest[:12]}…")
    return scene


def _file(root: Path, digest: str) -> Path:
    return root / SHELF / digest[:2] / f"{digest}.json"


def _told(scene: Scene) -> dict[str, Any]:
    """All that the digest is made of."""
    return {
        "images": [_png(image) for image in scene.images],
        "prompt": scene.prompt,
        "answer": scene.answer,
        "task": scene.task,
        "boxes": [asdict(box) for box in scene.boxes],
        "donor": None if scene.donor is None else _told(scene.donor) | {"id": scene.donor.id},
        "also": list(scene.also),
    }


def _scene(told: Mapping[str, Any]) -> Scene:
    donor = None if told["donor"] is None else _scene(told["donor"])
    images = tuple(Image.open(io.BytesIO(base64.b64decode(text))) for text in told["images"])
    for image in images:
        image.load()  # whatever is wrong with a picture is said here
    boxes, name = tuple(Box(**box) for box in told["boxes"]), told.get("id", "")
    also = tuple(told["also"])
    return Scene(name, images, told["prompt"], told["answer"], told["task"], "", {}, boxes, donor, also)


def _png(image: Image.Image) -> str:
    held = io.BytesIO()
    (image if image.mode in MODES else image.convert("RGBA")).save(held, "PNG")
    return base64.b64encode(held.getvalue()).decode()
