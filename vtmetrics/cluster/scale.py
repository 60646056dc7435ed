"""Scale: how long the catalogue takes of a model on so many accelerators, and what it waits for.

Everything is arithmetic of stated numbers: what a run asks (counted in a store), how fast machines are
(stated by who asks), and what a file takes (measured). `docs/scale.md` says how well it foretells small runs.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

GIGA = 10**9
#: bytes of a weight in bfloat16, and of a number in float32
WEIGHT, _NUMBER = 2, 4
#: bytes that a process may hash, and numbers that it may draw for a twin, in a second
HASHED, DRAWN = 1.5 * GIGA, 0.1 * GIGA


@dataclass(frozen=True)
class CountedWork:
    """What the catalogue asks of one net with `--scenes 128`: scenes, runs of them, texts, files and rows."""

    scenes: int
    runs: int
    texts: int
    chunks: int
    rows: int
    nets: int = 1

    def __add__(self, other: "CountedWork") -> "CountedWork":
        return CountedWork(
            *(mine + theirs for mine, theirs in zip(_numbers(self), _numbers(other), strict=True))
        )


def _numbers(work: CountedWork) -> tuple[int, ...]:
    return work.scenes, work.runs, work.texts, work.chunks, work.rows, work.nets


#: of `pytest claims/ --full --evidence`: chunks of tiny-llava and of its three twins, with 128 scenes a task
COUNTED_AT = 128
OF_MODEL = CountedWork(scenes=5175, runs=41_467, texts=2441, chunks=894, rows=369_894)
OF_TWINS = CountedWork(scenes=3901, runs=18_109, texts=544, chunks=751, rows=240_010, nets=3)
#: scenes of a chunk, claims, the part of rows that are curves, and bytes of a row on disk without its curve
_BLOCK, CLAIMS, _CURVES, OF_ROW = 32, 147, 0.25, 230
#: tokens that a text may have, and how many batches of texts are one on an accelerator
LONGEST_TEXT, TEXTS_AT_ONCE = 64, 4


#: fits to all tokens of a task's questions at once, and how many tokens a question has
FITS, OF_QUESTION = 4, 20


@dataclass(frozen=True)
class NetSize:
    """Parameters, layers, how wide a state is, and tokens of a scene."""

    parameters: float
    layers: int
    width: int
    tokens: int

    @property
    def weights(self) -> float:
        """Bytes of the checkpoint."""
        return WEIGHT * self.parameters

    @property
    def of_pass(self) -> float:
        """Operations of one plain pass over a scene: two for each parameter and token."""
        return 2 * self.parameters * self.tokens


@dataclass(frozen=True)
class ClusterSize:
    """Nodes of several accelerators, how fast each is, and what files and processes take.

    `reached` is the part of its operations that an accelerator reaches, `bandwidth` and `memory` are its own,
    `disk` is what a node reads in a second. Seconds: `start` of a worker, `put` of a scene, `write` and
    `read` of a chunk, `judge` of a claim and a thousand scenes. A row takes `row` bytes of the driver's
    memory, and `point` for each layer of a curve. `host` are the operations of a node's processors.
    """

    nodes: int
    gpus: int
    flops: float = 989e12
    reached: float = 0.35
    bandwidth: float = 3.35e12
    memory: float = 80e9
    disk: float = 2e9
    host: float = 1e12
    start: float = 15.0
    put: float = 0.0013
    write: float = 0.07
    read: float = 0.0018
    judge: float = 0.026
    row: float = 430.0
    point: float = 32.0

    def gpus_each(self, net: NetSize) -> int:
        """How many accelerators one net takes, a tenth of each left to states."""
        return math.ceil(net.weights / (0.9 * self.memory))

    def replicas(self, net: NetSize) -> int:
        """How many nets there are at once."""
        return self.nodes * (self.gpus // self.gpus_each(net))


@dataclass(frozen=True)
class RunForecast:
    """Seconds of a run by what they are spent on, and gigabytes: of the store, in the driver, for a fit."""

    replicas: int
    gpus_each: int
    jobs: int
    seconds: dict[str, float]
    store: float
    driver: float
    fit: float

    @property
    def whole(self) -> float:
        """Seconds of the run."""
        return sum(self.seconds.values())


def dealt_out(work: float, jobs: int, workers: int) -> float:
    """Seconds that so much work takes in jobs of one size: the last round is as long as any."""
    return work / max(jobs, 1) * math.ceil(jobs / workers)


def forecast(net: NetSize, cluster: ClusterSize, scenes: int, batch: int = 32) -> RunForecast:
    """A run of all claims with so many scenes a task; of a net that is spread, no twin is made."""
    each, replicas = cluster.gpus_each(net), cluster.replicas(net)
    if not replicas:
        told = f"{net.weights / GIGA:.0f} GB of weights want {each} accelerators"
        raise ValueError(f"{told} of {cluster.memory / GIGA:.0f} GB in one node, it has {cluster.gpus}")
    work = OF_MODEL if each > 1 else OF_MODEL + OF_TWINS
    more = scenes / COUNTED_AT
    questions, of_each = work.chunks * _BLOCK / COUNTED_AT, math.ceil(scenes / batch)
    passes, texts = _computed(net, cluster, work, batch)
    even = more * (passes + texts) / replicas
    dealt = questions * dealt_out(more * (passes + texts) / questions, of_each, replicas)
    pooled = OF_QUESTION * scenes
    seconds = {
        "passes": more * passes / replicas,
        "texts": more * texts / replicas,
        "idle workers": dealt - even,
        "fits": work.nets * FITS * (net.layers + 1) * 2 * pooled**2 * net.width / cluster.host,
        "loading": cluster.start + _loaded(net, cluster, work, replicas // cluster.nodes),
        "scenes to disk": work.scenes / work.nets * more * cluster.put,
        "chunks written": questions * of_each * cluster.write / replicas,
        "chunks read": questions * of_each * cluster.read,
        "judging": CLAIMS * cluster.judge * scenes / 1000,
    }
    rows = work.rows * more
    held = rows * (cluster.row + cluster.point * net.layers * _CURVES)
    kept = rows * (OF_ROW + 8 * net.layers * _CURVES)
    fit = _NUMBER * pooled * (net.layers + 1) * net.width
    jobs = round(questions * of_each)
    return RunForecast(replicas, each, jobs, seconds, kept / GIGA, held / GIGA, fit / GIGA)


def _computed(net: NetSize, cluster: ClusterSize, work: CountedWork, batch: int) -> tuple[float, float]:
    """Seconds of one replica for the counted prefills and texts; of its accelerators one is at work."""
    speed = cluster.flops * cluster.reached
    rows = TEXTS_AT_ONCE * batch
    step = max(net.weights / cluster.bandwidth, net.of_pass / net.tokens * rows / speed)
    return work.runs * net.of_pass / speed, work.texts / rows * LONGEST_TEXT * step


def _loaded(net: NetSize, cluster: ClusterSize, work: CountedWork, of_node: int) -> float:
    """Seconds of a worker to check the weights, to read them for each net, and to draw those of twins."""
    read = net.weights * (1 / HASHED + work.nets * of_node / cluster.disk)
    return read + (work.nets - 1) * net.parameters / DRAWN


def forecast_table(net: NetSize, cluster: ClusterSize, scenes: Sequence[int], nodes: Sequence[int]) -> str:
    """One row for each number of scenes and of nodes: hours, and where most of them go."""
    head = [
        "scenes a task",
        "nodes",
        "replicas",
        "jobs",
        "hours",
        "of which",
        "store, GB",
        "driver, GB",
        "fit, GB",
    ]
    lines = [head, ["---"] * len(head)]
    for many in scenes:
        for count in nodes:
            told = forecast(net, replace(cluster, nodes=count), many)
            spent = sorted(told.seconds.items(), key=lambda part: -part[1])
            parts = ", ".join(f"{name} {100 * part / told.whole:.0f} %" for name, part in spent[:3])
            row = [f"{many:,}", str(count), f"{told.replicas} × {told.gpus_each} GPU", f"{told.jobs:,}"]
            sizes = [f"{size:,.1f}" for size in (told.store, told.driver, told.fit)]
            lines.append([*row, f"{told.whole / 3600:,.1f}", parts, *sizes])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
