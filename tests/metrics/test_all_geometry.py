"""Does the bundle say what its metrics say one by one?"""

import pytest
import torch

from tests.metrics.clouds import gaussian
from vtmetrics.metrics import (
    GEOMETRY,
    Cloud,
    drift,
    effective_rank,
    geometry,
    gini,
    levina_bickel,
    matrix_entropy,
    norms,
    position_angle,
    state_angle,
    stillness,
    two_nn,
    update_angle,
    why,
)
from vtmetrics.metrics import gram as grams

CHOSEN = torch.arange(30) < torch.tensor([[30], [25], [22]])


@pytest.mark.parametrize("width", [12, 50])
def test_the_bundle_is_its_parts(width):
    states = gaussian(3, 3, 30, width).cumsum(1)
    tokens = states[:, 2]

    found = geometry(tokens, CHOSEN, before=states[:, 1], earlier=states[:, 0], first=states[:, 0])

    assert tuple(found) == GEOMETRY
    parts = {
        "matrix_entropy": matrix_entropy(tokens, CHOSEN),
        "effective_rank": effective_rank(tokens, CHOSEN),
        "levina_bickel_high": levina_bickel(tokens, CHOSEN).high,
        "two_nn": two_nn(tokens, CHOSEN).value,
        "two_nn_mle_low": two_nn(tokens, CHOSEN, definition="mle").low,
        "removed": torch.zeros(3),
        "norm_gini": gini(norms(tokens), CHOSEN),
        "position_angle": position_angle(tokens, CHOSEN),
        "position_angle_skean": position_angle(tokens, CHOSEN, definition="skean"),
        "update_angle": update_angle(states, CHOSEN)[:, 0],
        "state_angle": state_angle(states, CHOSEN)[:, 1],
        "stillness": stillness(states, CHOSEN)[:, 1],
        "drift": drift(states, CHOSEN)[:, 1],
    }
    for name, part in parts.items():
        assert found[name].tolist() == pytest.approx(part.tolist(), rel=1e-7), name


def test_a_cloud_has_no_other_layers():
    tokens = gaussian(9, 5)

    with pytest.raises(ValueError, match="other layers can be compared with tokens, not with a cloud"):
        geometry(Cloud.of(tokens), before=tokens)


def test_every_number_is_there_or_says_why_not():
    found = geometry(gaussian(30, 12))

    unknown = {name for name, value in found.items() if why(value) is not None}
    assert unknown == {"state_angle", "relative_update", "stillness", "update_angle", "drift"}
    assert why(found["drift"]) == "there is no earlier layer to compare with"


@pytest.mark.parametrize("shape", [(0, 4), (1, 4), (2, 4), (3, 4), (8, 1)])
def test_small_sets_have_fewer_numbers_and_no_errors(shape):
    found = geometry(gaussian(*shape))

    assert tuple(found) == GEOMETRY
    assert why(found["levina_bickel"]) is not None


@pytest.mark.parametrize(("shape", "products"), [((30, 50), 1), ((50, 12), 3)])
def test_tokens_are_multiplied_once(monkeypatch, shape, products):
    """One product where the tokens are the smaller side; else one more for each Gram of features."""
    done = []
    monkeypatch.setattr(grams, "product", lambda x, product=grams.product: done.append(x.shape) or product(x))

    geometry(gaussian(*shape))

    assert len(done) == products


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16], ids=str)
def test_many_features_are_read_in_parts(dtype):
    """One large set, its product summed over parts of its features, says what it says beside another."""
    tokens = (gaussian(150, 2500) + 3).to(dtype)

    alone, beside = geometry(tokens), geometry(torch.stack([tokens, tokens.flip(0)]))

    for name, value in alone.items():
        assert value.item() == pytest.approx(beside[name][0].item(), rel=1e-9, nan_ok=True), name


def test_only_two_spectra_are_solved_for(monkeypatch):
    """Centred unit rows for the entropy, and the tokens as they are for the ranks."""
    solved = []
    solver = grams.eigenvalues
    monkeypatch.setattr(grams, "eigenvalues", lambda matrix: solved.append(matrix.shape) or solver(matrix))

    geometry(gaussian(30, 50))

    assert len(solved) == 2


def test_steps_that_cancel_are_measured_from_the_tokens():
    """A slow path far from the mean of its set: its steps have no digits in the Gram."""
    path = torch.cat([1e6 + 1e-3 * gaussian(20, 5).cumsum(0), gaussian(1, 5)])

    assert position_angle(Cloud.of(path)).item() == pytest.approx(position_angle(path).item(), abs=1e-6)
