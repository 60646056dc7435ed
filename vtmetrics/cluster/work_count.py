"""Counting what a run has asked: scenes, runs of them, texts, chunks and rows, as its store has them."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from vtmetrics.cluster.scale import CountedWork
from vtmetrics.lab import Store, read_chunk, store_folder
from vtmetrics.readings import RowKey, StoredValue

#: how readings of texts, of pooled tokens and of costs begin; all readings of an answer are of one run
_TEXTS, POOLED, _COSTS = ("greedy(", "drawn(", "beams("), "pooled(", ("flops", "kv_bytes")


@dataclass
class _Seen:
    scenes: set[str] = field(default_factory=set)
    runs: set[tuple[str, str, str]] = field(default_factory=set)
    texts: int = 0
    chunks: int = 0
    rows: int = 0

    def see(self, asked: RowKey, row: StoredValue) -> None:
        self.rows += 1
        if asked.reading.startswith(POOLED):
            return
        self.scenes.add(asked.scene)
        self.texts += asked.reading.startswith(_TEXTS) and row.text is not None
        self.runs.add((asked.scene, asked.edit, _kind(asked.reading)))


def _kind(reading: str) -> str:
    """What is read of one run: everything of an answer, everything of costs, or of some tokens' states."""
    if reading.startswith(_COSTS):
        return "costs"
    if reading.startswith(_TEXTS):
        return reading
    return "states" if "(" in reading else "answers"


def counted_work(folder: Path) -> dict[str, CountedWork]:
    """By the name of the model or twin, what the store in a folder holds."""
    seen: dict[str, _Seen] = defaultdict(_Seen)
    for chunk in map(read_chunk, Store(store_folder(folder)).folders()):
        seen[chunk.run].chunks += 1
        for asked, row in chunk.rows.items():
            seen[chunk.run].see(asked, row)
    return {
        name: CountedWork(len(one.scenes), len(one.runs), one.texts, one.chunks, one.rows)
        for name, one in sorted(seen.items())
    }


def count_lines(folder: Path) -> Iterator[str]:
    """One line for each model and twin."""
    for name, work in counted_work(folder).items():
        told = f"{work.scenes:,} scenes, {work.runs:,} runs, {work.texts:,} texts"
        yield f"{name}: {told}, {work.chunks:,} chunks, {work.rows:,} rows"
