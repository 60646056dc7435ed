"""Hooks that record: inside of layers, and in the vision tower."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from torch import Tensor, nn

from vtmetrics.engine.edited_run import EditedRun
from vtmetrics.engine.record import weights_of
from vtmetrics.engine.token_rows import TokenRows
from vtmetrics.unmeasured import NotMeasured


def hook_records(run: EditedRun, layer: int, undo: ExitStack) -> None:
    """Records that lie inside of a layer; those between layers are taken at its input."""
    inside = {"attention", "middle", "ffn", "weights" if run.body.attention == "eager" else "ffn"}
    for name, record in run.records.items():
        if record.site in inside:
            placed = None if record.later else run.placed(record, layer)
            undo.callback(_hook_record(run, name, layer, placed).remove)


def _hook_record(run: EditedRun, name: str, layer: int, placed: TokenRows | None) -> Any:
    module: Any = run.body.layers[layer]
    site = run.records[name].site
    if site != "weights" and not run.body.plain(layer):
        kind = type(module).__name__
        raise NotMeasured(
            f"what a half of a layer adds is recorded where it is added as it is, not of a {kind}"
        )

    # Not what a layer does a second time, for its gradients, and decoding only if it is asked.
    def take(output: Tensor) -> None:
        if run.takes(name):
            rows = tuple(output.detach().clone()) if placed is None else placed.split(output)
            run.read(name, layer, rows)

    def take_weights(weights: Tensor) -> None:
        if run.takes(name):
            rows = tuple(weights.detach().clone()) if placed is None else weights_of(weights, placed)
            run.read_weights(name, layer, rows)

    if site == "middle":
        return module.post_attention_layernorm.register_forward_pre_hook(lambda _, args: take(args[0]))
    if site == "ffn":
        return run.body.ffn(layer).register_forward_hook(lambda _, __, output: take(output))
    if site == "attention":
        return run.body.mixer(layer).register_forward_hook(lambda _, __, output: take(output[0]))
    return run.body.mixer(layer).register_forward_hook(lambda _, __, output: take_weights(output[1]))


def hook_encoder(run: EditedRun, undo: ExitStack) -> None:
    """Records in the vision tower."""
    names = [name for name, record in run.records.items() if record.site == "encoder"]
    blocks = run.body.encoder if names else ()

    def before(name: str, block: int) -> Callable[..., None]:
        def hook(_: nn.Module, args: tuple[Tensor, ...], given: dict[str, Any]) -> None:
            states = args[0] if args else given["hidden_states"]
            run.read(name, block, (states.detach().clone(),))

        return hook

    def after(name: str) -> Callable[..., None]:
        def hook(_: nn.Module, __: Any, output: Any) -> None:
            states = output[0] if isinstance(output, tuple) else output
            run.read(name, len(blocks), (states.detach().clone(),))

        return hook

    for name in names:
        for number, block in enumerate(blocks):
            undo.callback(block.register_forward_pre_hook(before(name, number), with_kwargs=True).remove)
        undo.callback(blocks[-1].register_forward_hook(after(name)).remove)
