"""Anatomy: which architectures can be edited, and where the parts of each are."""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import torch
from torch import nn

from vtmetrics.nets import contract
from vtmetrics.nets.families import REFUSED

#: what a processor writes an image as, by the names that configurations have for it
IMAGE_TOKENS = ("image_token_id", "image_token_index")
#: where a tower keeps its blocks, and what stands last before image tokens enter the decoder
TOWER_BLOCKS = (
    "blocks",
    "encoder.layers",
    "encoder.layer",
    "transformer.layers",
    "layers",
    "vision_model.encoder.layers",
    "transformer.encoder.layers",
    "encoder_layers",
    "model.layers",
    "vision_encoder.layers",
)
BRIDGES = (
    "multi_modal_projector",
    "connector",
    "projector",
    "aligner",
    "vision_projection",
    "mm_projector",
    "merger",
    "visual.merger",
    "vision_model.merger",
)


@dataclass(frozen=True, eq=False)
class Anatomy:
    """Where the parts of a net are, whatever it is wrapped in."""

    family: str
    net: Any
    decoder: Any
    layers: tuple[nn.Module, ...]
    norm: nn.Module
    config: Any
    tupled: bool = False  # whether its layers return tuples of states, and not the states

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
        return contract.axes_of(self.decoder.config)

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """What each layer is: full attention, windowed, across or recurrent."""
        return contract.kinds_of_layers(self.decoder.config, self.layers)

    @property
    def running(self) -> frozenset[int]:
        """The layers that keep a running state in place of keys."""
        return frozenset(layer for layer, kind in enumerate(self.kinds) if kind in contract.RECURRENT)

    @property
    def recurrent(self) -> int | None:
        """The first layer that keeps a running state in place of keys; None if each has keys."""
        return min(self.running, default=None)

    @property
    def crossing(self) -> frozenset[int]:
        """The layers that read image tokens across, from beside the line of words."""
        return frozenset(layer for layer, kind in enumerate(self.kinds) if kind == "cross_attention")

    @property
    def tile(self) -> int:
        """How many image tokens a tile of an image is, where they are read across."""
        return int(self.net.base_model.vision_model.num_patches)

    @property
    def windowed(self) -> bool:
        """Whether some layer reads only what is near."""
        return any(kind in contract.WINDOWS for kind in self.kinds)

    @property
    def window(self) -> float:
        """How many tokens the narrowest layer reads."""
        return contract.window_of(self.decoder.config) if self.windowed else math.inf

    @property
    def image_token(self) -> int | None:
        """The id of image tokens; None if the configuration does not tell it."""
        told = contract.named_part(self.config, IMAGE_TOKENS)
        return None if told is None else int(told)

    def mixer(self, layer: int) -> nn.Module:
        """The attention of a layer, or what it has in its place."""
        part: nn.Module = contract.named_part(self.layers[layer], contract.MIXERS)
        return part

    def plain(self, layer: int) -> bool:
        """Whether each half of a layer adds to the states what it makes, as it is."""
        return contract.is_plain(self.decoder.config, self.layers[layer])

    def ffn(self, layer: int) -> nn.Module:
        """The feed-forward network of a layer."""
        part: nn.Module = contract.named_part(self.layers[layer], contract.NETWORKS)
        return part

    @property
    def attention(self) -> str:
        """The implementation of attention that the decoder uses."""
        return str(self.decoder.config._attn_implementation)  # noqa: SLF001 # transformers has no public name for it

    @property
    def encoder(self) -> tuple[nn.Module, ...]:
        """The blocks of the vision tower."""
        tower = self.net.get_encoder(modality="image")
        blocks = _found(tower, TOWER_BLOCKS)
        if blocks is None:
            raise ValueError(f"blocks of a {type(tower).__name__} stand in none of {', '.join(TOWER_BLOCKS)}")
        return tuple(blocks)

    @property
    def projectors(self) -> tuple[nn.Module, ...]:
        """What turns the tower's tokens into the decoder's; more than one where they are added again."""
        whole = self.net.base_model
        bridge = _found(whole, BRIDGES)
        if bridge is None:
            raise ValueError(f"image tokens of a {self.family} come from none of {', '.join(BRIDGES)}")
        again = getattr(getattr(whole, "visual", None), "deepstack_merger_list", ())
        return (bridge, *again)

    @property
    def bridges(self) -> tuple[nn.Module, ...]:
        """The last layers before image tokens enter the decoder; more than one where they are added again."""
        return tuple(map(_last, self.projectors))

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
    if not hasattr(config, "get_text_config"):
        raise ValueError(f"a net of transformers can be edited, not a {family}")
    if family in REFUSED:
        raise ValueError(f"a {family} can't be edited: {REFUSED[family]}")
    decoder = contract.decoder_of(whole)
    contract.check_contract(family, decoder)
    layers = tuple(decoder.layers)[: decoder.config.num_hidden_layers]
    norm = contract.named_part(decoder, contract.LAST_NORMS)
    _check_interpreted(net, whole, whole.base_model, decoder, *layers, norm)
    return Anatomy(family, whole, decoder, layers, norm, config)


def _last(bridge: nn.Module) -> nn.Module:
    # by what it has, not by its class: a quantised layer is no nn.Linear
    linear = [module for module in bridge.modules() if hasattr(module, "out_features")]
    return linear[-1] if linear else bridge


def _found(whole: Any, places: tuple[str, ...]) -> Any:
    """What stands at the first of these places that there is."""
    for place in places:
        part = whole
        for name in place.split("."):
            part = getattr(part, name, None)
        if part is not None:
            return part
    return None


def _check_interpreted(*parts: nn.Module) -> None:
    for part in parts:
        # torch.compile(net) wraps it, net.compile() does not.
        if "_orig_mod" in part._modules or part._compiled_call_impl is not None:  # noqa: SLF001 # no public name
            kind = type(part).__name__
            raise ValueError(
                f"a compiled {kind} ignores hooks that are added later: edit it as it was before"
            )
