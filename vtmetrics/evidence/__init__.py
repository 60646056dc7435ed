"""What a claim found, as flat rows: pure data, from the decorator to the comparison of two runs."""

from vtmetrics.evidence.claim_case import ClaimCase, Handle, RunFacts, facts_of_this_run
from vtmetrics.evidence.comparison import Comparison, Selection, compare, paired, read_all
from vtmetrics.evidence.conclusion import VERDICT_GLYPHS, Conclusion, Glyph, conclude, joined, judged
from vtmetrics.evidence.conclusion_table import Conclusions
from vtmetrics.evidence.evidence import TWINS, Evidence, Place, is_practical, read_evidence, write_evidence
from vtmetrics.evidence.figure import compact, figures, natural, rounded
from vtmetrics.evidence.from_finding import rows
from vtmetrics.evidence.paper_claim import IN_PRACTICE, Claim, Paper, claim
from vtmetrics.evidence.refusal import blamed, finding_of, why_no_evidence

__all__ = [
    "IN_PRACTICE",
    "TWINS",
    "VERDICT_GLYPHS",
    "Claim",
    "ClaimCase",
    "Comparison",
    "Conclusion",
    "Conclusions",
    "Evidence",
    "Glyph",
    "Handle",
    "Paper",
    "Place",
    "RunFacts",
    "Selection",
    "blamed",
    "claim",
    "compact",
    "compare",
    "conclude",
    "facts_of_this_run",
    "figures",
    "finding_of",
    "is_practical",
    "joined",
    "judged",
    "natural",
    "paired",
    "read_all",
    "read_evidence",
    "rounded",
    "rows",
    "why_no_evidence",
    "write_evidence",
]
