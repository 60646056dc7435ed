"""A replica: what a worker does with a job. It holds one net at a time; done twice, a job changes nothing."""

import json
import traceback
from collections.abc import Sequence
from itertools import product
from pathlib import Path

from vtmetrics.cluster.job import Job, JobAnswer, OtherCodeError, RowOf, code_told, read_job
from vtmetrics.cluster.scene_shelf import from_shelf
from vtmetrics.inputs import Scene
from vtmetrics.lab import Chunk, Lab, Store, block_chunk, fit_key, numerics
from vtmetrics.nets import digest_of
from vtmetrics.readings import Bundle, Fit, RowKey, StoredValue
from vtmetrics.unmeasured import NotMeasured, Unloadable


def work(text: str) -> str:
    """The answer to a job, both JSON: the one function that a worker runs."""
    try:
        return _answered(read_job(text)).text
    except OtherCodeError as error:
        return JobAnswer(refused=str(error)).text
    except Unloadable as why:
        return JobAnswer(unloadable=str(why)).text
    except NotMeasured as why:
        return JobAnswer(unmeasured=str(why)).text
    except Exception:  # noqa: BLE001 - the driver raises it
        return JobAnswer(failed=traceback.format_exc()).text


def greet(text: str) -> str:
    """Why this worker can do no job of the driver's: it runs other code, or does not see the store."""
    told = json.loads(text)
    if told["code"] != code_told():
        return f"driver and workers run the same code: {told['code']} there, {code_told()} at a worker"
    if not Path(told["store"], "v1").is_dir():
        return f"driver and workers share the store, and a worker does not see {told['store']}"
    return ""


def _answered(job: Job) -> JobAnswer:
    if (found := digest_of(job.spec)) != job.model:
        where = f"{job.spec.source} has {found[:12]}… here and {job.model[:12]}… at the driver"
        return JobAnswer(refused=f"driver and workers want the same weights, {where}")
    if (ours := numerics(job.spec)) != job.numerics:
        return JobAnswer(refused=f"driver and workers compute alike, {job.numerics} there, {ours} here")
    lab = Lab(Store(job.store), batch=job.batch)
    scenes = from_shelf(Path(job.store), job.scenes)
    return _fitted(lab, job, scenes) if isinstance(job.asked, Fit) else _measured(lab, job, scenes)


def _measured(lab: Lab, job: Job, scenes: Sequence[Scene]) -> JobAnswer:
    """Kept rows are named by their folder; those that failed, and all where nothing can be kept, are told."""
    assert not isinstance(job.asked, Fit)  # noqa: S101 - that is answered elsewhere
    store = Store(job.store)
    if folder := store.find(_wanted(job, job.asked).key):  # another worker died, or was slow, behind it
        return JobAnswer(_place(store, folder))
    chunk = block_chunk(job.spec, job.model, scenes, job.edits, job.asked)
    folder = lab.keep(job.spec, chunk)
    told = {asked: row for asked, row in chunk.rows.items() if folder is None or row.missing is not None}
    return JobAnswer(_place(store, folder), tuple(_told(asked, row) for asked, row in told.items()))


def _wanted(job: Job, bundle: Bundle) -> Chunk:
    """The chunk that the store has if nothing fails, but for what its rows say."""
    ours, texts = numerics(job.spec), list(map(str, job.edits))
    asked = product(texts, bundle.names, (digest for digest, *_ in job.scenes))
    return Chunk(job.model, ours, {RowKey(job.model, ours, *one): StoredValue() for one in asked})


def _place(store: Store, folder: Path | None) -> str:
    return "" if folder is None else folder.relative_to(store.root).as_posix()


def _fitted(lab: Lab, job: Job, scenes: Sequence[Scene]) -> JobAnswer:
    """All rows are told; the first is of the fit, the others of scenes, by digest or, failed ones, by id."""
    assert isinstance(job.asked, Fit)  # noqa: S101 - as above
    asked = fit_key(job.spec, job.model, scenes, job.edits[0], job.asked)
    rows, missing = lab.fitted(job.spec, asked, scenes, job.edits[0], job.asked)
    failed = {asked._replace(scene=name): row for name, row in missing.items()}
    return JobAnswer("", tuple(_told(key, row) for key, row in (rows | failed).items()))


def _told(asked: RowKey, row: StoredValue) -> RowOf:
    return RowOf(asked.edit, asked.reading, asked.scene, *row)
