"""The example of the manual: a model, and copies of it that are as good as the same or plainly changed."""

from pathlib import Path

import pytest
from torch import nn

from tests.suite.claim_suite import MODELS
from vtmetrics.nets.user_function import returned

ROOT = Path(__file__).parents[2]
MINE = ROOT / "docs" / "examples" / "mine.py"
ORIGINAL = f"{MINE}:original"
#: half way the norm is 76; with noise it is 67
CLAIMS = '''
from vtmetrics import IMAGE, correct, over_depth

@cited("A1")
def test_answers(model, words):
    """The model answers."""
    return model.answer(words, correct)

@cited("A2", at_least(70, "near to what it is"))
def test_states_are_long(model, words):
    """Half way through, image states are long."""
    return model.observe(words, over_depth("norm_mean", IMAGE)).at(6)
'''


@pytest.fixture
def compared(suite):
    """What a run says of two models, and its status."""

    def run(*models):
        suite.pytester.makeconftest(MODELS)
        named = [f"--model={model}" for model in models]
        done = suite.write(CLAIMS).spawn(*named, "--compare", "--scenes=76", "-k", "not untrained")
        _, _, told = done.stdout.str().partition("= comparison: ")
        return done.ret, told

    return run


@pytest.mark.slow
def test_noise_in_the_weights_is_told_apart(compared):
    """Where it changes much: its answers are as right as they were."""
    status, told = compared(ORIGINAL, f"{MINE}:noise")
    assert status == 1
    assert "  A2 on original: ✓ → ✗, changed by −" in told
    assert "2 cells compared: 1 flipped; 1 the same, 1 changed." in told


@pytest.mark.slow
def test_a_copy_is_the_same_in_every_cell_however_it_is_given(compared):
    """As a folder and by a function."""
    status, told = compared(ROOT / "fixtures/models/weights/llava-0", ORIGINAL)
    assert status == 0
    assert "2 cells compared: 0 flipped; 2 the same." in told


def test_copies_are_what_they_are_called():
    weights = {name: next(of_linear_layers(name)) for name in ("original", "int8", "pruned", "noise")}
    whole = weights["original"]
    assert max(len(row.unique()) for row in weights["int8"]) <= 255
    assert (weights["int8"] - whole).abs().max() <= whole.abs().max() / 254 + 1e-6
    assert (weights["pruned"] == 0).float().mean().item() == pytest.approx(0.5, abs=0.01)
    assert ((weights["noise"] - whole).std() / whole.std()).item() == pytest.approx(0.2, abs=0.01)


def of_linear_layers(name):
    net, _ = returned(f"{MINE}:{name}")
    return (layer.weight.data for layer in net.modules() if isinstance(layer, nn.Linear))
