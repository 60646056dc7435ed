"""The papers that make the claims."""

from vtmetrics.paper import Paper

DEPTH = Paper(
    title="Do Vision Language Models Need to Process Image Tokens?",
    arxiv="2604.09425",
    short="Ghosh et al. 2026",
)
