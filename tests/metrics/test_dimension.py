"""Do the dimension estimators find the dimension, whatever is done to the tokens?"""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.metrics.clouds import ball, clouds, gaussian, rotation, sphere
from vtmetrics.metrics import Cloud, gride, levina_bickel, two_nn, why
from vtmetrics.metrics.dimension import NEAR, two_nn_without

close = pytest.approx
SEEDS = st.integers(0, 2**16)
SPREAD = ("gaussian", "scaled rows")


def estimates(tokens, **options):
    """What four estimators say, with their intervals."""
    tokens = Cloud.of(tokens)
    found = (
        two_nn(tokens, **options),
        two_nn(tokens, definition="mle", **options),
        levina_bickel(tokens, k=3, **options),
        gride(tokens, n1=1, n2=3, **options),
    )
    return torch.stack([torch.stack([each.value, each.low, each.high]) for each in found])


@given(clouds(least=5, kinds=SPREAD), SEEDS, st.floats(1e-2, 1e2))
def test_rotation_translation_scale_order_and_idle_features_change_nothing(tokens, seed, scale):
    order = torch.randperm(len(tokens), generator=torch.Generator().manual_seed(seed))
    moved = scale * (tokens @ rotation(tokens.shape[1], seed)) + scale * gaussian(
        1, tokens.shape[1], seed=seed
    )
    padded = torch.cat([moved, torch.full((len(tokens), 3), 2.0)], dim=1)

    assert torch.allclose(estimates(tokens), estimates(padded[order]), rtol=1e-6)


@given(clouds(least=5, kinds=SPREAD), SEEDS)
def test_equal_tokens_are_counted_once(tokens, seed):
    """The unique tokens' answer, and how many were removed."""
    again = tokens[torch.randint(len(tokens), (4,), generator=torch.Generator().manual_seed(seed))]

    assert torch.allclose(estimates(torch.cat([tokens, again])), estimates(tokens), rtol=1e-9)
    assert two_nn(torch.cat([tokens, again])).removed == 4


def test_a_third_of_duplicates_gives_the_answer_of_the_unique_tokens():
    """In more than 25 features, where scikit-dimension does not see them and answers a third too high."""
    tokens = torch.tanh(gaussian(300, 12) @ gaussian(12, 200, seed=1) / 3)

    found = two_nn(torch.cat([tokens, tokens[:100]]))

    assert found.value.item() == close(two_nn(tokens).value.item(), rel=1e-10)
    assert found.removed == 100


def test_near_duplicates_can_be_removed_too():
    tokens = torch.tanh(gaussian(300, 12) @ gaussian(12, 200, seed=1) / 3)
    near = torch.cat([tokens, tokens[:90] + 1e-4 * gaussian(90, 200, seed=2)])

    found = two_nn(near, within=0.05)

    assert found.value.item() == close(two_nn(tokens).value.item(), rel=1e-9)
    assert found.removed == 90


@pytest.mark.parametrize("size", [1e2, 1e3, 1e4])
def test_a_common_offset_moves_nothing_in_float32(size):
    """10⁴ neighbour distances of offset: a float32 Gram of uncentred tokens has no digit left."""
    tokens = torch.tanh(gaussian(576, 12) @ gaussian(12, 128, seed=1) / 3)
    offset = size * torch.full((1, 128), 0.5)  # a power of two: adding it rounds the tokens, no more
    rounded = (tokens + offset).float() - offset.float()

    assert two_nn((tokens + offset).float()).value.item() == close(two_nn(rounded).value.item(), abs=1e-9)
    assert two_nn((tokens + offset).float()).value.item() == close(
        two_nn(tokens).value.item(), rel=1e-4 * size / 1e2
    )


def test_a_far_outlier_does_not_blur_the_others():
    """Its norm moves the centre; distances that cancel are computed again from differences."""
    tokens = gaussian(100, 30)
    outlier = torch.cat([tokens, torch.full((1, 30), 1e9, dtype=torch.float64)])
    apart = two_nn(outlier, discard=0.2).value.item()

    assert apart == close(
        two_nn(torch.cat([tokens, torch.full((1, 30), 1e3)]), discard=0.2).value.item(), rel=1e-6
    )


@pytest.mark.parametrize("d", [2, 5, 10])
def test_balls_and_spheres_have_their_dimension(d):
    """Within the tolerances that scikit-dimension's own tests fixed."""
    assert two_nn(ball(2000, d)).value.item() == close(d, rel=0.15)
    assert two_nn(sphere(2000, d)).value.item() == close(d, rel=0.10)
    assert levina_bickel(sphere(2000, d)).value.item() == close(d, rel=0.15)
    assert gride(sphere(2000, d)).value.item() == close(d, rel=0.15)


def test_dimensions_of_a_product_add():
    product = torch.cat([sphere(1500, 2), sphere(1500, 3, seed=1)], dim=1)

    assert two_nn(product).value.item() == close(5, rel=0.1)


def test_fewer_tokens_read_lower():
    """The bias that makes image and text incomparable unless their number is matched."""
    tokens = gaussian(1024, 20)

    values = [two_nn(tokens[:n]).value.item() for n in (64, 1024)]

    assert values[0] < values[1] < 20


def test_the_definition_holds_for_forty_tokens():
    """The empirical distribution starts at 1/N: starting at 0 costs 8 % here."""
    tokens = gaussian(40, 6)
    far = np.sort(np.linalg.norm(tokens[:, None] - tokens[None], axis=-1), axis=1)
    x = np.sort(np.log(far[:, 2] / far[:, 1]))[:36]
    y = -np.log(1 - np.arange(1, 37) / 40)

    assert two_nn(tokens).value.item() == close((x @ y) / (x @ x), rel=1e-12)


def coverage(found, truth):
    return ((found.low <= truth) & (truth <= found.high)).double().mean().item()


@pytest.mark.parametrize("d", [2, 4])
@pytest.mark.parametrize(
    "estimate",
    [two_nn, lambda x: two_nn(x, definition="mle"), levina_bickel, gride],
    ids=["linear", "mle", "levina-bickel", "gride"],
)
def test_intervals_cover_what_the_estimator_is_after(estimate, d):
    """On spheres, where ratios are not independent; the mean over 300 spheres stands for the truth."""
    found = estimate(torch.stack([sphere(200, d, seed) for seed in range(300)]))

    assert 0.92 <= coverage(found, found.value.mean()) <= 0.99


def test_the_law_of_independent_ratios_is_exact():
    """2 d̂⁻¹ Σ log μ is χ²: the interval of 60 Pareto ratios covers 95 %."""
    from vtmetrics.metrics.dimension_estimate import chi2  # noqa: PLC0415 - the law alone, without neighbours

    ratios = torch.from_numpy(np.random.default_rng(0).exponential(1 / 7, size=(4000, 60)))
    value = 60 / ratios.sum(-1)
    low, high = chi2(torch.full((4000,), 60.0, dtype=torch.float64), 0.95)

    assert ((value * low <= 7) & (value * high >= 7)).double().mean().item() == close(0.95, abs=0.01)


@given(clouds(least=6, kinds=SPREAD))
def test_wider_levels_contain_narrower_ones(tokens):
    narrow, wide = two_nn(tokens, level=0.8), two_nn(tokens, level=0.99)

    assert wide.low < narrow.low < narrow.value < narrow.high < wide.high


@pytest.mark.parametrize("tokens", [torch.eye(6), torch.cat([torch.eye(6), torch.eye(6)])])
def test_neighbours_that_are_all_equally_far_tell_no_dimension(tokens):
    found = two_nn(tokens)

    assert why(found.value) == "the neighbours of every token are equally far"


def test_farther_neighbours_do_not_count_noise_as_dimensions():
    """A plane in noise: its nearest neighbours lie in all directions, those farther off in the plane."""
    plane = torch.cat([20 * ball(2000, 2), torch.zeros(2000, 8)], dim=1)
    noisy = plane + 0.1 * gaussian(2000, 10)

    near, far = (gride(noisy, n1=n1).value.item() for n1 in (1, 32))

    assert near > 3
    assert far == close(2, rel=0.15)


def test_too_few_tokens_tell_no_dimension():
    assert why(two_nn(gaussian(2, 5)).value) == "there are too few different tokens"
    assert why(two_nn(gaussian(1, 5).expand(9, 5)).value) == "there are too few different tokens"
    assert why(levina_bickel(gaussian(20, 5)).value) == "there are too few different tokens"
    assert levina_bickel(gaussian(21, 5)).value.isfinite()
    assert why(gride(gaussian(16, 5)).value) == "there are too few different tokens"
    assert gride(gaussian(17, 5)).value.isfinite()


def repeated(seed, kinds):
    """Words over and over, and the same with something of their own: (2, 90, 8)."""
    draws = torch.Generator().manual_seed(seed)
    words = torch.randn(kinds, 8, generator=draws)[torch.randint(kinds, (90,), generator=draws)]
    return torch.stack([words, words + 0.3 * torch.randn(90, 8, generator=draws)])


@pytest.mark.parametrize("kinds", [4, 25, 90])
@pytest.mark.parametrize("folds", [torch.arange(90) % 30, torch.arange(90) // 30, torch.arange(90) // 9])
def test_without_each_fold_it_is_that_of_the_others(kinds, folds):
    """Also where a fold holds the last of equal tokens, and all of the nearest that were looked for."""
    tokens = repeated(kinds, kinds)
    tokens[1, folds == 0] *= 0.01  # 30 neighbours in one fold: more than are looked for
    assert NEAR < 30
    found = two_nn_without(tokens, folds)
    wanted = torch.stack([two_nn(tokens[:, folds != fold]).value for fold in range(int(folds.max()) + 1)])
    torch.testing.assert_close(found, wanted, rtol=1e-9, atol=0, equal_nan=True)
    assert [*map(why, found.flatten())] == [*map(why, wanted.flatten())]
