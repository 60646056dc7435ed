"""Bundles: what is read of the same runs is read at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from vtmetrics.edits.edit import Edit
from vtmetrics.readings.answers import ANSWERS, REFERENCES, Reading
from vtmetrics.readings.block import Runs
from vtmetrics.readings.row import Row
from vtmetrics.readings.writing import Writing
from vtmetrics.unmeasured import Excluded

SAID = "said"


class Bundle(Protocol):
    """Readings that need the same runs."""

    @property
    def answered(self) -> bool:
        """Whether the readings are of a teacher-forced answer."""

    @property
    def names(self) -> tuple[str, ...]:
        """Under which names the rows are kept."""

    def prepare(self, runs: Runs, edits: Sequence[Edit]) -> None:
        """Make the runs of all edits at once, where that saves work."""

    def read(self, runs: Runs, edit: Edit) -> Iterator[tuple[str, int, Row]]:
        """Each reading of each scene of the block: (name, position in the block, row)."""


@dataclass(frozen=True)
class Answers:
    """All readings of a teacher-forced answer, and the words themselves."""

    answered: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """The readings, and what was said."""
        return (*map(str, ANSWERS), SAID)

    def prepare(self, runs: Runs, edits: Sequence[Edit]) -> None:
        """All edits, and the runs that they are compared with."""
        runs.run([*edits, *REFERENCES])

    def read(self, runs: Runs, edit: Edit) -> Iterator[tuple[str, int, Row]]:
        """Every score of every scene."""
        for position in range(len(runs.rows)):
            yield SAID, position, Row(text=runs.said(edit, position))
            for reading in ANSWERS:
                yield str(reading), position, _scored(runs, reading, edit, position)


@dataclass(frozen=True)
class Written:
    """An answer in the model's own words."""

    how: Writing
    answered: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The strategy's text."""
        return (str(self.how),)

    def prepare(self, runs: Runs, edits: Sequence[Edit]) -> None:
        """Nothing is shared between texts."""

    def read(self, runs: Runs, edit: Edit) -> Iterator[tuple[str, int, Row]]:
        """What every prompt is answered with."""
        for position, text in enumerate(runs.written(edit, self.how)):
            yield str(self.how), position, Row(text=text)


def _scored(runs: Runs, reading: Reading, edit: Edit, position: int) -> Row:
    answers = [runs.answers(each)[position] for each in (edit, *reading.beside)]
    if not all(answer.finite for answer in answers):
        return Row(missing="the logits are not finite")
    if not len(answers[0].gold):
        return Row(excluded="no token of the answer says anything")
    taken = reading.take(*answers)
    return Row(excluded=taken.reason) if isinstance(taken, Excluded) else Row(value=taken)
