"""Families: the model types by their names, for `-m`, and those that cannot be edited, each with its reason.

Whether a net can be edited is seen in its own layers; a name only groups models, or spares loading one.
`nox -s families` walks all types that transformers knows, and writes docs/families.md.
"""

from collections.abc import Mapping

#: the model types of each family that `-m` knows by a name of its own
FAMILIES: Mapping[str, tuple[str, ...]] = {
    "llava": ("llava", "llava_next", "llava_onevision", "llava_next_video", "video_llava", "vipllava"),
    "qwen": ("qwen2_vl", "qwen2_5_vl", "qwen3_vl", "qwen3_vl_moe", "qwen3_5", "qwen3_5_moe"),
    "internvl": ("internvl",),
    "gemma": ("gemma3", "gemma4", "gemma4_unified", "shieldgemma2"),
    "paligemma": ("paligemma",),
    "smolvlm": ("smolvlm",),
    "idefics": ("idefics2", "idefics3"),
    "molmo": ("molmo2",),
    "mllama": ("mllama",),
    "glm": ("glm4v", "glm46v", "glm4v_moe", "glm_ocr", "glmga"),
    "mistral3": ("mistral3",),
    "other": (
        *("aria", "aya_vision", "chameleon", "cohere2_vision", "cohere_compass", "cosmos3_edge"),
        *("cosmos3_omni", "deepseek_ocr2", "deepseek_vl", "deepseek_vl_hybrid", "emu3", "exaone4_5", "fuyu"),
        *("got_ocr2", "granite_docling", "hyperclovax_vision_v2", "janus", "kimi_k25", "lighton_ocr"),
        *("minimax_m3_vl", "muse_glimmer", "ovis2", "paddleocr_vl", "pp_chart2table", "qianfan_ocr"),
        *("ernie4_5_vl_moe", "lfm2_vl", "lfm3_vl", "llama4", "minicpm_ocr", "minicpmv4_6", "minicpmv4_7"),
        *("mistral4", "muse_spark", "step3p7", "unlimited_ocr", "video_llama_3"),
    ),
}
#: the family of a model that a user's own function returns
OWN = "own"
#: the family of each model type that has one
FAMILY_OF = {kind: family for family, kinds in FAMILIES.items() for kind in kinds}

_NO_TURNS = "its text model has no rotary positions, which layers would be given"
_BETWEEN = "gated blocks between its layers read images across, which nothing follows"
_ENCODES = "its text model reads an encoder across, and image tokens stand in no line"
#: the types that are known not to be editable, before anything is loaded
REFUSED: Mapping[str, str] = {
    "molmo": "transformers has no code of it, and remote code is never run",
    **dict.fromkeys(("blip-2", "instructblip", "instructblipvideo", "kosmos-2"), _NO_TURNS),
    **dict.fromkeys(("blip", "git", "kosmos-2.5"), _NO_TURNS),
    **dict.fromkeys(("florence2", "t5gemma2", "udop", "pix2struct", "pp_formulanet"), _ENCODES),
    **dict.fromkeys(("vision-encoder-decoder", "evolla"), _ENCODES),
    "idefics": _BETWEEN,
    "pi0": "it answers with movements, not with words",
    "diffusion_gemma": "it writes blocks by diffusion, not word by word",
}


def why_refused(kind: str | None) -> str | None:
    """Why a checkpoint of this type is not loaded; None if its net is to be looked at."""
    if kind in FAMILY_OF:
        return None
    return REFUSED.get(str(kind), "which is not in docs/families.md; nets of others come from a mine.py")
