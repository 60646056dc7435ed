"""A named checkpoint: what a directory or ORG/NAME[@REVISION] means, or in one sentence why nothing."""

import re
from pathlib import Path
from typing import Any

from vtmetrics.nets.checkpoints import ADAPTER, kind_of, lacking, why_unread
from vtmetrics.nets.families import FAMILY_OF, why_refused
from vtmetrics.nets.hub_cache import cached_at, cached_revisions, fetch_command
from vtmetrics.nets.numerics_wanted import check_numerics
from vtmetrics.nets.spec import Spec

#: a revision is a branch, a tag or 40 hex digits, and leads nowhere else
REPOSITORY = re.compile(r"(?P<name>[\w.-]+/[\w.-]+)(?:@(?P<revision>(?!.*\.\.)\w[\w./-]*))?")
MAIN = "main"
COMMIT = re.compile(r"[0-9a-f]{40}")
SHOWN_DIGITS = 7  # of a commit, as git shows them


class NotCachedError(ValueError):
    """A checkpoint that is not on this machine, and could be fetched."""


def checkpoint_spec(text: str, asker: str, **numerics: Any) -> Spec:
    """The spec of a directory, or of a repository in the local cache; `asker` is who wants it, for errors."""
    check_numerics(asker, **numerics)
    if Path(text).is_dir():
        where = Path(text).resolve()
        return Spec(where.name, _family(where, asker), str(where), **numerics)
    if text.startswith((".", "/")):
        raise ValueError(f"{asker} wants a directory, there is none at {text!r}")
    named = REPOSITORY.fullmatch(text)
    if named is None:
        raise ValueError(f"{asker} wants a directory or ORG/NAME, got {text!r}")
    try:
        where = _cached(named["name"], named["revision"], asker)
    except NotCachedError:
        raise
    except ValueError as error:  # no name that the hub has
        raise ValueError(
            f"{asker} wants ORG/NAME, got {text[:100]!r}: {' '.join(str(error).split())}"
        ) from error
    name = _called(named["name"].rpartition("/")[2], named["revision"])
    return Spec(name, _family(where, asker), str(where), where.name, **numerics)


def _called(name: str, revision: str | None) -> str:
    """A revision that was asked for is part of the name: two of them can stand side by side."""
    if revision is None:
        return name
    return f"{name}@{revision[:SHOWN_DIGITS] if COMMIT.fullmatch(revision) else revision}"


def _cached(repository: str, revision: str | None, asker: str) -> Path:
    where = cached_at(repository, revision or MAIN)
    if where is not None:
        return where
    wanted = f"{repository}@{revision}" if revision else repository
    fetch = fetch_command(repository, revision)
    others = cached_revisions(repository)
    there = f" (of it are there: {', '.join(f'{repository}@{other}' for other in others)})" if others else ""
    raise NotCachedError(
        f"{asker} never downloads by itself, and {wanted} is not in the cache{there}: {fetch}"
    )


def _family(where: Path, asker: str) -> str:
    """The family of a checkpoint that has all it needs, from its files alone."""
    if why := why_unfit(where):
        raise ValueError(f"{asker} wants {why}")
    return FAMILY_OF[str(kind_of(where))]


def why_unfit(where: Path) -> str | None:
    """What is wanted of a directory and what it has, in words, if it can't be asked; None if it seems so."""
    kind = kind_of(where)
    if kind is None:
        merge = ": it holds an adapter, to be merged first" if (where / ADAPTER).is_file() else ""
        return f"a directory with config.json, {where} has none to read{merge}"
    if not any(where.glob("*.safetensors")):
        return f"a directory with *.safetensors, {where} has none"
    if why := why_refused(kind):
        return f"a type that can be edited, {where} is of type {kind!r}: {why}"
    if unread := why_unread(where):
        return unread
    part = lacking(where)
    return f"a checkpoint with all its parts, {where} lacks {part}" if part else None
