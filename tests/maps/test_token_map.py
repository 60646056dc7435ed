"""What a map says of planted tokens, and of states, attention and words; its picture, files and command."""

import json
import shlex
from dataclasses import replace

import pytest
import torch
from PIL import Image, ImageChops, ImageStat

from fixtures.documents import ROOT
from fixtures.planted.plant import plant
from fixtures.scenes.draw import draw
from tests.house.pages import commands
from tests.planted.plain_hooks import states
from vtmetrics import Model, NotMeasured
from vtmetrics.__main__ import main
from vtmetrics.inputs.encoding import encode
from vtmetrics.maps import drawn_map, map_of, token_map, write_map
from vtmetrics.maps.map_picture import COLORS, PANEL_WIDTH, _cells, _color
from vtmetrics.maps.token_map import KINDS
from vtmetrics.nets.loading import load
from vtmetrics.notebook import scene_of


@pytest.fixture(autouse=True)
def _no_gradients():
    with torch.no_grad():
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A planted model of which so many tokens are dead, long in the tower, and massive with the first."""
    where = tmp_path_factory.mktemp("partitioned")
    plant("partitioned", "llava", where)
    return where


@pytest.fixture(scope="module")
def scene():
    return draw("words", "test", 1, size=72)[0]


@pytest.fixture(scope="module")
def found(folder, scene):
    with torch.no_grad():
        return map_of(Model.load(str(folder)), scene)


@pytest.fixture(scope="module")
def plain(folder, scene):
    """The net, its processor, the scene as inputs, and where its image is."""
    net, processor = load(folder)
    row = encode(processor, scene, answered=False)
    return net, processor, row, row.masks["image"]


def test_planted_tokens_have_their_kinds(found, plain):
    """The dead are all alike, sinks of the language model are long, and so many are sinks of the tower."""
    net, _, row, image = plain
    held = states(net, row.inputs)
    entering, later = held[0][0, image], held[2][0, image]
    massive = later.abs().amax(-1) > 300
    assert found.sinks["language model"].equal(massive)
    assert [int(mask.sum()) for mask in found.sinks.values()] == [8, 4]
    unit = torch.nn.functional.normalize(entering, dim=-1)
    alike = ((unit @ unit.mT) > 0.9).sum(1)
    sink = found.sinks["tower"] | massive
    named = [KINDS[kind] for kind in found.kinds.tolist()]
    assert [name == "sink" for name in named] == sink.tolist()
    assert [name == "dead" for name in named] == ((alike == alike.max()) & ~sink).tolist()
    assert found.none == {}


def test_norms_and_words_are_those_of_the_states(found, plain):
    net, _, row, image = plain
    held = torch.stack([layer[0, image] for layer in states(net, row.inputs)])
    assert torch.allclose(found.norms, held.double().norm(dim=-1), rtol=1e-4)
    table = torch.nn.functional.normalize(net.get_input_embeddings().weight, dim=-1)
    # rows that are the same word find each other, so that cosines are compared
    cosines = torch.nn.functional.normalize(held, dim=-1) @ table.mT
    best = cosines.gather(2, found.words["EMBEDS"][:, :, :1])[..., 0]
    assert torch.allclose(best, cosines.amax(-1), atol=1e-5)
    logits = net.lm_head(net.get_decoder().norm(held))
    best = logits.gather(2, found.words["HEAD"][:, :, :1])[..., 0]
    assert torch.allclose(best, logits.amax(-1), rtol=1e-4, atol=1e-4)
    assert set(found.words["HEAD"].flatten().tolist()) <= found.texts.keys()


def test_attention_is_that_of_the_questions_words(found, plain):
    net, _, row, image = plain
    net.set_attn_implementation("eager")
    weights = net(**row.inputs, output_attentions=True).attentions
    net.set_attn_implementation("sdpa")
    wanted = torch.stack([each[0].mean(0)[row.masks["question"]].mean(0)[image] for each in weights])
    assert torch.allclose(found.received.float(), wanted, atol=1e-5)


def test_the_picture_shows_each_token_in_its_kinds_color(found):
    """At the middle of each cell; the picture as a whole has every panel, and says how many there are."""
    colors = [COLORS[KINDS[kind]] for kind in found.kinds.tolist()]
    panel = _cells(found, colors)
    for color, (left, top, right, bottom) in zip(colors, found.cells.rectangles.tolist(), strict=True):
        assert panel.getpixel((round(left + right), round(top + bottom))) == color
    one, all_ = drawn_map(found, [0]), drawn_map(found)
    assert one.height < all_.height


def test_colors_run_from_the_lowest_value_to_the_highest():
    """And what is no number has none of them."""
    assert [_color(value, 1, 3) for value in (1.0, 3.0)] == [(68, 1, 84), (253, 231, 37)]
    assert _color(2.0, 1, 3) == (33, 145, 140)
    assert _color(2.0, 2, 2) == (68, 1, 84)
    assert _color(float("nan"), 1, 3) == (235, 235, 235)


def test_files_are_the_same_bytes_and_hold_every_token(found, tmp_path):
    first, second = ([file.read_bytes() for file in write_map(found, tmp_path / name)] for name in ("a", "b"))
    assert first == second
    told = json.loads(first[1])
    assert told["size"] == [72, 72]
    assert len(told["kinds"]) == len(told["rectangles"]) == len(told["sheets"]) == 81
    assert [len(told["norms"]), len(told["received"]), told["layers"]] == [13, 12, 12]
    assert told["kinds"].count("sink") == int((found.kinds == 2).sum())
    word = told["words"]["HEAD"][12][40][0]
    assert told["texts"][word] == found.texts[int(found.words["HEAD"][12, 40, 0])]


def test_what_has_no_map_is_said_in_one_sentence(folder, scene, monkeypatch, tmp_path):
    model = Model.load(str(folder))
    with pytest.raises(ValueError, match="a scene of one image, two has 2"):
        map_of(model, replace(scene, id="two", images=scene.images * 2))
    with pytest.raises(ValueError, match="at least one word of a token, not 0"):
        map_of(model, scene, words=0)
    with pytest.raises(ValueError, match="a map wants a question"):
        map_of(model, scene_of(scene.images[0], " "))
    with pytest.raises(ValueError, match="into a folder, there is none at"):
        write_map(map_of(model, scene), tmp_path / "lost" / "map")
    monkeypatch.setattr(
        token_map, "places_known", lambda _: "where the image tokens of a gemma3 lie is not known"
    )
    with pytest.raises(NotMeasured, match="of a gemma3 lie is not known"):
        map_of(model, scene)


def test_the_command_writes_both_files_and_names_them(folder, scene, tmp_path, capsys):
    scene.images[0].save(tmp_path / "one.png")
    given = ["maps", str(folder), str(tmp_path / "one.png"), "--out", str(tmp_path / "map")]
    assert main([*given, "--ask", scene.prompt, "--layers", "0,12", "--words", "1"]) == 0
    assert [line[-8:] for line in capsys.readouterr().out.splitlines()] == ["/map.png", "map.json"]
    assert json.loads((tmp_path / "map.json").read_text())["question"] == scene.prompt
    with Image.open(tmp_path / "map.png") as drawn:
        assert drawn.width > 2 * PANEL_WIDTH


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({0: "nowhere"}, "maps wants a directory or ORG/NAME, got 'nowhere'"),
        ({0: "nowhere.py:load"}, "maps wants FILE.py:FUNCTION, there is no file 'nowhere.py'"),
        ({1: "nothing.png"}, "maps wants a picture, nothing.png is none"),
        ({5: "0-3"}, "--layers wants numbers between commas, as 0,6,12, not '0-3'"),
        ({5: "0,13"}, "layer 13 was wanted of a model whose depths are 0 to 12"),
    ],
)
def test_what_is_typed_wrong_is_one_sentence(folder, scene, tmp_path, capsys, changed, said):
    scene.images[0].save(tmp_path / "one.png")
    given = [str(folder), str(tmp_path / "one.png"), "--out", str(tmp_path / "map"), "--layers", "0"]
    assert main(["maps", *(changed.get(place, word) for place, word in enumerate(given))]) == 1
    told = capsys.readouterr()
    assert said in told.err
    assert told.err.count("\n") == 1
    assert told.out == ""


def test_the_example_is_what_its_command_draws(tmp_path, capsys, monkeypatch):
    """But for how letters are drawn elsewhere; and it is small."""
    (line,) = (line for page, line, _ in commands() if page == "token-maps.md" and " maps " in line)
    words = shlex.split(line)[3:]
    at = words.index("--out") + 1
    shown = ROOT / f"{words[at]}.png"
    monkeypatch.chdir(ROOT)
    assert main([*words[:at], str(tmp_path / "map"), *words[at + 1 :]]) == 0
    assert capsys.readouterr().out
    assert shown.stat().st_size < 30_000
    with Image.open(shown) as kept, Image.open(tmp_path / "map.png") as drawn:
        assert kept.size == drawn.size
        differing = ImageChops.difference(kept.convert("L"), drawn.convert("L"))
        assert ImageStat.Stat(differing).mean[0] < 4
