"""Training an adapter: LoRA learns, step by step through an edited net, to say what a teacher has said.

On one CPU the same recipe gives the same bits, also when it was interrupted: the batches of a step depend on
the seed and the step alone, and weights and moments are kept as they are. An accelerator may round otherwise.
"""

import json
import random
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import save
from torch import Tensor, nn

from vtmetrics.engine import edited, encoded
from vtmetrics.inputs import Encoded, Scene, collate, encode
from vtmetrics.lab import disk
from vtmetrics.lab.memory import Batches
from vtmetrics.lab.recipe import Recipe
from vtmetrics.nets import anatomy_of, without_peft_warnings
from vtmetrics.unmeasured import NotMeasured

Tick = Callable[[int], None]
LossAndGradients = tuple[float, tuple[Tensor, ...]]
#: how many seconds of training may be lost
EVERY = 20.0
#: tokens of a teacher's answer; one that is as long was cut off there
LONGEST_ANSWER = 64


class Tuning:
    """An adapter in training: the net it is in, its moments, and how far it is; kept in one file."""

    def __init__(self, net: Any, recipe: Recipe, kept: Path) -> None:
        self.recipe, self.kept = recipe, kept
        self.student = fresh_adapter(net, recipe).eval()  # a net's own dropout is none of the recipe's
        named = self.student.named_parameters()
        self.weights = {name: weight for name, weight in named if weight.requires_grad}
        self.adam = torch.optim.AdamW(_by_share(self.student, recipe), betas=(0.9, 0.98), weight_decay=0.0)
        self.losses: list[float] = []
        self.seconds = 0.0
        if kept.exists():
            self._resume()

    @property
    def step(self) -> int:
        """How many steps are done."""
        return len(self.losses)

    @property
    def told(self) -> dict[str, Any]:
        """What the adapter says about its training: how long it took, and the mean loss of each tenth."""
        tenth = max(1, len(self.losses) // 10)
        tenths = [self.losses[first : first + tenth] for first in range(0, len(self.losses), tenth)]
        means = [round(sum(some) / len(some), 4) for some in tenths]
        return {"seconds": round(self.seconds, 1), "losses": means}

    def run(self, rows: Sequence[Encoded], tick: Tick) -> None:
        """Take the steps that are left."""
        saved, began = self.seconds, time.monotonic() - self.seconds
        while self.step < self.recipe.steps:
            tick(self.step)
            self.losses.append(self._learn([rows[place] for place in _drawn(self.recipe, self.step, rows)]))
            self.seconds = time.monotonic() - began
            if self.seconds - saved > EVERY:
                self.save()
                saved = self.seconds
        tick(self.step)

    def _learn(self, rows: Sequence[Encoded]) -> float:
        """One step on one batch, in as many parts as it takes to fit."""
        total = sum(int(row.masks["answer"].sum()) for row in rows)
        weights = list(self.weights.values())

        batches = Batches[Encoded, LossAndGradients](rows, len(rows))
        for batch in batches:
            with batch:
                surprise = loss(self.student, self.recipe, batch.rows) / total
                gradients = torch.autograd.grad(surprise, weights)
                batch.found = [(float(surprise.detach()), gradients)]
        for row, why in batches.lost:
            raise NotMeasured(
                f"needs more memory: scene {row.scene.id} alone is too much to learn from, {why}"
            )
        found = batches.found
        for weight, *parts in zip(weights, *(gradients for _, gradients in found), strict=True):
            weight.grad = torch.stack(parts).sum(0)
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        for part in self.adam.param_groups:
            part["lr"] = part["share"] * rate(self.recipe, self.step)
        self.adam.step()
        return sum(surprise for surprise, _ in found)

    def save(self) -> None:
        """Weights, moments and losses, whole or not at all."""
        tensors = {f"weight {name}": weight.detach() for name, weight in self.weights.items()}
        for name, weight in self.weights.items():
            tensors |= {f"{what} {name}": value for what, value in self.adam.state[weight].items()}
        content = save(
            {name: tensor.cpu().contiguous() for name, tensor in tensors.items()},
            {"losses": json.dumps(self.losses), "seconds": str(self.seconds)},
        )
        self.kept.parent.mkdir(parents=True, exist_ok=True)
        disk.replace_synced(self.kept, content)

    def _resume(self) -> None:
        with safe_open(self.kept, "pt") as kept:
            self.losses = json.loads(kept.metadata()["losses"])
            self.seconds = float(kept.metadata()["seconds"])
            tensors = {name: kept.get_tensor(name) for name in kept.keys()}  # noqa: SIM118 - no mapping
        with torch.no_grad():
            for name, weight in self.weights.items():
                weight.copy_(tensors[f"weight {name}"])
                moments = {what: tensors[f"{what} {name}"] for what in ("exp_avg", "exp_avg_sq")}
                self.adam.state[weight] = {what: moment.to(weight.device) for what, moment in moments.items()}
                self.adam.state[weight]["step"] = tensors[f"step {name}"]


def loss(student: Any, recipe: Recipe, rows: Sequence[Encoded]) -> Tensor:
    """The surprise at all tokens of these rows' answers together."""
    inputs, layout = collate(rows, student.device)
    if "pixel_values" in inputs and recipe.targets not in ("bridged", "tower", "all"):
        with torch.no_grad():
            inputs = encoded(student, inputs)
    answer = layout.named("answer")
    scored = answer.roll(-1, dims=1)
    kept = layout.length - int(scored.any(0).nonzero()[0])
    with edited(student, recipe.edit, layout):
        logits = student(**inputs, use_cache=False, logits_to_keep=kept).logits
    told = logits.float()[scored[:, -kept:]]
    return torch.nn.functional.cross_entropy(told, inputs["input_ids"][answer], reduction="sum")


def rate(recipe: Recipe, step: int) -> float:
    """The learning rate: up over the first tenth of the steps, then linearly down."""
    warm = max(1, recipe.steps // 10)
    return recipe.rate * min((step + 1) / warm, (recipe.steps - step) / max(1, recipe.steps - warm))


def lessons(processor: Any, scenes: Sequence[Scene]) -> list[Encoded]:
    """The rows that are learned from: each scene's answer, and that it ends there if it does."""
    end, rows = processor.tokenizer.eos_token, []
    for scene in scenes:
        tokens = processor.tokenizer(scene.answer, add_special_tokens=False)["input_ids"]
        answer = scene.answer if len(tokens) >= LONGEST_ANSWER else scene.answer + end
        rows.append(encode(processor, replace(scene, answer=answer)))
    return rows


def _drawn(recipe: Recipe, step: int, rows: Sequence[Encoded]) -> list[int]:
    chance = random.Random(f"{recipe.seed} {step}")
    return chance.sample(range(len(rows)), min(recipe.batch, len(rows)))


def fresh_adapter(net: nn.Module, recipe: Recipe) -> Any:
    """The net with an adapter that does nothing yet; what it will learn alone asks for gradients."""
    from peft import LoraConfig, get_peft_model  # noqa: PLC0415 - only to train

    config = LoraConfig(
        r=recipe.rank, lora_alpha=recipe.alpha, target_modules=adapted_matrices(net, recipe.targets)
    )
    with torch.random.fork_rng(devices=[]), without_peft_warnings():
        torch.manual_seed(recipe.seed)
        student = get_peft_model(net, config)
    config.base_model_name_or_path = None  # a folder on this machine, which is nobody's business
    return student


def _by_share(student: Any, recipe: Recipe) -> list[dict[str, Any]]:
    """What learns, by the share of the rate that it learns at."""
    body = anatomy_of(student)
    bridge, text = (
        {id(weight) for part in parts for weight in part.parameters()}
        for parts in (body.projectors, body.layers)
    )
    apart: dict[float, list[Tensor]] = {}
    for weight in student.parameters():
        if weight.requires_grad:
            share = 1.0 if id(weight) in text else recipe.bridge if id(weight) in bridge else recipe.tower
            apart.setdefault(share, []).append(weight)
    return [{"params": weights, "share": share} for share, weights in apart.items()]


def adapted_matrices(net: nn.Module, targets: str) -> str:
    """The matrices that are adapted, as one expression that matches their whole names."""
    body = anatomy_of(net)
    part_of = {id(part): _TEXT + name for layer in body.layers for name, part in layer.named_modules()}
    part_of |= {id(part): "bridge" for bridge in body.projectors for part in bridge.modules()}
    head = id(body.head)
    names = [
        name
        for name, part in body.net.named_modules()
        if isinstance(part, nn.Linear)
        and id(part) != head
        and _meant(part_of.get(id(part), "tower"), targets)
    ]
    return "|".join(sorted({re.sub(r"\\\.\d+\\\.", r"\\.\\d+\\.", re.escape(name)) for name in names}))


#: how the parts of a decoder's layer are told
_TEXT = "layer."


def _meant(part: str, targets: str) -> bool:
    """Whether a matrix in this part of a net is adapted."""
    if targets == "attention":
        return part.startswith(f"{_TEXT}self_attn.")
    parts = {
        "text": [_TEXT],
        "bridged": [_TEXT, "bridge"],
        "tower": ["tower"],
        "all": [_TEXT, "bridge", "tower"],
    }
    return part.startswith(tuple(parts[targets]))
