"""Watched attention: sdpa that also gives the weights of a few tokens, or is asked by a few alone."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from vtmetrics.engine.edited_run import EditedRun
from vtmetrics.engine.presence import PresentTokens, slots_for
from vtmetrics.engine.token_rows import TokenRows
from vtmetrics.nets import Anatomy

#: what the decoder's attention is called while it is watched
WATCHED = "vtmetrics_sdpa"

#: what is given a layer's queries (B, H, n, d), keys, mask and scaling before they are used
Look = Callable[[Tensor, Tensor, Tensor | None, float | None], None]

_LOOKING: dict[nn.Module, list[Look]] = {}
_ASKING: dict[nn.Module, tuple[EditedRun, PresentTokens]] = {}


def asking(run: EditedRun, layer: int) -> PresentTokens | None:
    """The slots of those tokens of a layer that ask others, if there is anything to spare; under sdpa alone.

    Eager attention returns its whole map, in which frozen tokens have their rows, and so has who records it.
    """
    gates = run.plan.attention.get(layer, ())
    attention: Any = run.body.mixer(layer)
    parts = all(getattr(attention, name, None) is not None for name in ("q_proj", "o_proj"))
    watched = any(record.site == "weights" for record in run.records.values())
    if (
        not gates
        or not parts
        or watched
        or layer in run.body.crossing
        or run.body.attention not in ("sdpa", WATCHED)
    ):
        return None
    slots = run.plan.slots[layer]
    key = (id(slots), *map(id, gates))  # layers share what is the same
    if key not in run.asking:
        asked = run.plan.layout.valid if slots is None else slots.filled()
        for gate in gates:
            asked = asked & ~(gate.mask if slots is None else slots.gather(gate.mask))
        run.asking[key] = slots_for(asked) if bool(asked.any()) else None
    return run.asking[key]


def projected(slots: PresentTokens, run: EditedRun) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """What spares a projection the tokens that ask nobody, and gives them zeros in place of what it makes."""

    def few(_: nn.Module, args: tuple[Tensor, ...]) -> tuple[Tensor] | None:
        return None if run.decoding else (slots.to(args[0].device).gather(args[0]),)

    def everyone(_: nn.Module, __: Any, output: Tensor) -> Tensor | None:
        return None if run.decoding else slots.to(output.device).spread(output)

    return few, everyone


def follow_attention(run: EditedRun, undo: ExitStack) -> None:
    """Ask only for those who are not frozen, and take records of weights where attention returns none."""
    few = {layer: slots for layer in run.plan.attention if (slots := asking(run, layer)) is not None}
    if few:
        undo.enter_context(_watched(run.body))
    for layer, slots in few.items():
        attention: Any = run.body.mixer(layer)
        _ASKING[attention] = run, slots
        undo.callback(_ASKING.pop, attention)
    _follow_weights(run, undo)


def _follow_weights(run: EditedRun, undo: ExitStack) -> None:
    names = [name for name, record in run.records.items() if record.site == "weights"]
    if not names or run.body.attention == "eager":
        return
    undo.enter_context(_watched(run.body))
    for layer in range(run.body.depth):
        attention = run.body.mixer(layer)
        _LOOKING[attention] = [_look(run, name, layer) for name in names]
        undo.callback(_LOOKING.pop, attention)


def _look(run: EditedRun, name: str, layer: int) -> Look:
    record = run.records[name]
    placed = None if record.later else run.placed(record, layer)

    def look(query: Tensor, key: Tensor, mask: Tensor | None, scaling: float | None) -> None:
        if run.takes(name):
            rows = all_rows(query) if placed is None else placed
            run.read_weights(name, layer, softmax_rows(query, key, mask, scaling, rows))

    return look


@contextmanager
def _watched(body: Anatomy) -> Iterator[None]:
    """Inside the `with`, the decoder's attention is the same sdpa, at which one can look."""
    usual = body.attention
    if usual != "sdpa":
        raise ValueError(f"attention weights are read in sdpa or eager attention, not in {usual}")
    _register()
    config: Any = body.decoder.config
    config._attn_implementation = WATCHED  # noqa: SLF001 # transformers has no public name for it
    try:
        yield
    finally:
        config._attn_implementation = usual  # noqa: SLF001


def _register() -> None:
    """Make the function known to transformers under a name of its own, with the masks of sdpa."""
    from transformers import AttentionInterface, AttentionMaskInterface  # noqa: PLC0415 # `import vtmetrics` stays cheap
    from transformers.integrations.sdpa_attention import sdpa_attention_forward  # noqa: PLC0415
    from transformers.masking_utils import sdpa_mask  # noqa: PLC0415

    def attend(module: nn.Module, query: Tensor, key: Tensor, value: Tensor, *given: Any, **how: Any) -> Any:
        mask = given[0] if given else how.pop("attention_mask", None)
        for look in _LOOKING.get(module, ()):
            look(query, key, mask, how.get("scaling"))
        run, slots = _ASKING.get(module, (None, None))
        if run is None or slots is None or run.decoding:
            return sdpa_attention_forward(module, query, key, value, mask, **how)
        slots, all_ = slots.to(query.device), query.transpose(1, 2)
        few, reads = slots.gather(all_).transpose(1, 2), _rows(mask, slots, key.shape[2])
        found, _ = sdpa_attention_forward(module, few, key, value, reads, **how)
        return slots.spread(found.flatten(2)).view(*all_.shape[:3], -1), None

    AttentionInterface.register(WATCHED, attend)
    AttentionMaskInterface.register(WATCHED, sdpa_mask)


def all_rows(query: Tensor) -> TokenRows:
    """The rows of all tokens that ask (B, H, n, d)."""
    rows, _, size, _ = query.shape
    return TokenRows(torch.arange(rows * size, device=query.device), (size,) * rows)


@torch.no_grad()
def softmax_rows(
    query: Tensor, key: Tensor, mask: Tensor | None, scaling: float | None, placed: TokenRows
) -> tuple[Tensor, ...]:
    """The attention weights (H, n, keys) of some tokens of each row of the batch, and of no others."""
    rows, heads, size, width = query.shape
    flat = placed.on(query.device)
    asked = query.transpose(1, 2).reshape(rows * size, heads, width).index_select(0, flat)
    queries = torch.split(asked, list(placed.counts))
    places = torch.split(flat % size, list(placed.counts))
    finest, found = torch.promote_types(query.dtype, torch.float32), []
    for row, (some, where) in enumerate(zip(queries, places, strict=True)):
        # heads that share their keys lie side by side
        grouped = some.transpose(0, 1).reshape(key.shape[1], -1, width)
        scores = (grouped @ key[row].mT).view(heads, len(where), key.shape[2]) * (scaling or width**-0.5)
        scores = _among(scores, mask, row, where, key.shape[2] - size)
        found.append(scores.softmax(-1, dtype=finest).to(query.dtype))
    return tuple(found)


def _among(scores: Tensor, mask: Tensor | None, row: int, where: Tensor, seen: int) -> Tensor:
    """The scores (H, n, keys) of whom tokens at these places of a row, behind so many, may read."""
    if mask is None:
        readable = where[:, None] + seen >= torch.arange(scores.shape[2], device=where.device)
    else:
        readable = mask[min(row, len(mask) - 1)].index_select(1, where)
    if readable.dtype != torch.bool:
        return scores + readable
    return scores.masked_fill(~readable, torch.finfo(scores.dtype).min)


def _rows(mask: Tensor | None, slots: PresentTokens, keys: int) -> Tensor:
    """Whom the tokens in these slots read (B, 1 or H, n, keys)."""
    if mask is None:
        return slots.index[:, None, :, None] >= torch.arange(keys, device=slots.index.device)
    rows = slots.index[:, None, :, None].expand(-1, mask.shape[1], -1, keys)
    return mask.expand(slots.rows, -1, -1, -1).gather(2, rows)
