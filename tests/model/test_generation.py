"""Drawn texts: side by side, and each by its own chance."""

import torch

from vtmetrics.generation import chance, drawn


def test_a_draw_is_distributed_as_the_model_says():
    """4,000 rows of one prompt: words come as often as their probabilities, sharpened and cut off."""
    logits = torch.tensor([2.0, 1.0, 0.5, 0.0, -1.0])
    rows = logits.expand(4000, -1)
    keys = [str(row) for row in range(4000)]
    for how in (drawn(1), drawn(1, temperature=0.5), drawn(1, top_k=2), drawn(1, top_p=0.7, seed=1)):
        found = torch.bincount(chance(how, keys)(rows, rows).argmax(-1), minlength=5) / 4000
        wanted = (logits / how.temperature).softmax(-1)
        kept = wanted.clone()
        if how.top_k:
            kept[how.top_k :] = 0
        if how.top_p < 1:
            kept[wanted.cumsum(0) - wanted >= how.top_p] = 0
        assert torch.allclose(found, kept / kept.sum(), atol=0.03)
