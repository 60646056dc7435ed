"""The disk: what is written here is on it, whole, or not there at all (fsync and rename)."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4


def write_synced(file: Path, content: bytes) -> None:
    """The content, flushed to the disk."""
    with file.open("wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())


def sync_folder(folder: Path) -> None:
    """The folder's own entries, flushed to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def draft_folder(root: Path, files: Mapping[str, bytes]) -> Path:
    """A new folder ROOT/half/… that holds the files; to be renamed into its place."""
    half = root / "half" / f"{os.getpid()}-{uuid4().hex}"
    half.mkdir(parents=True)
    try:
        for name, content in files.items():
            write_synced(half / name, content)
        sync_folder(half)
    except OSError:  # a full disk has no room for halves
        shutil.rmtree(half, ignore_errors=True)
        raise
    return half


def replace_synced(file: Path, content: bytes) -> None:
    """The file with this content in place of what it held."""
    half = file.with_name(f"{file.name}.{os.getpid()}-{uuid4().hex}")
    try:
        write_synced(half, content)
        half.replace(file)
    finally:
        half.unlink(missing_ok=True)
    sync_folder(file.parent)
