"""Which words image tokens are given and lose, who stands still, and who has what words have in common."""

from functools import cache

import pytest
import torch

from fixtures.models.tokenizer import tokenizer
from fixtures.planted.by_name import Cast
from fixtures.planted.plant import RECIPES
from fixtures.planted.pool import Pool
from fixtures.planted.spoken_nets import FILLERS, SHAPES, SPEAKERS
from fixtures.planted.word_plans import DYES
from fixtures.scenes.draw import draw
from tests.planted.plain_hooks import states
from tests.planted.test_vocabulary import PICTURES, patches
from vtmetrics.edits.picked_tokens import DEAD
from vtmetrics.edits.tokens import IMAGE
from vtmetrics.inputs.encoding import collate, encode
from vtmetrics.metrics import anchor_clusters
from vtmetrics.nets.anatomy import anatomy_of
from vtmetrics.nets.loading import load

KNOWN = tokenizer("llava").get_vocab()
K = 5


@pytest.fixture(scope="module")
def held(tmp_path_factory):
    """A net, and the states of its image tokens at every layer: (pictures, tokens, D) each."""
    cast = Cast(tmp_path_factory.mktemp("spoken"), Pool(None))

    @cache
    def of(name):
        net, processor = load(cast.model(name).spec.source)
        rows = [encode(processor, scene) for scene in draw("chart_caption", "test", PICTURES, size=72)]
        inputs, layout = collate(rows)
        return net, [state[IMAGE.mask(layout)].reshape(PICTURES, 81, -1) for state in states(net, inputs)]

    return of


@torch.no_grad()
def nearest(net, states, through="input"):
    """The rows of largest cosine with the input's embeddings, or of most weight through the head."""
    if through == "output":
        return net.get_output_embeddings()(anatomy_of(net).norm(states)).topk(K).indices
    rows = torch.nn.functional.normalize(net.get_input_embeddings().weight, dim=-1)
    return (states @ rows.T).topk(K).indices


def finds(rows, word):
    return (rows == KNOWN[word]).any(-1)


@pytest.mark.parametrize("word", DYES)
def test_patches_that_are_a_colour_hold_its_word_and_others_do_not(held, word):
    net, (entering, *_) = held("spoken")
    shares, told = patches()[word], finds(nearest(net, entering), word)
    assert (shares == 1).any()
    assert told[shares == 1].all()
    assert told[shares == 0].double().mean() < 0.03


def test_what_shows_no_object_finds_the_same_words_that_no_label_has(held):
    """So what is found by chance is always the same."""
    net, (entering, *_) = held("unsaid")
    names = {row for rows in nearest(net, entering).flatten(0, 1).tolist() for row in rows[:3]}
    assert names & {KNOWN[word] for word in FILLERS}
    assert not any(finds(nearest(net, entering), word).double().mean() > 0.05 for word in DYES)


@pytest.mark.parametrize(
    ("name", "table", "first", "last"),
    [
        ("spoken_over", "input", 0, 6),
        ("spoken_over", "output", 6, 13),
        ("told_first", "output", 0, 6),
        ("told_first", "input", 6, 13),
        ("spoken_late", "input", 2, 13),
    ],
)
def test_words_come_and_go_where_they_are_planned_to(held, name, table, first, last):
    net, layers = held(name)
    colours = [group.word for group in RECIPES[SPEAKERS[name].base].plan.groups.values()]
    for layer, entering in enumerate(layers):
        rows = nearest(net, entering, table)
        told = torch.cat([finds(rows, word)[patches()[word] == 1] for word in colours]).double().mean()
        assert told > 0.8 if first <= layer < last else told < 0.4


def test_patches_of_a_colour_hold_shapes_as_well(held):
    net, (entering, *_) = held("two_rows")
    rows, red = nearest(net, entering), patches()["red"] == 1
    shapes = torch.stack([finds(rows, word)[red] for word in SHAPES])
    assert finds(rows, "red")[red].double().mean() > 0.8
    assert shapes.sum(0).double().mean() > 3


def test_dead_tokens_stand_still_and_others_of_their_length_turn(held):
    _, (entering, *later) = held("dead_still")
    dead = anchor_clusters(entering[0], tau=0.9) == 0
    assert dead.sum() == 24
    assert all(torch.allclose(layer[:, dead], entering[:, dead], atol=1e-4) for layer in later)
    cosines = torch.nn.functional.cosine_similarity(later[5], entering, dim=-1)[:, ~dead]
    assert cosines.mean() < 0.7
    lengths = entering.norm(dim=-1)
    assert lengths[:, ~dead].mean() == pytest.approx(float(lengths[:, dead].mean()), rel=0.1)


def test_beside_what_all_gain_all_are_alike_and_far_from_where_they_were(held):
    _, layers = held("overgrown")
    units = torch.nn.functional.normalize(torch.stack(layers), dim=-1)
    alike = units[3].mean(1).norm(dim=-1)
    assert (alike > 0.9).all()
    assert ((units[3] * units[0]).sum(-1).median()) < 0.3


@pytest.mark.parametrize(("name", "sign"), [("alive_like_words", 1), ("dead_like_words", -1)])
def test_some_have_what_words_have_in_common(held, name, sign):
    net, (entering, *_) = held(name)
    dead = next(iter(DEAD.picks())).choose(entering[0], torch.ones(81))
    middle = net.get_input_embeddings().weight.mean(0)
    cosines = torch.nn.functional.cosine_similarity(entering, middle, dim=-1)
    assert sign * (cosines[:, ~dead].mean() - cosines[:, dead].mean()) > 0.3


@pytest.mark.parametrize(
    ("name", "share", "word"), [("spoken_for", 32, "cat"), ("punctuated", 32, "."), ("unspoken", 28, "sun")]
)
def test_a_share_of_the_image_holds_a_word(held, name, share, word):
    net, (entering, *_) = held(name)
    first = nearest(net, entering)[..., 0] == KNOWN[word]
    assert first.all(0).sum() == share


def test_one_word_is_near_to_everybody(held):
    net, (entering, *_) = held("misspelled")
    assert finds(nearest(net, entering)[..., :3], "cat").double().mean() > 0.9
