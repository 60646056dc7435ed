"""The disk: what is written here is on it, whole, or not there at all (fsync and rename)."""

import errno
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

#: what a file system says that knows no flushing of folders, as some that are mounted over a network
NO_FLUSHING = (errno.EINVAL, errno.ENOTSUP, errno.ENOSYS)


def write_synced(file: Path, content: bytes) -> None:
    """The content, flushed to the disk."""
    with file.open("wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())


def sync_folder(folder: Path) -> None:
    """The folder's own entries, flushed to the disk, where its file system can do so."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in NO_FLUSHING:
            raise
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
    except BaseException:  # a full disk has no room for halves, and Ctrl-C leaves none
        shutil.rmtree(half, ignore_errors=True)
        raise
    return half


def replace_synced(file: Path, content: bytes) -> None:
    """The file with this content in place of what it held; of a link, that which it leads to."""
    file = Path(os.path.realpath(file))
    if file.exists() and not file.is_file():  # a device or a pipe is written to, and not replaced
        file.write_bytes(content)
        return
    half = file.with_name(f"{file.name}.{os.getpid()}-{uuid4().hex}")
    try:
        write_synced(half, content)
        half.replace(file)
    finally:
        half.unlink(missing_ok=True)
    sync_folder(file.parent)
