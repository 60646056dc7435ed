"""Portraits: curves over depth, equal to the metrics of states that were kept."""

import pytest
import torch

from vtmetrics import IMAGE, QUESTION, Lab, Model, curve, truncate
from vtmetrics.inputs.encoding import encode
from vtmetrics.metrics import GEOMETRY, matrix_entropy, norms, reference, two_nn, update_angle
from vtmetrics.nets.in_memory import load_once
from vtmetrics.nets.spec import Spec
from vtmetrics.readings.block import Block
from vtmetrics.readings.depth_curves import over_depth
from vtmetrics.statistics.scores import Scores


@pytest.fixture(scope="module")
def spec(directory):
    return Spec(directory.name, "any", str(directory), embedded=True)


@pytest.fixture(scope="module")
def model(spec):
    return Model(spec)


@pytest.fixture(scope="module")
def states(model, scenes):
    """The inputs of every layer and of the final norm, one scene at a time (L + 1, N, D)."""
    net, processor = load_once(model.spec).net, load_once(model.spec).processor
    modules, kept = (*net.get_decoder().layers, net.get_decoder().norm), {}
    for scene in scenes[:3]:
        row = encode(processor, scene)
        caught = [[] for _ in modules]
        hooks = [
            module.register_forward_pre_hook(keep(states), with_kwargs=True)
            for module, states in zip(modules, caught, strict=True)
        ]
        with torch.no_grad():
            net(**row.inputs)
        for hook in hooks:
            hook.remove()
        kept[scene.id] = (torch.cat([states for (states,) in caught]), row.masks)
    return kept


def keep(states):
    def hook(_, args, given):
        states.append(args[0] if args else given["hidden_states"])

    return hook


METRICS = {"matrix_entropy": matrix_entropy, "norm_mean": lambda tokens: norms(tokens).mean(-1)}


@pytest.mark.parametrize("tokens", [IMAGE, QUESTION])
@pytest.mark.parametrize("name", METRICS)
def test_a_curve_is_the_metric_of_the_states_of_each_layer(model, scenes, states, name, tokens):
    scores = model.observe(scenes, over_depth(name, tokens))
    for scene, (layers, masks) in states.items():
        expected = METRICS[name](layers[:, masks[str(tokens).lower()]])
        assert scores.values[scene] == pytest.approx(expected.numpy(), rel=1e-4)


def test_angles_between_updates_begin_two_layers_later(model, scenes, states):
    scores = model.observe(scenes, over_depth("update_angle", IMAGE))
    for scene, (layers, masks) in states.items():
        expected = update_angle(layers[:, masks["image"]])
        assert scores.values[scene] == pytest.approx(expected.numpy().ravel(), abs=1e-3)


def test_the_dimension_is_that_of_unique_tokens(model, scenes, states):
    scores = model.observe(scenes, over_depth("two_nn", IMAGE))
    for scene, (layers, masks) in states.items():
        expected = two_nn(layers[:, masks["image"]]).value
        assert scores.values[scene] == pytest.approx(expected.numpy(), rel=1e-3)


def test_every_number_is_read_in_one_pass(spec, scenes, monkeypatch):
    """Norms and dimensions of the same tokens: the net runs once, and so does the product of its states."""
    calls = []
    monkeypatch.setattr(Block, "recorded", lambda *asked, run=Block.recorded: calls.append(1) or run(*asked))
    alone = Model(spec, Lab())
    for metric in ("norm_mean", "two_nn", "matrix_entropy"):
        assert len(alone.observe(scenes, over_depth(metric, IMAGE)).values) == len(scenes)
    assert calls == [1]
    assert {*over_depth("two_nn", IMAGE).bundle.names} == {str(over_depth(name, IMAGE)) for name in GEOMETRY}


def test_what_is_undefined_is_excluded_with_its_reason(model, scenes):
    few = model.observe(scenes, over_depth("two_nn", QUESTION.sample(1)))
    assert set(few.excluded) == {scene.id for scene in scenes}
    assert all(why.startswith("undefined at 13 of 13 layers: ") for why in few.excluded.values())


def test_absent_tokens_stand_still(model, scenes):
    """After a truncation the image holds the states in which it left."""
    scores = model.observe(scenes, over_depth("norm_mean", IMAGE), truncate(0.5))
    assert all(len(set(value[6:])) == 1 for value in scores.values.values())


def test_other_names_are_refused():
    with pytest.raises(ValueError, match=r"a number over depth is one of matrix_entropy"):
        over_depth("beauty", IMAGE)


def test_a_curve_puts_scores_side_by_side():
    """A scene that one of them lacks is in none."""
    groups = {"a": "a", "b": "b"}
    first = Scores({"a": 0.0, "b": 1.0}, groups, "share", (0, 1))
    second = Scores({"a": 1.0}, groups, "share", (0, 1), excluded={"b": "nothing there"})
    both = curve(first, second)
    assert {scene: value.tolist() for scene, value in both.values.items()} == {"a": [0.0, 1.0]}
    assert (both.excluded, both.kind, both.range) == ({"b": "nothing there"}, "share", (0.0, 1.0))
    with pytest.raises(ValueError, match="a curve has one range"):
        curve(first, 2 * second)


def test_a_metric_that_has_a_name_is_read_by_its_function_too():
    """Under the same text, and so from the same rows of a store."""
    read = [metric for metric in reference.METRICS if metric.__name__ in GEOMETRY]
    assert len(read) > 10
    for metric in read:
        asked = over_depth(metric, IMAGE)
        assert asked == over_depth(metric.__name__, IMAGE)
        assert str(asked) == str(over_depth(metric.__name__, IMAGE))


def test_a_function_of_ones_own_is_none_whatever_it_is_called():
    def matrix_entropy(states):
        return states.sum()

    with pytest.raises(
        TypeError, match=r"a name or a function of vtmetrics\.metrics, got <function .*matrix_"
    ):
        over_depth(matrix_entropy, IMAGE)
    with pytest.raises(ValueError, match=r"a number over depth is one of .*, got 'norms'"):
        over_depth(norms, IMAGE)
