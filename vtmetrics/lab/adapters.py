"""Adapters: where they lie, by what was asked for, and where new ones are trained, if they may be."""

import shutil
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from vtmetrics.inputs import Scene
from vtmetrics.lab import disk
from vtmetrics.lab.recipe import Recipe
from vtmetrics.lab.training import Tuning, lessons
from vtmetrics.nets import CONFIG, WEIGHTS, Spec, files_of, load_alone, training_of
from vtmetrics.readings import Texts
from vtmetrics.unmeasured import NotMeasured

OnProgress = Callable[..., None]


@dataclass(frozen=True)
class Order:
    """What is asked for: a recipe, for a model whose weights have this digest, on scenes."""

    spec: Spec
    model: str
    recipe: Recipe
    scenes: Sequence[Scene]
    numerics: str

    def __post_init__(self) -> None:
        """Refuse what no adapter could be kept for."""
        label = self.spec.label
        if self.spec.twin:
            raise NotMeasured("a twin is not tuned")
        if not self.spec.identified:
            raise NotMeasured(f"only weights in a directory can be tuned, and {label} is not in one")
        if self.spec.adapter:
            raise ValueError(f"a model is tuned once, and {label} has the adapter {self.spec.adapter}")
        if not self.recipe.edit.named:
            raise ValueError(f"a recipe has a text, and no text of ours says what {self.recipe.edit} does")
        if len({scene.id for scene in self.scenes}) < len(self.scenes) or not self.scenes:
            raise ValueError(f"scenes to learn from have names of their own, {len(self.scenes)} came")

    @property
    def address(self) -> str:
        """What the adapter is kept under."""
        return self.recipe.address(self.model, self.scenes)

    @property
    def told(self) -> dict[str, Any]:
        """What the adapter says about itself beforehand."""
        asked = {"address": self.address, "model": self.model, "recipe": str(self.recipe)}
        return asked | {"scenes": len(self.scenes), "numerics": self.numerics}


@dataclass(frozen=True)
class Adapters:
    """Folders that are looked through, and the one in which new adapters are trained and kept, if any."""

    folders: tuple[Path, ...] = ()
    bench: Path | None = None

    def find(self, order: Order) -> Path | None:
        """The folder of the adapter, if it is kept; a damaged one is refused."""
        for root in (*([self.bench] if self.bench else []), *self.folders):
            if (folder := root / _name(order)).is_dir():
                if (found := training_of(folder).address) != order.address:
                    raise ValueError(f"{folder} wants an adapter of {order.address}, it holds one of {found}")
                return folder
        return None

    def kept_for(self, model: str) -> bool:
        """Whether there is one for the weights of this digest, from whatever recipe."""
        roots = (*([self.bench] if self.bench else []), *self.folders)
        kept = (file.parent for root in roots for file in root.glob(f"*/{CONFIG}"))
        return any(training_of(folder).model == model for folder in kept)

    def train(self, order: Order, says: Callable[[], Texts], progress: OnProgress | None = None) -> Path:
        """The folder of an adapter that is trained now, going on where a killed run has left off."""
        if self.bench is None:
            raise NotMeasured(f"needs --train: no adapter is kept for {order.recipe}")
        taught = order.scenes if order.recipe.teacher == "gold" else _answered(order, says())
        net, processor = load_alone(order.spec)
        kept = self.bench / "training" / f"{_name(order)}.safetensors"
        tuning = Tuning(net, order.recipe, kept)
        tick = partial(progress or _silent, order.spec, total=order.recipe.steps, of="steps")
        tuning.run(lessons(processor, taught), tick)
        files = files_of(tuning.student, order.told | tuning.told | {"date": _today()})
        folder = self._put(self.bench / _name(order), files)
        kept.unlink(missing_ok=True)
        return folder

    def _put(self, folder: Path, files: dict[str, bytes]) -> Path:
        half = disk.draft_folder(folder.parent, files)
        try:
            half.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise
            mine, other = ([place / name for name in (CONFIG, WEIGHTS)] for place in (half, folder))
            if [file.read_bytes() for file in mine] != [file.read_bytes() for file in other]:
                warnings.warn(f"another process trained {folder} to other weights, which stay", stacklevel=3)
            shutil.rmtree(half)
        disk.sync_folder(folder.parent)
        return folder


def _answered(order: Order, said: Texts) -> list[Scene]:
    """The scenes with the teacher's answers, without those to which it has none."""
    texts = said.written
    taught = [replace(scene, answer=texts[scene.id]) for scene in order.scenes if texts.get(scene.id)]
    if not taught:
        raise NotMeasured(
            f"nothing to learn: {order.spec.label} says nothing about {len(order.scenes)} scenes"
        )
    return taught


def _silent(*_: object, **__: object) -> None:
    """Nobody wants to know how far it is."""


def _name(order: Order) -> str:
    """Half of the address: enough for a folder, and short enough for a path."""
    return order.address[:32]


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
