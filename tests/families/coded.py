"""Types whose images become entries of a codebook, and those with a tower of high resolution."""

from functools import partial

from tests.engine.small_nets import PATCH, SIDE
from tests.families.recipe import SQUARE, SQUARES, Pictured, small
from tests.suite.foreign_checkpoints import CROPPED

#: how many entries a codebook has, and the first of the tokens that they are
CODES, BEYOND = 64, 1000
SAM = {
    **SQUARES,
    "output_channels": 16,
    "window_size": 2,
    "global_attn_indexes": [1],
    "num_pos_feats": 8,
    "mlp_dim": 48,
}
#: of these a picture is 256 tokens, whatever the processor is told
WIDE = {**SAM, "image_size": 256, "window_size": 16, "global_attn_indexes": []}
LARGE = {"height": 256, "width": 256}


def _coded(kind, codes, **numbers):
    config = small(kind)
    names = {name: BEYOND + number for number, name in enumerate(codes)}
    config.vocabulary_map = {**config.vocabulary_map, "<image>": 3, **names}
    for name, value in numbers.items():
        setattr(config.vq_config, name, value)
    return config


def _lettered(number):
    return "".join(chr(ord("A") + int(digit)) for digit in str(number))


def _chameleon():
    codes = [f"IMGIMG{_lettered(number)}Z" for number in range(CODES)]
    numbers = {"resolution": SIDE, "base_channels": 32, "latent_channels": 32, "num_embeddings": CODES}
    return _coded("chameleon", codes, **numbers)


def _emu3():
    codes = [f"<|visual token {number:06d}|>" for number in range(CODES)]
    return _coded("emu3", codes, base_channels=32, codebook_size=CODES, channel_multiplier=(1, 1, 1, 1))


def _hybrid():
    config = small("deepseek_vl_hybrid", SQUARES)
    for name, value in SAM.items():
        setattr(config.high_res_vision_config, name, value)
    return config


def _deepseek_ocr2():
    config = small("deepseek_ocr2")
    config.vision_config.encoder_config.layer_types = ["full_attention"] * 2
    for name, value in {**WIDE, "downsample_channels": [16, 32]}.items():
        setattr(config.vision_config.sam_config, name, value)
    return config


CODED = {
    "chameleon": Pictured(
        _chameleon,
        "ChameleonProcessor",
        {"image_processor_type": "ChameleonImageProcessor", **CROPPED},
        {"image_seq_length": 1, "image_token": "<image>"},
    ),
    "emu3": Pictured(
        _emu3,
        "Emu3Processor",
        {"image_processor_type": "Emu3ImageProcessor", "min_pixels": 256, "max_pixels": 1024},
        named={"image_wrapper_token": "<vision>", "eof_token": "</vision>"},
    ),
    "deepseek_vl_hybrid": Pictured(
        _hybrid,
        "DeepseekVLHybridProcessor",
        {"image_processor_type": "DeepseekVLHybridImageProcessor", "size": SQUARE, "high_res_size": SQUARE},
        {"num_image_tokens": 16},
    ),
    "deepseek_ocr2": Pictured(
        _deepseek_ocr2,
        "DeepseekOcr2Processor",
        {"image_processor_type": "DeepseekOcr2ImageProcessor", "size": LARGE, "tile_size": 192},
        {"patch_size": PATCH, "downsample_ratio": 4},
    ),
    "got_ocr2": Pictured(
        partial(small, "got_ocr2", WIDE),
        "GotOcr2Processor",
        {"image_processor_type": "GotOcr2ImageProcessor", "size": LARGE},
        mark="<imgpad>",
        placeholder="<imgpad>",
        attention="eager",
    ),
    "pp_chart2table": Pictured(
        partial(small, "pp_chart2table", WIDE),
        "PPChart2TableProcessor",
        {"image_processor_type": "PPChart2TableImageProcessor", "size": LARGE},
        mark="<imgpad>" * 256,
        placeholder="<imgpad>",
        named={"image_token": "<imgpad>"},
        attention="eager",
    ),
}
