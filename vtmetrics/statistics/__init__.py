"""Scores, findings, intervals and verdicts."""

from vtmetrics.statistics.combined import curve, larger_share, mean_of, mean_profile
from vtmetrics.statistics.confidence import FEWEST, Bounds, Sample
from vtmetrics.statistics.control_difference import Difference, difference_to
from vtmetrics.statistics.estimation import (
    MOST_GROUPS,
    Estimate,
    estimate,
    groups_to_decide,
    level_of,
    needed,
)
from vtmetrics.statistics.finding import Control, Finding, Measured
from vtmetrics.statistics.fitted import Fitted
from vtmetrics.statistics.interval import Interval, Range, Verdict, about, at_least, at_most, between, judge
from vtmetrics.statistics.scores import Kind, Scores

__all__ = [
    "FEWEST",
    "MOST_GROUPS",
    "Bounds",
    "Control",
    "Difference",
    "Estimate",
    "Finding",
    "Fitted",
    "Interval",
    "Kind",
    "Measured",
    "Range",
    "Sample",
    "Scores",
    "Verdict",
    "about",
    "at_least",
    "at_most",
    "between",
    "curve",
    "difference_to",
    "estimate",
    "groups_to_decide",
    "judge",
    "larger_share",
    "level_of",
    "mean_of",
    "mean_profile",
    "needed",
]
