"""Downloading: a checkpoint fetched into the hub's cache, and only if somebody says so in so many words."""

# ruff: noqa: PLC0415 - the hub's library is imported only by who fetches

import shutil
from pathlib import Path
from typing import Any

from vtmetrics.nets.checkpoints import kind_of, lacking, why_unread
from vtmetrics.nets.families import why_refused
from vtmetrics.nets.hub_cache import cached_at, hub
from vtmetrics.nets.named_checkpoint import MAIN

#: what is loaded: no weights in other formats, no code
FETCHED = ("*.safetensors", "*.json", "*.jinja", "*.model", "*.txt")
GIB = 2**30


def fetch(repository: str, revision: str | None, asker: str) -> Path:
    """The folder of a revision, whole: what the cache has is left as it is, what it lacks is fetched.

    The configuration comes first: a model that can't be asked, or that the disk can't hold, is not fetched.
    """
    from huggingface_hub import constants

    there = cached_at(repository, revision or MAIN)
    if there is not None and lacking(there) is None:
        return there
    if constants.HF_HUB_OFFLINE:
        raise ValueError(f"{asker} wants {repository} from the hub, and HF_HUB_OFFLINE is set")
    told = Path(_snapshot(asker, repository, revision, ["config.json"]))
    kind = kind_of(told)
    if why := why_refused(kind):
        raise ValueError(f"{asker} wants a type that can be edited, {repository} is of type {kind!r}: {why}")
    if unread := why_unread(told):
        raise ValueError(f"{asker} wants {unread}")
    _check_room(_snapshot(asker, repository, revision, FETCHED, dry_run=True), repository, asker)
    return Path(_snapshot(asker, repository, revision, FETCHED))


def _snapshot(asker: str, repository: str, revision: str | None, files: Any, **how: Any) -> Any:
    """What the hub's own function says; whatever it raises is one sentence."""
    from huggingface_hub import snapshot_download

    try:
        return snapshot_download(
            repository, revision=revision, cache_dir=hub(), allow_patterns=list(files), **how
        )
    except Exception as error:
        first = (str(error).strip().splitlines() or [""])[0]
        raise ValueError(f"{asker} could not fetch {repository}: {type(error).__name__}: {first}") from error


def _check_room(files: Any, repository: str, asker: str) -> None:
    wanted = sum(file.file_size for file in files if file.will_download)
    hub().mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(hub()).free
    if wanted > free:
        raise ValueError(
            f"{asker} wants {wanted / GIB:.1f} GiB for {repository}, {hub()} has {free / GIB:.1f} GiB free"
        )
