"""A recipe: how a LoRA adapter is trained, as a value that can be compared, hashed and printed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from vtmetrics.edits import PLAIN, Edit
from vtmetrics.inputs import Scene

Targets = Literal["attention", "text", "bridged", "tower", "all"]
Teacher = Literal["full", "gold"]


@dataclass(frozen=True)
class Recipe:
    """LoRA, trained through a net under `edit` to say what the `teacher` says.

    The teacher is the full model's own greedy answers, or the gold ones. `targets` are the language model's
    attention, all of its layers' matrices ("text"), the projector's as well ("bridged"), those of the vision
    tower alone ("tower"), or all of them. What an adapter adds is `scale` · B A, so that α = scale · rank:
    another rank is no other learning rate. The language model learns at the `rate`, the projector at `bridge`
    times it, and the vision tower at `tower` times it.
    """

    edit: Edit = PLAIN
    rank: int = 16
    scale: float = 2.0
    targets: Targets = "attention"
    rate: float = 1e-4
    steps: int = 300
    batch: int = 16
    seed: int = 0
    teacher: Teacher = "full"
    bridge: float = 1.0
    tower: float = 1.0

    def __post_init__(self) -> None:
        if self.targets not in get_args(Targets):
            raise ValueError(f"targets are one of {', '.join(get_args(Targets))}, got {self.targets!r}")
        if self.teacher not in get_args(Teacher):
            raise ValueError(f"a teacher is one of {', '.join(get_args(Teacher))}, got {self.teacher!r}")
        if min(self.rank, self.batch) < 1 or self.steps < 0:
            told = f"rank {self.rank}, batch {self.batch} and {self.steps} steps"
            raise ValueError(f"a recipe wants a rank and a batch from 1 and steps from 0, got {told}")
        if self.rate <= 0 or self.scale <= 0:
            raise ValueError(f"a recipe wants a rate and a scale above 0, got {self.rate} and {self.scale}")
        if self.bridge <= 0 or self.tower <= 0:
            raise ValueError(f"shares of a rate are above 0, got {self.bridge} and {self.tower}")

    def __str__(self) -> str:
        told = (
            f"rank={self.rank}, scale={self.scale!r}, targets={self.targets}, rate={self.rate!r}, "
            f"steps={self.steps}, batch={self.batch}, seed={self.seed}, teacher={self.teacher}"
        )
        shares = {"bridge": self.bridge, "tower": self.tower}
        apart = "".join(f", {part}={share!r}" for part, share in shares.items() if share != 1)
        return f"lora({self.edit}, {told}{apart})"

    @property
    def alpha(self) -> float:
        """LoRA's α."""
        return self.scale * self.rank

    def address(self, model: str, scenes: Sequence[Scene]) -> str:
        """64 hex digits of what is asked for: the recipe, the digest of a model, and scenes in order."""
        told = repr((RECIPE_SCHEMA, model, str(self), [scene.digest for scene in scenes]))
        return hashlib.sha256(told.encode()).hexdigest()


#: raised when the same recipe comes to train otherwise
RECIPE_SCHEMA = 1
