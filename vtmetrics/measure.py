"""Measuring: a block of scenes on one model, each edit run once, every reading of its answers taken."""

from collections.abc import Iterator, Sequence

from vtmetrics.edit import Edit
from vtmetrics.encoding import Encoded, encode
from vtmetrics.reading import ANSWERS, Excluded, Reading
from vtmetrics.row import Row
from vtmetrics.runs import Runs
from vtmetrics.scene import Scene
from vtmetrics.slot import loaded
from vtmetrics.spec import Spec

SAID = "said"


def measure(
    spec: Spec, scenes: Sequence[Scene], edits: Sequence[Edit]
) -> Iterator[tuple[Edit, str, Scene, Row]]:
    """Every reading of the answers under every edit: (edit, reading, scene, row)."""
    net, processor = loaded(spec)
    good: list[Encoded] = []
    for scene in scenes:
        try:
            good.append(encode(processor, scene))
        except (ValueError, OSError) as error:  # one scene's bad image is no other scene's
            lost = Row(missing=f"not encoded: {error}")
            yield from ((edit, name, scene, lost) for edit in edits for name in (*map(str, ANSWERS), SAID))
    if good:
        yield from _taken(Runs(net, processor, good), good, edits)


def _taken(
    runs: Runs, rows: Sequence[Encoded], edits: Sequence[Edit]
) -> Iterator[tuple[Edit, str, Scene, Row]]:
    for edit in edits:
        for position, row in enumerate(rows):
            yield edit, SAID, row.scene, Row(text=runs.said(edit, position))
            for reading in ANSWERS:
                yield edit, str(reading), row.scene, _read(runs, reading, edit, position)


def _read(runs: Runs, reading: Reading, edit: Edit, position: int) -> Row:
    answers = [runs.answers(each)[position] for each in (edit, *reading.beside)]
    if not all(answer.finite for answer in answers):
        return Row(missing="the logits are not finite")
    taken = reading.take(*answers)
    return Row(excluded=taken.reason) if isinstance(taken, Excluded) else Row(value=taken)
