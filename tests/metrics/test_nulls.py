"""Do the nulls take away what a metric may measure, and nothing else?"""

from math import pi

import pytest
import torch

from tests.metrics.clouds import gaussian
from vtmetrics.metrics import cka, matrix_entropy, mean_norm, norms, null, position_angle, stable_rank, two_nn

close = pytest.approx


def test_shuffled_positions_turn_at_random():
    """A smooth path, and the same tokens in any order."""
    path = gaussian(200, 50).cumsum(0)

    assert position_angle(path).item() == close(pi / 2, abs=0.1)
    assert null(position_angle, path, kind="shuffled", draws=5).mean().item() == close(2 * pi / 3, abs=0.1)


def test_shuffling_keeps_the_set():
    tokens = gaussian(20, 8)

    assert null(stable_rank, tokens, kind="shuffled", draws=3).tolist() == close(
        [stable_rank(tokens).item()] * 3
    )


def test_shuffled_tokens_are_aligned_with_nothing():
    tokens = gaussian(100, 10)

    assert cka(tokens, tokens + 0.1 * gaussian(100, 10, seed=1)).item() > 0.9
    assert abs(null(cka, tokens, tokens, kind="shuffled", draws=30).mean().item()) < 0.02


def test_gaussian_tokens_have_the_mean_and_size_of_the_set():
    tokens = 3 + 0.1 * gaussian(400, 6)[:, :1] * torch.ones(1, 6)

    drawn = null(lambda x, mask: mean_norm(norms(x), mask), tokens, kind="gaussian", draws=4)
    entropy = null(matrix_entropy, tokens, kind="gaussian", unit="log min", draws=4)

    assert drawn.tolist() == close([norms(tokens).mean().item()] * 4, rel=0.01)
    assert entropy.min().item() > 0.95
    assert matrix_entropy(tokens, unit="log min").item() < 0.01


def test_matched_sets_are_as_small_as_the_smallest():
    """A dimension read from 500 tokens falls to what 60 tokens read."""
    tokens = gaussian(500, 20)

    matched = null(two_nn, tokens, kind="matched", count=60)

    assert matched.value.shape == matched.low.shape == (20,)
    assert matched.value.mean().item() == close(
        two_nn(gaussian(20, 60, 20, seed=1)).value.mean().item(), rel=0.1
    )
    assert matched.value.mean() < two_nn(tokens).value


@pytest.mark.parametrize(("kind", "count"), [("shuffled", None), ("gaussian", None), ("matched", 3)])
def test_masked_tokens_stay_out(kind, count):
    tokens, chosen = gaussian(2, 9, 5), torch.arange(9) < torch.tensor([[4], [7]])
    spoiled = tokens.masked_fill(~chosen[..., None], torch.nan)

    found = null(stable_rank, spoiled, kind=kind, mask=chosen, count=count, draws=2)

    assert found.shape == (2, 2)
    assert found.isfinite().all()


def test_a_seed_repeats_its_draws():
    tokens = gaussian(30, 5)
    draws = [null(position_angle, tokens, kind="shuffled", draws=3, seed=seed) for seed in (1, 1, 2)]

    assert torch.equal(draws[0], draws[1])
    assert not torch.equal(draws[0], draws[2])
    assert len(set(draws[0].tolist())) == 3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"kind": "random"}, "kind must be one of .*, not 'random'"),
        ({"kind": "shuffled", "draws": 0}, "draws must be at least 1, not 0"),
        ({"kind": "matched"}, "a count is needed by the kind matched alone, not None"),
        ({"kind": "shuffled", "count": 3}, "a count is needed by the kind matched alone, not 3"),
        ({"kind": "matched", "count": 7}, "between 1 and the 6 tokens of the smallest set, not 7"),
    ],
)
def test_a_null_that_cannot_be_drawn_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        null(stable_rank, gaussian(6, 4), **options)
