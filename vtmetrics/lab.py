"""The lab: what was measured already, and what has to be measured now."""

from collections.abc import Callable, Iterable, Sequence

from vtmetrics.edit import Edit
from vtmetrics.measure import Row, measure
from vtmetrics.scene import Scene
from vtmetrics.spec import Spec

Key = tuple[str, str, str, str, str]


class Lab:
    """One row for each model, numerics, edit, reading and scene, measured at most once.

    `progress` is told what is being measured: the model, the scenes done so far and all of them.
    """

    def __init__(self, progress: Callable[[Spec, int, int], None] | None = None, batch: int = 32) -> None:
        self.progress = progress
        self.batch = batch
        self._rows: dict[Key, Row] = {}

    def ask(
        self, spec: Spec, digest: str, scenes: Sequence[Scene], edits: Sequence[Edit], reading: str
    ) -> dict[tuple[Edit, str], Row]:
        """The rows of these edits and scenes, by edit and scene digest; only the unknown is measured."""
        numerics = f"{spec.dtype} {spec.attention} {spec.device}"

        def key(edit: Edit, named: str, scene: str) -> Key:
            return digest, numerics, str(edit), named, scene

        def known(scene: Scene) -> bool:
            return all(key(edit, reading, scene.digest) in self._rows for edit in edits)

        unknown = [scene for scene in _once(scenes) if not known(scene)]
        for done, block in _blocks(unknown, self.batch):
            if self.progress is not None:
                self.progress(spec, done, len(unknown))
            for edit, named, scene, row in measure(spec, block, edits):
                self._rows[key(edit, named, scene.digest)] = row
        return {
            (edit, scene.digest): self._rows[key(edit, reading, scene.digest)]
            for edit in edits
            for scene in scenes
        }


def _once(scenes: Iterable[Scene]) -> list[Scene]:
    return list({scene.digest: scene for scene in scenes}.values())


def _blocks(scenes: Sequence[Scene], size: int) -> Iterable[tuple[int, Sequence[Scene]]]:
    """Blocks of scenes of one task, so that rows of a batch are of similar length."""
    tasks: dict[str, list[Scene]] = {}
    for scene in scenes:
        tasks.setdefault(scene.task, []).append(scene)
    done = 0
    for task in tasks.values():
        for first in range(0, len(task), size):
            block = task[first : first + size]
            yield done, block
            done += len(block)
