"""Can the properties fail? Each published bug, put into our source, is noticed by the one that is named."""

import pytest
from hypothesis import Phase, settings

from tests.metrics import (
    test_contract,
    test_degenerate,
    test_dimension,
    test_dispersion,
    test_profile,
    test_reference,
    test_similarity,
    test_spectrum,
    test_text,
    test_trajectory,
)
from tests.metrics.mutants import Mutant
from vtmetrics.metrics import (
    dimension,
    dispersion,
    gram,
    neighbours,
    profile,
    sets,
    similarity,
    spectrum,
    text,
    trajectory,
    wording,
)

MUTANTS = (
    Mutant(
        "entries of the Gram are clamped (Skean)",
        spectrum,
        "_entropy",
        "gram.spectrum(centred, row_normalised)",
        "eigenvalues(gram.matrix(centred, row_normalised).clamp_min(0.0))",
        test_spectrum.test_rank_one_has_no_entropy,
    ),
    Mutant(
        "the second entropy divides by N² (repitl)",
        gram,
        "Gram.purity",
        "matrix.diagonal(dim1=-2, dim2=-1).sum(-1).square()",
        "matrix.shape[-1] ** 2",
        test_spectrum.test_every_number_is_that_of_the_singular_values,
    ),
    Mutant(
        "eigenvalues are not normalised",
        spectrum,
        "_shannon",
        "weights / weights.sum(-1, keepdim=True)",
        "weights",
        test_spectrum.test_rotations_orders_scales_and_repetition_change_nothing,
    ),
    Mutant(
        "the effective rank is that of σ²",
        spectrum,
        "effective_rank",
        'if definition == "sigma"',
        'if definition == "sigma^2"',
        test_spectrum.test_named_definitions_are_what_the_papers_print,
    ),
    Mutant(
        "the Gram is a float32 one of uncentred tokens",
        gram,
        "Gram.points",
        "self.raw.to(torch.float64) - self.mean[:, None]",
        "self.raw.float()",
        lambda: test_dimension.test_a_common_offset_moves_nothing_in_float32(1e4),
    ),
    Mutant(
        "what centring leaves of a constant is taken for tokens",
        gram,
        "Gram.rounding",
        "(4 * EPS) ** 2",
        "0",
        lambda: test_degenerate.test_equal_tokens_have_nothing_left_when_centred("matrix_entropy", 1.0),
    ),
    Mutant(
        "the empirical distribution starts at 0 (torchid)",
        dimension,
        "_linear",
        "-rank / near",
        "-(rank - 1) / near",
        test_dimension.test_the_definition_holds_for_forty_tokens,
    ),
    Mutant(
        "discarded ratios are ignored, not censored",
        dimension,
        "_censored",
        "x.sum(-1) + (near.count - kept) * x.amax(-1)",
        "x.sum(-1)",
        lambda: test_reference.test_dimensions_are_those_of_scikit_dimension((40, 8)),
    ),
    Mutant(
        "duplicates are seen as neighbours (scikit-dimension)",
        neighbours,
        "_search",
        "not bool(doubtful.any())",
        "True",
        test_dimension.test_equal_tokens_are_counted_once,
    ),
    Mutant(
        "distances that cancel are kept",
        neighbours,
        "_search",
        "_recomputed(_among(_squared_distances(gram), kept), gram)",
        "_among(_squared_distances(gram), kept).clamp_min(0.0)",
        test_dimension.test_a_far_outlier_does_not_blur_the_others,
    ),
    Mutant(
        "neighbours are taken for independent",
        neighbours,
        "Neighbours.mutual",
        "(self.squared <= theirs) & seen",
        "(self.squared < 0) & seen",
        lambda: test_dimension.test_intervals_cover_what_the_estimator_is_after(dimension.two_nn, 2),
    ),
    Mutant(
        "angles are arccosines",
        trajectory,
        "_angles",
        "2 * torch.atan2((u - v).norm(dim=-1), (u + v).norm(dim=-1))",
        "torch.arccos((u * v).sum(-1))",
        lambda: test_trajectory.test_an_angle_keeps_its_digits_everywhere(1e-8),
    ),
    Mutant(
        "curvature takes |cos| (Skean)",
        trajectory,
        "position_angle",
        'absolute=definition == "skean"',
        "absolute=True",
        lambda: test_trajectory.test_a_regular_polygon_turns_by_its_outer_angle(3),
    ),
    Mutant(
        "a token that does not move counts as a right angle",
        trajectory,
        "_mean_angle",
        "(x != 0).any(-1) & (y != 0).any(-1)",
        "torch.ones_like(angles, dtype=torch.bool)",
        test_trajectory.test_tokens_that_do_not_move_are_left_out_and_counted,
    ),
    Mutant(
        "CKA is biased",
        similarity,
        "_unbiased",
        "return",
        "return gram #",
        test_similarity.test_independent_tokens_are_not_alike,
    ),
    Mutant(
        "the cosine is subtracted from one",
        similarity,
        "cosine_distance",
        "(x / norms[0] - y / norms[1]).square().sum(-1) / 2",
        "1 - (x / norms[0] * y / norms[1]).sum(-1)",
        test_similarity.test_the_distance_from_one_keeps_its_digits,
    ),
    Mutant(
        "the divergence goes the other way",
        similarity,
        "kl",
        "_relative_entropy(left, right)",
        "_relative_entropy(right, left)",
        test_similarity.test_divergence_has_a_direction,
    ),
    Mutant(
        "impossible answers are NaN",
        similarity,
        "_relative_entropy",
        "torch.where(possible, left, 0.0) - torch.where(possible, right, 0.0)",
        "left - right",
        test_similarity.test_what_is_impossible_costs_one_bit_or_infinitely_much,
    ),
    Mutant(
        "the Gini coefficient is stretched to [0, 1]",
        dispersion,
        "gini",
        "/ (k * n.sum(-1))",
        "/ ((k - 1) * n.sum(-1))",
        test_dispersion.test_gini_is_the_mean_difference_over_twice_the_mean,
    ),
    Mutant(
        "the variance divides by k − 1",
        dispersion,
        "variation_coefficient",
        "(n - mean).square().mean(-1).sqrt()",
        "n.std(-1)",
        test_dispersion.test_entropy_and_variation_are_what_scipy_says,
    ),
    Mutant(
        "masked tokens are zeros",
        sets,
        "Sets.pick",
        "flat[stack.sets.to(flat.device)[:, None], stack.positions.to(flat.device)]",
        "flat[stack.sets].nan_to_num(0.0)",
        lambda: test_contract.test_what_is_masked_changes_nothing_exactly(spectrum.matrix_entropy, 40),
    ),
    Mutant(
        "change to come is measured from the maximum",
        profile,
        "remaining_change",
        "profile[..., -1:]",
        "profile.amax(-1, keepdim=True)",
        test_profile.test_a_detour_is_change_too,
    ),
    Mutant(
        "a fraction is rounded up past its layer",
        profile,
        "_from",
        " - 1e-9",
        "",
        lambda: test_profile.test_a_fraction_that_meets_a_layer_is_that_layer(0.28, 7, 25),
    ),
    Mutant(
        "ROUGE knows Latin letters only (rouge-score)",
        text,
        "rouge_l",
        'WORD if definition == "words" else ASCII_WORD',
        "ASCII_WORD",
        lambda: test_text.test_rouge_is_the_longest_common_subsequence(
            "красный куб", "красный куб", "words", 1.0
        ),
    ),
    Mutant(
        "a thousands separator makes a number a text",
        wording,
        "number",
        '.replace(",", "")',
        '.replace(",", "x")',
        lambda: test_text.test_relaxed_accuracy_reads_numbers("1,234", "1234", 1, 0),
    ),
)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.bug)
def test_a_published_bug_is_noticed(mutant, monkeypatch):
    """The property holds for our source, and fails for the mutant; it needs no smallest example."""
    if hasattr(mutant.caught_by, "hypothesis"):
        first_found = settings(max_examples=20, phases=[Phase.generate], derandomize=True, deadline=None)
        monkeypatch.setattr(mutant.caught_by, "_hypothesis_internal_use_settings", first_found)
    mutant.caught_by()
    monkeypatch.setattr(mutant.target, "__code__", mutant.code())

    with pytest.raises((AssertionError, ValueError, BaseExceptionGroup)):
        mutant.caught_by()
