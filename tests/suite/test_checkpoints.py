"""A checkpoint that lacks weights is refused: freshly drawn ones would answer in its name."""

import pytest
from safetensors.torch import load_file, save_file

from fixtures.models.build import build
from vtmetrics.nets.loading import load

LOST = "layers.3.mlp.up_proj.weight"


@pytest.mark.parametrize("damage", ["missing", "of another shape"])
def test_a_layer_without_its_weights_is_refused_by_name(tmp_path, damage):
    build("llava", 0, tmp_path)
    weights = load_file(tmp_path / "model.safetensors")
    name = next(name for name in weights if "language_model" in name and name.endswith(LOST))
    kept = weights.pop(name)
    if damage == "of another shape":
        weights[name] = kept[:-1].clone()
    save_file(weights, tmp_path / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(
        (ValueError, RuntimeError), match=r"layers\.3\.mlp\.up_proj|size mismatch|ignore_mismatched"
    ):
        load(tmp_path)
