"""In a notebook: scenes in one line, states as tensors, scores as a table, curves as a plot."""

import sys
from dataclasses import replace
from types import SimpleNamespace

import matplotlib as mpl
import numpy as np
import pytest
import torch
from PIL import Image

from vtmetrics import (
    IMAGE,
    PLAIN,
    QUESTION,
    Model,
    NotMeasured,
    Scores,
    agree,
    estimate,
    frame_of,
    over_depth,
    plot_of,
    prune,
    scene_of,
    states_of,
    truncate,
)
from vtmetrics.inputs.encoding import collate, encode

mpl.use("agg")


@pytest.fixture
def model(net_and_processor):
    return Model.of(*net_and_processor)


def test_a_scene_is_an_image_and_a_question(model, scenes, tmp_path):
    """By the image itself, or by its path; what is said of it is what is said of any other scene."""
    known = replace(scenes[0], donor=None, boxes=())
    known.images[0].save(tmp_path / "one.png")
    one = scene_of(known.images[0], known.prompt, known.answer)
    other = scene_of(tmp_path / "one.png", known.prompt, known.answer)
    assert one.digest == other.digest == known.digest
    said = model.say([scene_of(known.images[0], known.prompt, name="it")], max_new_tokens=3)
    assert said.written == {"it": model.say([known], max_new_tokens=3).written[known.id]}


def test_greys_of_16_bits_are_seen_in_8(tmp_path):
    """From a real file, and from an image that was opened by somebody else; it lies as the eye sees it."""
    greys = (np.arange(6 * 4, dtype=np.uint16) * 2730).reshape(4, 6)
    Image.fromarray(greys).save(tmp_path / "grey.png")
    wanted = greys // 257
    with Image.open(tmp_path / "grey.png") as opened:
        assert opened.mode == "I;16"
        given = scene_of(opened, "?").images[0]
    read = scene_of(tmp_path / "grey.png", "?").images[0]
    assert (np.asarray(read)[..., 0] == wanted).all()
    assert (np.asarray(given.convert("RGB"))[..., 2] == wanted).all()
    turned = Image.Exif()
    turned[0x0112] = 6
    Image.new("RGB", (6, 4)).save(tmp_path / "side.jpg", exif=turned)
    assert scene_of(tmp_path / "side.jpg", "?").images[0].size == (4, 6)
    with pytest.raises(ValueError, match="a picture has 8 or 16 bits a colour, of mode F nobody knows"):
        scene_of(Image.new("F", (6, 4), 0.5), "?")


def test_questions_about_one_picture_are_one_group_and_no_two_scenes_have_one_name(scenes):
    """Images are what is sampled; and the same may be asked of many of them."""
    one, other = (scene.images[0] for scene in scenes[:2])
    asked = [scene_of(one, "what ?"), scene_of(one.copy(), "where ?"), scene_of(other, "what ?")]
    assert len({scene.id for scene in asked}) == 3
    assert asked[0].group == asked[1].group != asked[2].group


def test_a_text_is_as_long_as_is_said(model, scenes):
    short, longer = (model.say(scenes[:2], max_new_tokens=count).written for count in (1, 8))
    assert all(longer[name].startswith(text) for name, text in short.items())
    assert max(map(len, longer.values())) > max(map(len, short.values()))


def test_states_are_those_of_transformers_own_layers(model, net_and_processor, scenes):
    net, processor = net_and_processor
    found = states_of(model, scenes[:2], layers=[0, 0.5, 12])
    inputs, layout = collate([encode(processor, scene) for scene in scenes[:2]])
    with torch.no_grad():
        hidden = net(**inputs, output_hidden_states=True).hidden_states
    for row, scene in enumerate(scenes[:2]):
        image = layout.named("image")[row]
        assert found[scene.id].shape[:2] == (3, int(image.sum()))
        for place, layer in enumerate((0, 6)):
            assert torch.allclose(found[scene.id][place], hidden[layer][row, image].float(), atol=1e-4)
    whole = states_of(model, scenes[0], QUESTION)
    assert whole[scenes[0].id].shape[0] == 13
    edited = states_of(model, scenes[0], QUESTION, layers=[6], edit=truncate(2))
    assert not torch.allclose(edited[scenes[0].id][0], whole[scenes[0].id][6], atol=1e-4)


def test_states_that_are_not_there_are_an_error(model, scenes):
    with pytest.raises(NotMeasured, match="has no states of"):
        states_of(model, scene_of(scenes[0].images[0], "what is this ?"))


def test_a_table_has_a_row_a_scene_and_says_why_a_cell_is_empty(monkeypatch):
    """By whatever pandas is given: it need not be installed here."""
    table = SimpleNamespace(set_index=lambda name: name)
    seen = []
    monkeypatch.setitem(
        sys.modules, "pandas", SimpleNamespace(DataFrame=lambda rows: seen.append(rows) or table)
    )
    share = Scores({"a": 1.0}, {"a": "g", "b": "h"}, "share", (0, 1), {"b": "not encoded"})
    curve = Scores({"a": np.arange(3.0)}, {"a": "g"}, "number", (0, 9))
    assert frame_of(kept=share, norm=curve) == "scene"
    (first, second) = seen[0]
    assert (first["scene"], first["group"], first["kept"]) == ("a", "g", 1.0)
    assert first["norm"].tolist() == [0, 1, 2]
    assert second == {
        "scene": "b",
        "group": "h",
        "kept": None,
        "kept: why none": "not encoded",
        "norm": None,
    }


def test_a_table_of_pandas_itself(model, scenes):
    pytest.importorskip("pandas")
    found = frame_of(kept=model.answer(scenes, agree, truncate(6)))
    assert list(found.index) == [scene.id for scene in scenes]
    assert set(found.columns) >= {"group", "kept"}


def test_a_plot_has_the_means_of_every_layer_and_their_intervals(model, scenes):
    curves = model.observe(scenes, over_depth("norm_mean", IMAGE))
    axes = plot_of(norms=curves)
    (line,) = axes.get_lines()
    values = np.stack([curves.values[scene.id] for scene in scenes])
    assert line.get_ydata() == pytest.approx(values.mean(0))
    assert len(axes.collections) == 1
    assert axes.get_legend().get_texts()[0].get_text() == "norms"


def test_what_has_no_curve_is_not_drawn_over_depth(model, scenes):
    share = model.answer(scenes, agree, prune(IMAGE))
    with pytest.raises(ValueError, match="curves of one length"):
        plot_of(share=share)
    assert estimate(share).value is not None
    assert PLAIN.steps == ()
