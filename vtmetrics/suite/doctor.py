"""The doctor: what this machine has, and what of the claims would run on it. No weights are read."""

import os
import platform
import shutil
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pytest

from vtmetrics.nets import GIB, hub, why_unfit
from vtmetrics.suite.claim_items import handle_of, model_of
from vtmetrics.suite.hookspecs import Registry
from vtmetrics.suite.listing import claims_of, in_columns

#: without these nothing runs
NEEDED = ("vtmetrics", "torch", "transformers", "numpy", "scipy", "safetensors", "pillow", "pytest")
#: what else is used, and by whom
USED = {
    "pytest-xdist": "-n",
    "peft": "adapters",
    "rich": "the report",
    "sacrebleu": "BLEU",
    "accelerate": "device maps",
    "bitsandbytes": "weights that it has quantised",
    "flash_attn": "attention flash_attention_2",
    "matplotlib": "plots",
}
#: what depends on what a model answers, or on files that only a claim asks for
ONLY_THEN = "what is measured may still end in –: competence, --train, --gpu for time (docs/when-it-says.md)"


def examined(config: pytest.Config, registry: Registry, items: Sequence[pytest.Item]) -> Iterator[str]:
    """The lines of the doctor, each part under its name."""
    evidence = config.getoption("evidence") or config.rootpath
    parts = {
        "versions": _versions(),
        "machine": [*_accelerators(), *_machine({"the hub's cache": hub(), "evidence": evidence})],
        "checkpoints in the hub's cache": _checkpoints(hub()),
        "models": _models(registry, items),
    }
    for name, lines in parts.items():
        yield name
        yield from (f"    {line}" for line in lines)


def _versions() -> Iterator[str]:
    told = [f"{name} {installed}" for name in NEEDED if (installed := _version(name))]
    yield ", ".join([f"python {platform.python_version()}", *told])
    for name, user in USED.items():
        installed = _version(name)
        yield f"{name} {installed}" if installed else f"{name} is not installed, for {user}"


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _accelerators() -> Iterator[str]:
    """What torch could run on; asking loads no model."""
    import torch  # noqa: PLC0415 - only the doctor asks

    accelerator = torch.accelerator.current_accelerator() if torch.accelerator.is_available() else None
    if accelerator is None:
        yield "accelerator: none that torch knows; --gpu is refused"
        return
    there: Any = getattr(torch, accelerator.type)
    for number in range(torch.accelerator.device_count()):
        told = f"accelerator: {accelerator.type}:{number}"
        if hasattr(there, "get_device_properties"):
            found = there.get_device_properties(number)
            told += f", {found.name}, {_size(found.total_memory)}"
        yield told


def _machine(places: dict[str, Path]) -> Iterator[str]:
    import torch  # noqa: PLC0415 - as above

    yield f"processor: {os.cpu_count()} cores, of which torch takes {torch.get_num_threads()}"
    yield f"memory: {_memory()}"
    for name, place in places.items():
        there = next(folder for folder in (place, *place.resolve().parents) if folder.exists())
        yield f"disk of {name}: {_size(shutil.disk_usage(there).free)} free ({place})"


def _memory() -> str:
    """All, and what is free now where the system says so."""
    try:
        told = {name: os.sysconf(name) for name in ("SC_PAGE_SIZE", "SC_PHYS_PAGES", "SC_AVPHYS_PAGES")}
    except (AttributeError, ValueError, OSError):
        return "unknown on this system"
    page = told["SC_PAGE_SIZE"]
    return f"{_size(page * told['SC_PHYS_PAGES'])}, {_size(page * told['SC_AVPHYS_PAGES'])} of it unused"


def _size(count: int) -> str:
    return f"{count / GIB:.1f} GiB"


def _checkpoints(cache: Path) -> list[str]:
    """Every revision of a model: its size, and whether it can be asked or what it lacks."""
    from huggingface_hub import scan_cache_dir  # noqa: PLC0415 - only the doctor asks

    if not cache.is_dir():
        return [f"none: there is no {cache}"]
    repositories = [repo for repo in scan_cache_dir(cache).repos if repo.repo_type == "model"]
    lines = []
    for repo in sorted(repositories, key=lambda repo: repo.repo_id):
        for each in sorted(repo.revisions, key=lambda each: each.commit_hash):
            refs, size = ", ".join(sorted(each.refs)) or "–", _size(each.size_on_disk)
            lines.append((repo.repo_id, refs, each.commit_hash[:12], size, _fitness(each.snapshot_path)))
    return in_columns(lines) if lines else [f"none in {cache}"]


def _fitness(where: Path) -> str:
    unfit = why_unfit(where)
    return f"can't be asked: wants {unfit}" if unfit else "can be asked"


def _models(registry: Registry, items: Sequence[pytest.Item]) -> Iterator[str]:
    """How many of the claims would be asked of each model, and why others would not run."""
    total = len(claims_of(items))
    lines = []
    for model in registry.runnable:
        name = model.spec.name
        theirs = [item for item in items if model_of(item.nodeid) and handle_of(item).spec.name == name]
        lines.append((name, f"{len(claims_of(theirs))} of {total} claims would run"))
    lines += [(name, f"not without --full or -m {family}") for name, family in registry.spared]
    lines += [(name, f"would not run: {why}") for name, why in registry.absent]
    yield from in_columns(lines) if lines else ["none is registered: --model names one"]
    yield ONLY_THEN
