"""Small runs beside what the calculator foretells of them: python -m tests.cluster.small_runs

Prints the table of docs/scale.md. Figures are of the machine that it runs on, and no test reads a clock.
"""

import gc
import os
import sys
import time
import tracemalloc
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import torch

from fixtures.models.build import build
from fixtures.scenes.draw import draw
from vtmetrics import Lab, Model, Scores, similar, truncate
from vtmetrics.cluster import ClusterLab, crew_of
from vtmetrics.cluster.scale import dealt_out
from vtmetrics.cluster.scene_shelf import shelved
from vtmetrics.lab import Chunk, Store, read_chunk
from vtmetrics.metrics.dimension import two_nn_without
from vtmetrics.nets import Spec
from vtmetrics.readings import AnswerBundle, RowKey, StoredValue
from vtmetrics.statistics import at_least, estimate, judge

LAYERS, ROWS, TIMES, WIDTH = 81, 414, 20, 1024
SCENES, EDITS = 48, tuple(truncate(layer) for layer in range(1, 11))


def seconds(do, times=1):
    """The median of so many turns."""
    told = []
    for turn in range(times):
        begun = time.perf_counter()
        do(turn)
        told.append(time.perf_counter() - begun)
    return median(told)


def chunk(number):
    """As many rows as chunks of the catalogue have, a quarter of them curves of a deep net."""
    curve = tuple(float(layer) / 7 for layer in range(LAYERS))
    told = {
        RowKey("m", "n", f"truncate({row})", "agree:1", f"{number}-{row}"): StoredValue(
            value=curve if row % 4 == 0 else row / 7
        )
        for row in range(ROWS)
    }
    return Chunk("m", "n", told, "model")


def of_files(folder):
    """Seconds of a chunk written and read, and bytes of its rows in memory."""
    store = Store(folder / "files")
    write = seconds(lambda turn: store.put(chunk(turn)), TIMES)
    folders = list(store.folders())
    read = seconds(lambda turn: read_chunk(folders[turn]), TIMES)
    gc.collect()
    tracemalloc.start()
    kept = [read_chunk(one) for one in folders]
    bytes_each = tracemalloc.get_traced_memory()[0] / (ROWS * len(kept))
    tracemalloc.stop()
    return write, read, bytes_each


def of_scenes(folder):
    """Seconds of each of the scenes of the runs below, and its donor in it."""
    scenes = draw("words", "test", SCENES)
    return seconds(lambda turn: shelved(folder / f"shelf {turn}", scenes), 3) / SCENES


def of_fit(tokens):
    """Seconds of one layer's dimension of so many tokens, and without each of ten folds."""
    drawn = torch.randn(1, tokens, WIDTH, generator=torch.Generator().manual_seed(0))
    folds = torch.arange(tokens) % 10
    return seconds(lambda _: two_nn_without(drawn, folds), 3)


def of_judging(scenes):
    """Seconds to judge one claim of so many scenes."""
    names = [f"scene {number}" for number in range(scenes)]
    values = {name: float(number % 7 / 7) for number, name in enumerate(names)}
    scores = Scores(values, {name: name for name in names}, "number", (0, 1))
    return seconds(lambda _: judge(estimate(scores), at_least(0.1, "a tenth")), 3)


def of_runs(folder):
    """Seconds of the same question alone, and through one worker and two, with those until they answered."""
    build("llava", 0, folder / "model")
    spec = Spec("model", "any", str(folder / "model"), embedded=True)
    scenes = draw("words", "test", SCENES)
    told = {}
    for batch in (8, 2):
        Model(spec, Lab(batch=batch)).sweep(*EDITS).answer(scenes[:8], similar)  # the first warms up
        alone = Model(spec, Lab(Store(folder / f"alone-{batch}"), batch=batch))
        told[batch, 0] = 0.0, seconds(_asks(alone, scenes))
        for workers in (1, 2):
            store = Store(folder / f"{batch}-{workers}")
            with crew_of(f"processes:{workers}") as crew:
                lab = ClusterLab(crew, store, batch=batch)
                start = _all_there(crew, lab, spec, scenes, workers)
                told[batch, workers] = start, seconds(_asks(Model(spec, lab), scenes))
    return told


def _asks(model, scenes):
    return lambda _: model.sweep(*EDITS).answer(scenes, similar)


def _all_there(crew, lab, spec, scenes, workers):
    """Seconds until every worker has a net."""
    text = lab._text(spec, Model(spec).digest, scenes[:1], [truncate(7)], AnswerBundle())
    return seconds(lambda _: list(crew.answers([text] * 2 * workers)))


def main():
    """What was found, and beside it what was foretold."""
    lines = [f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}"]
    with TemporaryDirectory() as name:
        folder = Path(name)
        write, read, row = of_files(folder)
        lines += [f"a chunk of {ROWS} rows, a quarter of them curves of {LAYERS} layers"]
        lines += [f"written in {1e3 * write:.1f} ms, read in {1e3 * read:.1f} ms, {row:.0f} bytes a row held"]
        lines += [f"a scene is put on the shared disk in {1e3 * of_scenes(folder):.1f} ms, {SCENES} together"]
        few, many = (of_fit(count) for count in (1000, 3000))
        lines += [f"the dimension of 3,000 tokens takes {many:.2f} s, {many / few:.1f} times that of 1,000"]
        lines += [f"({2e-9 * 3000**2 * WIDTH / many:.0f} thousand million operations in a second)"]
        lines += [f"a claim of {n} scenes is judged in {of_judging(n):.2f} s" for n in (1000, 10_000)]
        lines += ["", *_table(of_runs(folder), write + read, SCENES * of_scenes(folder))]
    sys.stdout.write("\n".join(lines) + "\n")


def _table(found, files, scenes):
    """What runs took, beside what was foretold from the time that the driver takes alone."""
    yield "| scenes a job | jobs | workers | seconds to start | seconds | foretold | off by |"
    yield "|---|---|---|---|---|---|---|"
    for (batch, workers), (start, took) in found.items():
        jobs, (_, alone) = SCENES // batch, found[batch, 0]
        told = dealt_out(alone, jobs, max(workers, 1)) + (files * jobs + scenes) * bool(workers)
        rest = f"{told:.2f} | {100 * (took / told - 1):+.0f} %" if workers else "– | –"
        yield f"| {batch} | {jobs} | {workers or 'the driver alone'} | {start:.1f} | {took:.2f} | {rest} |"


if __name__ == "__main__":
    main()
