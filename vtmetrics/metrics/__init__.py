"""Metrics of tokens, answers, profiles and texts: numbers with a formula, a range, invariances and a source.

Tokens are (..., N, D) with an optional mask over N; results are (...), float64, and what cannot be said is a
NaN that `why` explains. A `Cloud` takes the place of tokens where several metrics share one Gram.
"""

from vtmetrics.metrics.all_geometry import GEOMETRY, geometry
from vtmetrics.metrics.attended import attention_share
from vtmetrics.metrics.benchmark_answer import anls, vqa_accuracy
from vtmetrics.metrics.box_overlap import iou
from vtmetrics.metrics.box_text import overlaps
from vtmetrics.metrics.caption import object_f1
from vtmetrics.metrics.chain import concluded, edited_words, lost_steps, parting, reversed_conclusion
from vtmetrics.metrics.cloud import Cloud
from vtmetrics.metrics.clusters import anchor_clusters
from vtmetrics.metrics.consensus import cider_d
from vtmetrics.metrics.dimension import levina_bickel, two_nn, two_nn_without
from vtmetrics.metrics.dimension_estimate import Dimension
from vtmetrics.metrics.dispersion import (
    gini,
    mean_norm,
    median_log,
    normalised_entropy,
    norms,
    variation_coefficient,
)
from vtmetrics.metrics.gride_estimator import gride
from vtmetrics.metrics.joint_directions import (
    balance,
    consistency,
    explained_variance,
    first_gap,
    rotation,
)
from vtmetrics.metrics.lens import (
    embedding_lens,
    grounded,
    lens_entropy,
    logit_lens,
    recalled,
    recalled_by_chance,
)
from vtmetrics.metrics.nulls import null
from vtmetrics.metrics.polar_answer import PolarScores, polar_accuracy, pope
from vtmetrics.metrics.probe import LINEAR, MLP, ProbeNet, ProbeStack, learned
from vtmetrics.metrics.profile import plateau, remaining_change, total_variation, trend
from vtmetrics.metrics.reference import ALL_METRICS, METRICS, MetricEntry, metrics_table, name_of
from vtmetrics.metrics.similarity import (
    centroid_cosine,
    cka,
    cosine_distance,
    cosine_rank,
    cosine_similarity,
    js,
    kl,
    nearest_cosine,
)
from vtmetrics.metrics.spectrum import (
    concentration,
    effective_rank,
    matrix_entropy,
    participation_ratio,
    stable_rank,
)
from vtmetrics.metrics.text import (
    bleu,
    corpus_bleu,
    edit_distance,
    exact_match,
    relaxed_accuracy,
    rouge_l,
    step_set_f1,
)
from vtmetrics.metrics.trajectory import (
    angle,
    drift,
    position_angle,
    relative_update,
    state_angle,
    stillness,
    update_angle,
)
from vtmetrics.metrics.undefined import Reason, why
from vtmetrics.metrics.vocabulary import distinct_rows

__all__ = [
    "ALL_METRICS",
    "GEOMETRY",
    "LINEAR",
    "METRICS",
    "MLP",
    "Cloud",
    "Dimension",
    "MetricEntry",
    "PolarScores",
    "ProbeNet",
    "ProbeStack",
    "Reason",
    "anchor_clusters",
    "angle",
    "anls",
    "attention_share",
    "balance",
    "bleu",
    "centroid_cosine",
    "cider_d",
    "cka",
    "concentration",
    "concluded",
    "consistency",
    "corpus_bleu",
    "cosine_distance",
    "cosine_rank",
    "cosine_similarity",
    "distinct_rows",
    "drift",
    "edit_distance",
    "edited_words",
    "effective_rank",
    "embedding_lens",
    "exact_match",
    "explained_variance",
    "first_gap",
    "geometry",
    "gini",
    "gride",
    "grounded",
    "iou",
    "js",
    "kl",
    "learned",
    "lens_entropy",
    "levina_bickel",
    "logit_lens",
    "lost_steps",
    "matrix_entropy",
    "mean_norm",
    "median_log",
    "metrics_table",
    "name_of",
    "nearest_cosine",
    "normalised_entropy",
    "norms",
    "null",
    "object_f1",
    "overlaps",
    "participation_ratio",
    "parting",
    "plateau",
    "polar_accuracy",
    "pope",
    "position_angle",
    "recalled",
    "recalled_by_chance",
    "relative_update",
    "relaxed_accuracy",
    "remaining_change",
    "reversed_conclusion",
    "rotation",
    "rouge_l",
    "stable_rank",
    "state_angle",
    "step_set_f1",
    "stillness",
    "total_variation",
    "trend",
    "two_nn",
    "two_nn_without",
    "update_angle",
    "variation_coefficient",
    "vqa_accuracy",
    "why",
]
