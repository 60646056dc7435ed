"""The hub's cache: which checkpoints are on this machine, as huggingface_hub itself finds them, offline."""

# ruff: noqa: PLC0415 - the hub's library is imported only by who asks it

from pathlib import Path


def hub() -> Path:
    """The folder of the cache: HF_HUB_CACHE, HF_HOME or XDG_CACHE_HOME say where, in that order."""
    from huggingface_hub import constants

    return Path(constants.HF_HUB_CACHE)


def snapshots(repository: str) -> Path:
    """The folder of a repository's revisions, one folder each."""
    from huggingface_hub.file_download import repo_folder_name

    return hub() / repo_folder_name(repo_id=repository, repo_type="model") / "snapshots"


def cached_at(repository: str, revision: str) -> Path | None:
    """The folder of a branch, a tag or 40 hex digits, if its configuration is there; nothing is fetched."""
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(repository, "config.json", hub(), revision)
    return Path(found).parent if isinstance(found, str) else None


def fetch_command(repository: str, revision: str | None) -> str:
    """How the hub's own tool fetches a checkpoint."""
    return f"hf download {repository}" + (f" --revision {revision}" if revision else "")


def cached_revisions(repository: str) -> list[str]:
    """Which revisions of a repository are in the cache, by their 40 hex digits."""
    return sorted(file.parent.name for file in snapshots(repository).glob("*/config.json"))
