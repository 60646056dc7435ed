"""What words say again when they look a second time, and what they say of noise or of nothing."""

import pytest
import torch

from tests.planted.plain_hooks import elsewhere, said, states
from vtmetrics.edits.edit import truncate
from vtmetrics.edits.tokens import IMAGE
from vtmetrics.engine.under_edit import edited


def noise(state, mask):
    """As long as the image tokens, in random directions."""
    drawn = torch.randn(state.shape, generator=torch.Generator().manual_seed(0))
    length = state[mask].norm(dim=-1).mean()
    return length * torch.nn.functional.normalize(drawn, dim=-1)


@pytest.fixture(scope="module")
def changed(asked):
    """How far another picture's image states, noise and no image tokens at layer 9 move the logits."""

    def far(name):
        net, inputs, layout = asked(name)
        plain = said(net, inputs, layout)
        mask = IMAGE.mask(layout)
        other = states(net, elsewhere(inputs))[9]
        swaps = (other, noise(states(net, inputs)[9], mask))
        found = [said(net, inputs, layout, at=9, by=by) for by in swaps]
        with torch.no_grad(), edited(net, truncate(9), layout):
            found.append(net(**inputs).logits[layout.named("readout")])
        return [1 - float(torch.cosine_similarity(logits, plain, dim=-1).mean()) for logits in found]

    return far


def test_who_has_read_before_needs_no_second_look_which_another_picture_turns(changed):
    other, noisy, gone = changed("reread")
    assert other > 3 * max(noisy, gone)
    assert gone < 0.02


def test_only_where_nothing_can_be_looked_at_answers_change(changed):
    _, noisy, gone = changed("lonely")
    assert gone > 3 * noisy
