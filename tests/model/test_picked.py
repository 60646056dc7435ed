"""Picked tokens, as a model is asked about them: in answers, in portraits, in what is written."""

import pytest
import torch

from vtmetrics import DONOR, IMAGE, PLAIN, Model, agree, over_depth, prune, substitute, truncate
from vtmetrics.encoding import encode
from vtmetrics.generation import greedy
from vtmetrics.picked import attended
from vtmetrics.runs import Runs
from vtmetrics.spec import Spec

SEEN = attended(0.5, 2)


@pytest.fixture(scope="module")
def model(directory):
    return Model(Spec(directory.name, "any", str(directory), embedded=True))


def test_a_scene_is_answered_as_if_it_were_alone(scenes, net_and_processor):
    """What is picked depends on the scene, neither on its batch nor on the padding."""
    edits = [truncate(2, IMAGE - SEEN), prune((IMAGE - SEEN).like(SEEN)), substitute(SEEN, by=DONOR, at=1)]
    rows = [encode(net_and_processor[1], scene) for scene in scenes[:3]]
    runs = Runs(*net_and_processor, rows)

    for edit in edits:
        for row, together in zip(rows, runs.answers(edit), strict=True):
            (alone,) = Runs(*net_and_processor, [row]).answers(edit)
            assert torch.allclose(together.logits, alone.logits, atol=1e-4)
            assert not torch.allclose(together.logits, runs.answers(PLAIN)[0].logits[:1], atol=1e-4)


def test_a_donors_tokens_are_those_picked_in_the_scene(net_and_processor, scenes):
    runs = Runs(*net_and_processor, [encode(net_and_processor[1], scene) for scene in scenes[:3]])
    runs.answers(substitute(SEEN, by=DONOR, at=1))
    donors = runs._carried(runs._donors[1])

    for row in range(3):
        own, there = (layout.named(str(SEEN))[row] for layout in (runs.layout, donors))
        assert own[runs.layout.named("image")[row]].equal(there[donors.named("image")[row]])


def test_everything_that_is_asked_knows_them(model, scenes):
    assert set(model.answer(scenes, agree, prune(SEEN)).values) <= {scene.id for scene in scenes}
    norms = model.observe(scenes, over_depth("norm_mean", SEEN))
    assert len(norms.values) == len(scenes)
    assert norms.values[scenes[0].id].shape == (13,)
    said = model.say(scenes[:2], prune(IMAGE - SEEN), greedy(3))
    assert set(said.written) == {scene.id for scene in scenes[:2]}
