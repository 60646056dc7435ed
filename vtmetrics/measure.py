"""Measuring: a block of scenes on one model, each edit run once, everything read that needs the same runs."""

from collections.abc import Iterator, Sequence

from vtmetrics.bundle import Bundle
from vtmetrics.edit import Edit
from vtmetrics.encoding import Encoded, encode
from vtmetrics.row import Row
from vtmetrics.runs import Runs, takes_from_donor
from vtmetrics.scene import Scene
from vtmetrics.slot import loaded
from vtmetrics.spec import Spec

Found = tuple[Edit, str, Scene, Row]


def measure(spec: Spec, scenes: Sequence[Scene], edits: Sequence[Edit], bundle: Bundle) -> Iterator[Found]:
    """All that the bundle reads under every edit: (edit, reading, scene, row)."""
    net, processor = loaded(spec)
    good: list[Encoded] = []
    for scene in scenes:
        try:
            good.append(encode(processor, scene, answered=bundle.answered))
        except (ValueError, OSError) as error:  # one scene's bad image is no other scene's
            yield from _lost(scene, edits, bundle, f"not encoded: {error}")
    paired = [row for row in good if row.scene.donor is not None]
    given = [edit for edit in edits if not takes_from_donor(edit)]
    taken = [edit for edit in edits if takes_from_donor(edit)]
    for row in good:
        if row.scene.donor is None:
            yield from _lost(row.scene, taken, bundle, "the scene has no donor")
    if len(paired) == len(good):
        given, taken = [], list(edits)
    for rows, asked in ((good, given), (paired, taken)):
        if rows and asked:
            runs = Runs(net, processor, rows)
            for edit in asked:
                for name, position, found in bundle.read(runs, edit):
                    yield edit, name, rows[position].scene, found


def _lost(scene: Scene, edits: Sequence[Edit], bundle: Bundle, why: str) -> Iterator[Found]:
    for edit in edits:
        for name in bundle.names:
            yield edit, name, scene, Row(missing=why)
