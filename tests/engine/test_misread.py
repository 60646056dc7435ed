"""Keys and values of another image in one layer, projected by hand from the states of a donor."""

import pytest
import torch

from tests.engine.oracle import Blinded, Gone, Misread, Oracle
from tests.engine.small_nets import LAYERS, RECIPES, UNSAID, net
from tests.engine.test_oracle import CLOSE, batch, edit_of
from vtmetrics.edits.edit import DONOR, PLAIN, Edit, blind, misread, scale, substitute, truncate
from vtmetrics.edits.tokens import IMAGE, QUESTION, READOUT, TEXT
from vtmetrics.engine import BorrowedStates, capture, edited, sources, sweep
from vtmetrics.model import Model
from vtmetrics.nets.spec import Spec
from vtmetrics.readings import takes_from_donor
from vtmetrics.readings.answers import logprob

NEW = 6
pytestmark = pytest.mark.usefixtures("no_gradients")


def with_donor(family, rows):
    """Prompts, and the same prompts with other pixels."""
    inputs, layout = batch(family, rows)
    made = torch.Generator().manual_seed(7)
    return (
        inputs,
        {**inputs, "pixel_values": torch.randn(inputs["pixel_values"].shape, generator=made)},
        layout,
    )


def banked(model, edit, inputs, donor, layout):
    wanted = sources(edit, LAYERS)
    own = [source for source in wanted if source.run == "own"]
    others = [source for source in wanted if source.run == "donor"]
    return capture(model, inputs, layout, own) | capture(model, donor, layout, others)


@pytest.mark.parametrize("rows", ["one row", "ragged rows"])
@pytest.mark.parametrize("attention", ["sdpa", "eager"])
@pytest.mark.parametrize("family", RECIPES)
@pytest.mark.parametrize(
    ("at", "more"),
    [(0, ()), (2, ()), (LAYERS - 1, ()), (1, (Gone("image", 4, LAYERS), Blinded("question", "some", 0, 3)))],
)
def test_one_layer_reads_another_image(family, attention, rows, at, more):
    """Every logit of the prompt, and of tokens that are generated from what that layer has cached."""
    model, (inputs, donor, layout) = net(family, attention), with_donor(family, rows)
    edit = misread(IMAGE, at) >> edit_of(more)
    bank = banked(model, edit, inputs, donor, layout)
    how = {"max_new_tokens": NEW, "do_sample": False, "suppress_tokens": UNSAID}
    with edited(model, edit, layout, bank):
        prompt = model(**inputs).logits
    with edited(model, edit, layout, bank, read=READOUT):
        said = model.generate(**inputs, **how, return_dict_in_generate=True, output_logits=True)
    generated = said.sequences[:, layout.length :]
    oracle = Oracle(model, inputs, layout.masks, generated[:, :-1], donor)
    expected = oracle.logits((Misread("image", at), *more))
    assert (prompt - expected[:, : layout.length])[layout.valid].abs().max() <= CLOSE
    assert (torch.stack(said.logits, 1) - expected[:, layout.length - 1 :]).abs().max() <= CLOSE
    assert (prompt - model(**inputs).logits)[layout.masks["readout"]].abs().max() > 100 * CLOSE


def test_it_is_two_substitutions():
    """The same as they are written out, in a sweep too."""
    model, (inputs, donor, layout) = net("llava"), with_donor("llava", "ragged rows")
    short = [misread(IMAGE, at) for at in range(LAYERS)]
    long = [
        substitute(IMAGE, by=DONOR, at=at) >> substitute(IMAGE, by=at + 1, at=at + 1) for at in range(LAYERS)
    ]
    bank = {}
    for edit in long:
        bank |= banked(model, edit, inputs, donor, layout)
    found = {ended.edit: ended.logits for ended in sweep(model, inputs, layout, [*short, *long], bank)}
    for one, other in zip(short, long, strict=True):
        assert one.on(LAYERS) == other
        assert not other.idle(LAYERS)
        assert torch.equal(found[one][layout.valid], found[other][layout.valid])
        with edited(model, one, layout, bank):
            assert torch.equal(model(**inputs).logits[layout.valid], found[one][layout.valid])


def test_the_same_image_is_read_as_it_is():
    model, (inputs, _, layout) = net("llava"), with_donor("llava", "one row")
    edit = misread(IMAGE, 3)
    with edited(model, edit, layout, banked(model, edit, inputs, inputs, layout)):
        assert torch.allclose(model(**inputs).logits, net("llava")(**inputs).logits, atol=1e-5)


def test_who_is_blind_misreads_nothing():
    """Where nobody reads the image it may be any."""
    model, (inputs, donor, layout) = net("llava"), with_donor("llava", "one row")
    hidden = blind(TEXT | READOUT, IMAGE, first=3, last=4)
    both = misread(IMAGE, 3) >> hidden
    with edited(model, both, layout, banked(model, both, inputs, donor, layout)):
        found = model(**inputs).logits
    with edited(model, hidden, layout):
        text = (TEXT | READOUT).mask(layout)
        assert torch.allclose(found[text], model(**inputs).logits[text], atol=1e-5)


def test_what_is_read_of_a_donor_has_a_text():
    edit = misread(IMAGE, at=0.5)
    assert str(edit) == "misread(IMAGE, at=0.5)"
    assert (edit.begins(12), edit.tokens, edit.named) == (6, (IMAGE,), True)
    assert takes_from_donor(edit)
    assert takes_from_donor(substitute(IMAGE, by=DONOR, at=2))
    assert not takes_from_donor(truncate(2) >> scale(QUESTION, 2.0) >> substitute(IMAGE, by=1, at=2))
    assert sources(edit, 12) == (BorrowedStates("donor", 6, IMAGE), BorrowedStates("own", 7, IMAGE))
    assert misread(IMAGE, at=1.0).on(12) == PLAIN
    assert str(edit.steps[0].on(12)) == "misread(IMAGE, at=6)"
    assert isinstance(edit >> truncate(2), Edit)
    with pytest.raises(TypeError, match="an edit is of tokens such as IMAGE or TEXT, not of 'image'"):
        misread("image", at=1)


def test_a_model_is_asked_under_it(directory, scenes):
    """Of scenes that have donors, like any other edit; at the end of the depth nobody is left to read."""
    model = Model(Spec(directory.name, "any", str(directory), embedded=True))
    edits = PLAIN, misread(IMAGE, at=0.25), misread(IMAGE, at=1.0)
    plain, other, none = model.sweep(*edits).answer(scenes[:4], logprob)
    assert set(other.values) == set(plain.values)
    assert all(plain.values[scene] == none.values[scene] for scene in plain.values)
    assert any(plain.values[scene] != other.values[scene] for scene in plain.values)
