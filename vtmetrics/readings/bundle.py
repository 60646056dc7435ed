"""Bundles: what is read of the same runs is read at once, of answers or of written texts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Protocol, Self
from weakref import WeakKeyDictionary

from vtmetrics.edits import Edit
from vtmetrics.readings.answers import ANSWERS, REFERENCES, Reading
from vtmetrics.readings.begun_texts import BegunTexts, texts_begun
from vtmetrics.readings.block import Block
from vtmetrics.readings.row import StoredValue
from vtmetrics.readings.writing import Decoding
from vtmetrics.stopwatch import timed
from vtmetrics.unmeasured import Excluded

SAID = "said"


class Bundle(Protocol):
    """Readings that need the same runs."""

    @property
    def answered(self) -> bool:
        """Whether the readings are of a teacher-forced answer."""

    @property
    def at_once(self) -> int:
        """How many batches are one on an accelerator: a step of few rows takes it as long as one of many."""

    @property
    def names(self) -> tuple[str, ...]:
        """Under which names the rows are kept."""

    def prepare(self, runs: Block, edits: Sequence[Edit]) -> None:
        """Make the runs of all edits at once, where that saves work."""

    def read(self, runs: Block, edit: Edit) -> Iterator[tuple[str, int, StoredValue]]:
        """Each reading of each scene of the block: (name, position in the block, row)."""


class PassBundle:
    """The bundle of what is read of a teacher-forced answer under one edit at a time: edits share no run."""

    answered: ClassVar[bool] = True
    at_once: ClassVar[int] = 1

    def prepare(self, runs: Block, edits: Sequence[Edit]) -> None:
        """Nothing is run before it is read."""


class OwnBundle(PassBundle):
    """A reading that is its own bundle: nothing else is read with it."""

    @property
    def bundle(self) -> Self:
        """What it is read with."""
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """The one name."""
        return (str(self),)


@dataclass(frozen=True)
class AnswerBundle:
    """All readings of a teacher-forced answer, and the words themselves."""

    answered: ClassVar[bool] = True
    at_once: ClassVar[int] = 1

    @property
    def names(self) -> tuple[str, ...]:
        """The readings, and what was said."""
        return (*map(str, ANSWERS), SAID)

    def prepare(self, runs: Block, edits: Sequence[Edit]) -> None:
        """All edits, and the runs that they are compared with."""
        runs.run([*edits, *REFERENCES])

    def read(self, runs: Block, edit: Edit) -> Iterator[tuple[str, int, StoredValue]]:
        """Every score of every scene."""
        for position in range(len(runs.rows)):
            yield SAID, position, StoredValue(text=runs.said(edit, position))
            for reading in ANSWERS:
                yield str(reading), position, _scored(runs, reading, edit, position)


@dataclass(frozen=True)
class TextBundle:
    """An answer in the model's own words; several edits' go on from one prompt, where that spares layers."""

    answered: ClassVar[bool] = False
    at_once: ClassVar[int] = 4

    how: Decoding
    begun: "WeakKeyDictionary[Block, BegunTexts]" = field(
        default_factory=WeakKeyDictionary, compare=False, repr=False
    )

    @property
    def names(self) -> tuple[str, ...]:
        """The strategy's text."""
        return (str(self.how),)

    def prepare(self, runs: Block, edits: Sequence[Edit]) -> None:
        """The prompt, as far as the edits leave it as it is."""
        self.begun.pop(runs, None)
        if self.how.width == 1 and (texts := texts_begun(runs, edits)) is not None:
            self.begun[runs] = texts

    def read(self, runs: Block, edit: Edit) -> Iterator[tuple[str, int, StoredValue]]:
        """What every prompt is answered with."""
        texts = self.begun.get(runs)
        written = runs.written(edit, self.how) if texts is None else texts.written(runs, edit, self.how)
        if texts is not None and not texts.left:
            del self.begun[runs]
        for position, text in enumerate(written):
            yield str(self.how), position, StoredValue(text=text)


@timed("metrics")
def _scored(runs: Block, reading: Reading, edit: Edit, position: int) -> StoredValue:
    answers = [runs.answers(each)[position] for each in (edit, *reading.beside)]
    if not all(answer.finite for answer in answers):
        return StoredValue(missing="the logits are not finite")
    if not len(answers[0].top):
        return StoredValue(excluded="no token of the answer says anything")
    taken = reading.take(*answers)
    return StoredValue(excluded=taken.reason) if isinstance(taken, Excluded) else StoredValue(value=taken)
