"""The papers that make the claims.

Of DEPTH its abstract and public summaries were at hand, not its text: places in it, and what is
said to be reported there, are as they tell. LENS was read in full.
"""

from vtmetrics.evidence import Paper

DEPTH = Paper(
    title="Do Vision Language Models Need to Process Image Tokens?",
    arxiv="2604.09425",
    short="Ghosh et al. 2026",
)

LENS = Paper(
    title="What Do Visual Tokens Really Encode? "
    "Uncovering Sparsity and Redundancy in Multimodal Large Language Models",
    arxiv="2603.00510",
    short="Fan et al. 2026",
)
