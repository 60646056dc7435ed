"""Faults of what is said of sinks: where tokens lie beside others, and who stays near."""

from tests.mutants.fault import Fault

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
        "vtmetrics/edits/nearest_tokens.py",
        "near.argsort(descending=True, stable=True)",
        "near.argsort(descending=False, stable=True)",
        ("tests/edits/test_nearest_tokens.py",),
    ),
)
