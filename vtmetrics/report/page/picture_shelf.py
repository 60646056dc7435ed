"""The shelf of pictures: each stands in the page once, as long as there is room."""

import base64
from dataclasses import dataclass, field
from pathlib import Path

from vtmetrics.evidence import read_picture

#: bytes of a page that pictures may take
MOST_OF_PICTURES = 4_000_000
PICTURE_KINDS = {"png": "image/png", "jpg": "image/jpeg"}


@dataclass(frozen=True)
class ShelvedPicture:
    """A picture under its name in the page."""

    id: str
    kind: str
    content: str


@dataclass
class PictureShelf:
    """What was taken so far, and how many pictures had no room or were not there."""

    folder: Path | None
    most: int = MOST_OF_PICTURES
    taken: dict[str, ShelvedPicture] = field(default_factory=dict)
    left_out: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)
    size: int = 0

    def take(self, name: str) -> str:
        """The name under which the page draws this file; empty if it doesn't."""
        if name not in self.taken and name not in self.left_out | self.lost:
            self._read(name)
        return self.taken[name].id if name in self.taken else ""

    def _read(self, name: str) -> None:
        found = read_picture(name, self.folder) if self.folder is not None else None
        if found is None:
            self.lost.add(name)
            return
        content = base64.b64encode(found[0]).decode()
        if self.size + len(content) > self.most:
            self.left_out.add(name)
            return
        self.size += len(content)
        self.taken[name] = ShelvedPicture(f"picture-{len(self.taken) + 1}", PICTURE_KINDS[found[1]], content)
