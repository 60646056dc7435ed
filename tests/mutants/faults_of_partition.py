"""Faults of kinds of tokens: where they lie, how long or massive they are, and of claims about them."""

from tests.mutants.fault import Fault
from tests.mutants.faults_of_truncation import forms, numbers

PARTITION = "claims/test_partition.py"
EDITS, ENGINE, READINGS = "vtmetrics/edits", "vtmetrics/engine", "vtmetrics/readings"
PLACES = ("tests/engine/test_token_places.py",)

OF_PARTITION = (
    Fault(
        "channels of unequal scale are read alike",
        "weight",
        f"{ENGINE}/token_places.py",
        "most = bright.amax(0)",
        "most = bright.amax().expand(2)",
        PLACES,
    ),
    Fault(
        "a place is the edge of its first pixel",
        "tokens",
        f"{ENGINE}/token_places.py",
        "(laid[:, :2] / laid[:, 2:] + 0.5)",
        "(laid[:, :2] / laid[:, 2:])",
        ("tests/edits/test_boxed_tokens.py",),
    ),
    Fault(
        "the end of a row of tiles is background",
        "tokens",
        f"{ENGINE}/token_places.py",
        "= (shows & ~inside).to(image.device)",
        "= (~inside).to(image.device)",
        PLACES,
    ),
    Fault(
        "norms in windows are taken for norms in line",
        "tokens",
        f"{ENGINE}/tower_lengths.py",
        "torch.cat(orders).argsort()",
        "torch.cat(orders)",
        ("tests/engine/test_tower_lengths.py",),
    ),
    Fault(
        "a hair above flat ground is a sink",
        "bound",
        f"{EDITS}/sink_tokens.py",
        "torch.maximum(_far(there), LONG * there.quantile(0.5))",
        "torch.maximum(_far(there), there.quantile(0.5))",
        ("tests/edits/test_sink_tokens.py",),
    ),
    Fault(
        "a coordinate that most image tokens have is massive",
        "bound",
        f"{EDITS}/sink_tokens.py",
        "(massive[own] & massive[0] & (sizes > _far(sizes)))",
        "(massive[own] & massive[0] & (sizes > 0))",
        ("tests/edits/test_sink_tokens.py",),
    ),
    Fault(
        "sinks are massive where the first token is not",
        "tokens",
        f"{EDITS}/sink_tokens.py",
        "(massive[own] & massive[0] & (sizes > _far(sizes)))",
        "(massive[own] & (sizes > _far(sizes)))",
        ("tests/edits/test_sink_tokens.py",),
    ),
    Fault(
        "scenes without the others have a share of 0",
        "gate",
        f"{READINGS}/token_share.py",
        "return runs.unknown(self.tokens) | runs.lacking(self.others)",
        "return runs.unknown(self.tokens, self.others)",
        ("tests/readings/test_token_share.py",),
    ),
    Fault(
        "what kinds have in common is counted once",
        "weight",
        f"{READINGS}/token_share.py",
        "return 2 * (tokens & others).sum(1) /",
        "return (tokens & others).sum(1) /",
        ("tests/readings/test_token_share.py",),
    ),
    Fault(
        "a scene is compared with itself",
        "donor",
        f"{READINGS}/image_pair.py",
        "donor = encode(runs.processor, row.scene.donor)",
        "donor = encode(runs.processor, row.scene)",
        ("tests/readings/test_token_share.py",),
    ),
    Fault(
        "G1.alive counts sinks as alive",
        "tokens",
        PARTITION,
        "share(ALIVE - SINK)",
        "share(ALIVE)",
        numbers("G1.alive"),
    ),
    Fault(
        "G2 is content with as many",
        "margin",
        PARTITION,
        'at_least(0.1, "a tenth of the image more',
        'at_least(0.0, "a tenth of the image more',
        forms("G2"),
    ),
    Fault(
        "G4 compares a threshold with itself",
        "arm",
        PARTITION,
        "in_common(clustered(tau, 0), LARGEST)",
        "in_common(clustered(0.9, 0), LARGEST)",
        numbers("G4 0.8"),
    ),
    Fault(
        "G6 asks for any cluster",
        "tokens",
        PARTITION,
        "for tokens in (LARGEST, ANY)",
        "for tokens in (ANY, LARGEST)",
        numbers("G6"),
    ),
    Fault(
        "G8.late looks where sinks are sinks",
        "depth",
        PARTITION,
        "share(massive(1), of=SINK_LLM)",
        "share(massive(2), of=SINK_LLM)",
        numbers("G8.late"),
    ),
)
