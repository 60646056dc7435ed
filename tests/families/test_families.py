"""Types beside those of tests/engine/small_nets.py, under random edits; and the table of all of them."""

import re

import pytest

from tests.families.shrunk import TYPES, random_net
from tests.families.trial import EDGES, STATES, SWAPPED, prompt, tried
from tests.families.walk import BEGIN, END, PAGE
from vtmetrics.edits.chosen_tokens import named
from vtmetrics.edits.edit import blind, truncate
from vtmetrics.engine import edited
from vtmetrics.engine.approval import approved
from vtmetrics.nets.contract import check_contract, decoder_of
from vtmetrics.nets.families import FAMILY_OF, REFUSED
from vtmetrics.unmeasured import NotMeasured

#: experts, tuples, windows and parallel halves, scaled logits, complex turns, what belongs to single tokens,
#: images that are read across
QUICK = (
    *("aria", "chameleon", "cohere2_vision", "granite_docling", "idefics2", "llama4"),
    *("ernie4_5_vl_moe", "molmo2", "mistral4", "mllama"),
)


@pytest.mark.parametrize("kind", QUICK)
def test_edits_of_a_type_are_what_the_oracle_says(kind):
    found = tried(random_net(kind), times=1)
    assert found.exact, found


@pytest.mark.parametrize("kind", ["qwen3_5", "lfm2_vl"])
def test_recurrent_layers_take_edits_of_states_alone(kind):
    """What one token has left in a running state can't be taken out; edges are closed in the other layers."""
    net = random_net(kind)
    assert tried(net, 1, (EDGES, *STATES, SWAPPED)).exact
    _, layout = prompt()
    refused = pytest.raises(NotMeasured, match=f"tokens can't be absent .* as layer 0 of a {kind}")
    with refused, edited(net, truncate(2, named("picture")), layout):
        pass
    refused = pytest.raises(NotMeasured, match=f"nobody reads single tokens .* as layer [12] of a {kind}")
    with refused, edited(net, blind(named("asked"), named("picture"), first=1, last=4), layout):
        pass


def test_a_type_without_positions_in_its_layers_is_refused():
    with pytest.raises(ValueError, match="a blip-2 can't be edited: its text model has no rotary positions"):
        approved(random_net("blip-2"))


def test_blocks_between_layers_are_not_passed_over_in_silence():
    """The first idefics is refused by its name, and would be by what its decoder takes."""
    with pytest.raises(ValueError, match="a idefics can't be edited: gated blocks between its layers"):
        approved(net := random_net("idefics"))
    with pytest.raises(ValueError, match="its IdeficsModel takes image_encoder_embeddings, which nothing"):
        check_contract("idefics", decoder_of(net))


def rows(heading):
    """The types in one of the page's two tables."""
    text = PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    whole, _, refused = text.partition("| refused |")
    return set(re.findall(r"^\| `([\w.-]+)`", refused if heading == "refused" else whole, re.MULTILINE))


def test_the_table_tells_of_every_type_that_transformers_knows():
    """If not: nox -s families, which writes it anew."""
    assert rows("adapted") | rows("refused") == set(TYPES)
    assert rows("adapted") & rows("refused") == set()
    assert len(rows("adapted")) >= 40


def test_names_say_what_the_table_says():
    """A directory is loaded if its type was adapted, and what is refused by name is so in the table."""
    assert rows("adapted") == set(FAMILY_OF)
    assert REFUSED.keys() - rows("refused") == {"molmo"}
