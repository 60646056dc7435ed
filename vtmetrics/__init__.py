"""Claims about visual tokens, as tests: measure a vision-language model under edits, and judge honestly."""

from vtmetrics.edits.edit import (
    DONOR,
    MEAN,
    NOISE,
    PLAIN,
    Edit,
    enter_at,
    freeze,
    prune,
    pyramid,
    scale,
    substitute,
    truncate,
)
from vtmetrics.edits.picked_tokens import ALIVE, DEAD, attended
from vtmetrics.edits.steps import Hold
from vtmetrics.edits.tokens import ANSWER, FIRST, IMAGE, QUESTION, READOUT, SYSTEM, TEXT
from vtmetrics.evidence.evidence import Evidence
from vtmetrics.evidence.paper_claim import Claim, Paper, claim
from vtmetrics.inputs.scene import Box, Scene
from vtmetrics.lab.lab import Lab
from vtmetrics.lab.recipe import Recipe
from vtmetrics.model import Model
from vtmetrics.readings.answers import accuracy, agree, concludes, correct, cosine, logprob, similar
from vtmetrics.readings.depth_curves import over_depth
from vtmetrics.readings.pooled_fit import pooled
from vtmetrics.readings.token_affinity import affinity
from vtmetrics.statistics.combined import curve, mean_profile
from vtmetrics.statistics.estimation import estimate
from vtmetrics.statistics.finding import Finding
from vtmetrics.statistics.interval import Interval, Verdict, about, at_least, at_most, between, judge
from vtmetrics.statistics.scores import Scores
from vtmetrics.unmeasured import NotMeasured

__all__ = [
    "ALIVE",
    "ANSWER",
    "DEAD",
    "DONOR",
    "FIRST",
    "IMAGE",
    "MEAN",
    "NOISE",
    "PLAIN",
    "QUESTION",
    "READOUT",
    "SYSTEM",
    "TEXT",
    "Box",
    "Claim",
    "Edit",
    "Evidence",
    "Finding",
    "Hold",
    "Interval",
    "Lab",
    "Model",
    "NotMeasured",
    "Paper",
    "Recipe",
    "Scene",
    "Scores",
    "Verdict",
    "about",
    "accuracy",
    "affinity",
    "agree",
    "at_least",
    "at_most",
    "attended",
    "between",
    "claim",
    "concludes",
    "correct",
    "cosine",
    "curve",
    "enter_at",
    "estimate",
    "freeze",
    "judge",
    "logprob",
    "mean_profile",
    "over_depth",
    "pooled",
    "prune",
    "pyramid",
    "scale",
    "similar",
    "substitute",
    "truncate",
]
