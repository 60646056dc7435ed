"""Anatomy: which architectures can be edited, and where the parts of each are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import nn

#: the model types of each family; their decoders are stacks of full causal attention over one sequence in
#: which image tokens stand in line
FAMILIES: Mapping[str, tuple[str, ...]] = {
    "llava": ("llava", "llava_next", "llava_onevision"),
    "qwen": ("qwen2_vl", "qwen2_5_vl", "qwen3_vl"),
    "internvl": ("internvl",),
}
#: the family of each model type
FAMILY_OF = {kind: family for family, kinds in FAMILIES.items() for kind in kinds}
#: the family of a model that a user's own function returns
OWN = "own"
DECODERS = ("llama", "mistral", "qwen2", "qwen3", "qwen2_vl_text", "qwen2_5_vl_text", "qwen3_vl_text")


@dataclass(frozen=True, eq=False)
class Anatomy:
    """Where the parts of a net are, whatever it is wrapped in."""

    family: str
    net: Any
    decoder: Any
    layers: tuple[nn.Module, ...]
    norm: nn.Module
    config: Any

    @property
    def depth(self) -> int:
        return len(self.layers)

    @property
    def device(self) -> torch.device:
        """Where the text is embedded; of a table that accelerate offloads, where it brings it for a call."""
        table = self.net.get_input_embeddings()
        if table.weight.is_meta and hasattr(table, "_hf_hook"):
            return torch.device(table._hf_hook.execution_device)  # noqa: SLF001 # accelerate has no public name
        device: torch.device = table.weight.device
        return device

    @property
    def axes(self) -> int:
        """How many numbers a token's position has: 3 under M-RoPE."""
        return 3 if self.family.startswith("qwen") else 1

    @property
    def attention(self) -> str:
        """The implementation of attention that the decoder uses."""
        return str(self.decoder.config._attn_implementation)  # noqa: SLF001 # transformers has no public name for it

    @property
    def encoder(self) -> tuple[nn.Module, ...]:
        """The blocks of the vision tower."""
        tower = self.net.get_encoder(modality="image")
        if hasattr(tower, "blocks"):
            return tuple(tower.blocks)
        return tuple(tower.encoder.layers if hasattr(tower.encoder, "layers") else tower.encoder.layer)

    @property
    def bridges(self) -> tuple[nn.Module, ...]:
        """The last layers before image tokens enter the decoder; more than one where they are added again."""
        whole = self.net.base_model
        if hasattr(whole, "multi_modal_projector"):
            return (_last(whole.multi_modal_projector),)
        again = getattr(whole.visual, "deepstack_merger_list", ())
        return tuple(map(_last, (whole.visual.merger, *again)))

    @property
    def head(self) -> nn.Module:
        """What turns states into logits."""
        head: nn.Module = self.net.get_output_embeddings()
        return head


def anatomy_of(net: nn.Module) -> Anatomy:
    """Where the parts of this net are; an architecture that cannot be edited is refused by its name."""
    # transformers' own adapters give a net a peft_config, but no wrapper around it.
    whole: Any = cast("Any", net).get_base_model() if hasattr(net, "get_base_model") else net
    config = getattr(whole, "config", None)
    family = getattr(config, "model_type", type(whole).__name__)
    if family not in FAMILY_OF:
        raise ValueError(f"nets of the families {', '.join(FAMILY_OF)} can be edited, not {family}")
    decoder = whole.get_decoder()
    _check_decoder(family, decoder.config)
    layers = tuple(decoder.layers)[: decoder.config.num_hidden_layers]
    _check_interpreted(net, whole, whole.base_model, decoder, *layers, decoder.norm)
    return Anatomy(family, whole, decoder, layers, decoder.norm, config)


def _last(bridge: nn.Module) -> nn.Module:
    # by what it has, not by its class: a quantised layer is no nn.Linear
    return [module for module in bridge.modules() if hasattr(module, "out_features")][-1]


def _check_interpreted(*parts: nn.Module) -> None:
    for part in parts:
        # torch.compile(net) wraps it, net.compile() does not.
        if "_orig_mod" in part._modules or part._compiled_call_impl is not None:  # noqa: SLF001 # no public name
            kind = type(part).__name__
            raise ValueError(
                f"a compiled {kind} ignores hooks that are added later: edit it as it was before"
            )


def _check_decoder(family: str, config: Any) -> None:
    if config.model_type not in DECODERS:
        raise ValueError(
            f"a {family} around one of {', '.join(DECODERS)} can be edited, not around {config.model_type}"
        )
    kinds = set(getattr(config, "layer_types", None) or ()) - {"full_attention"}
    if kinds or getattr(config, "sliding_window", None):
        raise ValueError(
            f"a {family} whose layers all have full attention can be edited, not one with windows"
        )
