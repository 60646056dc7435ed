"""The store: measured rows in immutable folders, written whole or not at all, and verified when read.

    store/v1/ab/ab12…/manifest.json  samples.jsonl  arrays.safetensors
    store/conflict/, store/quarantine/   what contradicts or fails its checksum; never read, never deleted

A folder is named by what was asked, so that two writers of the same rows meet: equal files are one folder,
unequal ones a conflict. There are no locks; a killed writer leaves a folder in store/half/ that nobody reads.
"""

import re
import shutil
import warnings
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from vtmetrics.lab import disk
from vtmetrics.lab.chunk import Chunk, Damaged, files_of_chunk, manifest_of, read_chunk
from vtmetrics.readings import RowKey, StoredValue
from vtmetrics.stopwatch import timed

VERSION = "v1"
#: folders of a store whose chunks nobody reads: killed writers' drafts, damage, and second answers
DRAFTS, QUARANTINE, CONFLICT = "half", "quarantine", "conflict"


class Store:
    """A folder of chunks; where it is stays, wherever the process goes later."""

    def __init__(self, root: Path | str) -> None:
        self.root = Path(root).absolute()
        self.contradicted = 0
        self._models: dict[str, str] = {}
        (self.root / VERSION).mkdir(parents=True, exist_ok=True)

    @timed("store")
    def put(self, chunk: Chunk) -> Path:
        """Keep the rows; the same again change nothing, others for the same question are a conflict."""
        final = self._place(chunk.key)
        final.parent.mkdir(parents=True, exist_ok=True)
        half = disk.draft_folder(self.root, files_of_chunk(chunk))
        try:
            self._move(half, final)
        finally:
            shutil.rmtree(half, ignore_errors=True)  # where it went to its place, nothing is left of it
        disk.sync_folder(final.parent)
        return final

    def find(self, key: str) -> Path | None:
        """The folder of the chunk with this key, if it is kept and whole."""
        folder = self._place(key)
        with suppress(Damaged):
            read_chunk(folder)
            return folder
        return None

    def _place(self, key: str) -> Path:
        return self.root / VERSION / key[:2] / key

    def _move(self, half: Path, final: Path) -> None:
        try:
            half.rename(final)
        except OSError:
            if not final.exists():
                raise
            self._meet(half, final)

    def _meet(self, half: Path, final: Path) -> None:
        """Somebody else has answered the same question; what is damaged there is no answer."""
        try:
            read_chunk(final)
        except Damaged as damage:
            self._quarantine(final, damage, "was measured anew")
            half.rename(final)
            return
        mine, theirs = (manifest_of(folder)["files"] for folder in (half, final))
        if mine == theirs:
            return
        self.contradicted += 1
        aside = self.root / CONFLICT / f"{final.name}-{''.join(digest[:8] for digest in mine.values())}"
        aside.parent.mkdir(exist_ok=True)
        if not aside.exists():  # the same contradiction is kept once
            half.rename(aside)
        warnings.warn(
            f"the same question had two answers, so that something is not deterministic: the first stays, "
            f"the second is in {aside}",
            stacklevel=4,
        )

    def folders(self) -> Iterator[Path]:
        """Every chunk's folder, in the order of their keys."""
        yield from sorted((self.root / VERSION).glob("??/*"))

    def check(self) -> None:
        """Refuse a store that another version wrote; what is damaged is dealt with when its rows are read."""
        others = [path.name for path in self.root.iterdir() if re.fullmatch(r"v\d+", path.name)]
        if newer := sorted(set(others) - {VERSION}):
            raise ValueError(f"{self.root} has chunks of {newer[0]}, this version reads {VERSION}")
        for folder in self.folders():
            with suppress(Damaged):
                self._models[folder.name] = manifest_of(folder)["model"]

    @timed("store")
    def rows(self, model: str) -> dict[RowKey, StoredValue]:
        """All rows of a model; a damaged chunk is set aside, said aloud, and as good as not measured."""
        found: dict[RowKey, StoredValue] = {}
        for folder in self.folders():
            try:
                if folder.name not in self._models:  # a chunk's name is of its model's rows alone, for ever
                    self._models[folder.name] = manifest_of(folder)["model"]
                if self._models[folder.name] == model:
                    found |= read_chunk(folder).rows
            except Damaged as damage:
                self._quarantine(folder, damage, "will be measured again")
        return found

    def _quarantine(self, folder: Path, damage: Damaged, then: str) -> None:
        """Move it aside, unless another reader has done so."""
        self._models.pop(folder.name, None)
        aside = self.root / QUARANTINE / f"{folder.name}-{uuid4().hex[:8]}"
        try:
            aside.parent.mkdir(exist_ok=True)
            folder.rename(aside)
        except FileNotFoundError:
            return
        except OSError as error:
            warnings.warn(f"{damage}; it {then}, and can't be set aside: {error}", stacklevel=4)
            return
        warnings.warn(f"{damage}; it is in {aside} and {then}", stacklevel=4)
