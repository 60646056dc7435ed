"""Published bugs of what is said of two sets of tokens: their signs, their counts, their mean."""

from tests.metrics import test_joint_directions, test_similarity
from tests.metrics.mutants import Mutant
from vtmetrics.metrics import joint_directions, similarity

OF_PAIRS = (
    Mutant(
        "singular vectors have a sign (Seeing Beyond Redundancy)",
        joint_directions,
        "rotation",
        ".abs().clamp_max(1.0)",
        ".clamp_max(1.0)",
        test_joint_directions.test_each_is_what_plain_singular_vectors_give,
    ),
    Mutant(
        "singular values are squared once more",
        joint_directions,
        "rotation",
        "divisor(own[..., -1] * shared[..., -1]).sqrt()",
        "divisor(own[..., -1] * shared[..., -1])",
        test_joint_directions.test_each_is_what_plain_singular_vectors_give,
    ),
    Mutant(
        "the kind with more tokens has more energy",
        joint_directions,
        "balance",
        "energy[..., : both.count].mean(-1), energy[..., both.count :].mean(-1)",
        "energy[..., : both.count].sum(-1), energy[..., both.count :].sum(-1)",
        test_joint_directions.test_many_tokens_are_the_first_direction_whatever_they_hold,
    ),
    Mutant(
        "what is explained is a share of the energy, not of the variance",
        joint_directions,
        "explained_variance",
        "divisor(both.variance)",
        "divisor(both.total)",
        test_joint_directions.test_each_is_what_plain_singular_vectors_give,
    ),
    Mutant(
        "the last directions are taken for the first",
        joint_directions,
        "explained_variance",
        "@ mine[..., -k:]",
        "@ mine[..., :k]",
        test_joint_directions.test_each_is_what_plain_singular_vectors_give,
    ),
    Mutant(
        "any of several equal directions is the first",
        joint_directions,
        "_tied",
        "<= values.shape[-1] * EPS * values[..., -1]",
        "< 0",
        test_joint_directions.test_a_number_that_hangs_on_a_choice_is_none,
    ),
    Mutant(
        "a part of a unit vector is one too",
        joint_directions,
        "consistency",
        "/ divisor(size)",
        "* 1.0",
        test_joint_directions.test_how_alike_tokens_share_and_how_far_the_first_is,
    ),
    Mutant(
        "a gap is that of the squares",
        joint_directions,
        "_gap",
        ".sqrt()",
        "",
        test_joint_directions.test_how_alike_tokens_share_and_how_far_the_first_is,
    ),
    Mutant(
        "the gap of both alone says whether tokens have a first direction",
        joint_directions,
        "first_gap",
        "torch.minimum(own, shared)",
        "shared",
        test_joint_directions.test_how_alike_tokens_share_and_how_far_the_first_is,
    ),
    Mutant(
        "the mean of cosines is the cosine of means",
        similarity,
        "centroid_cosine",
        "cosine_similarity(x.mean(-2), y.mean(-2))",
        "cosine_similarity(x[..., :, None, :], y[..., None, :, :]).mean((-2, -1))",
        test_similarity.test_the_cosine_of_centroids_is_that_of_plain_means,
    ),
    Mutant(
        "a token ranks among all, itself as well",
        similarity,
        "cosine_rank",
        "/ (x.shape[-2] - 1)",
        "/ x.shape[-2]",
        test_similarity.test_a_rank_counts_who_is_nearer,
    ),
    Mutant(
        "who is farther comes first",
        similarity,
        "cosine_rank",
        "(before > 0)",
        "(before < 0)",
        test_similarity.test_a_rank_counts_who_is_nearer,
    ),
)
