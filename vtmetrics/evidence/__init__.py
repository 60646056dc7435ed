"""What a claim found, as flat rows: pure data, from the decorator to the comparison of two runs."""

from vtmetrics.evidence.ability import ability_rows
from vtmetrics.evidence.claim_case import ClaimCase, Handle, RunFacts, facts_of_this_run
from vtmetrics.evidence.comparison import Comparison, Selection, compare, paired, read_all
from vtmetrics.evidence.conclusion import VERDICT_GLYPHS, Conclusion, Glyph, conclude, joined, judged
from vtmetrics.evidence.conclusion_table import Conclusions
from vtmetrics.evidence.evidence import (
    TWINS,
    Evidence,
    Place,
    is_ability,
    is_apart,
    is_practical,
    read_evidence,
    write_evidence,
)
from vtmetrics.evidence.expectation import (
    Expectation,
    HeldExpectations,
    hold_to,
    read_expectations,
    without_a_claim,
)
from vtmetrics.evidence.figure import compact, figure_text, figures, natural, rounded
from vtmetrics.evidence.from_finding import rows
from vtmetrics.evidence.joint_row import JointRow, asked_jointly
from vtmetrics.evidence.kept_picture import PICTURE_BEGINS, keep_picture, read_picture
from vtmetrics.evidence.merged_evidence import MergedEvidence, merge_evidence
from vtmetrics.evidence.paired_comparison import Change, PairedCell, paired_cells
from vtmetrics.evidence.paper_claim import IN_PRACTICE, Claim, Paper, claim
from vtmetrics.evidence.refusal import blamed, finding_of, why_no_evidence
from vtmetrics.evidence.scene_scores import (
    SceneScores,
    drop_scene_scores,
    keep_scene_scores,
    read_scene_scores,
    scores_by_scene,
)
from vtmetrics.evidence.shard_files import EVIDENCE_FILE, Shard, shards_in
from vtmetrics.evidence.story import (
    MAPS,
    MOST_KEPT,
    CellStory,
    ClaimStory,
    ShownCourse,
    ShownScene,
    Stories,
    drop_cell_story,
    keep_cell_story,
    keep_claim_story,
    keep_joint_row,
    read_stories,
)

__all__ = [
    "EVIDENCE_FILE",
    "IN_PRACTICE",
    "MAPS",
    "MOST_KEPT",
    "PICTURE_BEGINS",
    "TWINS",
    "VERDICT_GLYPHS",
    "CellStory",
    "Change",
    "Claim",
    "ClaimCase",
    "ClaimStory",
    "Comparison",
    "Conclusion",
    "Conclusions",
    "Evidence",
    "Expectation",
    "Glyph",
    "Handle",
    "HeldExpectations",
    "JointRow",
    "MergedEvidence",
    "PairedCell",
    "Paper",
    "Place",
    "RunFacts",
    "SceneScores",
    "Selection",
    "Shard",
    "ShownCourse",
    "ShownScene",
    "Stories",
    "ability_rows",
    "asked_jointly",
    "blamed",
    "claim",
    "compact",
    "compare",
    "conclude",
    "drop_cell_story",
    "drop_scene_scores",
    "facts_of_this_run",
    "figure_text",
    "figures",
    "finding_of",
    "hold_to",
    "is_ability",
    "is_apart",
    "is_practical",
    "joined",
    "judged",
    "keep_cell_story",
    "keep_claim_story",
    "keep_joint_row",
    "keep_picture",
    "keep_scene_scores",
    "merge_evidence",
    "natural",
    "paired",
    "paired_cells",
    "read_all",
    "read_evidence",
    "read_expectations",
    "read_picture",
    "read_scene_scores",
    "read_stories",
    "rounded",
    "rows",
    "scores_by_scene",
    "shards_in",
    "why_no_evidence",
    "without_a_claim",
    "write_evidence",
]
