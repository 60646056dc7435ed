"""The hooks that make an edit true while a net runs: all that an edited run needs, in the order they act.

    net               before   a call by another thread or of other inputs than the layout's is refused
    decoder           before   a call begins: the whole prompt, or what follows it
      layer 0         before   its input: states are borrowed, tokens hold other states, leave or come back;
                               then what is recorded between layers; then masks and positions of who is there
        attention     inside   what some tokens attend to is recorded
        queries       around   frozen tokens make none, nor outputs, where attention is sdpa
        the layer     in place of it, where both halves are closed to the same tokens: the others alone
        attention     behind   frozen tokens keep their states; what attention adds is recorded
        second norm   before   what tokens hold in the middle of the layer is recorded
        feed-forward  before   frozen tokens are not computed
        feed-forward  behind   they keep their states; what it adds is recorded
      layer 1 …
      last norm       before   tokens come back as they left, and the cache forgets who is gone
    decoder           behind   under M-RoPE, which cache it filled: it is of no use when the run is over
    vision block      before, and behind the last: what the tower holds is recorded

`EditedRun` knows what is to be done, and what has to be remembered from one hook to the next.
"""

import inspect
import weakref
from contextlib import ExitStack
from typing import Any

from torch import Tensor, nn

from vtmetrics.engine.edited_run import EditedRun
from vtmetrics.engine.gates import Closed, without_updates
from vtmetrics.engine.input_check import refuse_other_media
from vtmetrics.engine.kv_cache import passed_cache
from vtmetrics.engine.layer_inputs import by_name
from vtmetrics.engine.net_tail import standing_in
from vtmetrics.engine.presence import PresentTokens
from vtmetrics.engine.record_hooks import hook_encoder, hook_records
from vtmetrics.engine.spared_layer import open_alone, updated_alone
from vtmetrics.engine.watched_attention import asking, projected


def hook_net(run: EditedRun, undo: ExitStack) -> None:
    """Register every hook of a run; closing `undo` removes them."""
    _hook_call(run, undo)
    _hook_decoder(run, undo)
    for layer in range(run.body.depth):
        _hook_input(run, layer, undo)
        _hook_gates(run, layer, undo)
        hook_records(run, layer, undo)
    _hook_norm(run, undo)
    hook_encoder(run, undo)


def _hook_call(run: EditedRun, undo: ExitStack) -> None:
    """The call of the net, the last place where ids and masks are as they came."""
    names = tuple(inspect.signature(run.body.net.forward).parameters)

    def check(_: nn.Module, args: tuple[Any, ...], given: dict[str, Any]) -> None:
        refuse_other_media(dict(zip(names, args, strict=False)) | given)
        ids = args[0] if args else given.get("input_ids")
        run.check(ids, given.get("attention_mask"), given.get("past_key_values"))

    undo.callback(run.body.net.register_forward_pre_hook(check, with_kwargs=True).remove)


def _hook_decoder(run: EditedRun, undo: ExitStack) -> None:
    def begin(_: nn.Module, args: tuple[Any, ...], given: dict[str, Any]) -> None:
        embedded = given.get("inputs_embeds")
        if embedded is None:
            embedded = args[0] if args else given["input_ids"]
        run.begin(embedded, passed_cache(given))

    def end(_: nn.Module, __: Any, output: Any) -> None:
        if (store := getattr(output, "past_key_values", None)) is not None:
            run.caches.append(weakref.ref(store))

    undo.callback(run.body.decoder.register_forward_pre_hook(begin, with_kwargs=True).remove)
    if hasattr(run.body.net.base_model, "rope_deltas"):
        undo.callback(run.body.decoder.register_forward_hook(end).remove)


def _hook_input(run: EditedRun, layer: int, undo: ExitStack) -> None:
    """What a layer receives, where anything happens to it."""
    moves, watches, fits = run.moves(layer), run.watches, run.fits(layer)
    if not (moves or watches or fits):
        return

    def enter(module: nn.Module, args: tuple[Any, ...], given: dict[str, Any]) -> Any:
        states, told = by_name(module, args, given)
        if moves and not run.decoding:
            states = run.arrive(layer, states)
        if watches:
            run.watch(layer, states)
        if not (moves or fits):
            return None
        return (states,), (run.fit(layer, states, told) if fits else told)

    undo.callback(run.body.layers[layer].register_forward_pre_hook(enter, with_kwargs=True).remove)


def _hook_norm(run: EditedRun, undo: ExitStack) -> None:
    def finish(_: nn.Module, args: tuple[Tensor, ...]) -> tuple[Tensor, ...] | None:
        if run.decoding and not run.reducing:
            run.watch(run.body.depth, args[0])
        if run.decoding or run.reducing or not run.reading:
            return None
        states = run.arrive(run.body.depth, args[0])
        run.watch(run.body.depth, states)
        run.finish()
        return (states,)

    undo.callback(run.body.norm.register_forward_pre_hook(finish).remove)


def _hook_gates(run: EditedRun, layer: int, undo: ExitStack) -> None:
    """Attention and feed-forward network of a layer that leave some tokens as they are."""
    module = run.body.layers[layer]
    if layer in run.plan.attention or layer in run.plan.ffn:
        undo.callback(module.register_forward_hook(_guard(run)).remove)
    if (alone := updated_alone(run, layer)) is not None:
        _hook_alone(run, layer, alone, undo)
        return
    if gates := run.plan.attention.get(layer):
        closed, slots = Closed(gates, run.plan.slots[layer]), asking(run, layer)
        mixer: Any = run.body.mixer(layer)
        undo.callback(mixer.register_forward_hook(_stop(closed, run, slots)).remove)
        if slots is not None:
            few, everyone = projected(slots, run)
            for part in (mixer.q_proj, mixer.o_proj):
                undo.callback(part.register_forward_pre_hook(few).remove)
                undo.callback(part.register_forward_hook(everyone).remove)
    if gates := run.plan.ffn.get(layer):
        closed = Closed(gates, run.plan.slots[layer])
        undo.callback(_fed(run, layer).register_forward_pre_hook(_gather(closed, run)).remove)
        undo.callback(run.body.ffn(layer).register_forward_pre_hook(_gather_beside(closed, run)).remove)
        undo.callback(run.body.ffn(layer).register_forward_hook(_scatter(closed, run)).remove)


def _hook_alone(run: EditedRun, layer: int, slots: PresentTokens, undo: ExitStack) -> None:
    """A layer that updates these tokens alone, of which attention gives the others' outputs no room."""
    few, everyone = projected(slots, run)
    mixer: Any = run.body.mixer(layer)
    for part in (mixer.q_proj, mixer.o_proj):
        undo.callback(part.register_forward_pre_hook(few).remove)
    undo.callback(mixer.q_proj.register_forward_hook(everyone).remove)
    undo.enter_context(standing_in(run.body.layers[layer], open_alone(run, layer, slots)))


def _fed(run: EditedRun, layer: int) -> nn.Module:
    """Where a feed-forward network begins: with the norm before it, unless somebody looks there."""
    looking = any(record.site == "middle" for record in run.records.values())
    norm: Any = getattr(run.body.layers[layer], "post_attention_layernorm", None)
    return run.body.ffn(layer) if looking or norm is None or not run.body.plain(layer) else norm


def _guard(run: EditedRun) -> Any:
    """A checkpointed layer runs a second time for its gradients: by then its gates must not be gone."""

    def refuse(_: Tensor) -> None:
        if run.over:
            raise RuntimeError(
                "a checkpointed layer is run again for its gradients, and is no longer edited: "
                "call backward() inside the `with`"
            )

    def hook(module: Any, _: Any, output: Any) -> None:
        again = module.training and getattr(module, "gradient_checkpointing", False)
        states = output[0] if isinstance(output, tuple) else output
        if again and states.requires_grad:
            states.register_hook(refuse)

    return hook


def _stop(closed: Closed, run: EditedRun, spared: PresentTokens | None) -> Any:
    def hook(_: nn.Module, __: Any, output: Any) -> Any:
        if run.decoding:
            return without_updates(output) if closed.decoding else output
        if spared is not None:
            return output
        if isinstance(output, tuple):
            return (closed.stop(output[0]), *output[1:])
        return closed.stop(output)

    return hook


def _gather(closed: Closed, run: EditedRun) -> Any:
    def hook(_: nn.Module, args: tuple[Tensor, ...]) -> Any:
        return args if run.decoding else (closed.gather(args[0]), *args[1:])

    return hook


def _gather_beside(closed: Closed, run: EditedRun) -> Any:
    def hook(_: nn.Module, args: tuple[Any, ...]) -> Any:
        return args if run.decoding else (args[0], *closed.gather_beside(args[1:]))

    return hook


def _scatter(closed: Closed, run: EditedRun) -> Any:
    def hook(_: nn.Module, __: Any, output: Any) -> Any:
        if run.decoding:
            return without_updates(output) if closed.decoding else output
        if isinstance(output, tuple):
            return (closed.scatter(output[0]), *output[1:])
        return closed.scatter(output)

    return hook
