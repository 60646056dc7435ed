"""How texts are written: each drawn by its own chance, or searched for with beams of its own."""

from dataclasses import replace

import pytest
import torch
from transformers import GenerationConfig

from fixtures.models.registry import HERE
from fixtures.scenes.draw import draw
from vtmetrics import PLAIN, Lab, Model, truncate
from vtmetrics.inputs.encoding import encode
from vtmetrics.nets.in_memory import load_once
from vtmetrics.nets.spec import Spec
from vtmetrics.readings.writing import Decoding, beams, chance, drawn, greedy


@pytest.fixture
def spec(directory):
    return Spec(directory.name, "any", str(directory), embedded=True)


def said(spec, scenes, how, edit=PLAIN):
    return Model(spec, Lab()).say(scenes, edit, how).written


def test_a_draw_is_distributed_as_the_model_says():
    """4,000 rows of one prompt: words come as often as their probabilities, sharpened and cut off."""
    logits = torch.tensor([2.0, 1.0, 0.5, 0.0, -1.0])
    rows = logits.expand(4000, -1)
    keys = [str(row) for row in range(4000)]
    for how in (drawn(1), drawn(1, temperature=0.5), drawn(1, top_k=2), drawn(1, top_p=0.7, seed=1)):
        found = torch.bincount(chance(how, keys)(rows, rows).argmax(-1), minlength=5) / 4000
        wanted = (logits / how.temperature).softmax(-1)
        kept = wanted.clone()
        if how.top_k:
            kept[how.top_k :] = 0
        if how.top_p < 1:
            kept[wanted.cumsum(0) - wanted >= how.top_p] = 0
        assert torch.allclose(found, kept / kept.sum(), atol=0.03)


def test_a_search_of_one_beam_is_greedy():
    assert beams(8, width=1) == greedy(8)


def test_each_way_has_one_text():
    """Rows are kept under it: what is measured already must be found again."""
    ways = {
        "greedy(64)": greedy(64),
        "beams(64, width=4)": beams(64),
        "drawn(64, temperature=0.7, top_p=1.0, top_k=0, seed=2)": drawn(64, temperature=0.7, seed=2),
    }
    assert {str(how): how for how in ways.values()} == ways


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"tokens": 0}, "an answer has at least one token, got 0"),
        ({"temperature": 0.0}, "a temperature is positive, got 0.0"),
        ({"width": 0}, "a search has at least one beam, got 0"),
        (
            {"width": 4, "temperature": 0.7},
            "drawn or searched for with beams, got 4 beams at temperature 0.7",
        ),
    ],
)
def test_what_no_text_is_written_by_is_refused(given, message):
    with pytest.raises(ValueError, match=message):
        Decoding(**{"tokens": 4, **given})


def test_what_is_searched_for_is_what_generate_finds(spec, scenes):
    """Side by side as alone, and of two images as of one."""
    pairs = [replace(scene, id=f"two {n}", images=scene.images * 2) for n, scene in enumerate(scenes[:2])]
    texts = said(spec, [*scenes[:2], *pairs], beams(6, width=3))
    net, processor = load_once(spec).net, load_once(spec).processor
    for scene in (*scenes[:2], *pairs):
        inputs = dict(encode(processor, scene, answered=False).inputs)
        out = net.generate(**inputs, max_new_tokens=6, num_beams=3, do_sample=False)
        new = out[0, inputs["input_ids"].shape[1] :]
        assert texts[scene.id] == processor.tokenizer.decode(new, skip_special_tokens=True).strip()


def test_an_edited_search_is_each_scenes_own():
    """Captions of a trained net, which end at different words, are found alone as side by side."""
    spec = Spec("tiny-llava", "llava", str(HERE / "weights" / "llava-0"), embedded=True)
    scenes, how, edit = draw("caption", "test", 3), beams(24, width=3), truncate(1 / 4)
    together = said(spec, scenes, how, edit)
    assert together == {scene.id: said(spec, [scene], how, edit)[scene.id] for scene in scenes}
    assert together != said(spec, scenes, how)


def test_a_checkpoints_own_way_of_writing_changes_nothing(spec, monkeypatch):
    """It may come with a generation config that searches, samples, or punishes repetition."""
    scenes, ways = draw("words", "test", 2), (greedy(6), beams(6, width=2))
    wanted = [said(spec, scenes, how) for how in ways]
    net = load_once(spec).net
    ends = {name: getattr(net.generation_config, name) for name in ("eos_token_id", "pad_token_id")}
    own = GenerationConfig(
        **ends,
        do_sample=True,
        temperature=3.0,
        top_k=2,
        top_p=0.3,
        num_beams=5,
        num_return_sequences=3,
        length_penalty=-4.0,
        early_stopping="never",
        repetition_penalty=9.0,
        no_repeat_ngram_size=1,
        min_length=400,
        min_new_tokens=6,
    )
    monkeypatch.setattr(net, "generation_config", own)
    assert [said(spec, scenes, how) for how in ways] == wanted
