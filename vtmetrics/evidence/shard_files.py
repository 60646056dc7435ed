"""Shard files: the rows of a part of a run, beside those of the other parts, until they are merged."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

#: the rows of a whole run
EVIDENCE_FILE = "evidence.jsonl"
NAMED_AS_SHARD = re.compile(r"evidence-(\d+)-of-(\d+)\.jsonl")


@dataclass(frozen=True, order=True)
class Shard:
    """A part of a run, counted from 1, of how many."""

    number: int
    of: int

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"

    def rows_file(self, folder: Path) -> Path:
        """Where its rows are."""
        return folder / f"evidence-{self.number}-of-{self.of}.jsonl"

    def done_file(self, folder: Path) -> Path:
        """What is there once it has come to its end."""
        return self.rows_file(folder).with_suffix(".done")


def shards_in(folders: Iterable[Path]) -> dict[Shard, Path]:
    """The parts that folders hold, in their order, each with its folder; refused if one is lacking."""
    found: dict[Shard, Path] = {}
    for folder in folders:
        for file in sorted(folder.glob("evidence-*-of-*")):
            named = NAMED_AS_SHARD.fullmatch(file.with_suffix(".jsonl").name)
            if named is None or file.suffix not in (".jsonl", ".done"):
                continue
            shard = Shard(int(named[1]), int(named[2]))
            if found.setdefault(shard, folder) != folder:
                raise ValueError(
                    f"shard {shard} is in {found[shard]} and in {folder}: which of them is meant?"
                )
    _complete(found)
    return dict(sorted(found.items()))


def _complete(found: dict[Shard, Path]) -> None:
    """All parts of one number of parts, each of which has come to its end."""
    numbers = sorted({shard.of for shard in found})
    if len(numbers) > 1:
        raise ValueError(f"shards are parts of one run, these are of {' and of '.join(map(str, numbers))}")
    for number in range(1, numbers[0] + 1) if numbers else ():
        shard = Shard(number, numbers[0])
        if shard not in found:
            raise ValueError(f"shard {shard} is not there")
        if not shard.done_file(found[shard]).exists():
            raise ValueError(
                f"shard {shard} has not come to its end: run it again, and only what lacks is measured"
            )
