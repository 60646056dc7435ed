"""The reference: every metric in one table, with what its docstring says about it."""

import inspect
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from vtmetrics.metrics.attended import attention_share
from vtmetrics.metrics.benchmark_answer import anls, vqa_accuracy
from vtmetrics.metrics.box_overlap import iou
from vtmetrics.metrics.caption import object_f1
from vtmetrics.metrics.clusters import anchor_clusters
from vtmetrics.metrics.consensus import cider_d
from vtmetrics.metrics.dimension import levina_bickel, two_nn
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
from vtmetrics.metrics.polar_answer import polar_accuracy, pope
from vtmetrics.metrics.profile import plateau, remaining_change, total_variation, trend
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

FIELDS = ("Formula", "Unit", "Range", "Unchanged by", "Source")
HEADER = ("metric", "what it says", "formula", "unit", "range", "unchanged by", "source")


#: what a reading may be asked for by its function
METRICS = (
    matrix_entropy,
    stable_rank,
    participation_ratio,
    effective_rank,
    concentration,
    two_nn,
    levina_bickel,
    gride,
    update_angle,
    state_angle,
    position_angle,
    relative_update,
    drift,
    stillness,
    norms,
    mean_norm,
    median_log,
    gini,
    normalised_entropy,
    variation_coefficient,
    angle,
    cosine_similarity,
    cosine_distance,
    nearest_cosine,
    cka,
    anchor_clusters,
    attention_share,
    embedding_lens,
    logit_lens,
    lens_entropy,
    grounded,
    recalled,
    recalled_by_chance,
    js,
    kl,
    remaining_change,
    plateau,
    total_variation,
    trend,
    bleu,
    corpus_bleu,
    rouge_l,
    exact_match,
    edit_distance,
    step_set_f1,
    object_f1,
    relaxed_accuracy,
)
#: every metric; the last are of two sets of tokens that one layer holds, and of answers by benchmarks' rules
ALL_METRICS = (
    *METRICS,
    *(centroid_cosine, cosine_rank, rotation, balance, explained_variance, consistency, first_gap),
    *(cider_d, vqa_accuracy, anls, iou, polar_accuracy, pope),
)


@dataclass(frozen=True)
class MetricEntry:
    """What is known of one metric."""

    name: str
    statement: str
    formula: str
    unit: str
    range: str
    unchanged_by: str
    source: str

    @classmethod
    def of(cls, metric: Callable[..., Any]) -> "MetricEntry":
        """What the metric's docstring says: a sentence, then a line for each field."""
        said = inspect.getdoc(metric) or ""
        found = [
            re.search(rf"^{field}: (.+(?:\n(?!\n|[A-Z][a-z ]+: ).+)*)", said, re.MULTILINE)
            for field in FIELDS
        ]
        missing = [field for field, match in zip(FIELDS, found, strict=True) if match is None]
        if missing:
            raise ValueError(f"the docstring of {metric.__name__} must say {', '.join(missing)}")
        return cls(
            metric.__name__, _flat(said.split("\n\n")[0]), *(_flat(match[1]) for match in found if match)
        )


def name_of(metric: str | Callable[..., Any]) -> str:
    """The name of a metric, given as such or as the function of this library that bears it.

    >>> name_of(matrix_entropy)
    'matrix_entropy'
    """
    if isinstance(metric, str):
        return metric
    if not any(metric is known for known in METRICS):
        raise TypeError(f"a metric is a name or a function of vtmetrics.metrics, got {metric!r}")
    return metric.__name__


def metrics_table(metrics: Iterable[Callable[..., Any]]) -> str:
    """A markdown table of the metrics.

    >>> print(metrics_table([])[:30])
    | metric | what it says | form
    """
    rows: list[tuple[str, ...]] = [HEADER, ("---",) * len(HEADER)]
    for metric in metrics:
        entry = MetricEntry.of(metric)
        cells = (entry.statement, entry.formula, entry.unit, entry.range, entry.unchanged_by, entry.source)
        rows.append((f"`{entry.name}`", *(cell.replace("|", "\\|") for cell in cells)))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _flat(text: str) -> str:
    return " ".join(text.split())
