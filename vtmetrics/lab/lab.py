"""The lab: what is known already, what has to be measured now, and where it is kept."""

import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vtmetrics.edits import Edit, Tokens, says_all
from vtmetrics.inputs import Scene
from vtmetrics.lab.adapters import Adapters, OnProgress
from vtmetrics.lab.chunk import Chunk
from vtmetrics.lab.failed_rows import failed_throughout
from vtmetrics.lab.measure import Pooled, measure, pool
from vtmetrics.lab.store import Store
from vtmetrics.nets import Spec, memory_for
from vtmetrics.readings import ENGINE, Bundle, Fit, RowKey, StoredValue, folds_of
from vtmetrics.unmeasured import NotMeasured

#: who was asked about which scenes, under which edits, for which reading, and what reads it
Note = tuple[Spec, Sequence[Scene], Sequence[Edit], str, Bundle | Fit]
#: scenes that are asked together, and under which edits
MeasuredBlock = tuple[Sequence[Scene], Sequence[Edit]]


class Lab:
    """Measures each question at most once; with a store, at most once ever.

    `progress` is told which model is asked, how many scenes are done, and how many there are. What failed
    on some scenes is missing there, with the reason, and not kept, so that another process tries it again;
    nor are rows of models that no file names and of edits of one's own. `shipped` stores are read and never
    written. `journal` is None, and nothing is noted, until somebody who reads it lays one out.
    """

    def __init__(
        self,
        store: Store | None = None,
        progress: OnProgress | None = None,
        batch: int = 32,
        adapters: Adapters | None = None,
        shipped: Sequence[Store] = (),
    ) -> None:
        self.shipped = tuple(shipped)
        self.store, self.progress, self.batch = store, progress, batch
        self.adapters = adapters or Adapters()
        self.journal: list[Note] | None = None
        self.unkept = ""
        self._rows: dict[RowKey, StoredValue] = {}
        self._missing: dict[RowKey, dict[str, StoredValue]] = {}
        self._read: set[str] = set()

    def ask(
        self,
        spec: Spec,
        model: str,
        scenes: Sequence[Scene],
        edits: Sequence[Edit],
        reading: str,
        bundle: Bundle,
    ) -> dict[tuple[Edit, str], StoredValue]:
        """The rows of these edits and scenes, by edit and scene digest; only the unknown is measured."""
        self._recall(model)
        self._note((spec, scenes, edits, reading, bundle))
        told, ours = {edit: str(edit) for edit in edits}, numerics(spec)
        wanted = {
            (edit, scene.digest): RowKey(model, ours, text, reading, scene.digest)
            for edit, text in told.items()
            for scene in scenes
        }
        wide = bundle.at_once if spec.device != "cpu" or spec.device_map else 1
        blocks = self._unknown(spec, scenes, wanted, wide * self.batch)
        fresh: dict[RowKey, StoredValue] = {}
        error: Exception | None = None
        for chunk in self.measured(spec, model, blocks, bundle):
            self._rows |= chunk.rows
            fresh |= chunk.rows
            error = error or chunk.failure
        if why := failed_throughout(wanted.values(), fresh, self._rows):
            self._rows = {key: row for key, row in self._rows.items() if key not in fresh}
            raise error or RuntimeError(why)
        return {place: self._rows[asked] for place, asked in wanted.items()}

    def measured(
        self, spec: Spec, model: str, blocks: Iterable[MeasuredBlock], bundle: Bundle
    ) -> Iterator[Chunk]:
        """What is read of each block, kept as soon as it is there."""
        for scenes, edits in blocks:
            chunk = block_chunk(spec, model, scenes, edits, bundle)
            self.keep(spec, chunk, [edit for edit in edits if not edit.named])
            yield chunk

    def fit(
        self, spec: Spec, model: str, scenes: Sequence[Scene], edit: Edit, fit: Fit
    ) -> tuple[NDArray[np.float64], dict[str, StoredValue]]:
        """The curve of scenes that have states, and those without each fold; why others have none."""
        self._recall(model)
        self._note((spec, scenes, [edit], str(fit), fit))
        asked = fit_key(spec, model, scenes, edit, fit)
        if asked not in self._rows:
            rows, self._missing[asked] = self.fitted(spec, asked, scenes, edit, fit)
            self._rows |= rows
        value = self._rows[asked].value
        assert isinstance(value, tuple)  # noqa: S101 - how many layers, then one curve after another
        layers, *numbers = value
        curves = np.array(numbers).reshape(-1, int(layers))
        alone = {scene.id: asked._replace(scene=scene.digest) for scene in scenes}
        excluded = {name: self._rows[one] for name, one in alone.items() if one in self._rows}
        return curves, excluded | self._missing.get(asked, {})

    def fitted(
        self, spec: Spec, asked: RowKey, scenes: Sequence[Scene], edit: Edit, fit: Fit
    ) -> tuple[dict[RowKey, StoredValue], dict[str, StoredValue]]:
        """The row of a fit and those of scenes that have no part in it; and, by id, those that failed.

        They are kept if none has failed: a fit to fewer scenes is none to all.
        """
        found = self.pooled(spec, asked.model, scenes, edit, fit.tokens)
        with memory_for(f"{fit} is of the tokens of {len(found)} scenes at once"):
            curves = _fitted(fit, found)
        rows = {asked: StoredValue(value=(float(curves.shape[1]), *curves.flatten().tolist()))}
        lost = {scene: row for scene, row in found if isinstance(row, StoredValue)}
        apart = {scene.digest: row for scene, row in lost.items() if row.excluded is not None}
        rows |= {asked._replace(scene=digest): row for digest, row in apart.items()}
        missing = {scene.id: row for scene, row in lost.items() if row.missing is not None}
        if not missing:
            self.keep(spec, Chunk(asked.model, asked.numerics, rows, spec.label))
        return rows, missing

    def pooled(
        self,
        spec: Spec,
        model: str,  # noqa: ARG002 - who keeps states keeps them by the model's digest
        scenes: Sequence[Scene],
        edit: Edit,
        tokens: Tokens,
    ) -> list[Pooled]:
        """The states of these tokens in every scene, or why it has none; measured anew each time."""
        return pool(spec, scenes, edit, tokens, self.batch)

    def keep(self, spec: Spec, chunk: Chunk, unnamed: Sequence[Edit] = ()) -> Path | None:
        """Where those rows are now that are worth keeping: all that did not fail, and that a text says."""
        own = set(map(str, unnamed))
        known = {
            asked: row
            for asked, row in chunk.rows.items()
            if row.missing is None and asked.edit not in own and says_all(f"{asked.edit} {asked.reading}")
        }
        if self.store is None or self.unkept or not spec.identified or not known:
            return None
        try:
            return self.store.put(Chunk(chunk.model, chunk.numerics, known, chunk.run))
        except OSError as error:
            self.unkept = f"{self.store.root} keeps no more rows, they are measured and reported: {error}"
            warnings.warn(self.unkept, stacklevel=4)
            return None

    def _note(self, note: Note) -> None:
        if self.journal is not None:
            self.journal.append(note)

    def _recall(self, model: str) -> None:
        if model not in self._read:
            for store in (*self.shipped, self.store):
                self._rows |= store.rows(model) if store is not None else {}
            self._read.add(model)

    def _unknown(
        self, spec: Spec, scenes: Sequence[Scene], wanted: Mapping[tuple[Edit, str], RowKey], batch: int
    ) -> Iterator[MeasuredBlock]:
        """Blocks of scenes, each with the edits under which one of them was never measured."""
        open_edits: dict[str, dict[Edit, None]] = {}
        for (edit, scene), asked in wanted.items():
            if asked not in self._rows:
                open_edits.setdefault(scene, {})[edit] = None
        left = list({scene.digest: scene for scene in scenes if scene.digest in open_edits}.values())
        left.sort(key=lambda scene: len(scene.answer))  # less padding, and written texts end together
        done = 0
        for size in dict.fromkeys(_shown(scene) for scene in left):
            same = [scene for scene in left if _shown(scene) == size]
            for first in range(0, len(same), batch):
                if self.progress is not None:
                    self.progress(spec, done + first, len(left))
                block = same[first : first + batch]
                yield block, list(dict.fromkeys(edit for scene in block for edit in open_edits[scene.digest]))
            done += len(same)
        if self.progress is not None and done:
            self.progress(spec, done, done)


def block_chunk(
    spec: Spec, model: str, scenes: Sequence[Scene], edits: Sequence[Edit], bundle: Bundle
) -> Chunk:
    """All that is read of some scenes at once, measured now."""
    texts, ours = {edit: str(edit) for edit in edits}, numerics(spec)
    failures: list[Exception] = []
    rows = {
        RowKey(model, ours, texts[edit], name, scene.digest): row
        for edit, name, scene, row in measure(spec, scenes, edits, bundle, failures)
    }
    return Chunk(model, ours, rows, spec.label, next(iter(failures), None))


def fit_key(spec: Spec, model: str, scenes: Sequence[Scene], edit: Edit, fit: Fit) -> RowKey:
    """Under which key a fit to all of these scenes, in their groups, is kept."""
    whole = sha256("".join(f"{scene.digest} {scene.group}\n" for scene in scenes).encode()).hexdigest()
    return RowKey(model, numerics(spec), str(edit), str(fit), whole)


def _fitted(fit: Fit, found: Sequence[Pooled]) -> Tensor:
    """The curves of the scenes that have states."""
    there = [(scene.group, states) for scene, states in found if isinstance(states, Tensor)]
    if not there:
        why = [row.missing or row.excluded for _, row in found if isinstance(row, StoredValue)] or [
            "none came"
        ]
        raise NotMeasured(f"{fit} has no scene to be fitted to: {why[0]}")
    folds = folds_of([group for group, _ in there])
    dealt = [fold for fold, (_, states) in zip(folds, there, strict=True) for _ in states[0]]
    # one layer at a time: all states are never held twice
    layers = (torch.cat([states[layer, None] for _, states in there], 1) for layer in range(len(there[0][1])))
    return torch.cat([fit.curves(layer, torch.tensor(dealt)) for layer in layers], -1)


@cache
def numerics(spec: Spec) -> str:
    """In which arithmetic and by whose code a model runs: other code may find other rows."""
    names = ("torch", "transformers", "peft") if spec.adapter else ("torch", "transformers")
    code = " ".join(f"{name} {'.'.join(version(name).split('.')[:2])}" for name in names)
    kind = spec.device.partition(":")[0]  # which of several of a kind it ran on changes nothing
    if spec.device_map and kind == "cpu":  # it is on accelerators, whatever `device` was left at
        kind = "accelerators"
    return f"{spec.dtype} {spec.attention} {kind}{_rounding(kind)}, engine {ENGINE}, {code}"


def _rounding(kind: str) -> str:
    """Where products are rounded otherwise than by default: nothing is said of what everybody has."""
    precision = torch.get_float32_matmul_precision()
    return f" {precision} products" if kind != "cpu" and precision != "highest" else ""


def _shown(scene: Scene) -> tuple[tuple[int, int], ...]:
    """The sizes of a scene's images: those of one size make tensors of one shape."""
    return tuple(image.size for image in scene.images)
