"""An adapter: low-rank matrices beside a net's own, in a folder that peft reads as well.

    adapter_config.json  adapter_model.safetensors  training.json

`training.json` says what was trained, on what, when, and the checksums of the other two.
"""

# ruff: noqa: PLC0415 - peft is imported only to adapt

import hashlib
import json
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save
from torch import nn

CONFIG, WEIGHTS, TRAINING = "adapter_config.json", "adapter_model.safetensors", "training.json"


@dataclass(frozen=True)
class Training:
    """How an adapter came to be: for which weights, from which recipe and scenes, on which day."""

    address: str
    model: str
    recipe: str
    scenes: int
    date: str
    seconds: float
    numerics: str
    losses: tuple[float, ...]
    files: Mapping[str, str]

    @property
    def digest(self) -> str:
        """What identifies the adapted model: what was asked for, and what came of it."""
        told = (self.model, self.address, sorted(self.files.items()))
        return hashlib.sha256(repr(told).encode()).hexdigest()


def training_of(folder: Path) -> Training:
    """How the adapter in a folder came to be; one that is not what it says is refused."""
    try:
        told = Training(**json.loads((folder / TRAINING).read_text(encoding="utf-8")))
        checks = {name: _sha256((folder / name).read_bytes()) for name in (CONFIG, WEIGHTS)}
    except (OSError, ValueError, TypeError) as error:
        raise ValueError(f"an adapter wants {CONFIG}, {WEIGHTS} and {TRAINING}, {folder} is none") from error
    if checks != told.files:
        raise ValueError(f"the adapter in {folder} has not the checksums that its {TRAINING} says")
    return told


def files_of(student: Any, told: Mapping[str, Any]) -> dict[str, bytes]:
    """What an adapted net's folder holds; half precision is what its adapter is measured in, too."""
    from peft import get_peft_model_state_dict

    weights = {
        name: tensor.detach().to("cpu", torch.float16).contiguous()
        for name, tensor in get_peft_model_state_dict(student).items()
    }
    config = student.peft_config["default"].to_dict() | {"inference_mode": True}
    content = {
        CONFIG: json.dumps(config, indent=1, sort_keys=True, default=sorted).encode(),
        WEIGHTS: save(dict(sorted(weights.items()))),
    }
    files = {name: _sha256(value) for name, value in content.items()}
    return content | {TRAINING: json.dumps({**told, "files": files}, indent=1).encode()}


def adapted(net: nn.Module, folder: Path) -> Any:
    """The net with the adapter of a folder, neither of them to be trained."""
    from peft import PeftModel

    training_of(folder)
    with without_peft_warnings():
        student = PeftModel.from_pretrained(net, str(folder), torch_device="cpu", local_files_only=True)
    return student.to(net.device).requires_grad_(requires_grad=False)


@contextmanager
def without_peft_warnings() -> Iterator[None]:
    """Without the warning that peft asks transformers by a name that will go."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "`is_gradient_checkpointing`", FutureWarning)
        yield


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
