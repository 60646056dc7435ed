"""Variants of smol-llava's training: what an anchor holds, what a start at words shows; none are mixed."""

import pytest
import torch
from safetensors.torch import load_file

from fixtures.models.smol.gguf import Gguf
from fixtures.models.smol.smol_checkpoint import assemble, with_tower
from fixtures.scenes.paint import paint
from fixtures.scenes.picture import Picture, Thing
from fixtures.training.smol.export import exported
from fixtures.training.smol.net import pixels
from fixtures.training.smol.train import Training
from fixtures.training.smol.variant import ACROSS, ANCHORED, AT_WORDS, NOTHING, anchor, shown, start_at_words
from tests.models.tiny_gguf import tiny_llama

CIRCLE = Thing("circle", "red", 0, 2, (50.0, 2.0, 70.0, 22.0), "large")
PICTURE = Picture("shapes", (CIRCLE,))


def trained(work, variant, steps=0):
    training = Training(Gguf(tiny_llama()), work, 0, 100, variant)
    for _ in range(steps):
        training.step()
    training.save()
    return training


def test_an_anchor_pulls_at_norms_and_at_nothing_else():
    turned = torch.randn(2, 3, 8)
    held = 2.5 * turned / turned.norm(dim=-1, keepdim=True)
    assert anchor(held, 2.5).item() == pytest.approx(0, abs=1e-9)
    assert anchor(held * torch.e, 2.5).item() == pytest.approx(1, rel=1e-5)
    assert anchor(held / torch.e, 2.5).item() == pytest.approx(1, rel=1e-5)


def test_an_anchored_training_has_its_anchor_in_the_loss(tmp_path):
    free, held = trained(tmp_path / "free", "free"), trained(tmp_path / "held", ANCHORED)
    free.net.projector.linear_2.weight.data *= 3
    held.net.projector.linear_2.weight.data *= 3
    assert held.step()["loss"] - free.step()["loss"] == pytest.approx(
        torch.tensor(3.0).log().item() ** 2, rel=0.2
    )


def test_a_patch_shows_what_lies_over_its_middle():
    told = shown(PICTURE)
    over = {place for place, words in enumerate(told) if words == ("circle", "red")}
    assert over == {row * ACROSS + column for row in (0, 1, 2) for column in (6, 7, 8)}
    assert {words for place, words in enumerate(told) if place not in over} == {(NOTHING,)}


def test_the_projector_starts_at_the_words_of_what_is_seen(tmp_path):
    training = trained(tmp_path, "free")
    before = alike(training)
    told = start_at_words(training.net, training.writer.encoded, seed=0, steps=40)
    assert alike(training) > max(0.8, before + 0.3)
    assert told > 0.8


def alike(training):
    """The mean cosine of a new picture's patches with the words of what they show."""
    rows = [[training.writer.encoded(f" {word}")[0] for word in words] for words in shown(PICTURE)]
    wanted = torch.stack([training.net.words[row].float().mean(0) for row in rows])
    found = training.net.projector(training.net.features(pixels([paint(PICTURE)])))[0]
    return torch.cosine_similarity(found, wanted, dim=-1).mean().item()


def test_a_folder_goes_on_with_its_own_variant_alone(tmp_path):
    trained(tmp_path / "work", ANCHORED, steps=1)
    with pytest.raises(ValueError, match="trains 'anchored', not 'words'"):
        trained(tmp_path / "work", AT_WORDS)


def test_variants_leave_the_tower_out_and_are_built_with_it(tmp_path):
    trained(tmp_path / "work", ANCHORED, steps=1)
    small, _ = exported(tmp_path / "work", "smol-llava-words")
    whole, _ = exported(tmp_path / "work")
    tower = {name for name in whole if name.startswith("vision_tower.")}
    assert tower == whole.keys() - small.keys()
    again = with_tower(small)
    assert all(torch.equal(again[name], value) for name, value in whole.items())
    assemble(tiny_llama(), again, tmp_path / "built")
    kept = load_file(tmp_path / "built" / "model.safetensors")
    assert tower <= kept.keys()


def test_what_never_learned_has_no_pairs(tmp_path):
    trained(tmp_path / "work", "free")
    small, facts = exported(tmp_path / "work", "smol-llava-start")
    assert facts["step"] == "0"
    assert {name.split(".")[0] for name in small} == {"multi_modal_projector"}
