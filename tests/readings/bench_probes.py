"""What probes cost beside a plain pass of the scenes that they learn from, all at once and one by one.

    OMP_NUM_THREADS=1 python -m pytest tests/readings/bench_probes.py -p no:xdist -s

Medians of per-round ratios of processor time; one thread, float32, an embedded model; nothing is asserted.
"""

import sys

import pytest
import torch

from fixtures.models.shipped import SHIPPED
from fixtures.scenes.draw import draw
from tests.engine.interleaved import Race
from vtmetrics.edits.edit import PLAIN
from vtmetrics.edits.tokens import IMAGE
from vtmetrics.inputs.encoding import encode
from vtmetrics.metrics import learned
from vtmetrics.nets.loading import load
from vtmetrics.readings.block import Block
from vtmetrics.readings.probe_curve import _states
from vtmetrics.readings.probe_lesson import ProbeLesson

WEIGHTS = SHIPPED.parents[1] / "models" / "weights" / "llava-0"
SCENES, ROUNDS = 96, 7


@pytest.fixture(scope="module")
def rows():
    net, processor = load(str(WEIGHTS), dtype="float32", device="cpu", attention="sdpa")
    scenes = draw("counted", "validation", SCENES)
    return net, processor, scenes, [encode(processor, scene) for scene in scenes]


def test_probes_of_all_layers_and_places(benchmark, rows):
    """Three folds of probes at five places and thirteen points, and one fold batched and one by one."""
    net, processor, scenes, encoded = rows
    lesson = ProbeLesson(tuple(scenes), "count")

    def passed():
        parts = range(0, SCENES, 32)
        blocks = [Block(net, processor, encoded[first : first + 32]) for first in parts]
        return torch.cat([_states(block, PLAIN, IMAGE) for block in blocks], 1)

    seen = passed()
    states = {scene.digest: seen[:, place] for place, scene in enumerate(scenes)}
    stack = seen.transpose(1, 2).flatten(0, 1)
    numbers = torch.tensor([lesson.kinds[label] for label in lesson.labels])
    race = Race(
        {
            "a plain pass of the scenes": passed,
            "probes of all folds": lambda: lesson.learn(states),
            "one fold, all places at once": lambda: learned(stack, numbers, len(lesson.kinds)),
            "one fold, one place after another": lambda: [
                learned(one[None], numbers, len(lesson.kinds)) for one in stack
            ],
        }
    )
    benchmark.pedantic(race.round, rounds=ROUNDS)
    sys.stdout.write("\n" + "\n".join(race.told()) + "\n")
