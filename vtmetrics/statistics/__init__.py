"""Scores, findings, intervals and verdicts."""

from vtmetrics.statistics.combined import curve, larger_share, mean_of, rescaled
from vtmetrics.statistics.confidence import FEWEST, Bounds, Sample
from vtmetrics.statistics.conjunction import Conjunction, all_of
from vtmetrics.statistics.control_difference import TEN_POINTS, Difference, difference_to, square_and_add
from vtmetrics.statistics.estimation import (
    MOST_GROUPS,
    Decision,
    Estimate,
    afresh,
    decide,
    decide_parts,
    estimate,
    groups_to_decide,
    level_of,
    needed,
)
from vtmetrics.statistics.finding import Control, Finding, Measured
from vtmetrics.statistics.fitted import Fitted
from vtmetrics.statistics.interval import Interval, Range, Verdict, about, at_least, at_most, between, judge
from vtmetrics.statistics.jackknifed_profile import Profile, mean_profile
from vtmetrics.statistics.scores import Kind, Scores

__all__ = [
    "FEWEST",
    "MOST_GROUPS",
    "TEN_POINTS",
    "Bounds",
    "Conjunction",
    "Control",
    "Decision",
    "Difference",
    "Estimate",
    "Finding",
    "Fitted",
    "Interval",
    "Kind",
    "Measured",
    "Profile",
    "Range",
    "Sample",
    "Scores",
    "Verdict",
    "about",
    "afresh",
    "all_of",
    "at_least",
    "at_most",
    "between",
    "curve",
    "decide",
    "decide_parts",
    "difference_to",
    "estimate",
    "groups_to_decide",
    "judge",
    "larger_share",
    "level_of",
    "mean_of",
    "mean_profile",
    "needed",
    "rescaled",
    "square_and_add",
]
