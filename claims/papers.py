"""The papers that make the claims.

Of DEPTH its abstract and public summaries were at hand, not its text: places in it, and what is
said to be reported there, are as they tell. LENS and SEEING were read in full. Of
the others, which sharpen or dispute rows of these, abstracts and public code were at hand, and
notes on their tables.
"""

from vtmetrics.evidence import JointRow, Paper

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

HALFV = Paper(
    title="From Inheritance to Saturation: Disentangling the Evolution of Visual Redundancy "
    "for Architecture-Aware MLLM Inference Acceleration",
    arxiv="2604.16462",
    short="Shi et al. 2026",
)

SHORTV = Paper(
    title="ShortV: Efficient Multimodal Large Language Models by Freezing Visual Tokens "
    "in Ineffective Layers",
    arxiv="2504.00502",
    short="Yuan et al. 2025",
)

VFL = Paper(
    title="Vision Function Layer in Multimodal LLMs",
    arxiv="2509.24791",
    short="Shi et al. 2025",
)

NEO = Paper(
    title="Towards Interpreting Visual Information Processing in Vision-Language Models",
    arxiv="2410.07149",
    short="Neo et al. 2024",
)

SEEING = Paper(
    title="Seeing Beyond Redundancy: "
    "Task Complexity's Role in Vision Token Specialization in VLLMs",
    arxiv="2602.06914",
    short="Seeing Beyond Redundancy",
)

VISIPRUNER = Paper(
    title="VisiPruner: Decoding Discontinuous Cross-Modal Dynamics for Efficient Multimodal LLMs",
    arxiv="2510.17205",
    short="Fan et al. 2025",
)

KADURI = Paper(
    title="What's in the Image? A Deep-Dive into the Vision of Vision Language Models",
    arxiv="2411.17491",
    short="Kaduri et al. 2025",
)

DSTP = Paper(
    title="Why and When Visual Token Pruning Fails? "
    "A Study on Relevant Visual Information Shift in MLLMs Decoding",
    arxiv="2604.12358",
    short="Jiwan Kim et al. 2026",
)

DIYSINK = Paper(
    title="To Sink or Not to Sink: Visual Information Pathways in Large Vision-Language Models",
    arxiv="2510.08510",
    short="Luo et al. 2025",
)

GATING = Paper(
    title="When Sinks Help or Hurt: "
    "Unified Framework for Attention Sink in Large Vision-Language Models",
    arxiv="2604.03316",
    short="Kim et al. 2026",
)

#: rows of which nothing is measured that other rows don't measure
JOINT = (
    JointRow(
        "R5",
        "Probes find the number nearly everywhere, "
        "and counting loses half with every second token.",
        ("Q2.everywhere", "R3.half"),
    ),
)
