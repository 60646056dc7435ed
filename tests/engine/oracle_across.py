"""What a layer reads across under an edit, the slow way: all image tokens are there, and hidden by hand."""

from typing import Any

import torch

from tests.engine.oracle_steps import Blinded, Gone


class Across:
    """A layer that reads image tokens beside the line, of which nobody may read some, or no new word."""

    def __init__(self, oracle: Any, steps: Any, layer: int) -> None:
        self.module, self.before = oracle.layers[layer], None
        image = oracle.beside["image"]
        size = oracle.inputs["input_ids"].shape[1]
        hidden = torch.zeros(len(image), size, image.shape[1], dtype=torch.bool)
        for step in steps:
            if isinstance(step, Gone) and step.tokens in oracle.beside:
                gone = oracle.beside[step.tokens][:, None]
                hidden |= gone & (step.first <= layer < step.last)
                hidden[:, oracle.prompt :] |= gone & step.evicted
            if isinstance(step, Blinded) and step.first <= layer < step.last:
                readers = oracle.aimed(step)
                readers[:, oracle.prompt :] = step.decoding
                read = oracle.beside.get(step.to, torch.zeros_like(image))  # as what stands in the line
                hidden |= readers[:, :, None] & read[:, None]
        self.hidden, self.nothing = hidden, ~(image[:, None] & ~hidden).any(-1)

    def hooks(self) -> list[Any]:
        first = self.module.register_forward_pre_hook(self._hide, with_kwargs=True)
        return [first, self.module.register_forward_hook(self._pass)]

    def _hide(self, _: Any, args: Any, given: dict[str, Any]) -> Any:
        self.before = args[0]
        mask = given["cross_attention_mask"]
        least = torch.finfo(mask.dtype).min
        return args, {**given, "cross_attention_mask": mask.masked_fill(self.hidden[:, None], least)}

    def _pass(self, _: Any, __: Any, output: torch.Tensor) -> torch.Tensor:
        """A word that has no image token to read is passed over by the layer."""
        return torch.where(self.nothing[..., None], self.before, output)
