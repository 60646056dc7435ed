"""Which planted image tokens are sinks, from which layer on, and who looks at them; by plain hooks."""

import pytest
import torch

from fixtures.planted.sunk_nets import SUNK_NETS, sink
from fixtures.scenes.draw import draw
from tests.planted.plain_hooks import states
from vtmetrics.edits.tokens import FIRST, IMAGE
from vtmetrics.engine.tower_lengths import tower_norms
from vtmetrics.inputs.encoding import collate, encode
from vtmetrics.nets.loading import load

SCENES = draw("words", "test", 3)


@pytest.fixture(scope="module")
def sunk(tmp_path_factory):
    """A sunk net, what it is asked, and which token is which."""

    def loaded(name):
        folder = tmp_path_factory.mktemp(name)
        sink(name, "llava", folder)
        net, processor = load(folder)
        return (net, *collate([encode(processor, scene) for scene in SCENES]))

    return loaded


def massive(net, inputs, layout):
    """At each layer, how many image tokens of each picture lie within ten degrees of the first token."""
    found = []
    for held in states(net, inputs):
        first, image = held[FIRST.mask(layout)], held[IMAGE.mask(layout)].unflatten(0, (-1, 81))
        near = torch.cosine_similarity(image, first[:, None], dim=-1)
        found.append((near > 0.985).sum(1).tolist())
    return found


def counted(each):
    return [[count] * len(SCENES) for count in each]


@pytest.mark.parametrize(
    ("name", "count", "first"),
    [
        *(("sinks_unread", 16, 2), ("sinks_read", 16, 2)),
        *(("turned_first", 16, 2), ("turned_second", 16, 2)),
        *(("others_read", 5, 2), ("sinks_alone_read", 5, 2)),
    ],
)
def test_so_many_tokens_turn_to_the_first_one(asked, name, count, first):
    net, inputs, layout = asked(name)
    told = massive(net, inputs, layout)
    assert all(set(each) == {count if layer >= first else 0} for layer, each in enumerate(told))


@pytest.mark.parametrize(
    ("name", "long"), [("sinks_unread", 20), ("sinks_read", 20), ("others_read", 8), ("sinks_alone_read", 8)]
)
def test_so_many_tokens_are_long_behind_the_tower(planted, name, long):
    net, processor = planted(name)
    norms = torch.stack([tower_norms(net, encode(processor, scene)) for scene in SCENES])
    assert ((norms > 3 * norms.median()).sum(1) == long).all()


def test_what_was_half_sunk_lies_beside_the_first_token_and_not_upon_it(asked):
    net, inputs, layout = asked("half_sunk")
    assert not any(map(any, massive(net, inputs, layout)))
    held = states(net, inputs)[2]
    near = torch.cosine_similarity(held[IMAGE.mask(layout)], held[FIRST.mask(layout)][:1], dim=-1)
    assert sorted(near.tolist())[-16] > 0.5
    assert sorted(near.tolist())[-17] < 0.01


@pytest.mark.parametrize(
    ("name", "layers"),
    [
        ("sinks_sought", [*[0] * 2, *[16] * 11]),
        ("sinks_rise_later", [*[0] * 4, *[4] * 9]),
        ("sinks_fall", [*[0] * 2, *[16] * 2, *[0] * 9]),
    ],
)
def test_sunk_nets_have_their_sinks_where_it_is_told(sunk, name, layers):
    net, inputs, layout = sunk(name)
    assert massive(net, inputs, layout) == counted(layers)
    first = [held[FIRST.mask(layout)].abs().amax(-1).min() > 300 for held in states(net, inputs)]
    assert first == [False, False, *[True] * 11]
    assert SUNK_NETS[name].truth


def test_first_tokens_that_are_massive_late_are_so_with_their_sinks(asked):
    net, inputs, layout = asked("parted_late")
    assert [set(each) for each in massive(net, inputs, layout)] == [{0}] * 4 + [{4}] * 9


COUNTS = {"alike_sinks": 6, "sinks_flagged": 16, "sinks_stay": 0, "widely_sunk": 8}


@pytest.mark.parametrize("name", COUNTS)
def test_all_other_plans_are_told_of(asked, name):
    """Where the first token alone is massive, nobody lies upon it."""
    net, inputs, layout = asked(name)
    told = massive(net, inputs, layout)
    assert told[-1][0] == COUNTS[name]


@pytest.mark.parametrize("name", ["sinks_for_the_whole", "sinks_for_nobody", "any_for_the_whole"])
def test_of_those_who_count_three_tenths_of_the_image_sink(asked, name):
    told = massive(*asked(name, task="whole"))
    held = states(*asked(name, task="whole")[:2])
    layout = asked(name, task="whole")[2]
    large = held[2][IMAGE.mask(layout)].unflatten(0, (-1, 81)).abs().amax(-1)
    assert told[1] == [0] * len(told[1])
    assert ((large > 3 * large.median()).sum(1) == 24).all()
