"""Cost: what a prefill takes in FLOPs and leaves in the cache in bytes, counted while it runs or by formula.

The vision tower is not in it: images are encoded once, and no edit of the language model makes that cheaper.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from typing import Any, ClassVar

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from vtmetrics.edits import Edit
from vtmetrics.nets import Anatomy, anatomy_of
from vtmetrics.readings.block import Block
from vtmetrics.readings.bundle import PassBundle
from vtmetrics.readings.predicted_cost import predicted, presence
from vtmetrics.readings.row import StoredValue
from vtmetrics.statistics import Kind, Scores
from vtmetrics.unmeasured import NotMeasured

COST_VERSION = 2
FLOPS, BYTES = "flops", "kv_bytes"


class Way(StrEnum):
    """How a cost is found: counted in the edited pass, counted where tokens are only masked, or predicted."""

    COUNTED = "counted"
    MASKED = "masked"
    FORMULA = "formula"


COUNTED, MASKED, FORMULA = Way


@dataclass(frozen=True)
class Count:
    """One of the two numbers, found in one of the ways."""

    what: str
    way: Way
    kind: Kind = "number"
    range: tuple[float, float] = (0.0, math.inf)

    def __str__(self) -> str:
        return f"{self.what}({self.way}):{COST_VERSION}"


@dataclass(frozen=True, eq=False)
class Cost:
    """What a prefill of each scene takes and leaves."""

    flops: Scores
    kv_bytes: Scores


def apart(found: Scores, wanted: Scores) -> Scores:
    """How much more was found than wanted, as a share of the larger: from −1 to 1."""
    less = found - wanted
    values = {
        scene: float(gap) / max(found.values[scene], wanted.values[scene])
        for scene, gap in less.values.items()
    }
    return replace(less, values=values, range=(-1, 1))


def same(found: Scores, wanted: Scores) -> Scores:
    """Whether exactly what was wanted was found, as a share of the scenes."""
    less = found - wanted
    values = {scene: float(gap == 0) for scene, gap in less.values.items()}
    return replace(less, values=values, kind="share", range=(0, 1))


#: what was counted in this process: by architecture, edit, who is there, and the sizes of the images
_COUNTED: dict[tuple[Any, ...], tuple[StoredValue, ...]] = {}


@dataclass(frozen=True)
class CostBundle(PassBundle):
    """The bundle of all counts, or of what the formula says alone, for which nothing runs.

    Scenes of one shape cost the same, and are counted once; for all nets of one architecture, unless
    somebody has hooked or wrapped what they are made of.
    """

    answered: ClassVar[bool] = False

    ways: tuple[Way, ...] = tuple(Way)
    known: dict[tuple[Any, ...], tuple[StoredValue, ...]] = field(
        default_factory=dict, compare=False, repr=False
    )

    @classmethod
    def of(cls, way: Way) -> "CostBundle":
        """The bundle that holds a way; what is counted is counted with all others."""
        return cls((FORMULA,)) if way == FORMULA else cls()

    @property
    def names(self) -> tuple[str, ...]:
        """Both numbers in every way."""
        return tuple(str(Count(what, way)) for way in self.ways for what in (FLOPS, BYTES))

    def read(self, runs: Block, edit: Edit) -> Iterator[tuple[str, int, StoredValue]]:
        """The counts of every scene of the block."""
        body = anatomy_of(runs.net)
        made, parts = runs.planned(edit), architecture(body)
        known = _COUNTED if parts else self.known
        for position, row in enumerate(runs.rows):
            there = presence(body, made, position)
            length = int(made.layout.valid[position].sum())
            costs: tuple[StoredValue, ...] = _costs(partial(predicted, body, there, length))
            if self.ways != (FORMULA,):
                shape = parts, edit, there, length, tuple(image.size for image in row.scene.images)
                if shape not in known:
                    known[shape] = both_counted(runs, position, edit)
                costs = (*known[shape], *costs)
            for name, cost in zip(self.names, costs, strict=True):
                yield name, position, cost


def _costs(count: Callable[[], tuple[int, int]]) -> tuple[StoredValue, StoredValue]:
    """FLOPs and bytes, or why there are none: one way that a net does not know leaves the others."""
    try:
        flops, held = count()
    except NotMeasured as error:
        return StoredValue(missing=str(error)), StoredValue(missing=str(error))
    return StoredValue(value=float(flops)), StoredValue(value=float(held))


def architecture(body: Anatomy) -> str:
    """What nets have in common that cost the same: modules, the shapes of weights, and how they attend.

    Empty where a module has hooks or a forward() of its own: what those do is written nowhere.
    """
    parts = dict(body.net.named_modules())
    if any(map(_is_changed, parts.values())):
        return ""
    kinds = (f"{name} {type(part).__qualname__}" for name, part in parts.items())
    weights = (f"{name} {tuple(w.shape)} {w.dtype}" for name, w in body.net.named_parameters())
    return "\n".join((body.attention, body.config.to_json_string(), *kinds, *weights))


def _is_changed(part: nn.Module) -> bool:
    """Whether somebody else than transformers, whose hooks only look, has hooked or wrapped a module."""
    hooks = (*part._forward_hooks.values(), *part._forward_pre_hooks.values())  # noqa: SLF001 # no public name
    others = [hook for hook in hooks if not str(getattr(hook, "__module__", "")).startswith("transformers.")]
    return bool(others) or "forward" in vars(part)


def both_counted(runs: Block, position: int, edit: Edit) -> tuple[StoredValue, ...]:
    """FLOPs and bytes of one scene's real prefill, and of that in which tokens are only masked."""
    body = anatomy_of(runs.net)
    if "flash" in body.attention:
        raise NotMeasured(f"operations are counted in sdpa or eager attention, not in {body.attention}")
    alone = runs.alone(position)
    removed = _costs(lambda: counted(alone, alone.edited(edit)))
    return (*removed, *_costs(lambda: counted(alone, alone.masked(edit))))


def counted(runs: Block, within: AbstractContextManager[Any]) -> tuple[int, int]:
    """FLOPs of a real prefill, and the bytes that its cache holds in memory."""
    return counted_in(runs.prefill, within)


@torch.no_grad()
def counted_in(prefill: Callable[[], Any], within: AbstractContextManager[Any]) -> tuple[int, int]:
    """FLOPs of a call that fills a cache, and the bytes that this holds in memory."""
    with within, FlopCounterMode(display=False, custom_mapping=_UNKNOWN_TO_TORCH) as counter:
        store = prefill().past_key_values
    kept = {
        part.untyped_storage().data_ptr(): part.untyped_storage().nbytes()
        for layer in store.layers
        for part in (layer.keys, layer.values)
        if part is not None
    }  # a view of all tokens would save nothing
    return int(counter.get_total_flops()), sum(kept.values())


def _fused(query: Sequence[int], key: Sequence[int], value: Sequence[int], *_: Any, **__: Any) -> int:
    rows, heads, queries, width = query
    return 2 * rows * heads * queries * key[2] * (width + value[3])


def _grouped(tokens: Sequence[int], weights: Sequence[int], *_: Any, **__: Any) -> int:
    """Tokens in groups, one for each expert, each group by the weights of its own (E, in, out)."""
    return 2 * tokens[0] * weights[1] * weights[2]


# torch's own counter knows the fused attention of accelerators only, and no experts
_UNKNOWN_TO_TORCH = {
    torch.ops.aten._scaled_dot_product_flash_attention_for_cpu: _fused,  # noqa: SLF001
    torch.ops.aten._grouped_mm: _grouped,  # noqa: SLF001
}
