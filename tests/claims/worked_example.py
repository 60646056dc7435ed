"""A worked example of a claim: what a made-up model answers, and what the paper's sentence makes of it.

The numbers that are found are computed by hand from the sentence, never by the claim's own body.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from PIL import Image

from tests.claims.answer_sheet import AnswerSheet
from vtmetrics.inputs import Scene
from vtmetrics.model import Model
from vtmetrics.nets import Spec

#: what is true of a scene: of ten words, each is a tenth; and what is true of another image
CAPTION, FINE, CHAIN, BOX = "a b c d e f g h i j", "t", "p, q so yes", "0 0 4 4"
TRUTHS = {"fine": FINE, "chains": CHAIN, "boxes": BOX, "referred": BOX}
ELSEWHERE = "a k c l e m g n i o"


#: how many things eight pictures show, and how many kinds of them; they cover as much
COUNTS, KINDS = (1, 2, 3, 4, 6, 5, 8, 7), (2, 1, 3, 4, 5, 6, 7, 8)
CROWD = [
    {"count": count, "area": 0.3, **dict.fromkeys(("shapes", "colors", "sizes"), kinds)}
    for count, kinds in zip(COUNTS, KINDS, strict=True)
]


def striped(place):
    """A picture in which one patch more has a line of its own than in the picture before."""
    picture = Image.new("RGB", (72, 72))
    for patch in range(place + 1):
        picture.paste((255, 255, 255), (8 * patch, patch, 8 * patch + 8, patch + 1))
    return picture


@dataclass(frozen=True)
class Student:
    """A tuned model: by which recipe, and its answers."""

    recipe: Mapping[str, Any]
    answers: Mapping[str, Mapping]


@dataclass(frozen=True)
class WorkedExample:
    """One case of a claim with its arms: the number alone, `control …`, `sensitivity`, `beside …`.

    Where an arm is a conjunction, its parts follow its name and a colon, and `or else` those that do as well.
    `by` is the margin that is stated for the controls, `twin_by` that for twins, `moves` where the
    sensitivity arm has to lie, `competent` whether the model is first asked if it can do the task, `scenes`
    how many of the drawn ones have the number, if not all.
    """

    claim: str
    answers: Mapping[str, Mapping]
    finds: Mapping[str, float]
    expected: str
    moves: str = ""
    kind: str = "share"
    by: float | None = None
    case: Mapping[str, Any] = field(default_factory=dict)
    cases: tuple[str, ...] = ()
    twin: bool | str = False
    twin_by: float | None = None
    competent: bool = False
    students: tuple[Student, ...] = ()
    layers: int = 12
    drawn: int = 4
    scenes: int | None = None

    def __str__(self):
        return f"{self.claim} {', '.join(map(str, self.case.values()))}".strip()

    def model(self, directory):
        """The made-up model, on a machine with an accelerator."""
        told = f'{{"num_hidden_layers": {self.layers}}}'
        (directory / "config.json").write_text(told, encoding="utf-8")
        return Model(Spec("made up", "llava", str(directory), device="cuda"), AnswerSheet(self.answers))

    def scenes_of(self, task):
        """Scenes of a task, two of each picture; those of all tasks have the same names, and pair."""
        return [self._scene(task, place) for place in range(self.drawn)]

    @staticmethod
    def _scene(task, place):
        picture = (Image.new("RGB", (4, 4), (place % 256, place // 256, 0)),)
        known, group = {"place": place}, f"picture {place // 2}"
        if task in ("counted", "every_base"):
            picture, known = (striped(place),), known | CROWD[place % len(CROWD)]
        prompt = f"{task} {place}"
        own = Scene(f"scene {place}", picture, prompt, TRUTHS.get(task, CAPTION), task, group, known)
        return replace(own, donor=replace(own, id=f"{own.id}/donor", answer=ELSEWHERE))
