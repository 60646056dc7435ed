"""A model, as claims see it: a handle without weights, asked about scenes under edits."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from vtmetrics.digest import digest_of
from vtmetrics.edit import PLAIN, Edit
from vtmetrics.lab import Lab
from vtmetrics.reading import Reading
from vtmetrics.reason import NotMeasured
from vtmetrics.row import Row
from vtmetrics.scene import Scene
from vtmetrics.scores import Scores
from vtmetrics.slot import give, release
from vtmetrics.spec import Spec


@dataclass(frozen=True)
class Model:
    """Which model, and the lab that keeps what was measured of it; nothing is loaded before it is asked."""

    spec: Spec
    lab: Lab = field(default_factory=Lab, compare=False)

    @classmethod
    def of(cls, net: Any, processor: Any, name: str = "in memory") -> "Model":
        """A model that is in memory already: pruned, quantised, tuned. It lives in this process alone."""
        return cls(give(net, processor, name))

    def answer(self, scenes: Sequence[Scene], reading: Reading, edit: Edit = PLAIN) -> Scores:
        """One score for each scene, of the answer under one edit, teacher-forced on the gold answer."""
        return self.sweep(edit).answer(scenes, reading)[0]

    def sweep(self, *edits: Edit) -> "Sweep":
        """The same questions under many edits, planned together."""
        return Sweep(self, edits)

    def said(self, scenes: Sequence[Scene], edit: Edit = PLAIN) -> dict[str, str]:
        """The most likely word at each scored position, by scene digest."""
        rows = self.lab.ask(self.spec, self.digest, scenes, [edit], "said")
        return {scene.digest: rows[edit, scene.digest].text or "" for scene in scenes}

    @property
    def twin(self) -> "Model":
        """The same architecture with weights that never saw data."""
        return Model(self.spec.as_twin("untrained", self.spec.seed + 1), self.lab)

    @property
    def scrambled(self) -> "Model":
        """The same weights, each tensor's entries in another order."""
        return Model(self.spec.as_twin("scrambled", self.spec.seed + 1), self.lab)

    @cached_property
    def digest(self) -> str:
        """What identifies the weights, the processor and the twin: 64 hex digits."""
        return digest_of(self.spec)

    @cached_property
    def layers(self) -> int:
        """How many layers the language model has, from its configuration."""
        told: Mapping[str, Any] = json.loads(
            (Path(self.spec.source) / "config.json").read_text(encoding="utf-8")
        )
        text = told.get("text_config", told)
        return int(text["num_hidden_layers"])

    def release(self) -> None:
        """Let go of the weights."""
        release(self.spec)


@dataclass(frozen=True)
class Sweep:
    """A model under several edits."""

    model: Model
    edits: tuple[Edit, ...]

    def answer(self, scenes: Sequence[Scene], reading: Reading) -> tuple[Scores, ...]:
        """The scores under each edit, in the order of the edits."""
        self._distinct()
        model = self.model
        rows = model.lab.ask(model.spec, model.digest, scenes, self.edits, str(reading))
        return tuple(
            _scores(scenes, {scene.id: rows[edit, scene.digest] for scene in scenes}, reading)
            for edit in self.edits
        )

    def _distinct(self) -> None:
        """Edits that fall on the same layers compare a run with itself."""
        resolved: dict[str, Edit] = {}
        for edit in self.edits:
            twice = resolved.setdefault(str(edit.on(self.model.layers)), edit)
            if twice != edit:
                raise NotMeasured(
                    f"too few layers: {twice} and {edit} are the same in {self.model.layers} layers"
                )


def _scores(scenes: Sequence[Scene], rows: Mapping[str, Row], reading: Reading) -> Scores:
    return Scores(
        values={name: np.asarray(row.value) for name, row in rows.items() if row.value is not None},
        groups={scene.id: scene.group for scene in scenes},
        kind=reading.kind,
        range=reading.range,
        missing={name: row.missing for name, row in rows.items() if row.missing is not None},
        excluded={name: row.excluded for name, row in rows.items() if row.excluded is not None},
    )
