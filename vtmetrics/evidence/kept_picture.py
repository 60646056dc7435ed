"""Kept pictures: those of the scenes that a page shows, small, each once, beside the evidence."""

import io
import re
from hashlib import sha256
from pathlib import Path

from PIL import Image

from vtmetrics.evidence.story import STORIES
from vtmetrics.lab import replace_synced

#: pixels of the longer side: larger ones are made smaller
LONGEST_SIDE = 256
#: bytes from which on a picture is kept as a photograph, and that none may have
PHOTOGRAPH, MOST_BYTES = 16_000, 200_000
NAMED = re.compile(r"[0-9a-f]{16}\.(png|jpg)")
PICTURE_BEGINS = {"png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff"}


def keep_picture(image: Image.Image, folder: Path) -> str:
    """The name of the file that holds it now, which says what is in it."""
    content, kind = small_picture(image)
    name = f"{sha256(content).hexdigest()[:16]}.{kind}"
    file = folder / STORIES / name
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        replace_synced(file, content)
    return name


def small_picture(image: Image.Image) -> tuple[bytes, str]:
    """The picture as a small PNG or, where that would be large, as a JPEG, and which of them."""
    small = image.convert("RGB")
    small.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    drawn = io.BytesIO()
    small.save(drawn, "PNG", optimize=True)
    if drawn.tell() <= PHOTOGRAPH:
        return drawn.getvalue(), "png"
    photograph = io.BytesIO()
    small.save(photograph, "JPEG", quality=82, optimize=True)
    return photograph.getvalue(), "jpg"


def read_picture(name: str, folder: Path) -> tuple[bytes, str] | None:
    """Content and kind of a kept picture; None if it isn't there, or is none of ours."""
    named = NAMED.fullmatch(name)
    file = folder / STORIES / name
    if named is None or not file.is_file() or file.stat().st_size > MOST_BYTES:
        return None
    content, kind = file.read_bytes(), named[1]
    return (content, kind) if content.startswith(PICTURE_BEGINS[kind]) else None
