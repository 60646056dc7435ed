"""The kit: each thing that can be planted is there by name, and a test of its own shows its truth."""

from pathlib import Path

import pytest
import torch

from fixtures.planted.plant import PLANTED
from tests.planted.plain_hooks import states
from vtmetrics.edits.tokens import IMAGE, TEXT

KIT = {
    "image states frozen after a layer, with live readers": ("frozen", "late"),
    "image states re-encoded at every layer": ("reencoded",),
    "an image that is ignored": ("ignored",),
    "readers that stop at a layer": ("early", "sudden"),
    "clusters of dead, sink and alive tokens with given shares": ("clusters", "dead_read", "scattered"),
    "a massive dimension": ("massive",),
    "norm schedules": ("meeting_inside", "meeting_outside", "meeting_first"),
    "rows of the vocabulary": ("labelled", "colored"),
    "an alternating profile of text": ("settled", "words_by_turns"),
}
NAMES = [name for names in KIT.values() for name in names]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_planted_is_told_and_has_a_test_that_names_it(name):
    files = [file for file in Path(__file__).parent.glob("test_*.py") if file != Path(__file__)]
    assert PLANTED[name]
    assert any(f'"{name}"' in file.read_text(encoding="utf-8") for file in files)


@pytest.mark.parametrize("name", ["frozen", "late"])
def test_frozen_images_stand_from_a_quarter_of_the_depth_on(asked, name):
    """To the last bit, and not before; words go on moving, by what they read too."""
    net, inputs, layout = asked(name)
    held = states(net, inputs)
    image, words = (torch.stack([state[some.mask(layout)] for state in held]) for some in (IMAGE, TEXT))
    assert all(not torch.equal(image[layer], image[layer + 1]) for layer in range(3))
    assert all(torch.equal(image[3], state) for state in image[3:])
    assert all(not torch.equal(words[layer], words[layer + 1]) for layer in range(12))
