"""Faults of what is said of sinks: where tokens lie beside others, who stays near, and of the claims."""

from tests.mutants.fault import Fault

CLAIMS = ("claims/test_sinks.py", "claims/test_sink_formation.py")


def example(claim):
    """Its example, worked by hand."""
    return (f"tests/claims/test_worked_examples.py::test_a_claim_finds_what_its_sentence_says[{claim}]",)


ALIGNED = "vtmetrics/readings/token_alignment.py"

OF_SINKS = (
    Fault(
        "tokens lie beside others as they entered",
        "depth",
        ALIGNED,
        "tokens = row.index_select(0, self.ours[position].on(row.device))",
        "tokens = self.__dict__.setdefault(f'entered {position}', row)[self.ours[position].here]",
        ("tests/readings/test_token_alignment.py",),
    ),
    Fault(
        "halves of layers come before their layers",
        "depth",
        ALIGNED,
        "for pair in pairs for step in pair)",
        "for pair in pairs for step in pair[::-1])",
        ("tests/readings/test_token_alignment.py",),
    ),
    Fault(
        "the others of a donor are the scene's own",
        "donor",
        ALIGNED,
        "donor = encode(runs.processor, row.scene.donor)",
        "donor = encode(runs.processor, row.scene)",
        ("tests/readings/test_token_alignment.py",),
    ),
    Fault(
        "the nearest to the first token are the farthest",
        "sign",
        "vtmetrics/edits/tokens_near_first.py",
        "near.argsort(descending=True, stable=True)",
        "near.argsort(descending=False, stable=True)",
        ("tests/edits/test_tokens_near_first.py",),
    ),
    *(
        Fault(name, kind, CLAIMS[claim.startswith("I")], right, wrong, example(claim))
        for name, kind, right, wrong, claim in (
            (
                "sinks are favoured over all of the image",
                "tokens",
                "both = SINK_VIT | OTHERS",
                "both = IMAGE",
                "G7",
            ),
            (
                "who is favoured is told the other way",
                "sign",
                "(received - model.observe(scenes, share(SINK_VIT, of=both)))",
                "(model.observe(scenes, share(SINK_VIT, of=both)) - received)",
                "X10",
            ),
            (
                "as many of any kind leave as are sinks",
                "control",
                "[prune(OTHERS.like(sink, seed)) for seed in range(2)]",
                "[prune(IMAGE.like(sink, seed)) for seed in range(2)]",
                "H1.right SINK_LLM",
            ),
            (
                "the system prompt is to gain all that sinks had",
                "weight",
                "half = 0.5 * model.observe(words, attention(SINK, of=ALL)).mean()",
                "half = model.observe(words, attention(SINK, of=ALL)).mean()",
                "H8",
            ),
            (
                "cosines rise at the second attention",
                "depth",
                'own = rises.pop(f"ffn {layer + 1}")',
                'own = rises.pop(f"attention {layer + 1}")',
                "I1.where",
            ),
            (
                "the first token grows most where it is longest",
                "depth",
                "(mean[1:] - mean[:-1]).argmax()",
                "mean[1:].argmax()",
                "I1.first",
            ),
            (
                "sinks are to point there before the second network",
                "depth",
                'alignment("cosine", SINK_LLM, FIRST)).at(2)',
                'alignment("cosine", SINK_LLM, FIRST)).at(1)',
                "I1.level",
            ),
            (
                "who stays near is asked of the first layers too",
                "depth",
                "curves[:, 3:-1].mean(1)",
                "curves[:, :-1].mean(1)",
                "I2",
            ),
            (
                "the control leaves the same half out",
                "control",
                "(plain - without).against(second_attention_instead=plain - instead)",
                "(plain - without).against(second_attention_instead=plain - without)",
                "I3.turn",
            ),
            (
                "the second network is the first",
                "depth",
                "NO_FFN = freeze(SINK_LLM, attention=False, first=1, last=2)",
                "NO_FFN = freeze(SINK_LLM, attention=False, first=0, last=1)",
                "I3.attention",
            ),
            (
                "others are all of the image",
                "tokens",
                "freeze(OTHERS, attention=False, first=1, last=2)",
                "freeze(IMAGE, attention=False, first=1, last=2)",
                "I4 ffn2 of others",
            ),
        )
    ),
    Fault(
        "one picture with sinks is enough to be asked more",
        "gate",
        "vtmetrics/protocols/present_tokens.py",
        "return len(there.values) < FEWEST",
        "return not there.values",
        ("tests/protocols/test_present_tokens.py",),
    ),
)
