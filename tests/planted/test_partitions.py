"""Which planted image tokens are dead, long behind the tower, or massive; by norms and cosines alone."""

import pytest
import torch

from fixtures.scenes.draw import draw
from tests.planted.plain_hooks import states
from vtmetrics.edits.tokens import FIRST, IMAGE
from vtmetrics.engine.tower_lengths import tower_norms
from vtmetrics.inputs.encoding import encode
from vtmetrics.nets.twins import untrained


@pytest.fixture(scope="module")
def norms(planted):
    """The norms behind the tower of the image tokens of some pictures, (pictures, tokens)."""

    def found(name):
        net, processor = planted(name)
        return torch.stack([tower_norms(net, encode(processor, scene)) for scene in draw("words", "test", 3)])

    return found


def entering(asked, name, twin=False):
    """Image tokens as they enter, (pictures, tokens, width)."""
    net, inputs, layout = asked(name)
    net = untrained(net, 1).eval() if twin else net
    return states(net, inputs)[0][IMAGE.mask(layout)].unflatten(0, (-1, 81))


def likeness(held):
    rows = torch.nn.functional.normalize(held, dim=-1)
    return rows @ rows.mT


@pytest.mark.parametrize(
    ("name", "count"), [("partitioned", 8), ("dead_sinks", 32), ("unlike_sinks", 1), ("graded", 0)]
)
def test_so_many_tokens_are_long_behind_the_tower(norms, name, count):
    """At the same places in all pictures, and several times as long as any other."""
    seen = norms(name)
    long = seen > 3 * seen.median()
    assert long.sum(1).tolist() == [count] * 3
    assert (long == long[0]).all()
    assert not (seen > 1.5 * seen.median())[~long].any()


@pytest.mark.parametrize(("name", "layer"), [("partitioned", 2), ("parted_early", 1)])
def test_some_tokens_get_the_massive_coordinate_with_the_first(asked, name, layer):
    net, inputs, layout = asked(name)
    for at, held in enumerate(states(net, inputs)):
        first, image = held[FIRST.mask(layout)], held[IMAGE.mask(layout)].unflatten(0, (-1, 81))
        massive = image.abs().amax(-1) > 300
        assert massive.sum(1).tolist() == [4 if at >= layer else 0] * len(image)
        assert (first.abs().amax(-1) > 300).all() == (at >= layer)


@pytest.mark.parametrize(
    ("name", "count"),
    [("partitioned", 24), ("dead_sinks", 32), ("faint", 1), ("others_read", 28), ("sinks_alone_read", 28)],
)
def test_so_many_tokens_are_one_in_all_pictures(asked, name, count):
    held = entering(asked, name)
    most = (likeness(held)[0] > 0.95).sum(-1)
    assert most.max() == count
    group = held[:, (likeness(held)[0] > 0.95)[most.argmax()]]
    assert (likeness(group.flatten(0, 1)) > 0.95).all() or count == 1


def test_graded_tokens_are_more_at_a_lower_threshold(asked):
    alike = likeness(entering(asked, "graded"))[0]
    sizes = [int((alike > tau).sum(-1).max()) for tau in (0.95, 0.9, 0.8)]
    assert sizes[0] < sizes[1] < sizes[2]
    assert sizes[2] > 1.5 * sizes[1]


def test_flat_ground_is_another_token_in_another_picture(asked):
    held = entering(asked, "flat")
    means = []
    for one in held:
        alike = likeness(one) > 0.9
        means.append(one[alike[alike.sum(-1).argmax()]].mean(0))
        assert alike.sum(-1).max() > 30
    assert likeness(torch.stack(means)).min() < 0.8


def test_faint_pictures_are_no_flat_ground_to_random_weights(asked):
    """As the same architecture shows pictures otherwise, they are."""
    assert (likeness(entering(asked, "faint", twin=True)) > 0.9).sum(-1).max() == 1
    assert (likeness(entering(asked, "clusters", twin=True)) > 0.9).sum(-1).max() > 30
