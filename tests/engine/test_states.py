"""What tokens hold after their states are changed, seen where the next layer receives them."""

from dataclasses import dataclass

import pytest
import torch

from tests.engine.small_nets import net, prompts
from vtmetrics.edits.edit import DONOR, MEAN, NOISE, Edit, scale, substitute, truncate, window
from vtmetrics.edits.steps import Hold
from vtmetrics.edits.tokens import IMAGE, READOUT, SYSTEM, TEXT
from vtmetrics.engine import BorrowedStates, Record, States, capture, edited
from vtmetrics.inputs.layout import Layout

RAGGED = ((3, 5), (6, 3))
pytestmark = pytest.mark.usefixtures("no_gradients")


def received(edit, tokens=IMAGE, bank=None, rows=RAGGED, seed=0):
    """What each layer receives of the tokens, one list entry a layer, one tensor a row."""
    model = net("llava")
    inputs, layout = prompts("llava", rows, seed)
    with edited(model, edit, layout, bank, {"seen": Record(tokens)}) as run:
        model(**inputs)
    return run.recorded["seen"]


def test_captured_states_are_what_the_layers_of_a_plain_run_receive():
    model = net("llava")
    inputs, layout = prompts("llava", RAGGED)
    wanted = [
        BorrowedStates("own", 6, IMAGE),
        BorrowedStates("own", 0, SYSTEM),
        BorrowedStates("own", 3, IMAGE),
    ]
    bank = capture(model, inputs, layout, wanted)
    image, text = received(substitute(IMAGE, by=0, at=0)), received(substitute(IMAGE, by=0, at=0), SYSTEM)
    assert set(bank) == set(wanted)
    for row in range(2):
        assert torch.equal(bank[wanted[0]].split()[row], image[6][row])
        assert torch.equal(bank[wanted[1]].split()[row], text[0][row])
        assert torch.equal(bank[wanted[2]].split()[row], image[3][row])


@pytest.mark.parametrize(("by", "at"), [(1, 4), (0, 6), (4, 1), (6, 2)])
def test_tokens_hold_their_own_states_of_another_depth(by, at):
    """From above as from below; before and after it nothing else is touched."""
    model = net("llava")
    inputs, layout = prompts("llava", RAGGED)
    bank = capture(model, inputs, layout, [BorrowedStates("own", by, IMAGE)])
    plain, seen = received(scale(IMAGE, 1.0)), received(substitute(IMAGE, by=by, at=at), bank=bank)
    for row in range(2):
        assert torch.equal(seen[at][row], plain[by][row])
        assert all(torch.equal(seen[k][row], plain[k][row]) for k in range(at))


def test_a_state_met_on_the_way_is_the_banks_state():
    """One pass or two give the same bits."""
    model = net("llava")
    inputs, layout = prompts("llava", RAGGED)
    bank = capture(model, inputs, layout, [BorrowedStates("own", 1, IMAGE)])
    edit = substitute(IMAGE, by=1, at=4)
    for one, two in zip(received(edit, TEXT), received(edit, TEXT, bank), strict=True):
        assert all(torch.equal(a, b) for a, b in zip(one, two, strict=True))


def test_tokens_hold_the_states_of_a_donor():
    model = net("llava")
    inputs, layout = prompts("llava", RAGGED, seed=5)
    bank = capture(model, inputs, layout, [BorrowedStates("donor", 3, IMAGE)])
    seen, donor = received(substitute(IMAGE, by=DONOR, at=3), bank=bank), received(scale(IMAGE, 1.0), seed=5)
    assert all(torch.equal(seen[3][row], donor[3][row]) for row in range(2))


def test_a_donor_of_another_size_is_refused():
    few = {BorrowedStates("donor", 3, IMAGE): States(torch.zeros(30, 32), (16, 14))}
    with pytest.raises(ValueError, match=r"needs \[16, 16\] states in the rows of the batch, not \(16, 14\)"):
        received(substitute(IMAGE, by=DONOR, at=3), bank=few)


def test_noise_is_as_long_as_what_it_replaces_and_belongs_to_the_scene():
    plain, noise = received(scale(IMAGE, 1.0)), received(substitute(IMAGE, by=NOISE, at=2))
    again = received(substitute(IMAGE, by=NOISE, at=2))
    other = received(substitute(IMAGE, by=NOISE, at=2, seed=1))
    for row in range(2):
        assert torch.allclose(noise[2][row].norm(dim=1), plain[2][row].norm(dim=1), rtol=1e-5)
        assert torch.nn.functional.cosine_similarity(noise[2][row], plain[2][row]).abs().mean() < 0.3
        assert torch.equal(noise[2][row], again[2][row])
        assert not torch.allclose(noise[2][row], other[2][row])
    assert not torch.allclose(*(torch.nn.functional.normalize(row) for row in noise[2]))


def test_the_mean_is_that_of_the_row():
    plain, mean = received(scale(IMAGE, 1.0)), received(substitute(IMAGE, by=MEAN, at=2))
    for row in range(2):
        assert torch.allclose(mean[2][row], plain[2][row].mean(0).expand(16, -1), atol=1e-6)


def test_scaled_states_are_longer_by_the_factor():
    plain, scaled = received(scale(IMAGE, 1.0)), received(scale(IMAGE, 0.01, at=3))
    assert all(torch.equal(scaled[3][row], plain[3][row] * 0.01) for row in range(2))


def test_steps_act_in_their_order_where_they_meet():
    first = received(scale(IMAGE, 2.0, at=3) >> substitute(IMAGE, by=1, at=3))
    then = received(substitute(IMAGE, by=1, at=3) >> scale(IMAGE, 2.0, at=3))
    assert torch.equal(then[3][0], 2 * first[3][0])


def test_absent_tokens_hold_the_state_in_which_they_left_and_can_be_given_another():
    """A window's tokens come back as they left, unless a step has changed what they hold meanwhile."""
    plain, seen = received(scale(IMAGE, 1.0)), received(window(2, 5))
    assert all(torch.equal(seen[k][0], plain[2][0]) for k in (2, 3, 4, 5))
    assert not torch.allclose(seen[6][0], plain[2][0])
    changed = received(window(2, 5) >> scale(IMAGE, 2.0, at=3))
    assert all(torch.equal(changed[k][0], 2 * plain[2][0]) for k in (3, 4, 5))


def test_the_state_before_the_final_norm_can_be_changed():
    plain, seen = received(scale(IMAGE, 1.0)), received(substitute(IMAGE, by=2, at=1.0))
    assert torch.equal(seen[6][0], plain[2][0])
    assert torch.equal(seen[5][0], plain[5][0])


def test_no_edit_touches_the_readout_unless_it_is_named():
    """It may well be among the tokens of the template: removing it would remove the answer."""
    model = net("llava")
    inputs, layout = prompts("llava", RAGGED)
    masks = {**layout.masks, "system": layout.masks["system"] | layout.masks["readout"]}
    layout = Layout(masks, layout.valid, layout.keys)
    sizes = {}
    for tokens in (TEXT, TEXT | READOUT):
        with edited(model, truncate(2, tokens), layout):
            sizes[tokens] = model(**inputs, use_cache=True).past_key_values.layers[4].keys.shape[2]
    assert sizes == {TEXT: 17, TEXT | READOUT: 16}


@dataclass(frozen=True)
class Mirror(Hold):
    """Tokens hold their states reversed, and as much longer."""

    times: float = 1.0

    def instead(self, rows, keys):
        assert len(keys) == len(rows)
        return [self.times * row.flip(-1) for row in rows]


@dataclass(frozen=True)
class First(Hold):
    """Only the first of the tokens, and the first of the rows."""

    def instead(self, rows, keys):
        assert keys
        return [row[:1] for row in rows]


def test_an_intervention_of_your_own_has_a_state_for_each_token():
    with pytest.raises(
        ValueError, match=r"First\(IMAGE, at=0\.5\) needs states of the shapes \[\(16, 32\), .* not \[\(1,"
    ):
        received(Edit((First(IMAGE, 0.5),)))


def test_an_intervention_of_your_own_is_a_step_like_any_other():
    """It composes, says what it is, and is refused where it cannot be."""
    own = Edit((Mirror(IMAGE, 0.5, 2.0),))
    plain, seen = received(scale(IMAGE, 1.0)), received(truncate(1, SYSTEM) >> own)
    alone = received(own)
    assert all(torch.equal(alone[3][row], 2 * plain[3][row].flip(-1)) for row in range(2))
    assert not torch.allclose(seen[3][0], alone[3][0])
    assert str(own) == "Mirror(IMAGE, times=2.0, at=0.5)"
    assert own.on(6) == Edit((Mirror(IMAGE, 3, 2.0),))
    assert own.begins(6) == 3
    with pytest.raises(ValueError, match=r"between 0 and 1, not at 1\.5"):
        Mirror(IMAGE, 1.5)
