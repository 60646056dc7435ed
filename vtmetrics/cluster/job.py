"""A job: what one worker measures at once, as JSON; and its answer, as JSON too."""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from vtmetrics.cluster.wire import packed, unpacked
from vtmetrics.edits import Edit
from vtmetrics.nets import Spec
from vtmetrics.readings import Bundle, Fit, StoredValue

#: whose versions driver and workers have to share, if they have them
LIBRARIES = ("torch", "transformers", "peft")
#: a scene of a job: the digest under which it lies in the store, its id, and its group
SceneName = tuple[str, str, str]


@dataclass(frozen=True)
class Job:
    """Scenes, edits and what is read of them; or a fit, for which scenes are pooled.

    `store` is a folder that driver and workers see; scenes lie in it, and what is found is kept there.
    """

    spec: Spec
    model: str
    numerics: str
    store: str
    scenes: tuple[SceneName, ...]
    edits: tuple[Edit, ...]
    asked: Bundle | Fit
    batch: int

    @property
    def text(self) -> str:
        """One line of JSON that says by which code it is meant."""
        return json.dumps({"code": code_told(), "job": packed(self)})


@dataclass(frozen=True)
class RowOf:
    """A row that lies in no file: under which edit what was read of which scene, and what came of it."""

    edit: str
    reading: str
    scene: str
    value: float | tuple[float, ...] | None
    text: str | None
    excluded: str | None
    missing: str | None

    @property
    def row(self) -> StoredValue:
        """As the store would have it."""
        return StoredValue(self.value, self.text, self.excluded, self.missing)


@dataclass(frozen=True)
class JobAnswer:
    """Where in the store the rows are, those that are in no file, or why there are none.

    `refused` is a job that no worker like this can do, `unmeasured` and `unloadable` are honest gaps, and
    `failed` is an error, with its traceback.
    """

    folder: str = ""
    rows: tuple[RowOf, ...] = ()
    refused: str = ""
    unmeasured: str = ""
    unloadable: str = ""
    failed: str = ""

    @property
    def text(self) -> str:
        """One line of JSON."""
        return packed(self)


def read_job(text: str) -> Job:
    """The job of a line, if it is meant by the code that runs here."""
    told = json.loads(text)
    if told["code"] != code_told():
        raise OtherCodeError(f"the driver runs {told['code']}, this worker {code_told()}")
    job: Job = unpacked(told["job"])
    return job


def read_answer(text: str) -> JobAnswer:
    """What a worker has said."""
    answer: JobAnswer = unpacked(text)
    return answer


class OtherCodeError(ValueError):
    """A job of a driver that runs other code than the worker: their rows would not be of one measurement."""


@cache
def code_told() -> str:
    """Which code runs here: ours, by its content, and the libraries that compute."""
    root = Path(__file__).parents[1]
    told = hashlib.sha256()
    for file in sorted(root.rglob("*.py")):
        told.update(f"{file.relative_to(root).as_posix()}\0".encode())
        told.update(file.read_bytes())
    # a build for another accelerator is the same version of the library
    libraries = [f"{name} {found}" for name in LIBRARIES if (found := _version(name))]
    return ", ".join([f"vtmetrics {_version('vtmetrics')} ({told.hexdigest()[:12]})", *libraries])


def _version(name: str) -> str:
    try:
        return version(name).partition("+")[0]
    except PackageNotFoundError:
        return ""
