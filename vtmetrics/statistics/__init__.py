"""Scores, findings, intervals and verdicts."""

from vtmetrics.statistics.combined import curve, larger_share, mean_of, mean_profile
from vtmetrics.statistics.confidence import FEWEST, Sample
from vtmetrics.statistics.estimation import Estimate, estimate, level_of, needed
from vtmetrics.statistics.finding import Finding, Measured
from vtmetrics.statistics.fitted import Fitted
from vtmetrics.statistics.interval import Interval, Range, Verdict, about, at_least, at_most, between, judge
from vtmetrics.statistics.scores import Kind, Scores

__all__ = [
    "FEWEST",
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
    "estimate",
    "judge",
    "larger_share",
    "level_of",
    "mean_of",
    "mean_profile",
    "needed",
]
