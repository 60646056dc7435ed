"""Twenty claims in the words of the papers, and what was found for three models and their twins."""

EARLY = {
    "question": "Stability: do image tokens settle early?",
    "place": "RQ1, Figure 2",
    "twin_controls": True,
}
SWAP = {"place": "RQ2, Table 2"}
STOP = {"question": "Truncation: how deep do image tokens have to go?", "place": "RQ3"}
DEAD = {
    "paper": "EmbedLens: What Do Visual Tokens Really Encode?",
    "arxiv": "2603.00510",
    "question": "Dead tokens: what do a third of the image tokens say?",
    "place": "Section 4.2",
}
SPLIT = {"expected": "≥ 0.05", "because": "a difference that one would see in a plot"}
DROP = {
    "expected": "≤ −0.1",
    "because": "a tenth of the overlap with the full caption: what a reader notices",
}
KEEP = {"expected": "≥ 0", "because": "keeps nine tenths of what the image adds"}
LEFT = {
    "expected": "≤ 0.15",
    "because": "at most 15 % of the change still to come after a third of the depth",
}
SAME = {"expected": "0 ± 0.05", "because": "equivalence within five points"}

# id, what it shares with others, the paper's words, what was found (three models | their twins), statement
CLAIMS = [
    ("A1", EARLY | LEFT, "rapid stabilization", "≡.08±.03 ≡.06±.02 ✗.31±.05 | ✓.05±.01 ✓.05±.01 ✗.3±.04",
     "The entropy of image tokens changes little after a third of the depth."),
    ("A2", EARLY | SPLIT, "continues to evolve", "✓.41±.05 ?.07±.06 ✓.22±.04 | ✗0±.04 ✗0±.04 ✗0±.04",
     "The entropy of text tokens still changes in the upper two thirds of the depth."),
    ("A3", EARLY | LEFT, "compresses, then converges", "?.13±.05 ✓.05±.03 ✓.09±.04 | ✗.3±.04 ✗.3±.04 ✗.3±.04",
     "The intrinsic dimension of image tokens settles within the first third."),
    ("A5", EARLY | SAME, "near-constant", "≡.012±.004 ≡.008±.003 ✓.021±.006 | ✓.01±.01 ✓.01±.01 ✗.2±.04",
     "Image tokens turn by nearly the same angle at every layer."),
    ("B1.level", SWAP, "about 1.0", "✓.98±.02 ≡.99±.01 ✗.71±.08 | ✗.5±.04 ✗.5±.04 ✗.5±.04",
     "Image tokens taken from another layer leave the answer as it is."),
    ("B1.specificity", SWAP | SPLIT, "not reported", "✓.44±.08 ✗.01±.02 ✓.52±.09 | ✗0±.04 ✗0±.04 ✗0±.04",
     "Image tokens of another image, from the same layer, change the answer."),
    ("B2", SWAP | SPLIT, "degrades with the gap", "✓.31±.06 ✓.18±.05 ?.06±.04 | ✓.2±.01 ✓.2±.01 ✗0±.04",
     "The further apart the layers, the more a substitution of text tokens changes the answer."),
    ("B3", SWAP | SPLIT, "strong asymmetry", "✗.004±.012 ?.061±.03 ✓.14±.05 | ✗0±.04 ✗0±.04 ✗0±.04",
     "Text tokens without the readout suffer more from substitution than image tokens do."),
    ("B4", SWAP | SPLIT, "not reported", "✓.38±.07 ✓.29±.08 ✓.33±.07 | ✗0±.04 ✗0±.04 ✗0±.04",
     "What can be exchanged cannot therefore be left out."),
    ("C1", STOP | KEEP, "comparatively robust; smooth degradation", "✓.09±.03 ✓.02±.01 ?-.01±.04 | –",
     "A single-token answer keeps nine tenths of what the image adds when image tokens stop half way."),
    ("C2", STOP | DROP, "significant degradation", "✗-.02±.03 ✓-.22±.07 ?-.11±.06 | ✗0±.04 ✗0±.04 ✗0±.04",
     "A short answer loses a tenth of its exact matches when image tokens stop half way."),
    ("C3.cost", STOP | DROP, "severe degradation", "✓-.31±.08 ✓-.27±.09 ✓-.4±.08 | ✗0±.04 ✗0±.04 ✗0±.04",
     "A caption written without image tokens in the upper half loses what the full one says."),
    ("C3.trend", STOP | SPLIT, "monotone", "✓.12±.03 ✓.15±.04 ✓.21±.05 | ✓.2±.01 ✓.2±.01 ✗0±.04",
     "The later image tokens stop, the less a caption loses."),
    ("C10", STOP | SPLIT, "MCQ robust, VQA significant, caption severe", "✓.12±.05 ✓.14±.05 ✓.19±.06 | –",
     "At the same depth, the letter keeps more of its answers than the word for the same content."),
    ("G1", DEAD | SAME, "−0.2 points on average", "✓-.01±.02 ✓.004±.02 ?-.04±.03 | ✗.2±.04 ✗.2±.04 ✗.2±.04",
     "A third of the image tokens can be removed and the answer stays."),
    ("G2", DEAD | SPLIT, "−4.1 points on average", "✓.16±.07 ✓.11±.05 ✓.2±.08 | ✗0±.04 ✗0±.04 ✗0±.04",
     "Removing as many tokens that are alive costs more."),
    ("G3", DEAD, "cosine above .98 across images", "✓.986±.004 ✗.62±.05 ✗.8±.06 | ✗.5±.04 ✗.5±.04 ✗.5±.04",
     "The same image tokens are dead in every image."),
    ("H1", DEAD | SPLIT, "more than half", "✓.4±.1 ✓.35±.1 ✓.3±.1 | ✗0±.04 ✗0±.04 ✗0±.04",
     "Sinks hold most of the attention that image tokens get."),
    ("H4", DEAD | SAME, "layers 2 to 8 can be skipped", "✓0±.03 ✓-.01±.02 ✓.01±.03 | ✗.2±.04 ✗.2±.04 ✗.2±.04",
     "Entering at a quarter of the depth costs image tokens nothing."),
    ("P1", DEAD | SPLIT, "a 23 % match", "F – – | –",
     "The projector makes image tokens resemble words of the vocabulary."),
]  # fmt: skip
