"""Which planted image tokens are alike, and which of them answers need."""

import pytest
import torch

from fixtures.planted.plant import plant
from tests.planted.plain_hooks import elsewhere, said, states
from vtmetrics.edits.tokens import IMAGE


def alike(asked, name):
    """Cosines between the image tokens of all pictures as they enter, and how many each picture has."""
    net, inputs, layout = asked(name)
    held = states(net, inputs)[0][IMAGE.mask(layout)]
    rows = torch.nn.functional.normalize(held, dim=-1)
    return (rows @ rows.T).unflatten(0, (-1, 81)).unflatten(2, (-1, 81))


def dead(asked, name):
    """Positions of the largest group of tokens that are alike in the first picture."""
    own = alike(asked, name)[0, :, 0] > 0.98
    return own[own.sum(-1).argmax()]


def without(asked, name, gone):
    """The logits at the readout where nobody can attend to the image tokens at these positions."""
    net, inputs, layout = asked(name)
    mask = inputs["attention_mask"].clone()
    mask[IMAGE.mask(layout)] = (~gone).long().repeat(len(mask))
    with torch.no_grad():
        runs = [
            net(**inputs | {"attention_mask": given}).logits for given in (inputs["attention_mask"], mask)
        ]
    return [logits[layout.named("readout")] for logits in runs]


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("clusters", 32),
        ("dead_read", 24),
        ("scattered", 1),
        ("spot", 80),
        ("alike_spot", 80),
        ("alike_clusters", 45),
    ],
)
def test_the_largest_group_is_as_large_as_planted(asked, name, count):
    assert dead(asked, name).sum() == count


def test_a_tenth_of_the_image_is_the_same_sink_and_half_is_alive(asked):
    """The largest group but for the dead is the same in all pictures; the others are in hardly any."""
    group, near = dead(asked, "clusters"), alike(asked, "clusters")
    own = (near[0, :, 0] > 0.98) & ~group
    sink = own[own.sum(-1).argmax()]
    assert sink.sum() == 8
    assert (near[:, sink][:, :, :, sink] > 0.98).all()
    assert own[~(sink | group)].sum(-1).max() < 4


@pytest.mark.parametrize("name", ["clusters", "dead_read", "alike_clusters"])
def test_the_largest_group_is_alike_in_all_pictures(asked, name):
    group = dead(asked, name)
    assert (alike(asked, name)[:, group][:, :, :, group] > 0.95).all()


def test_dead_tokens_can_go_and_alive_ones_cannot(asked):
    group = dead(asked, "clusters")
    alive = (~group) & ((~group).cumsum(0) <= group.sum())
    plain, cut = without(asked, "clusters", group)
    assert torch.allclose(cut, plain, atol=1e-4)
    plain, cut = without(asked, "clusters", alive)
    assert (cut - plain).abs().max() > 0.1


@pytest.mark.parametrize("name", ["spot", "alike_spot"])
def test_one_token_is_all_that_answers_need(asked, name):
    group = dead(asked, name)
    plain, cut = without(asked, name, group)
    assert torch.allclose(cut, plain, atol=1e-4)
    plain, cut = without(asked, name, ~group)
    assert (cut - plain).abs().max() > 0.1


@pytest.mark.parametrize("name", ["spot", "alike_spot"])
def test_the_token_that_is_read_later_is_not_looked_at_before(asked, name):
    """In layer 1 words look at the others, and in layer 4 at that one."""
    net, inputs, layout = asked(name)
    net.set_attn_implementation("eager")
    with torch.no_grad():
        seen = net(**inputs, output_attentions=True).attentions
    net.set_attn_implementation("sdpa")
    image, group = IMAGE.mask(layout)[0], dead(asked, name)
    last = layout.named("readout")[0].nonzero()[0, 0]
    early, late = (seen[layer][0, :, last, image].mean(0) for layer in (1, 4))
    assert early[~group].max() < early[group].min()
    assert late[~group].max() > 100 * late[group].max()


def test_any_one_token_that_is_read_is_enough(asked):
    """All that words read says the same; without any of it they say something else."""
    group = dead(asked, "alike_clusters")
    one = (~group) & ((~group).cumsum(0) == 1)
    plain, cut = without(asked, "alike_clusters", ~one)
    assert torch.allclose(cut, plain, atol=1e-3)
    plain, cut = without(asked, "alike_clusters", ~group)
    assert (cut - plain).abs().max() > 0.1


@pytest.mark.parametrize("name", ["alike_spot", "alike_clusters"])
def test_all_pictures_look_the_same(asked, name):
    net, inputs, layout = asked(name)
    assert torch.allclose(said(net, elsewhere(inputs), layout), said(net, inputs, layout), atol=1e-3)


def test_the_cluster_that_is_read_cannot_go_and_the_rest_can(asked):
    group = dead(asked, "dead_read")
    plain, cut = without(asked, "dead_read", ~group)
    assert torch.allclose(cut, plain, atol=1e-4)
    plain, cut = without(asked, "dead_read", group)
    assert (cut - plain).abs().max() > 0.1


def test_other_families_have_no_groups(tmp_path):
    with pytest.raises(ValueError, match="planted by a llava's position embeddings, not in qwen2_5_vl"):
        plant("clusters", "qwen2_5_vl", tmp_path)
