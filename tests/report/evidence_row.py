"""One row of evidence, made from what a test cares about."""

from vtmetrics.evidence.evidence import Evidence

BORDERS = {
    "≥ 0.95": (0.95, None),
    "≥ 0.1": (0.1, None),
    "≥ 0.05": (0.05, None),
    "≥ 0": (0.0, None),
    "≤ 0": (None, 0.0),
    "≤ −0.1": (None, -0.1),
    "≤ 0.15": (None, 0.15),
    "0 ± 0.05": (-0.05, 0.05),
}
PLACE = {
    "statement": "Image tokens taken from another layer leave the answer as it is.",
    "paper": "Do Vision Language Models Need to Process Image Tokens?",
    "arxiv": "2604.09425",
    "place": "RQ2",
    "question": "Substitution: does it matter which layer an image token comes from?",
    "position": 10,
    "reported": "about 1.0",
    "because": "how we read “about 1.0”",
}
RUN = {
    "family": "llava",
    "embedded": True,
    "source": "fixtures/models/llava-small",
    "digest": "3f2a9c0d1e4b5a69788796a5b4c3d2e1f00112233445566778899aabbccddeeff",
    "dtype": "float32",
    "attention": "eager",
    "device": "cpu",
    "key": "0" * 64,
    "versions": "vtmetrics 0.1.0, torch 2.13.0, transformers 5.23.0",
    "date": "2026-11-20T09:30:00+00:00",
}


def row(claim="B1", model="llava-small", role="", verdict="supported", value=0.97, reach=0.02, **told):
    """A row whose interval reaches as far to both sides; without a value nothing was measured."""
    expected = told.setdefault("expected", "≥ 0.95")
    low, high = BORDERS[expected]
    found = {"expected_low": low, "expected_high": high, "case": ""}
    if value is not None:
        found |= {"value": value, "low": value - reach, "high": value + reach, "level": 0.95}
        found |= {"method": "exact", "kind": "share", "groups": 128, "scenes": 128}
    known = PLACE | RUN | found | told
    return Evidence(claim=claim, model=model, role=role, verdict=verdict, **known)
