"""What is read of a block of scenes while a net runs under edits."""

from vtmetrics.readings.answers import Reading, accuracy, agree, concludes, correct, cosine, logprob, similar
from vtmetrics.readings.attention_curve import Attention, attention
from vtmetrics.readings.block import ENGINE, Block, takes_from_donor
from vtmetrics.readings.bundle import SAID, AnswerBundle, Bundle, TextBundle
from vtmetrics.readings.centre_curve import VOCABULARY, Towards, towards
from vtmetrics.readings.cost import (
    BYTES,
    COUNTED,
    FLOPS,
    FORMULA,
    MASKED,
    Cost,
    CostBundle,
    Count,
    Way,
    apart,
    same,
)
from vtmetrics.readings.depth_curves import OverDepth, over_depth
from vtmetrics.readings.direction_curve import Directions, directions
from vtmetrics.readings.grounding_curve import Grounding, grounding
from vtmetrics.readings.image_pair import AcrossImages, across_images
from vtmetrics.readings.lens_curve import EMBEDS, HEAD, Lens, lens
from vtmetrics.readings.pooled_fit import CURVES, Fit, folds_of, pooled
from vtmetrics.readings.probe_curve import PROBED_AT, ProbeBundle, Probed, probed
from vtmetrics.readings.probe_lesson import ProbeLesson, TaughtProbes, spaced
from vtmetrics.readings.question import check_edits, check_kind, check_scenes
from vtmetrics.readings.row import RowKey, StoredValue
from vtmetrics.readings.texts import Score, Texts, beyond_length, donors, length_ratio, overlap
from vtmetrics.readings.token_affinity import Affinity, affinity
from vtmetrics.readings.token_alignment import Alignment, alignment
from vtmetrics.readings.token_share import TokenShare, in_common, share
from vtmetrics.readings.tower_curve import InTower, length_in_tower
from vtmetrics.readings.word_head import head_of
from vtmetrics.readings.word_pair import WordAcross, word_across
from vtmetrics.readings.writing import Decoding, beams, drawn, greedy

#: what is read of states, of who attends to whom, and of which tokens there are
Observed = (
    OverDepth
    | Affinity
    | Alignment
    | Directions
    | Attention
    | Lens
    | Grounding
    | Towards
    | InTower
    | TokenShare
    | AcrossImages
    | WordAcross
    | Probed
)

__all__ = [
    "BYTES",
    "COUNTED",
    "CURVES",
    "EMBEDS",
    "ENGINE",
    "FLOPS",
    "FORMULA",
    "HEAD",
    "MASKED",
    "PROBED_AT",
    "SAID",
    "VOCABULARY",
    "AcrossImages",
    "Affinity",
    "Alignment",
    "AnswerBundle",
    "Attention",
    "Block",
    "Bundle",
    "Cost",
    "CostBundle",
    "Count",
    "Decoding",
    "Directions",
    "Fit",
    "Grounding",
    "InTower",
    "Lens",
    "Observed",
    "OverDepth",
    "ProbeBundle",
    "ProbeLesson",
    "Probed",
    "Reading",
    "RowKey",
    "Score",
    "StoredValue",
    "TaughtProbes",
    "TextBundle",
    "Texts",
    "TokenShare",
    "Towards",
    "Way",
    "WordAcross",
    "accuracy",
    "across_images",
    "affinity",
    "agree",
    "alignment",
    "apart",
    "attention",
    "beams",
    "beyond_length",
    "check_edits",
    "check_kind",
    "check_scenes",
    "concludes",
    "correct",
    "cosine",
    "directions",
    "donors",
    "drawn",
    "folds_of",
    "greedy",
    "grounding",
    "head_of",
    "in_common",
    "length_in_tower",
    "length_ratio",
    "lens",
    "logprob",
    "over_depth",
    "overlap",
    "pooled",
    "probed",
    "same",
    "share",
    "similar",
    "spaced",
    "takes_from_donor",
    "towards",
    "word_across",
]
