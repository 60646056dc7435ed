"""The lab: what is known already, what has to be measured now, and where it is kept."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib.metadata import version

import torch

from vtmetrics.bundle import Bundle
from vtmetrics.edit import Edit
from vtmetrics.fit import Fit, folds_of
from vtmetrics.measure import measure, pool
from vtmetrics.row import Asked, Row
from vtmetrics.runs import ENGINE
from vtmetrics.scene import Scene
from vtmetrics.spec import Spec
from vtmetrics.step import Substitute
from vtmetrics.store import Chunk, Store

Progress = Callable[[Spec, int, int], None]


class Lab:
    """Measures each question at most once; with a store, at most once ever.

    `progress` is told which model is asked, how many scenes are done, and how many there are. What
    failed is not kept, so that another process tries it again; nor are rows of models that no file names and
    of edits of one's own.
    """

    def __init__(self, store: Store | None = None, progress: Progress | None = None, batch: int = 32) -> None:
        self.store, self.progress, self.batch = store, progress, batch
        self.journal: list[tuple[Spec, Sequence[Scene], Sequence[Edit]]] = []
        self._rows: dict[Asked, Row] = {}
        self._read: set[str] = set()

    def ask(
        self,
        spec: Spec,
        model: str,
        scenes: Sequence[Scene],
        edits: Sequence[Edit],
        reading: str,
        bundle: Bundle,
    ) -> dict[tuple[Edit, str], Row]:
        """The rows of these edits and scenes, by edit and scene digest; only the unknown is measured."""
        self._recall(model)
        self.journal.append((spec, scenes, edits))
        wanted = {
            (edit, scene.digest): Asked(model, numerics(spec), str(edit), reading, scene.digest)
            for edit in edits
            for scene in scenes
        }
        for block, unknown in self._unknown(spec, scenes, wanted):
            rows = {
                Asked(model, numerics(spec), str(edit), name, scene.digest): row
                for edit, name, scene, row in measure(spec, block, unknown, bundle)
            }
            self._rows |= rows
            own = {str(edit) for edit in unknown if not is_named(edit)}
            rows = {asked: row for asked, row in rows.items() if asked.edit not in own}
            self._keep(spec, Chunk(model, numerics(spec), rows, spec.label))
        return {place: self._rows[asked] for place, asked in wanted.items()}

    def fit(self, spec: Spec, model: str, scenes: Sequence[Scene], edit: Edit, fit: Fit) -> tuple[float, ...]:
        """The statistic of all scenes, and without each fold of them in turn."""
        self._recall(model)
        self.journal.append((spec, scenes, [edit]))
        whole = sha256("".join(f"{scene.digest} {scene.group}\n" for scene in scenes).encode()).hexdigest()
        asked = Asked(model, numerics(spec), str(edit), str(fit), whole)
        if asked not in self._rows:
            states = pool(spec, scenes, edit, fit.tokens, self.batch)
            folds = [
                fold
                for fold, some in zip(folds_of([s.group for s in scenes]), states, strict=True)
                for _ in some[0]
            ]
            row = Row(value=fit.values(torch.cat(states, dim=1), torch.tensor(folds)))
            self._rows[asked] = row
            self._keep(spec, Chunk(model, asked.numerics, {asked: row}, spec.label))
        value = self._rows[asked].value
        assert isinstance(value, tuple)  # noqa: S101 - a fit has its replicates behind it
        return value

    def _recall(self, model: str) -> None:
        if self.store is not None and model not in self._read:
            self._rows |= self.store.rows(model)
            self._read.add(model)

    def _keep(self, spec: Spec, chunk: Chunk) -> None:
        known = {asked: row for asked, row in chunk.rows.items() if row.missing is None}
        if self.store is not None and spec.identified and known:
            self.store.put(Chunk(chunk.model, chunk.numerics, known, chunk.run))

    def _unknown(
        self, spec: Spec, scenes: Sequence[Scene], wanted: Mapping[tuple[Edit, str], Asked]
    ) -> Iterator[tuple[list[Scene], list[Edit]]]:
        """Blocks of scenes, each with the edits under which one of them was never measured."""
        open_edits: dict[str, dict[Edit, None]] = {}
        for (edit, scene), asked in wanted.items():
            if asked not in self._rows:
                open_edits.setdefault(scene, {})[edit] = None
        left = list({scene.digest: scene for scene in scenes if scene.digest in open_edits}.values())
        done = 0
        for size in dict.fromkeys(_shown(scene) for scene in left):
            same = [scene for scene in left if _shown(scene) == size]
            for first in range(0, len(same), self.batch):
                if self.progress is not None:
                    self.progress(spec, done + first, len(left))
                block = same[first : first + self.batch]
                yield block, list(dict.fromkeys(edit for scene in block for edit in open_edits[scene.digest]))
            done += len(same)
        if self.progress is not None and done:
            self.progress(spec, done, done)


def is_named(edit: Edit) -> bool:
    """Whether the edit's text says all about it: what a step of one's own does, no text of ours can say."""
    return all(type(step).__module__ == Substitute.__module__ for step in edit.steps)


@cache
def numerics(spec: Spec) -> str:
    """In which arithmetic and by whose code a model runs: other code may find other rows."""
    code = " ".join(f"{name} {'.'.join(version(name).split('.')[:2])}" for name in ("torch", "transformers"))
    return f"{spec.dtype} {spec.attention} {spec.device}, engine {ENGINE}, {code}"


def _shown(scene: Scene) -> tuple[tuple[int, int], ...]:
    """The sizes of a scene's images: those of one size make tensors of one shape."""
    return tuple(image.size for image in scene.images)
