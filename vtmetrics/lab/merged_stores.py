"""Merged stores: the chunks of several as one, and which rows were measured more than once, and otherwise.

Rows of one key have one value, up to what another batch rounds otherwise: where a text differs, or a number
by more than that, something was not deterministic.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vtmetrics.lab.chunk import Chunk, Damaged, read_chunk
from vtmetrics.lab.store import VERSION, Store
from vtmetrics.readings import RowKey, StoredValue

RowValue = float | tuple[float, ...] | None


@dataclass
class MergeTally:
    """How many chunks were new, there already, in conflict with what was there, or damaged (with why)."""

    new: int = 0
    same: int = 0
    conflicts: int = 0
    damaged: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        told = f"{self.new} chunks merged, {self.same} were there already"
        told += f", {self.conflicts} answer a question otherwise than before" * bool(self.conflicts)
        return told + f", {len(self.damaged)} damaged, left where they are" * bool(self.damaged)


@dataclass
class Remeasured:
    """How many rows were measured more than once, in how many a text differs, and by how much numbers do."""

    rows: int = 0
    texts: int = 0
    numbers: int = 0
    most: float = 0.0

    def __str__(self) -> str:
        told = f"{self.rows} rows were measured more than once"
        told += f", {self.numbers} with another number, by {self.most:.2g} at most" * bool(self.numbers)
        return told + f", {self.texts} with another text or another reason" * bool(self.texts)


def store_folder(folder: Path) -> Path:
    """The store that is meant by a folder: itself, or the one in a folder of evidence."""
    for root in (folder / "store", folder):
        if (root / VERSION).is_dir():
            return root
    raise ValueError(
        f"a store is a folder with {VERSION} in it, or an --evidence folder; {folder} is neither"
    )


def merge_stores(into: Path, sources: Sequence[Path]) -> MergeTally:
    """Put the chunks of the sources into a store; a killed merge is taken up by the next.

    Every chunk is checked before it is taken, and the sources stay as they are.
    """
    others = [Store(store_folder(source)) for source in sources]
    for other in others:
        if other.root.resolve() == into.resolve():
            raise ValueError(f"a store is merged into another one, and {other.root} is that store itself")
        other.check()
    store, tally = Store(into), MergeTally()
    store.check()
    for other in others:
        for folder in other.folders():
            _take(folder, store, tally)
    return tally


def _take(folder: Path, store: Store, tally: MergeTally) -> None:
    try:
        chunk = read_chunk(folder)
    except Damaged as damage:
        tally.damaged.append(str(damage))
        return
    known, contradicted = (store.root / VERSION / folder.name[:2] / folder.name).exists(), store.contradicted
    store.put(chunk)
    if store.contradicted > contradicted:
        tally.conflicts += 1
    elif known:
        tally.same += 1
    else:
        tally.new += 1


def remeasured(chunks: Iterable[Chunk]) -> Remeasured:
    """Which rows are in several chunks, and whether they say the same there."""
    first: dict[RowKey, StoredValue] = {}
    told = Remeasured()
    for asked, row in _rows(chunks):
        known = first.setdefault(asked, row)
        if known is row:
            continue
        told.rows += 1
        if known[1:] != row[1:] or _shape(known.value) != _shape(row.value):
            told.texts += 1
        elif known.value != row.value:
            told.numbers += 1
            told.most = max(told.most, _apart(known.value, row.value))
    return told


def _rows(chunks: Iterable[Chunk]) -> Iterator[tuple[RowKey, StoredValue]]:
    for chunk in chunks:
        yield from chunk.rows.items()


def _shape(value: RowValue) -> int | None:
    if isinstance(value, tuple):
        return len(value)
    return None if value is None else -1


def _apart(one: RowValue, other: RowValue) -> float:
    mine, theirs = (value if isinstance(value, tuple) else (value or 0.0,) for value in (one, other))
    return max(abs(a - b) for a, b in zip(mine, theirs, strict=True))
