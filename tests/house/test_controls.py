"""Every claim meets what would fool a naive version of it: the committed evidence says so."""

from collections import defaultdict

import pytest

from fixtures.report.readme import BASELINE
from vtmetrics.evidence import read

ARMS = defaultdict(set)
TWINNED = set()
for file in BASELINE.glob("*.jsonl"):
    for row in read(file):
        ARMS[row.claim].add(row.arm.partition(":")[0])
        if row.twin_controls:
            TWINNED.add(row.claim)


@pytest.mark.parametrize("claim", sorted(ARMS))
def test_a_claim_has_a_control_a_twin_or_something_to_lose(claim):
    assert ARMS[claim] & {"control", "sensitivity"} or claim in TWINNED


def test_there_are_claims():
    assert len(ARMS) > 20
