"""The cluster's lab: it measures nothing itself, sends jobs to workers, and reads what they have kept."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from vtmetrics.cluster.crew import Crew
from vtmetrics.cluster.job import Job, JobAnswer, code_told, read_answer
from vtmetrics.cluster.scene_shelf import shelved
from vtmetrics.edits import Edit
from vtmetrics.inputs import Scene
from vtmetrics.lab import Adapters, Chunk, Lab, MeasuredBlock, OnProgress, Store, numerics, read_chunk
from vtmetrics.nets import Spec
from vtmetrics.readings import Bundle, Fit, RowKey, StoredValue
from vtmetrics.unmeasured import NotMeasured, Unloadable


class ClusterLab(Lab):
    """A lab whose measuring is done by a crew; it wants a store that all of them see.

    Who asks is told what a lab in one process would say, from rows of the same bytes.
    """

    def __init__(
        self,
        crew: Crew,
        store: Store,
        progress: OnProgress | None = None,
        batch: int = 32,
        adapters: Adapters | None = None,
        shipped: Sequence[Store] = (),
    ) -> None:
        super().__init__(store, None, batch, adapters, shipped)
        self.crew, self.told = crew, progress
        self.root = store.root.resolve()  # a worker may have been started elsewhere

    def greeting(self) -> str:
        """What a worker is asked before anything else: whether it runs the same code and sees the store."""
        return json.dumps({"code": code_told(), "store": str(self.root)})

    def measured(
        self, spec: Spec, model: str, blocks: Iterable[MeasuredBlock], bundle: Bundle
    ) -> Iterator[Chunk]:
        """What is read of each block, in the order in which the workers are done."""
        told = list(blocks)
        shelved(self.root, (scene for scenes, _ in told for scene in scenes))
        asked = [(scenes, edits, self._text(spec, model, scenes, edits, bundle)) for scenes, edits in told]
        done, whole = 0, sum(len(scenes) for scenes, *_ in asked)
        with closing(self.crew.answers([text for *_, text in asked])) as answers:
            for number, text in answers:
                if self.told is not None:
                    self.told(spec, done, whole)
                done += len(asked[number][0])
                yield self._chunk(spec, model, answer_checked(read_answer(text)))
        if self.told is not None and done:
            self.told(spec, done, done)

    def fitted(
        self, spec: Spec, asked: RowKey, scenes: Sequence[Scene], edit: Edit, fit: Fit
    ) -> tuple[dict[RowKey, StoredValue], dict[str, StoredValue]]:
        """The rows of a fit, for which one worker pools all scenes."""
        text = self._text(spec, asked.model, scenes, [edit], fit)
        with closing(self.crew.answers([text])) as answers:
            (found,) = (answer_checked(read_answer(answer)) for _, answer in answers)
        rows = {asked._replace(scene=one.scene): one.row for one in found.rows if one.missing is None}
        return rows, {one.scene: one.row for one in found.rows if one.missing is not None}

    def _text(
        self, spec: Spec, model: str, scenes: Sequence[Scene], edits: Sequence[Edit], asked: Bundle | Fit
    ) -> str:
        """The job, if it is one that a worker can do."""
        if not spec.identified:
            raise NotMeasured(f"no worker is sent {spec.label}: a function returned it, or this process did")
        if own := [edit for edit in edits if not edit.named]:
            raise NotMeasured(f"no worker is sent {own[0]}: what it does is written nowhere")
        names = shelved(self.root, scenes)
        store, ours = str(self.root), numerics(spec)
        return Job(spec, model, ours, store, names, tuple(edits), asked, self.batch).text

    def _chunk(self, spec: Spec, model: str, answer: JobAnswer) -> Chunk:
        """The rows that a worker has kept, and those that it has told."""
        kept = read_chunk(Path(self.root, answer.folder)).rows if answer.folder else {}
        ours = numerics(spec)
        rows = {RowKey(model, ours, one.edit, one.reading, one.scene): one.row for one in answer.rows}
        return Chunk(model, ours, {**kept, **rows}, spec.label)


def answer_checked(answer: JobAnswer) -> JobAnswer:
    """The answer itself; or what kept a worker from giving one is raised here."""
    if answer.unloadable:
        raise Unloadable(answer.unloadable)
    if answer.unmeasured:
        raise NotMeasured(answer.unmeasured)
    if answer.refused:
        raise RuntimeError(f"a worker refuses: {answer.refused}")
    if answer.failed:
        raise RuntimeError(f"a worker failed: {answer.failed}")
    return answer
