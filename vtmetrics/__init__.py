"""Claims about visual tokens, as tests: measure a vision-language model under edits, and judge honestly."""

from vtmetrics.affinity import affinity
from vtmetrics.curves import curve
from vtmetrics.edit import (
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
from vtmetrics.estimate import estimate
from vtmetrics.evidence.evidence import Evidence
from vtmetrics.evidence.paper import Paper
from vtmetrics.evidence.paper_claim import Claim, claim
from vtmetrics.finding import Finding
from vtmetrics.fit import pooled
from vtmetrics.interval import Interval, about, at_least, at_most, between
from vtmetrics.lab import Lab
from vtmetrics.mean_profile import mean_profile
from vtmetrics.model import Model
from vtmetrics.picked import ALIVE, DEAD, attended
from vtmetrics.portrait import over_depth
from vtmetrics.reading import accuracy, agree, concludes, correct, cosine, logprob, similar
from vtmetrics.reason import NotMeasured
from vtmetrics.recipe import Recipe
from vtmetrics.scene import Box, Scene
from vtmetrics.scores import Scores
from vtmetrics.step import Hold
from vtmetrics.tokens import ANSWER, FIRST, IMAGE, QUESTION, READOUT, SYSTEM, TEXT
from vtmetrics.verdict import Verdict, judge

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
