"""Records: what is taken inside of layers, and that taking it changes nothing."""

from itertools import pairwise

import pytest
import torch

from tests.engine.small_nets import LAYERS, RECIPES, net, prompts
from vtmetrics.edits.edit import PLAIN, freeze, truncate
from vtmetrics.edits.tokens import IMAGE, QUESTION, READOUT
from vtmetrics.engine import Record, edited, encoded
from vtmetrics.unmeasured import NotMeasured

RAGGED = ((3, 5), (6, 3))
HALVES = {"attention", "middle", "ffn"}
#: families whose layers normalise or scale what a half makes before they add it
WEIGHED = {"gemma3", "glm4v"}
SITES = ("states", "attention", "middle", "ffn", "weights", "encoder")
pytestmark = pytest.mark.usefixtures("no_gradients")


def recorded(edit, records, family="llava", attention="eager"):
    model = net(family, attention)
    inputs, layout = prompts(family, RAGGED)
    with edited(model, edit, layout, record=records) as run:
        logits = model(**inputs).logits
    return run.recorded, logits, layout


@pytest.mark.parametrize("family", RECIPES)
@pytest.mark.parametrize("edit", [PLAIN, truncate(3)], ids=str)
def test_recording_changes_nothing(family, edit):
    sites = set(SITES) - (HALVES if family in WEIGHED else set())
    everything = {site: Record(IMAGE | QUESTION, site=site) for site in sites}
    _, with_records, _ = recorded(edit, everything, family)
    assert torch.equal(with_records, recorded(edit, {}, family)[1])


@pytest.mark.parametrize("edit", [PLAIN, truncate(3, IMAGE.sample(0.5)), freeze(IMAGE, first=1)], ids=str)
def test_the_parts_of_a_layer_add_up(edit):
    """States, what attention adds, what lies between, what the feed-forward network adds, the next states."""
    sites = {site: Record(QUESTION, site=site) for site in ("states", "attention", "middle", "ffn")}
    seen, _, _ = recorded(edit, sites)
    for k in range(LAYERS):
        for row in range(2):
            states, attention, middle, ffn = (seen[site][k][row] for site in sites)
            assert torch.allclose(states + attention, middle, atol=1e-6)
            assert torch.allclose(middle + ffn, seen["states"][k + 1][row], atol=1e-6)


@pytest.mark.parametrize("site", sorted(HALVES))
@pytest.mark.parametrize("family", sorted(WEIGHED))
def test_what_is_added_otherwise_is_not_recorded_as_if_it_were(family, site):
    """A layer that normalises what attention makes adds something else than attention makes."""
    with pytest.raises(NotMeasured, match="recorded where it is added as it is, not of a G"):
        recorded(PLAIN, {"half": Record(IMAGE, site=site)}, family)


def test_frozen_sublayers_add_nothing():
    sites = {site: Record(IMAGE, site=site) for site in ("attention", "ffn")}
    seen, _, _ = recorded(freeze(IMAGE, first=2, last=4), sites)
    for site in sites:
        assert [bool(seen[site][k][0].any()) for k in range(LAYERS)] == [True, True, False, False, True, True]


def test_attention_weights_are_shares_of_all_keys():
    """They sum to one over the whole sequence; nothing goes to later, absent or padding tokens."""
    seen, _, layout = recorded(
        truncate(3, IMAGE.sample(0.5)), {"w": Record(READOUT | QUESTION, site="weights")}
    )
    gone = IMAGE.sample(0.5).mask(layout)
    for k in range(LAYERS):
        for row, weights in enumerate(seen["w"][k]):
            assert weights.shape == (4, int((READOUT | QUESTION).mask(layout)[row].sum()), layout.length)
            assert torch.allclose(weights.sum(-1), torch.ones(()), atol=1e-5)
            assert weights[:, :-1, -1].max() == 0
            assert weights[..., ~layout.valid[row]].sum() == 0
            assert (weights[..., gone[row]].sum() == 0) == (k >= 3)


@pytest.mark.parametrize("family", RECIPES)
def test_the_towers_blocks_are_recorded(family):
    """What every block receives, and what the last one returns."""
    seen, _, _ = recorded(PLAIN, {"tower": Record(site="encoder")}, family)
    blocks = net(family, "eager").get_encoder(modality="image").config
    depth = getattr(blocks, "depth", None) or blocks.num_hidden_layers
    states = [layer[0] for layer in seen["tower"]]
    assert len(states) == depth + 1
    assert len({state.shape for state in states}) == 1
    assert all(not torch.equal(a, b) for a, b in pairwise(states))


def test_a_record_is_reduced_layer_by_layer_as_the_run_goes():
    """A memory of one layer suffices to compare neighbours; only what is asked for is handed over."""
    order, before = [], {}

    def step(layer, rows):
        order.append((layer, [len(row) for row in rows]))
        moved = None if layer == 0 else float((rows[0] - before["states"]).norm())
        before["states"] = rows[0]
        return moved

    seen, _, _ = recorded(PLAIN, {"moved": Record(QUESTION, step)})
    assert order == [(k, [5, 3]) for k in range(LAYERS + 1)]
    assert seen["moved"][0] is None
    assert all(moved > 0 for moved in seen["moved"][1:])


def test_each_prompt_is_recorded_anew_and_decoding_is_not():
    model = net("llava")
    inputs, layout = prompts("llava", RAGGED)
    sites = {site: Record(IMAGE, lambda layer, _: layer, site) for site in ("states", "ffn", "encoder")}
    with edited(model, truncate(3), layout, record=sites) as run:
        model(**inputs)
        model.generate(**inputs, max_new_tokens=3, do_sample=False)
    assert run.recorded["states"] == list(range(LAYERS + 1))
    assert run.recorded["ffn"] == list(range(LAYERS))
    assert run.recorded["encoder"] == [0, 1, 2]


def test_a_tower_that_does_not_run_is_not_recorded_in_silence():
    """Not even where an earlier prompt's record would stand in."""
    model = net("llava")
    inputs, layout = prompts("llava", RAGGED)
    ahead = encoded(model, inputs)
    with edited(model, PLAIN, layout, record={"tower": Record(site="encoder")}):
        model(**inputs)
        with pytest.raises(ValueError, match="nothing was recorded as 'tower': no encoder came by"):
            model(**ahead)


def test_an_unknown_site_is_refused():
    with pytest.raises(ValueError, match="states, attention, middle, ffn, weights, encoder, not at 'keys'"):
        Record(IMAGE, site="keys")
