"""Shrunk configurations: every image-text-to-text type of transformers, a few thousand weights of each.

A default configuration is made narrow and shallow by the names of its numbers; what some types lack by
default or want otherwise stands below by their names.
"""

import torch
import transformers as hf
from transformers.configuration_utils import PreTrainedConfig
from transformers.integrations.heterogeneity.configuration_utils import (
    AmbiguousGlobalPerLayerAttributeError,
)
from transformers.models.auto.configuration_auto import CONFIG_MAPPING
from transformers.models.auto.modeling_auto import MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES

TYPES = sorted(MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES)
LAYERS, VOCABULARY, SPREAD = 6, 160, 0.12
#: how far weights scatter where rounding grows with them: there, generation and prefill are 2e-5 apart anyway
SPREADS = {
    **dict.fromkeys(("qwen3_5", "qwen3_5_moe"), 0.05),
    "muse_spark": 0.03,
    **dict.fromkeys(("minicpm_ocr", "minicpmv4_6", "minicpmv4_7"), 0.05),
    **dict.fromkeys(("gemma4", "gemma4_unified"), 0.02),
}
#: types of which that is not enough
DOUBLE = ("gemma4", "gemma4_unified")
#: what numbers of these names become, wherever a configuration has them
NUMBERS = {
    32: "hidden_size d_model embed_dim out_hidden_size projection_dim text_embed_dim output_hidden_size",
    48: "intermediate_size ffn_dim encoder_ffn_dim decoder_ffn_dim intermediate_size_mlp",
    4: "num_attention_heads num_heads decoder_attention_heads encoder_attention_heads num_experts "
    "n_routed_experts num_local_experts moe_num_experts linear_num_value_heads",
    2: "num_key_value_heads num_global_key_value_heads num_hidden_layers depth encoder_layers decoder_layers "
    "num_experts_per_tok linear_num_key_heads index_n_heads",
    1: "n_group topk_group first_k_dense_replace moe_num_shared_experts bos_token_id",
    0: "pad_token_id num_kv_shared_layers",
    8: "head_dim global_head_dim sliding_window attention_chunk_size qk_nope_head_dim qk_rope_head_dim "
    "v_head_dim linear_key_head_dim linear_value_head_dim hidden_size_per_layer_input index_head_dim "
    "index_topk",
    16: "moe_intermediate_size q_lora_rank kv_lora_rank qk_head_dim shared_expert_intermediate_size "
    "moe_shared_expert_intermediate_size",
    256: "max_position_embeddings",
    VOCABULARY: "vocab_size vocab_size_per_layer_input",
}
SMALL = {name: size for size, names in NUMBERS.items() for name in names.split()}
SECTIONS = {"rope_type": "default", "rope_theta": 10_000.0, "mrope_section": [1, 1, 2]}
HALF = {**SECTIONS, "partial_rotary_factor": 0.5, "mrope_section": [1, 1, 0]}
SECTIONED = (
    "qwen2_vl qwen2_5_vl qwen3_vl qwen3_vl_moe glm4v glm46v glm_ocr glmga cosmos3_omni paddleocr_vl "
    "qwen2_5_omni_thinker qwen3_omni_moe_thinker"
)
SIX = ["full_attention"] * LAYERS
#: what single types want of their text model
TEXT = {
    **{kind: {"rope_parameters": SECTIONS} for kind in SECTIONED.split()},
    "glm4v_moe": {"rope_parameters": HALF},
    "deepseek_ocr2": {"mlp_layer_types": ["dense"] * LAYERS},
    "cohere_compass": {
        "layer_types": SIX,
        "rope_parameters": {"full_attention": {"rope_type": "default", "rope_theta": 10_000.0}},
    },
    "ernie4_5_vl_moe": {"rope_parameters": {**SECTIONS, "mrope_section": [1, 1, 2]}, "head_dim": 8},
    "hunyuan_vl": {"head_dim": 8},
    "lfm2_vl": {"layer_types": ["conv", "full_attention"] * 3},
    "mistral4": {"head_dim": 16},
    "mllama": {"cross_attention_layers": [1, 4]},
    "step3p7": {"sliding_window": 8},
}
#: what single types want of their tower
TOWER = {
    "mllama": {
        "image_size": 16,
        "patch_size": 4,
        "max_num_tiles": 2,
        "num_global_layers": 1,
        "vision_output_dim": 64,
        "intermediate_layers_indices": [0],
        "supported_aspect_ratios": [[1, 1], [1, 2], [2, 1]],
    },
}
#: what single types want besides
WHOLE = {
    "chameleon": {"vocabulary_map": {"<image>": 150}},
    "emu3": {"vocabulary_map": {"<image>": 150, "<|extra_200|>": 151}},
    "granite4_vision": {"deepstack_layer_map": [[0, 1]], "spatial_layers": []},
    "qwen2_5_omni_thinker": {"vision_start_token_id": 151},
    "qwen3_omni_moe_thinker": {"vision_start_token_id": 151},
}


def parts(config):
    """A configuration and all that it is made of."""
    yield config
    for part in vars(config).values():
        if isinstance(part, PreTrainedConfig):
            yield from parts(part)


def shrunk(kind):
    """The default configuration of a type, as small as its code allows."""
    config = CONFIG_MAPPING[kind]()
    text = config.get_text_config()
    for part in parts(config):
        _shrink(part)
    for name in ("num_hidden_layers", "decoder_layers"):
        if hasattr(text, name):
            setattr(text, name, LAYERS)
    for name in ("layer_types", "mlp_layer_types"):
        if getattr(text, name, None):
            setattr(text, name, list(getattr(text, name))[:LAYERS])
    for part, told in ((text, TEXT), (getattr(config, "vision_config", None), TOWER), (config, WHOLE)):
        for name, value in told.get(kind, {}).items():
            setattr(part, name, value)
    return config


def _shrink(part):
    for name, size in SMALL.items():
        try:
            found = getattr(part, name, None)
        except AmbiguousGlobalPerLayerAttributeError:  # what is told layer by layer stays as it is
            continue
        if isinstance(found, int) and not isinstance(found, bool):
            setattr(part, name, size)
    if hasattr(part, "kv_lora_rank"):  # each head has keys of its own
        part.num_key_value_heads = part.num_attention_heads
    if hasattr(part, "eos_token_id"):
        part.eos_token_id = None


def random_net(kind):
    """A net of this type whose weights are all drawn, so that no layer does next to nothing."""
    names = MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES[kind]
    family = getattr(hf, names if isinstance(names, str) else names[0])
    config = shrunk(kind)
    torch.manual_seed(0)
    try:
        net = family._from_config(config, attn_implementation="sdpa")
    except ValueError as error:
        if "attention implementation" not in str(error):
            raise
        net = family._from_config(config, attn_implementation="eager")
    for name, weight in net.named_parameters():
        if name.endswith("_gate"):  # closed at first
            weight.data.fill_(0.8)
        if weight.ndim > 1:
            weight.data.normal_(0, SPREADS.get(kind, SPREAD))
    net = net.double() if kind in DOUBLE else net
    return net.eval().requires_grad_(requires_grad=False)
