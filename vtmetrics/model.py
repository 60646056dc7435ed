"""A model, as claims see it: a handle without weights, asked about scenes under edits."""

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any, get_args

import numpy as np

from vtmetrics.edits import PLAIN, Edit
from vtmetrics.inputs import Scene
from vtmetrics.lab import LONGEST_ANSWER, Lab, Order, Recipe, numerics
from vtmetrics.nets import Spec, anatomy_of, checkpoint_spec, digest_of, load_once, register, release
from vtmetrics.readings import (
    BYTES,
    COUNTED,
    FLOPS,
    SAID,
    AnswerBundle,
    Bundle,
    Cost,
    CostBundle,
    Count,
    Decoding,
    Fit,
    Observed,
    Reading,
    StoredValue,
    TextBundle,
    Texts,
    Way,
    check_edits,
    check_kind,
    check_scenes,
    greedy,
)
from vtmetrics.statistics import Profile, Scores
from vtmetrics.unmeasured import NotMeasured

#: what pooled tokens have a number of may be any
ANYWHERE = (-math.inf, math.inf)
#: long enough for a caption or a short chain
GREEDY = greedy(64)


@dataclass(frozen=True)
class Model:
    """Which model, and the lab that keeps what was measured of it; nothing is loaded before it is asked."""

    spec: Spec
    lab: Lab = field(default_factory=Lab, compare=False)

    def __post_init__(self) -> None:
        """Refuse what is no spec: a path, a net."""
        spec: object = self.spec
        if not isinstance(spec, Spec):
            wanted = "a Spec, a directory by Model.load, or a net in memory by Model.of(net, processor)"
            raise TypeError(f"a model wants {wanted}, not {str(spec)[:60]!r}")

    @classmethod
    def load(cls, text: str, dtype: str = "float32", attention: str = "sdpa", **place: str) -> "Model":
        """A directory, or ORG/NAME[@REVISION] of the hub's cache; its weights come when it is asked.

        `place` is a device, the processor if none is named, or a device_map over several.
        """
        return cls(checkpoint_spec(text, "Model.load", dtype=dtype, attention=attention, **place))

    @classmethod
    def of(cls, net: Any, processor: Any, name: str = "in memory") -> "Model":
        """A model that is in memory already: pruned, quantised, tuned. It lives in this process alone."""
        return cls(register(net, processor, name))

    def answer(self, scenes: Sequence[Scene], reading: Reading, edit: Edit = PLAIN) -> Scores:
        """One score for each scene, of the answer under one edit, teacher-forced on the gold answer."""
        return self.sweep(edit).answer(scenes, reading)[0]

    def observe(self, scenes: Sequence[Scene], reading: Observed, edit: Edit = PLAIN) -> Scores:
        """One curve over the layers for each scene, of what the states of some tokens look like."""
        return self.sweep(edit).observe(scenes, reading)[0]

    def sweep(self, *edits: Edit) -> "Sweep":
        """The same questions under many edits, planned together."""
        return Sweep(self, edits)

    def cost(self, scenes: Sequence[Scene], edit: Edit = PLAIN, way: Way = COUNTED) -> Cost:
        """What a prefill of each scene takes and leaves under one edit."""
        return self.sweep(edit).cost(scenes, way)[0]

    def say(
        self, scenes: Sequence[Scene], edit: Edit = PLAIN, how: Decoding = GREEDY, max_new_tokens: int = 0
    ) -> Texts:
        """What the model writes about each scene under one edit, `how` long if nothing else is said."""
        how = replace(how, tokens=max_new_tokens) if max_new_tokens else how
        return self.sweep(edit).say(scenes, how)[0]

    def fit(self, scenes: Sequence[Scene], fit: Fit, edit: Edit = PLAIN) -> Profile:
        """The profile of the tokens of all scenes together, with a jackknife over folds of their groups."""
        check_scenes(scenes)
        check_kind(fit, (Fit,), "a profile of all tokens together is fitted by pooled")
        (whole, *without), lost = self.lab.fit(self.spec, self.digest, scenes, edit, fit)
        folds = {f"fold {number:02d}": value for number, value in enumerate(without)}
        missing = {name: row.missing for name, row in lost.items() if row.missing is not None}
        excluded = {name: row.excluded for name, row in lost.items() if row.excluded is not None}
        return Profile(whole, folds, ANYWHERE, missing, excluded, scenes=len(scenes) - len(lost))

    def said(self, scenes: Sequence[Scene], edit: Edit = PLAIN) -> dict[str, str]:
        """The most likely word at each scored position, by scene digest."""
        rows = self.lab.ask(self.spec, self.digest, scenes, [edit], SAID, AnswerBundle())
        return {scene.digest: rows[edit, scene.digest].text or "" for scene in scenes}

    def tuned(self, recipe: Recipe, scenes: Sequence[Scene]) -> "Model":
        """With an adapter that has learned on these scenes, a kept one or one that learns now.

        What the adapter was trained under, the recipe's edit, isn't done by itself when the model is asked.
        """
        order = Order(self.spec, self.digest, recipe, scenes, numerics(self.spec))
        # a lab of its own: what the teacher is asked, no claim has asked
        teacher = Model(self.spec, Lab(self.lab.store, self.lab.progress, self.lab.batch))
        adapters, says = self.lab.adapters, partial(teacher.say, scenes, how=greedy(LONGEST_ANSWER))
        folder = adapters.find(order) or adapters.train(order, says, self.lab.progress)
        return Model(replace(self.spec, adapter=str(folder)), self.lab)

    @property
    def twin(self) -> "Model":
        """The same architecture with weights that never saw data."""
        return Model(self.spec.as_twin("untrained", self.spec.seed + 1), self.lab)

    @property
    def matched(self) -> "Model":
        """The twin that never saw data, its states made as long as the model's."""
        return Model(self.spec.as_twin("matched", self.spec.seed + 1), self.lab)

    @property
    def scrambled(self) -> "Model":
        """The same weights, each tensor's entries in another order."""
        return Model(self.spec.as_twin("scrambled", self.spec.seed + 1), self.lab)

    @cached_property
    def digest(self) -> str:
        """What identifies the weights, the processor and the twin: 64 hex digits."""
        return digest_of(self.spec)

    @property
    def told(self) -> Spec:
        """The spec as the loaded net has it: what a function returned may differ from what was asked."""
        if self.spec.identified:
            return self.spec
        body = anatomy_of(load_once(self.spec).net)
        weight = next(body.decoder.parameters())
        dtype = str(weight.dtype).removeprefix("torch.")
        return replace(self.spec, dtype=dtype, device=weight.device.type, attention=body.attention)

    @cached_property
    def layers(self) -> int:
        """How many layers the language model has: from its configuration, if that is a file."""
        try:
            told = json.loads(Path(self.spec.source, "config.json").read_text(encoding="utf-8"))
            return int(told.get("text_config", told)["num_hidden_layers"])
        except (OSError, ValueError, KeyError, TypeError):  # checkpoints may leave out what is the default
            return anatomy_of(load_once(self.spec).net).depth

    def release(self) -> None:
        """Let go of the weights."""
        release(self.spec)


@dataclass(frozen=True)
class Sweep:
    """A model under several edits."""

    model: Model
    edits: tuple[Edit, ...]

    def __post_init__(self) -> None:
        check_edits(self.edits)

    def answer(self, scenes: Sequence[Scene], reading: Reading) -> tuple[Scores, ...]:
        """The scores under each edit, in the order of the edits."""
        check_kind(reading, (Reading,), "answers are read by agree, correct and their like")
        return _scores(scenes, reading, self._rows(scenes, str(reading), AnswerBundle()))

    def observe(self, scenes: Sequence[Scene], reading: Observed) -> tuple[Scores, ...]:
        """The curves under each edit, in the order of the edits."""
        check_kind(reading, get_args(Observed), "states are read by over_depth, affinity and their like")
        return _scores(scenes, reading, self._rows(scenes, str(reading), reading.bundle))

    def cost(self, scenes: Sequence[Scene], way: Way = COUNTED) -> tuple[Cost, ...]:
        """What prefills take and leave, in the order of the edits."""
        counts, of = (Count(FLOPS, way), Count(BYTES, way)), CostBundle.of(way)
        both = (_scores(scenes, count, self._rows(scenes, str(count), of)) for count in counts)
        return tuple(Cost(flops, kept) for flops, kept in zip(*both, strict=True))

    def say(self, scenes: Sequence[Scene], how: Decoding = GREEDY) -> tuple[Texts, ...]:
        """What is written under each edit, in the order of the edits."""
        check_kind(how, (Decoding,), "texts are written by greedy, drawn or beams")
        return tuple(_texts(scenes, rows) for rows in self._rows(scenes, str(how), TextBundle(how)))

    def _rows(self, scenes: Sequence[Scene], name: str, bundle: Bundle) -> list[list[StoredValue]]:
        """What was read of each scene, in their order: a list for each edit."""
        check_scenes(scenes)
        self._distinct()
        rows = self.model.lab.ask(self.model.spec, self.model.digest, scenes, self.edits, name, bundle)
        return [[rows[edit, scene.digest] for scene in scenes] for edit in self.edits]

    def _distinct(self) -> None:
        """Depths that fall on one layer compare a run with itself."""
        layers = self.model.layers
        met: dict[Edit, Edit] = {PLAIN: PLAIN}
        for edit in self.edits:
            there = edit.on(layers)
            same = met.setdefault(there, edit)
            if there != PLAIN and (same != edit or there.idle(layers)):
                raise NotMeasured(
                    f"too few layers: in {layers} of them {edit} is {there}, which compares nothing"
                )


def _scores(
    scenes: Sequence[Scene],
    reading: Reading | Observed | Count,
    rows_of_edits: Iterable[Sequence[StoredValue]],
) -> tuple[Scores, ...]:
    named = ({scene.id: row for scene, row in zip(scenes, rows, strict=True)} for rows in rows_of_edits)
    return tuple(
        Scores(
            values={name: np.asarray(row.value) for name, row in rows.items() if row.value is not None},
            groups={scene.id: scene.group for scene in scenes},
            kind=reading.kind,
            range=reading.range,
            missing={name: row.missing for name, row in rows.items() if row.missing is not None},
            excluded={name: row.excluded for name, row in rows.items() if row.excluded is not None},
        )
        for rows in named
    )


def _texts(scenes: Sequence[Scene], rows: Sequence[StoredValue]) -> Texts:
    named = {scene.id: row for scene, row in zip(scenes, rows, strict=True)}
    return Texts(
        written={name: row.text for name, row in named.items() if row.text is not None},
        gold={scene.id: scene.answer for scene in scenes},
        groups={scene.id: scene.group for scene in scenes},
        missing={name: row.missing for name, row in named.items() if row.missing is not None},
        excluded={name: row.excluded for name, row in named.items() if row.excluded is not None},
    )
