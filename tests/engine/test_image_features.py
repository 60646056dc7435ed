"""Images are encoded once, and every run that follows gives the same bits."""

import pytest
import torch

from tests.engine.small_nets import RECIPES, UNSAID, net, prompts
from vtmetrics.edits.edit import truncate
from vtmetrics.engine import edited, encoded, lent, sweep

pytestmark = pytest.mark.usefixtures("no_gradients")


@pytest.mark.parametrize("family", RECIPES)
def test_encoded_images_give_the_same_runs(family):
    """Read, generated and swept; the tower runs once."""
    model, calls = net(family), []
    inputs, layout = prompts(family, ((3, 5), (6, 3)))
    hook = model.get_encoder(modality="image").register_forward_hook(lambda *_: calls.append(1))
    once = encoded(model, inputs)
    how = {"max_new_tokens": 3, "do_sample": False, "suppress_tokens": UNSAID}
    with edited(model, truncate(2), layout):
        read, said = model(**once).logits, model.generate(**once, **how)
    swept = next(sweep(model, once, layout, [truncate(2)])).logits
    hook.remove()
    assert len(calls) == 1
    with edited(model, truncate(2), layout):
        assert torch.equal(read, model(**inputs).logits)
        assert torch.equal(said, model.generate(**inputs, **how))
    assert torch.equal(swept, read)


@pytest.mark.parametrize("family", RECIPES)
def test_encoded_images_are_searched_with_more_than_once(family):
    """Each search is lent features of its own, because it repeats them where they are held."""
    model = net(family)
    inputs, layout = prompts(family, ((3, 5), (6, 3)))
    once = encoded(model, inputs)
    how = {"max_new_tokens": 3, "num_beams": 2, "do_sample": False, "suppress_tokens": UNSAID}
    with edited(model, truncate(2), layout, beams=2):
        found = [model.generate(**given, **how) for given in (inputs, lent(once), lent(once))]
    assert torch.equal(found[0], found[1])
    assert torch.equal(found[0], found[2])
    assert lent(inputs) == inputs


def test_inputs_without_an_image_are_refused():
    with pytest.raises(ValueError, match="encoded from pixel_values, and only input_ids came"):
        encoded(net("llava"), {"input_ids": torch.tensor([[1]])})
