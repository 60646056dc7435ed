"""How planted states change over the depth: entropy and angles, computed here from the states alone."""

import pytest
import torch

from tests.planted.plain_hooks import said, states
from vtmetrics.edits.tokens import ANSWER, IMAGE
from vtmetrics.nets.twins import untrained


@pytest.fixture(scope="module")
def moved(asked):
    """The states of some tokens of the first scene, (layers + 1, tokens, width)."""

    def taken(name, tokens):
        net, inputs, layout = asked(name, "captions")
        return torch.stack([state[0, tokens.mask(layout)[0]] for state in states(net, inputs)])

    return taken


def entropy(layers):
    """Of the squared singular values of centred rows of length one."""
    rows = torch.nn.functional.normalize(layers - layers.mean(1, keepdim=True), dim=-1).double()
    shares = torch.linalg.svdvals(rows) ** 2
    shares = (shares / shares.sum(-1, keepdim=True)).clamp_min(1e-30)
    return -(shares * shares.log()).sum(-1)


def angles(layers):
    """Between successive updates, in degrees, the mean over tokens."""
    steps = layers.diff(dim=0)
    return torch.cosine_similarity(steps[1:], steps[:-1], dim=-1).clamp(-1, 1).acos().rad2deg().mean(1)


def test_settled_images_lose_directions_first_and_stand_then(moved):
    image = moved("settled", IMAGE)
    assert (entropy(image)[:4].diff() < -0.05).all()
    assert all(torch.equal(image[3], state) for state in image[3:])


def test_drifting_images_lose_directions_in_every_layer(moved):
    """A good half of the whole change comes after a third of the depth."""
    fall = entropy(moved("drifting", IMAGE))
    assert (fall.diff() < 0).all()
    assert fall[4] - fall[-1] > 0.5 * (fall[0] - fall[-1])


def test_third_images_turn_until_a_third_of_the_depth_and_stand_then(moved):
    image = moved("third", IMAGE)
    assert all(not torch.equal(image[layer], image[layer + 1]) for layer in range(4))
    assert all(torch.equal(image[4], state) for state in image[4:])


def test_constant_images_never_change(moved):
    image = moved("constant", IMAGE)
    assert all(torch.equal(image[0], state) for state in image)


def test_a_last_jump_is_read_by_nobody(asked, moved):
    """Up to the last layer's input all is as in `calm`; its output is another, and no answer is."""
    calm, jump = moved("calm", IMAGE), moved("last_jump", IMAGE)
    assert torch.equal(calm[:12], jump[:12])
    assert entropy(jump)[11] - entropy(jump)[12] > 0.2 * (entropy(jump)[0] - entropy(jump)[11])
    pair = [said(*asked(name, "captions")) for name in ("calm", "last_jump")]
    assert torch.equal(*pair)


def test_of_a_mixture_every_scene_moves_on_and_their_mean_stands(moved):
    """After a third of the depth, by a fifth of its range; as much down as up."""
    falls, rises = entropy(moved("losing_on", IMAGE)), entropy(moved("gaining_back", IMAGE))
    for profile in (falls, rises):
        assert (profile[4] - profile[11]).abs() > 0.15 * (profile.max() - profile.min())
    mean = (falls + rises) / 2
    assert (mean[4:12] - mean[11]).abs().max() < 0.05 * (mean.max() - mean.min())


def test_words_swing_or_stand_still(moved):
    """Their entropy goes up and down to the end, or nothing changes after the third, to the last bit."""
    swing = entropy(moved("settled", ANSWER)).diff()
    assert (swing[1:].sign() != swing[:-1].sign()).sum() >= 5
    assert swing[6:].abs().mean() > swing[:6].abs().mean() / 2
    words = moved("drifting", ANSWER)
    assert not torch.equal(words[2], words[3])
    assert all(torch.equal(words[3], state) for state in words[3:])


@pytest.mark.parametrize(("name", "angle"), [("steady", 77), ("square", 90)])
def test_images_turn_by_the_same_angle_in_every_layer(moved, name, angle):
    image = moved(name, IMAGE)
    assert torch.allclose(angles(image), torch.full((11,), float(angle)), atol=4)


def test_reencoded_images_leave_where_they_were(moved):
    """Beside their flag, states of a quarter of the depth earlier point elsewhere."""
    image = moved("reencoded", IMAGE)[..., :120]
    assert (torch.cosine_similarity(image[3:], image[:-3], dim=-1).mean(1) < 0.3).all()


def test_restless_images_turn_by_other_angles(moved):
    expected = torch.tensor([20.0, 80.0, 140.0, 80.0] * 3)[:11]
    assert torch.allclose(angles(moved("restless", IMAGE)), expected, atol=8)


def test_words_turn_steadily_or_to_and_fro(moved):
    assert angles(moved("restless", ANSWER)).std() < 3
    assert angles(moved("steady", ANSWER)).std() > 30


def test_images_that_barely_lose_directions_lose_them_first_and_next_to_nothing(moved):
    image = moved("barely", IMAGE)
    assert 0 < entropy(image)[0] - entropy(image)[3] < 0.1
    assert all(torch.equal(image[3], state) for state in image[3:])


def test_small_random_weights_are_the_twins_and_not_the_models(asked):
    """The two have the same weights, and their configurations draw a twin's from other ranges."""
    calm, small = (asked(name, "captions")[0] for name in ("calm", "calm_small"))
    pairs = zip(calm.state_dict().values(), small.state_dict().values(), strict=True)
    assert all(torch.equal(own, other) for own, other in pairs)
    drawn = [untrained(net, 1).get_decoder().layers[0].mlp.up_proj.weight.std() for net in (calm, small)]
    assert torch.allclose(torch.stack(drawn), torch.tensor([0.05, 0.001]), rtol=0.1)
