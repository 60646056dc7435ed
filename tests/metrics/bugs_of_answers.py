"""Published bugs of what is said of answers: their likeness, dispersion, profiles and texts."""

from tests.metrics import test_dispersion, test_profile, test_similarity, test_text
from tests.metrics.mutants import Mutant
from vtmetrics.metrics import dispersion, profile, similarity, text, wording

OF_ANSWERS = (
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
        "/ (k * divisor(n.sum(-1)))",
        "/ ((k - 1) * n.sum(-1))",
        test_dispersion.test_gini_is_the_mean_difference_over_twice_the_mean,
    ),
    Mutant(
        "the variance divides by k − 1",
        dispersion,
        "variation_coefficient",
        "_root(((n - mean) / divisor(mean)).square().mean(-1))",
        "n.std(-1) / mean[..., 0]",
        test_dispersion.test_entropy_and_variation_are_what_scipy_says,
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
        "exact_number",
        '.replace(",", "")',
        '.replace(",", "x")',
        lambda: test_text.test_relaxed_accuracy_reads_numbers("1,234", "1234", 1, 0),
    ),
)
