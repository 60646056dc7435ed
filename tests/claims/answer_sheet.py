"""An answer sheet: what a made-up model answers to each question, written by hand, and which were asked."""

import numpy as np

from vtmetrics.lab import Lab
from vtmetrics.readings import StoredValue
from vtmetrics.statistics import Scores


class AnswerSheet(Lab):
    """A lab without nets: answers by question ("correct of words") and edit; other questions fail the test.

    An answer is a number, a text, or a tuple with one number a layer; a list has one for each scene.
    """

    def __init__(self, answers):
        super().__init__()
        self.answers = answers
        self.left = {(question, edit) for question, edits in answers.items() for edit in edits}

    def ask(self, spec, model, scenes, edits, reading, bundle):  # noqa: ARG002 - one model, whatever it reads
        name, _, version = reading.rpartition(":")
        question = f"{name if version.isdigit() else reading} of {scenes[0].task}"
        return {
            (edit, scene.digest): _stored(_of_scene(self._answer(question, edit), scene))
            for edit in edits
            for scene in scenes
        }

    def fit(self, spec, model, scenes, edit, fit):  # noqa: ARG002 - likewise
        name = str(fit).rpartition(":")[0]
        curve = self._answer(f"{name} of {scenes[0].task}", edit)
        return np.array([curve] * (1 + len(scenes))), {}

    def seconds(self, model, scenes, *passes):  # noqa: ARG002 - likewise
        """What a clock would tell of passes that take turns."""
        names = [scene.id for scene in scenes]
        groups = {scene.id: scene.group for scene in scenes}
        told = [self._answer(f"{way} seconds of {scenes[0].task}", edit) for edit, way in passes]
        return tuple(Scores(dict.fromkeys(names, one), groups, "number", (0, float("inf"))) for one in told)

    def _answer(self, question, edit):
        known = self.answers.get(question)
        assert known is not None, f"nobody was to ask {question!r}, only {sorted(self.answers)}"
        assert edit in known, f"nobody was to ask {question!r} under {edit}, only under {[*map(str, known)]}"
        self.left.discard((question, edit))
        return known[edit]


def _of_scene(answer, scene):
    return answer[scene.known["place"]] if isinstance(answer, list) else answer


def _stored(answer):
    return StoredValue(text=answer) if isinstance(answer, str) else StoredValue(value=answer)
