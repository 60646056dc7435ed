"""Models without weights: what they know is told by the claim that asks them."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest

from vtmetrics.edits.edit import PLAIN
from vtmetrics.nets.spec import Spec
from vtmetrics.report.explanation import Transcript
from vtmetrics.statistics.scores import Scores
from vtmetrics.suite.hookspecs import Registry

LOG = Path("loads.log")
ASKED = []
LAB = SimpleNamespace(journal=[])


@dataclass(frozen=True)
class Fake:
    """A handle that is loaded when it is asked, as real ones are."""

    spec: Spec
    digest: str = "0" * 64
    layers: int = 12
    lab: SimpleNamespace = field(default_factory=lambda: LAB, compare=False)

    @property
    def twin(self):
        return Fake(self.spec.as_twin("untrained", 1))

    @property
    def matched(self):
        return Fake(self.spec.as_twin("matched", 1))

    @property
    def scrambled(self):
        return Fake(self.spec.as_twin("scrambled", 1))

    def share(self, known, scenes=100, missing=0, excluded=0, *, blind=False):
        """Scores of which so large a share is right; a twin is never right, unless it takes no learning."""
        self._load()
        known = 0.0 if self.spec.twin and not blind else known
        names = [f"scene {number}" for number in range(scenes)]
        lost, apart, valued = names[:missing], names[missing:][:excluded], names[missing + excluded :]
        right = round(known * len(valued))
        return Scores(
            values={name: float(number < right) for number, name in enumerate(valued)},
            groups={name: name for name in names},
            kind="share",
            range=(0, 1),
            missing=dict.fromkeys(lost, "out of memory"),
            excluded=dict.fromkeys(apart, "the image adds nothing"),
        )

    def answer(self, scenes, _, edit):
        """Right where the scene says so, with the image or without it; a twin never is; None has failed."""
        self._load()
        known = "seen" if edit == PLAIN else "blind"
        told = {scene.id: getattr(scene, known) for scene in scenes}
        right = {name: float(said and not self.spec.twin) for name, said in told.items() if said is not None}
        failed = {name: "out of memory" for name, said in told.items() if said is None}
        return Scores(right, {scene.id: scene.group for scene in scenes}, "share", (0, 1), failed)

    def release(self):
        if self.spec.label in ASKED:
            ASKED.remove(self.spec.label)
            _log(f"release {self.spec.label}")

    def _load(self):
        if self.spec.label not in ASKED:
            ASKED.append(self.spec.label)
            _log(f"load {self.spec.label}")


def _log(line):
    with LOG.open("a", encoding="utf-8") as log:
        log.write(f"{os.getpid()} {line}\n")


def pytest_claim_transcripts(model, finding):
    """What a model said, if it is asked while it is loaded."""
    assert model.spec.label in ASKED
    known = sum(finding.scores.values.values())
    return [
        Transcript("scene 0", "Which letter?", "A", 1.0, {"plain": f"{model.spec.label} knows {known:g}"})
    ]


def pytest_claim_models():
    """Two models that run and one that cannot."""
    return _models([("tiny/llava-1", "llava"), ("qwen-2", "qwen")], (("llava-7b", "not on this machine"),))


def pytest_claim_models_named(names):
    """The folders that --model names."""
    for name in names:
        if not Path(name).is_dir():
            raise pytest.UsageError(f"--model wants a directory or FILE.py:FUNCTION, {name} is neither")
    return _models([(Path(name).name, "llava") for name in names])


def _models(lines, absent=()):
    ASKED.clear()
    return Registry(
        runnable=tuple(Fake(Spec(name, family, "nowhere", embedded=True)) for name, family in lines),
        absent=absent,
        families=("llava", "qwen", "internvl"),
    )
