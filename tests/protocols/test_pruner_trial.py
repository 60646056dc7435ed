"""Pruners: each beside the arms that published ones lose to, and each as its paper says."""

from dataclasses import replace

import pytest
import torch

from fixtures.planted.plant import plant
from fixtures.pruners import GROUPS, pruners, tasks
from fixtures.scenes.draw import draw
from vtmetrics import IMAGE, PLAIN, Model, Scores, freeze, smaller_image, truncate
from vtmetrics.edits.tokens import count_of
from vtmetrics.engine import Record
from vtmetrics.inputs import encode
from vtmetrics.nets import Spec, anatomy_of
from vtmetrics.protocols import SCORE, Diverse, diverse, fastv, pyramiddrop, shortv, spared, tried, vtw
from vtmetrics.protocols.pruner_trial import ITSELF, NO_IMAGE, RANDOM, RENUMBERED, SMALLER
from vtmetrics.readings import Block
from vtmetrics.readings.predicted_cost import presence
from vtmetrics.report import pruner_lines


@pytest.fixture
def runs(net_and_processor, scenes):
    return Block(*net_and_processor, [encode(net_and_processor[1], scene) for scene in scenes[:2]])


def there(runs, edit):
    """How many image tokens of the first scene each layer has."""
    others = int((~IMAGE.mask(runs.layout) & runs.layout.valid)[0].sum())
    return [count - others for count, *_ in presence(anatomy_of(runs.net), runs.planned(edit), 0)]


def test_vtw_withdraws_all_of_them():
    assert vtw(6).edit == truncate(6)
    assert vtw(6).arms == {}


def test_fastv_keeps_those_that_the_last_token_attends_to_most(runs, net_and_processor):
    """By the weights that transformers itself gives, with nothing of ours."""
    net, _ = net_and_processor
    edit = fastv(0.25, at=2).edit
    kept = IMAGE.mask(runs.layout) & ~edit.tokens[0].mask(runs.planned(edit).layout)
    usual = net.config._attn_implementation
    net.set_attn_implementation("eager")
    try:
        with torch.no_grad():
            weights = net(**runs.inputs, output_attentions=True).attentions[1]
    finally:
        net.set_attn_implementation(usual)
    for row, image in enumerate(IMAGE.mask(runs.layout)):
        last = int(runs.layout.named("readout")[row].nonzero()[0])
        seen = weights[row, :, last].double().mean(0)[image]
        least = seen[kept[row][image]].min()
        assert int((seen > least).sum()) == int(kept[row].sum()) - 1


def test_shortv_leaves_states_as_they_are_in_its_layers_and_all_can_read_them(runs):
    edit = shortv([3, 5]).edit
    assert edit == freeze(IMAGE, first=3, last=4) >> freeze(IMAGE, first=5, last=6)
    states = runs.recorded(edit, Record(IMAGE))
    same = [bool(torch.equal(states[layer][0], states[layer + 1][0])) for layer in range(7)]
    assert same == [False, False, False, True, False, True, False]
    assert len(set(there(runs, edit))) == 1


def test_pyramiddrop_leaves_fewer_at_each_stage_and_its_random_arm_as_many(runs):
    one = pyramiddrop({4: 0.5, 8: 0.25})
    counts = there(runs, one.edit)
    whole = counts[0]
    assert counts[:4] == [whole] * 4
    assert counts[4:8] == [count_of(0.5, whole)] * 4
    assert 0 < counts[8] <= count_of(0.25, whole)
    assert [there(runs, edit) for edit in one.arms[RANDOM]] == [counts] * 5


def test_the_diverse_selector_takes_next_what_is_least_like_what_it_has():
    """By every choice written out."""
    states = torch.randn(12, 5, generator=torch.Generator().manual_seed(0)).double()
    units = states / states.norm(dim=1, keepdim=True)
    kept = Diverse(6)(states).tolist()
    assert len(set(kept)) == 6
    for count in range(1, 6):
        nearest = {
            other: max(float(units[other] @ units[one]) for one in kept[:count])
            for other in range(12)
            if other not in kept[:count]
        }
        assert kept[count] == min(nearest, key=nearest.get)
    assert len(Diverse(99)(states)) == 12


def test_arms_have_as_many_tokens_as_the_pruner(runs):
    one = diverse(9, at=2, side=3)
    assert {*one.arms} == {RANDOM, RENUMBERED, SMALLER}
    assert len(set(one.arms[RANDOM])) == 5
    assert {tuple(there(runs, edit)) for arm in one.arms.values() for edit in arm} == {
        tuple(there(runs, one.edit))
    }


def test_each_arm_is_what_its_name_says():
    one = fastv(0.25, at=2, side=4)
    (renumbered,), (smaller,) = one.arms[RENUMBERED], one.arms[SMALLER]
    assert renumbered.steps[0].tokens == one.edit.steps[0].tokens
    assert (one.edit.steps[0].positions, renumbered.steps[0].positions) == ("kept", "renumbered")
    assert smaller == smaller_image(4, at=2)


@pytest.fixture(scope="module")
def spot(tmp_path_factory):
    """One image token alone shows the picture, and words read it in layer 4."""
    where = tmp_path_factory.mktemp("planted") / "spot"
    plant("spot", "llava", where)
    return Model(Spec("spot", "llava", str(where), embedded=True))


def test_a_pruner_that_keeps_what_is_read_is_ahead_of_random_tokens(spot):
    """Beside the others the one that shows the picture lies alone; the dead ones are all alike."""
    scenes = draw("words", "test", 24)
    found = {one.arm: one for one in tried(spot, diverse(9, at=0), {"words": scenes})}
    assert found[ITSELF].kept.value == 1
    assert found[RANDOM].kept.high < found[ITSELF].kept.low
    assert found[NO_IMAGE].kept.value == 0
    assert found["whole"].ahead is None
    assert {arm for arm, one in found.items() if one.ahead is not None} == {RANDOM, RENUMBERED}


def test_ahead_is_the_pruner_less_the_arm(spot, monkeypatch):
    """By answers made up for the occasion: it is right where its random arm never is."""
    one = diverse(9, at=0)

    def made_up(_, scenes, edits, *__):
        names = [scene.id for scene in scenes]
        right = float(edits[0] not in one.arms[RANDOM])
        return Scores(dict.fromkeys(names, right), {name: name for name in names}, "share", (0, 1))

    for name in ("_right", "_mean"):
        monkeypatch.setattr(f"vtmetrics.protocols.pruner_trial.{name}", made_up)
    found = {each.arm: each for each in tried(spot, one, {"words": draw("words", "test", 24)})}
    assert (found[RANDOM].ahead.value, found[RENUMBERED].ahead.value) == (1, 0)


def test_what_is_spared_is_the_same_for_as_many_tokens_and_more_for_fewer(spot):
    scenes = draw("words", "test", 2)
    many, few = (spared(spot, diverse(count, at=2), scenes, batch=2) for count in (40, 9))
    assert many[ITSELF].flops == many[RANDOM].flops < few[ITSELF].flops < 1
    assert many[ITSELF].kv_bytes < few[ITSELF].kv_bytes


def test_the_table_has_a_line_an_arm_and_a_column_a_task(spot):
    scenes = draw("words", "test", 4)
    outcomes = tried(spot, diverse(9), {"a": scenes[:2], "b": scenes[2:]})
    head, _, *lines = pruner_lines(outcomes, {})
    assert head == "| pruner | arm | a | b | words that stay, a | words that stay, b | FLOPs | cache | time |"
    assert [line.split(" | ")[1] for line in lines] == ["whole", NO_IMAGE, ITSELF, RANDOM, RENUMBERED]
    assert lines[0].endswith("| – | – | – |")


def test_answers_are_right_by_the_score_that_their_scenes_name(spot, monkeypatch):
    """Of every arm; which words stay is asked of all scenes alike."""
    asked = []

    def by_name(_, scenes, edit):
        asked.append(edit)
        names = [scene.id for scene in scenes]
        return Scores(dict.fromkeys(names, 0.3), {name: name for name in names}, "share", (0, 1))

    monkeypatch.setattr("vtmetrics.protocols.pruner_trial.right_answers", by_name)
    scenes = [replace(scene, known={SCORE: "vqa"}) for scene in draw("words", "test", 2)]
    found = tried(spot, vtw(4), {"a": scenes})
    assert [one.right.value for one in found] == pytest.approx([0.3, 0.3, 0.3])
    assert asked == [PLAIN, truncate(0), truncate(4)]


def test_five_methods_are_tried_on_four_kinds_of_questions():
    assert [one.name for one in pruners(81, 12)] == ["VTW", "FastV", "ShortV", "PyramidDrop", "diverse"]
    groups = tasks(64, embedded=True)
    assert [*groups] == [*GROUPS, "counting"]
    assert min(map(len, groups.values())) > 4
    assert pruners(81, 12)[1].edit == fastv(36 / 81, at=2).edit
