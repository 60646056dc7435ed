"""The doctor: what this machine has, and what of the claims would run on it. No weights are read."""

import os
import platform
import shutil
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from textwrap import wrap
from typing import Any

import pytest

from vtmetrics.evidence import IN_PRACTICE
from vtmetrics.nets import GIB, hub, why_unfit
from vtmetrics.suite.claim_items import claim_of, handle_of, model_of
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
    "num2words": "the processor of smolvlm",
    "torchvision": "the processors of mistral3 and twelve other types, and videos",
}
#: paths and names are not taken apart
AS_IT_IS: Any = {"break_long_words": False, "break_on_hyphens": False, "replace_whitespace": False}
#: what depends on what a model answers, or on files that only a claim asks for
ONLY_THEN = "what is measured may still end in –, by what a model answers (docs/when-it-says.md)"


def examined(
    config: pytest.Config, registry: Registry, items: Sequence[pytest.Item], width: int
) -> Iterator[str]:
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
        for line in lines:
            deep = " " * (4 + len(line) - len(line.lstrip()))
            yield from wrap(
                line.strip(), width, initial_indent=deep, subsequent_indent=f"{deep}  ", **AS_IT_IS
            )


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
    """How many of the claims would be asked of each model, why not the others, and why other models not."""
    total = _count(items)
    lines, hindered = [], []
    for model in registry.runnable:
        theirs = [item for item in items if model_of(item.nodeid) and handle_of(item).spec == model.spec]
        reasons = _reasons(theirs)
        lines.append((model.spec.name, f"{_count(theirs) - len(reasons)} of {total} claims would run"))
        hindered.append([f"  {', '.join(claims)}: {why}" for why, claims in _together(reasons).items()])
    hindered += [[] for _ in (*registry.spared, *registry.named, *registry.absent)]
    lines += [(name, f"not without --full or -m {family}") for name, family in registry.spared]
    lines += [(name, f"not without --model={name}") for name in registry.named]
    lines += [(name, f"would not run: {why}") for name, why in registry.absent]
    for line, reasons_of in zip(in_columns(lines) if lines else [], hindered, strict=True):
        yield line
        yield from reasons_of
    yield ONLY_THEN if lines else "none is registered: --model names one"


def _count(items: Sequence[pytest.Item]) -> int:
    """How many claims of papers; practice, which states nothing, is none."""
    return sum(claim.source.paper != IN_PRACTICE for claim in claims_of(items))


def _reasons(items: Sequence[pytest.Item]) -> dict[str, str]:
    """The claims of which no case would be measured, and why not the first."""
    found: dict[str, list[str | None]] = {}
    for item in items:
        claim = claim_of(item)
        if claim is not None and claim.source.paper != IN_PRACTICE:
            why = item.config.hook.pytest_claim_hindrance(item=item)
            found.setdefault(claim.id, []).append(why)
    return {name: reasons[0] for name, reasons in found.items() if reasons[0] and all(reasons)}


def _together(reasons: dict[str, str]) -> dict[str, list[str]]:
    """The claims by what hinders them."""
    told: dict[str, list[str]] = {}
    for name, why in reasons.items():
        told.setdefault(why, []).append(name)
    return told
