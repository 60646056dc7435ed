"""Does input that has no answer get a reason instead of a number?"""

import pytest
import torch

from tests.metrics.clouds import gaussian
from tests.metrics.test_contract import OF_AMOUNTS, OF_STATES, OF_TOKENS
from vtmetrics.metrics import (
    Cloud,
    Reason,
    cka,
    concentration,
    gride,
    levina_bickel,
    matrix_entropy,
    participation_ratio,
    position_angle,
    stable_rank,
    two_nn,
    update_angle,
    why,
)

each_metric = pytest.mark.parametrize("metric", OF_TOKENS.values(), ids=OF_TOKENS)
BAD = {
    "nothing": (torch.zeros(0, 4), {Reason.EMPTY}),
    "NaN": (torch.full((6, 4), torch.nan), {Reason.NOT_FINITE, Reason.TOO_FEW}),
    "one NaN": (torch.eye(6).index_fill(0, torch.tensor([2]), torch.nan), {Reason.NOT_FINITE}),
    "one infinity": (torch.eye(6).masked_fill(torch.eye(6) == 1, torch.inf), {Reason.NOT_FINITE}),
    "too large": (1e200 * gaussian(6, 4), {Reason.NOT_FINITE}),
    "one token": (gaussian(1, 4), {Reason.ALL_EQUAL, Reason.TOO_FEW, None}),
    "zeros": (torch.zeros(6, 4), {Reason.ALL_ZERO, Reason.ALL_EQUAL, Reason.TOO_FEW, Reason.NOTHING_MOVES}),
    "equal": (
        torch.full((6, 4), 0.1),
        {Reason.ALL_EQUAL, Reason.TOO_FEW, Reason.NOTHING_MOVES, None},
    ),
}
UNCENTRED = ("raw", "unit", "rank", "participation", "concentration", "of tokens")


@each_metric
@pytest.mark.parametrize("name", BAD)
def test_no_number_without_meaning(metric, name):
    """A NaN that says why, in a batch beside sets that have a number; never a number, never an error."""
    tokens, reasons = BAD[name]
    alone = why(metric(tokens))

    assert alone in reasons


@pytest.mark.parametrize("name", [name for name in OF_TOKENS if not any(word in name for word in UNCENTRED)])
@pytest.mark.parametrize("scale", [1e-20, 1.0, 1e20])
def test_equal_tokens_have_nothing_left_when_centred(name, scale):
    """What centring leaves of a constant is rounding, which row normalisation would blow up to full rank."""
    tokens = torch.full((7, 5), scale * 0.1, dtype=torch.float64) * torch.tensor([1.0, 3, 7, 0.3, 11])

    assert why(OF_TOKENS[name](tokens)) in {Reason.ALL_EQUAL, Reason.TOO_FEW, Reason.NOTHING_MOVES}


@each_metric
def test_a_bad_set_does_not_spoil_its_neighbours(metric):
    tokens = gaussian(3, 6, 8)
    spoiled = tokens.clone()
    spoiled[1] = torch.nan

    found = metric(spoiled)

    assert why(found[1]) is not None
    assert torch.allclose(found[::2], metric(tokens[::2]), rtol=1e-12)


@each_metric
def test_an_empty_set_is_undefined_beside_full_ones(metric):
    chosen = torch.ones(2, 6, dtype=torch.bool)
    chosen[0] = False

    found = metric(gaussian(2, 6, 8), chosen)

    assert why(found[0]) == Reason.EMPTY
    assert why(found[1]) is None


@pytest.mark.parametrize("metric", [*OF_AMOUNTS.values(), *OF_STATES.values()])
def test_nothing_at_all_is_empty(metric):
    shape = (3, 0, 4) if metric in OF_STATES.values() else (0,)

    assert {why(value) for value in metric(torch.ones(shape)).flatten()} == {Reason.EMPTY}


@each_metric
def test_integers_are_refused(metric):
    """Token ids passed for states are the likeliest mistake."""
    with pytest.raises(ValueError, match=r"tokens must be floating point, not torch\.int64"):
        metric(torch.ones(3, 4, dtype=torch.int64))


@each_metric
def test_shapes_that_are_no_tokens_are_refused(metric):
    with pytest.raises(ValueError, match=r"shape \(\.\.\., N, D\) with D >= 1, not \(5,\)"):
        metric(torch.ones(5))
    with pytest.raises(ValueError, match=r"with D >= 1, not \(5, 0\)"):
        metric(torch.ones(5, 0))


@each_metric
def test_masks_that_do_not_fit_are_refused(metric):
    with pytest.raises(ValueError, match=r"a mask must be a tensor of bool, not torch\.int64"):
        metric(gaussian(5, 4), torch.ones(5, dtype=torch.int64))
    with pytest.raises(ValueError, match=r"a mask must fit tokens \(5,\), not have shape \(4,\)"):
        metric(gaussian(5, 4), torch.ones(4, dtype=torch.bool))


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda x: matrix_entropy(x, alpha=0), "alpha must be positive, not 0"),
        (lambda x: matrix_entropy(x, definition="clamp"), "definition must be one of .*, not 'clamp'"),
        (lambda x: matrix_entropy(x, unit="bits"), "unit must be one of .*, not 'bits'"),
        (lambda x: matrix_entropy(x, definition="repitl"), "exists for alpha = 2, not 1.0"),
        (lambda x: participation_ratio(x, definition="s"), "must be one of .*, not 's'"),
        (lambda x: concentration(x, k=0), "k must be at least 1, not 0"),
        (lambda x: two_nn(x, discard=0), "discard must lie between 0 and 1, not 0"),
        (lambda x: two_nn(x, definition="gride"), "linear or mle, not 'gride'"),
        (lambda x: two_nn(x, level=1), "level must lie between 0 and 1, not 1"),
        (lambda x: two_nn(x, within=1), "within must be at least 0 and less than 1, not 1"),
        (lambda x: gride(x, n1=0), "must be 1 <= n1 < n2, not 0 and 0"),
        (lambda x: gride(x, n1=4, n2=3), "must be 1 <= n1 < n2, not 4 and 3"),
        (lambda x: levina_bickel(x, k=1), "k must be at least 2, not 1"),
        (lambda x: levina_bickel(x, definition="mode"), "must be one of .*, not 'mode'"),
        (lambda x: position_angle(x, definition="p1"), "hosseini, skean or tokens, not 'p1'"),
        (update_angle, r"states must have shape \(\.\.\., L, N, D\)"),
        (lambda x: cka(x, x, definition="rbf"), "debiased or biased, not 'rbf'"),
        (lambda x: Cloud.of(Cloud.of(x), torch.ones(6, dtype=torch.bool)), "a cloud has its mask already"),
    ],
)
def test_a_wrong_choice_is_one_sentence(ask, message):
    with pytest.raises(ValueError, match=message):
        ask(gaussian(6, 4))


def test_a_reason_survives_what_is_done_to_results():
    """Indexing, stacking, moving to numpy and back to a Python float; what arithmetic makes of it is said."""
    found = stable_rank(torch.zeros(2, 3, 4))
    stacked = torch.stack([found, found])[1]

    assert why(stacked[0].item()) == why(float(found.numpy()[1])) == "all tokens are zero"
    assert why(float("nan")) == "it was computed from a number that does not exist"
    assert why(2.0) is None


def test_a_limit_of_one_direction_is_no_scale():
    assert why(matrix_entropy(gaussian(5, 1), unit="log min", row_normalised=False)) == Reason.NO_SCALE
