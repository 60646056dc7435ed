"""Still read: the depth is the one where most is lost without the image, of those where it is read."""

import pytest

from fixtures.scenes.draw import draw
from vtmetrics.edits.edit import substitute, truncate
from vtmetrics.edits.steps import DONOR
from vtmetrics.edits.tokens import IMAGE
from vtmetrics.lab.lab import Lab
from vtmetrics.model import Model
from vtmetrics.nets.spec import Spec
from vtmetrics.protocols.still_read import needed_most
from vtmetrics.readings.row import StoredValue
from vtmetrics.unmeasured import NotMeasured

SCENES = draw("words", "validation", count=20)
HALF, DEEP = 1 / 2, 3 / 4


class Kept(Lab):
    """A lab of which as many answers stay the same under each edit as it is told."""

    def __init__(self, shares):
        super().__init__()
        self.shares = shares

    def ask(self, _, __, scenes, edits, *___):
        return {
            (edit, scene.digest): self.row(edit, place / len(scenes))
            for edit in edits
            for place, scene in enumerate(scenes)
        }

    def row(self, edit, place):
        if self.shares is None:
            return StoredValue(excluded="no scored token depends on the image")
        return StoredValue(value=float(place < self.shares[edit]))


def model(shares):
    """By depth, the shares of answers that stay with another image's states, and with none."""
    edits = shares and {
        edit: share
        for depth, (other, gone) in shares.items()
        for edit, share in ((substitute(IMAGE, by=DONOR, at=depth), other), (truncate(depth), gone))
    }
    asked = Model(Spec("kept", "llava", "/nowhere", embedded=True), Kept(edits))
    asked.__dict__.update(layers=12, digest="0" * 64)
    return asked


@pytest.mark.parametrize(
    ("at_half", "deep", "found"),
    [
        ((0.5, 0.4), (0.6, 0.7), HALF),
        ((0.5, 0.7), (0.6, 0.4), DEEP),
        ((0.95, 0.1), (0.9, 0.9), DEEP),
        ((0.5, 1.0), (1.0, 0.2), HALF),
    ],
)
def test_most_is_lost_without_the_image_where_it_is_read(at_half, deep, found):
    """Where another image's states change nothing, what is lost without any is no reading."""
    at, shown = needed_most(model({HALF: at_half, DEEP: deep}), SCENES, [HALF, DEEP])
    assert at == shown.value == found


def test_who_reads_no_more_is_told_with_figures():
    with pytest.raises(
        NotMeasured, match=r"no longer read here: at 0\.5 or 0\.75, .* change 0\.05 .* wanted ≥ 0\.1"
    ):
        needed_most(model({HALF: (0.95, 0.1), DEEP: (1.0, 0.1)}), SCENES, [HALF, DEEP])


def test_answers_that_no_image_changes_have_nothing_to_lose():
    with pytest.raises(NotMeasured, match="nothing to lose: no scored token depends on the image"):
        needed_most(model(None), SCENES, [HALF, DEEP])
