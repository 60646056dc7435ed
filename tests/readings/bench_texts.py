"""What texts under twelve edits cost, from one prefill of their prompts against one each.

    OMP_NUM_THREADS=1 python -m pytest tests/readings/bench_texts.py -p no:xdist -s

Medians of per-round ratios of processor time; one thread, sixteen scenes of tiny-llava; no time is asserted.
"""

import sys

import pytest

from fixtures.models.registry import HERE
from fixtures.scenes.draw import draw
from tests.engine.interleaved import Race
from vtmetrics import PLAIN, truncate
from vtmetrics.inputs.encoding import encode
from vtmetrics.nets.in_memory import load_once
from vtmetrics.nets.spec import Spec
from vtmetrics.readings.block import Block
from vtmetrics.readings.bundle import TextBundle
from vtmetrics.readings.writing import greedy

ROUNDS = 9
EDITS = [PLAIN, *map(truncate, range(1, 12))]


@pytest.mark.parametrize("tokens", [1, 8])
def test_texts_of_many_depths(benchmark, tokens):
    place = load_once(Spec("tiny-llava", "llava", str(HERE / "weights/llava-0"), embedded=True))
    rows = [encode(place.processor, one, answered=False) for one in draw("words", "test", 16)]
    runs, how = Block(place.net, place.processor, rows), greedy(tokens)

    def together():
        bundle = TextBundle(how)
        bundle.prepare(runs, EDITS)
        return [[row.text for _, _, row in bundle.read(runs, edit)] for edit in EDITS]

    def apart():
        return [runs.written(edit, how) for edit in EDITS]

    assert together() == apart()
    race = Race({"apart": apart, "together": together})
    benchmark.pedantic(race.round, rounds=ROUNDS, iterations=1)
    sys.stdout.write("\n".join([f"{tokens} tokens", *race.told(), ""]))
