"""Picked tokens, as a model is asked about them: in answers, in portraits, in what is written."""

import pytest
import torch

from vtmetrics import DEAD, DONOR, IMAGE, PLAIN, Model, agree, over_depth, prune, substitute, truncate
from vtmetrics.edits.picked_tokens import attended, dominant
from vtmetrics.inputs.encoding import encode
from vtmetrics.nets.anatomy import anatomy_of
from vtmetrics.nets.loading import load
from vtmetrics.nets.spec import Spec
from vtmetrics.readings.answers import OF_WORDS, gold_logprob
from vtmetrics.readings.block import Block
from vtmetrics.readings.row import StoredValue
from vtmetrics.readings.writing import greedy

SEEN = attended(0.5, 2)


@pytest.fixture(scope="module")
def model(directory):
    return Model(Spec(directory.name, "any", str(directory), embedded=True))


def test_a_scene_is_answered_as_if_it_were_alone(scenes, net_and_processor):
    """What is picked depends on the scene, neither on its batch nor on the padding."""
    edits = [truncate(2, IMAGE - SEEN), prune((IMAGE - SEEN).like(SEEN)), substitute(SEEN, by=DONOR, at=1)]
    rows = [encode(net_and_processor[1], scene) for scene in scenes[:2]]
    runs, *alone = (Block(*net_and_processor, block) for block in (rows, rows[:1], rows[1:]))
    for block in (runs, *alone):
        block.run([PLAIN, *edits])

    for edit in edits:
        for position, together in enumerate(runs.answers(edit)):
            (one,), plain = alone[position].answers(edit), runs.answers(PLAIN)[position]
            same, own, whole = (answer.numbers[gold_logprob] for answer in (together, one, plain))
            assert torch.allclose(same, own, atol=1e-5)
            assert not torch.allclose(same, whole, atol=1e-5)


def test_a_donors_tokens_are_those_picked_in_the_scene(net_and_processor, scenes):
    runs = Block(*net_and_processor, [encode(net_and_processor[1], scene) for scene in scenes[:3]])
    runs.where(SEEN)
    donors = runs._placed.carried(runs._donors[1])

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


def test_scenes_without_a_dominant_cluster_are_left_out(model, scenes):
    """They are excluded with the reason, not missing; without a cluster every token is another one."""
    none = dominant(1.0)
    gone, alike = model.sweep(prune(none), prune(IMAGE.like(none))).answer(scenes, agree)
    everything = model.answer(scenes, agree, prune(IMAGE - none))

    why = "no cluster of image tokens is dominant: none is dead"
    assert gone.excluded == alike.excluded == dict.fromkeys((scene.id for scene in scenes), why)
    assert not gone.missing
    assert why not in everything.excluded.values()
    assert model.observe(scenes, over_depth("norm_mean", none)).excluded == gone.excluded
    written = model.say(scenes, prune(none), greedy(2)).score(lambda *_: 1.0)
    assert (written.values, written.missing, written.excluded) == ({}, {}, gone.excluded)


def test_where_all_image_tokens_are_alike_all_are_pruned(net_and_processor, scenes):
    runs = Block(*net_and_processor, [encode(net_and_processor[1], scene) for scene in scenes[:2]])
    alike = dominant(-1.0)

    runs.run([prune(alike), truncate(0)])

    for pruned, blind in zip(runs.answers(prune(alike)), runs.answers(truncate(0)), strict=True):
        for number in OF_WORDS:
            assert torch.equal(pruned.numbers[number], blind.numbers[number])
    assert runs.lacking(alike, (IMAGE - alike).upto(alike)) == {}
    few = (IMAGE - alike).like(alike)
    assert runs.lacking(few) == dict.fromkeys((0, 1), StoredValue(excluded=f"too few tokens for {few}"))


def test_states_that_are_not_finite_are_an_error_and_no_absence_of_dead_tokens(directory, scenes):
    """A broken forward pass would read as a property of the model."""
    net, processor = load(str(directory), dtype="float32", device="cpu", attention="sdpa")
    bridge = anatomy_of(net).bridges[0]
    with torch.no_grad():
        bridge.weight.fill_(torch.nan)
    broken = Model.of(net, processor)
    for scores in (
        broken.answer(scenes, agree, prune(DEAD)),
        broken.observe(scenes, over_depth("norm_mean", DEAD)),
        broken.say(scenes, prune(DEAD), greedy(2)).score(lambda *_: 1.0),
    ):
        why = dict.fromkeys((scene.id for scene in scenes), "the states that pick tokens are not finite")
        assert (scores.values, scores.missing, scores.excluded) == ({}, why, {})
