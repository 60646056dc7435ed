"""What an edited run must give, worked out the slow way: all tokens in every layer, keys masked by hand.

Nothing of the engine is used. A step is a tuple of plain values, and an absent token is one whose keys nobody
can read and whose state is put back after every layer. Generated tokens lengthen the sequence; no cache.
"""

import inspect
from collections.abc import Sequence
from typing import Any

import torch

from tests.engine.oracle_across import Across
from tests.engine.oracle_steps import Blinded, Frozen, Gone, Misread, Replaced, Scaled, Step


def continued(inputs: dict[str, Any], generated: torch.Tensor) -> dict[str, Any]:
    """The inputs with generated tokens behind the prompt, and positions where a net would count padding."""
    longer = dict(inputs)
    longer["input_ids"] = torch.cat([inputs["input_ids"], generated], 1)
    longer["attention_mask"] = torch.cat([inputs["attention_mask"], torch.ones_like(generated)], 1)
    for name in {"mm_token_type_ids", "token_type_ids"} & inputs.keys():
        types = inputs[name]
        said = name == "token_type_ids" and not types.any()  # where prompts read both ways, answers don't
        longer[name] = torch.cat([types, torch.full_like(generated, said).to(types)], 1)
    if "cross_attention_mask" in inputs:
        read = inputs["cross_attention_mask"]
        more = read[:, -1:].expand(-1, generated.shape[1], -1, -1)
        longer["cross_attention_mask"] = torch.cat([read, more], 1)
    if "mm_token_type_ids" not in inputs:
        longer["position_ids"] = (longer["attention_mask"].cumsum(1) - 1).clamp(min=0)
    return longer


def _part(module: Any, *names: str) -> Any:
    return next(getattr(module, name) for name in names if hasattr(module, name))


MIXERS = "self_attn", "cross_attn", "linear_attn", "conv"


def _given(args: Any, given: dict[str, Any]) -> torch.Tensor:
    """The states that a part is called with."""
    return args[0] if args else given["hidden_states"]


class Oracle:
    """A net, one batch of prompts with their masks, and the tokens that an edited run has generated."""

    def __init__(
        self,
        net: Any,
        inputs: dict[str, Any],
        masks: dict[str, torch.Tensor],
        generated: Any,
        donor: dict[str, Any] | None = None,
        beside: dict[str, torch.Tensor] | None = None,
    ) -> None:
        decoder = net.get_decoder()
        self.net, self.decoder = net, decoder if hasattr(decoder, "layers") else decoder.model
        self.layers, self.norm = (
            list(self.decoder.layers),
            _part(self.decoder, "norm", "final_layernorm", "embedding_norm"),
        )
        self.inputs = continued(inputs, generated)
        self.donor = continued(donor, generated) if donor else None
        self.prompt, self.new = inputs["input_ids"].shape[1], generated.shape[1]
        self.masks, self.beside = masks, beside or {}
        self.valid = self.inputs["attention_mask"].bool()

    def logits(self, steps: Sequence[Step]) -> torch.Tensor:
        """The logits (B, S + T, V) of the edited run."""
        plain = self._call(_Watch(self)) if any(isinstance(s, Replaced | Misread) for s in steps) else None
        other = self._call(_Watch(self, self._read(steps)), self.donor) if self.donor else None
        return self._call(_Masked(self, steps, plain, other)).logits

    def aimed(self, step: Step) -> torch.Tensor:
        """The step's tokens; never the last one of the prompt, unless it is meant."""
        mask = self.masks.get(step.tokens, torch.zeros_like(self.masks["readout"]))
        mask = mask if step.tokens == "readout" else mask & ~self.masks["readout"]
        return torch.nn.functional.pad(mask, (0, self.new))

    def _read(self, steps: Sequence[Step]) -> list[Any]:
        return [part for step in steps if isinstance(step, Misread) for part in self.keyed(step.at)]

    def keyed(self, layer: int) -> list[Any]:
        """What makes a layer's keys and values; where that is one part with more, the whole attention.

        Queries come out of that as well, but only for tokens whose states are put back.
        """
        mixer = _part(self.layers[layer], *MIXERS)
        parts = [getattr(mixer, name, None) for name in ("k_proj", "v_proj")]
        return parts if all(parts) and not hasattr(mixer, "indexer") else [mixer]

    def _call(self, watch: Any, inputs: dict[str, Any] | None = None) -> Any:
        handles = watch.hooks()
        try:
            watch.out = self.net(**(inputs or self.inputs), use_cache=False)
        finally:
            for handle in handles:
                handle.remove()
        return watch if isinstance(watch, _Watch) else watch.out


class _Watch:
    """The states that every layer of a plain run receives, and those that some parts of it do."""

    def __init__(self, oracle: Oracle, parts: Sequence[Any] = ()) -> None:
        self.oracle, self.parts = oracle, parts
        self.states: list[torch.Tensor] = []
        self.seen: dict[Any, torch.Tensor] = {}

    def hooks(self) -> list[Any]:
        def keep(_: Any, args: Any) -> None:
            self.states.append(args[0].clone())

        def see(part: Any, args: Any, given: dict[str, Any]) -> None:
            self.seen[part] = _given(args, given).clone()

        handles = [part.register_forward_pre_hook(keep) for part in (*self.oracle.layers, self.oracle.norm)]
        return handles + [part.register_forward_pre_hook(see, with_kwargs=True) for part in self.parts]


class _Masked:
    """A run whose layers are given masks, positions and states by hand."""

    def __init__(
        self, oracle: Oracle, steps: Sequence[Step], plain: _Watch | None, donor: _Watch | None
    ) -> None:
        self.oracle, self.steps, self.plain, self.donor = oracle, steps, plain, donor
        self.before: torch.Tensor | None = None
        self.gone = [self._gone(layer) for layer in range(len(oracle.layers))]
        self.masked = any(isinstance(step, Gone | Blinded) for step in steps)

    def _gone(self, layer: int) -> torch.Tensor:
        gone = torch.zeros_like(self.oracle.valid)
        for step in self.steps:
            if isinstance(step, Gone) and step.first <= layer < step.last:
                gone |= self.oracle.aimed(step)
        return gone

    def hooks(self) -> list[Any]:
        handles = [
            self.oracle.norm.register_forward_pre_hook(
                lambda _, args: (self._state(len(self.oracle.layers), args[0]),)
            )
        ]
        for layer, module in enumerate(self.oracle.layers):
            handles.append(module.register_forward_pre_hook(self._enter(layer), with_kwargs=True))
            mixer = _part(module, *MIXERS)
            handles.append(mixer.register_forward_hook(self._stop(layer, "attention")))
            network = _part(module, "mlp", "feed_forward")
            handles.append(network.register_forward_hook(self._stop(layer, "ffn")))
            if hasattr(module, "cross_attn"):
                handles += Across(self.oracle, self.steps, layer).hooks()
        for step in self.steps:
            if isinstance(step, Misread):
                parts = self.oracle.keyed(step.at)
                hook = self._misread(step)
                handles += [part.register_forward_pre_hook(hook, with_kwargs=True) for part in parts]
        return handles

    def _misread(self, step: Misread) -> Any:
        """What keys and values are made of: what the donor's are, where the tokens are."""

        def hook(part: Any, args: Any, given: dict[str, Any]) -> Any:
            aimed = self.oracle.aimed(step)[..., None]
            made = torch.where(aimed, self.donor.seen[part], _given(args, given))
            return ((made, *args[1:]), given) if args else (args, {**given, "hidden_states": made})

        return hook

    def _enter(self, layer: int) -> Any:
        def hook(_: Any, args: Any, given: dict[str, Any]) -> Any:
            states = self._state(layer, args[0])
            self.before = states
            if self.masked and hasattr(self.oracle.layers[layer], "self_attn"):
                mask = self._mask(layer, states, given["attention_mask"])
                given = {**given, "attention_mask": mask}
            if (
                any(isinstance(step, Gone) and step.renumbered for step in self.steps)
                and self.gone[layer].any()
            ):
                given["position_embeddings"] = self._turns(layer, states)
            return (states, *args[1:]), given

        return hook

    def _state(self, layer: int, states: torch.Tensor) -> torch.Tensor:
        """The states that a layer receives: those of absent tokens as they were, then what the steps say."""
        if layer > 0:
            states = torch.where(self.gone[layer - 1][..., None], self.before, states)
        for step in self.steps:
            if isinstance(step, Replaced) and step.at == layer:
                states = torch.where(self.oracle.aimed(step)[..., None], self.plain.states[step.by], states)
            if isinstance(step, Misread) and step.at + 1 == layer:
                states = torch.where(self.oracle.aimed(step)[..., None], self.plain.states[layer], states)
            if isinstance(step, Scaled) and step.at == layer:
                states = torch.where(self.oracle.aimed(step)[..., None], states * step.factor, states)
        return states

    def _mask(self, layer: int, states: torch.Tensor, own: torch.Tensor | None) -> torch.Tensor:
        """What the net lets read whom, if it is there; and everybody reads itself."""
        size = states.shape[1]
        there = self.oracle.valid & ~self.gone[layer]
        reads = torch.ones(size, size, dtype=torch.bool).tril()
        if own is not None:
            reads = (own if own.dtype == torch.bool else own > -1)[:, 0]
        reads = reads & there[:, None, :]
        for step in self.steps:
            if isinstance(step, Gone) and step.evicted:
                reads[:, self.oracle.prompt :] &= ~self.oracle.aimed(step)[:, None, :]
        for step in self.steps:
            if isinstance(step, Blinded) and step.first <= layer < step.last:
                reads &= ~self._blind(step)
        reads = (reads | torch.eye(size, dtype=torch.bool))[:, None]
        if self.oracle.decoder.config._attn_implementation == "sdpa":
            return reads
        return torch.zeros(reads.shape).masked_fill(~reads, torch.finfo(torch.float32).min)

    def _blind(self, step: Blinded) -> torch.Tensor:
        readers = self.oracle.aimed(step)
        readers[:, self.oracle.prompt :] = step.decoding
        nowhere = torch.zeros_like(self.oracle.masks["readout"])  # as what stands beside the line
        read = torch.nn.functional.pad(self.oracle.masks.get(step.to, nowhere), (0, self.oracle.new))
        return readers[:, :, None] & read[:, None, :]

    def _turns(self, layer: int, states: torch.Tensor) -> Any:
        there = self.oracle.valid & ~self.gone[layer]
        ranks = (there.long().cumsum(1) - 1).clamp(min=0)
        if "mm_token_type_ids" in self.oracle.inputs:
            ranks = ranks.expand(3, -1, -1)
        turn = self.oracle.decoder.rotary_emb
        if "layer_type" in inspect.signature(turn.forward).parameters:
            return turn(states, ranks, self.oracle.decoder.config.layer_types[layer])
        return turn(states, ranks)

    def _stop(self, layer: int, sublayer: str) -> Any:
        def hook(_: Any, __: Any, output: Any) -> Any:
            frozen = torch.zeros_like(self.oracle.valid)
            for step in self.steps:
                if isinstance(step, Frozen) and step.first <= layer < step.last and getattr(step, sublayer):
                    frozen |= self.oracle.aimed(step)
                    if step.decoding:
                        frozen[:, self.oracle.prompt :] = True
            made = output[0] if isinstance(output, tuple) else output
            stopped = made.view(*frozen.shape, -1).masked_fill(frozen[..., None], 0).view(made.shape)
            return (stopped, *output[1:]) if isinstance(output, tuple) else stopped

        return hook
