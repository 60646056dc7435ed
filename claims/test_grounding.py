"""Grounding: which words are image tokens near to, and do these say what the picture shows?

Protocol   Nothing is edited. At every layer, the five rows of the vocabulary of largest cosine
           with a token (through the input embeddings), or the five most likely ones (through the
           final norm and the head). Rows that are zero or repeat another one are left out.
Measured   Of the words in a picture's labels, those that any of its tokens finds (recalled); of
           the tokens that lie in an object's box, those that find a word of its label (grounded).
           A word counts however it is spelled: capitals, a blank before. Labels are a colour and
           a shape or a character, or what a scene file says. Of what comes before the last layer,
           since nobody reads what that writes to image tokens.
Controls   Everything of a picture is less the same of words of its donor's labels that are not its
           own: hundreds of tokens with five rows each find common words anyhow. Of a box, other
           labels one after the other.
           Where much is asked for, the untrained and the scrambled twin. Where little is
           (J2.input, J2.all), a twin has less than the model whatever it is: instead, later
           layers have to say something.
Numbers    J2 takes the paper's numbers by half and by double; its classes are those of COCO.
Not asked  That states of words in context find more than either lens (LatentLens, X7): it takes a
           bank of states of running text, of which embedded models, who know 200 words, have none;
           its leap to the middle layers is what K4.direction asks. J4, what late entry does to
           grounding, stands with Injection. t-SNE (Figure 2): distances in it are none.
           Where the head is the input embeddings, J1 compares norms alone; it is asked all the
           same.
"""

import pytest

from claims.papers import LENS
from vtmetrics import (
    ALIVE,
    DEAD,
    DONOR,
    EMBEDS,
    FIRST,
    HEAD,
    IMAGE,
    TEXT,
    VOCABULARY,
    all_of,
    at_least,
    at_most,
    between,
    claim,
    grounding,
    lens,
    towards,
    word_across,
)

FIG3, FIG7 = LENS.at("3.2, Figure 3"), LENS.at("6.2, Figure 7")
MORE = at_least(0.05, "five points of recall beyond chance: a gap that one sees in the figure")
SAYS = at_least(0.03, "three points: who never says anything is not silent at first")
#: the depth from which the paper says that tokens are grounded: layer 7 of 32
LATER = 7 / 32


def recalled(model, scenes, through):
    """At every layer, the share of labels' words that some token finds, beyond chance."""
    own, other = (
        model.observe(scenes, lens("recalled", IMAGE, through, whose=who)) for who in (None, DONOR)
    )
    return own - other


def grounded(model, scenes, needed="any"):
    """At every layer, the share of tokens in boxes that find their label, beyond chance."""
    own, other = (model.observe(scenes, grounding(needed, whose=who)) for who in (None, DONOR))
    return own - other


def over(curves, first, last):
    """The mean over some layers of each scene's curve: of shares of many, a number."""
    return curves.each(lambda curve: curve[..., first:last].mean(-1), curves.range, "number")


def later(model, scenes):
    """What is grounded from a fifth of the depth on, up to the last layer."""
    return over(grounded(model, scenes), round(LATER * model.layers), model.layers)


@claim(
    "J1.early",
    source=FIG3,
    reported="higher in shallow and middle layers (curves without numbers)",
    expected=MORE,
    twin=True,
    by=0.05,
)
def test_input_embeddings_find_more_labels_than_the_head_early(model, captions):
    """In the first half of the depth, image tokens find more of a picture's labels
    through the input embeddings than through the head.
    """
    gap = recalled(model, captions, EMBEDS) - recalled(model, captions, HEAD)
    return over(gap, 0, model.layers // 2)


@claim(
    "J1.late",
    source=FIG3,
    reported="the curves cross (figure)",
    expected=MORE,
    twin=True,
    by=0.05,
)
def test_the_head_finds_more_labels_than_input_embeddings_late(model, captions):
    """In the last quarter of the depth, image tokens find more of a picture's labels
    through the head than through the input embeddings.
    """
    gap = recalled(model, captions, HEAD) - recalled(model, captions, EMBEDS)
    return over(gap, 3 * model.layers // 4, model.layers)


@claim(
    "J2.input",
    source=FIG7,
    reported="around 2 %",
    expected=at_most(0.05, "the paper's 2 % and three points"),
)
def test_hardly_a_token_of_an_object_says_what_it_is_as_it_enters(model, captions):
    """As they enter, at most a twentieth of the tokens in a box find its label."""
    return grounded(model, captions).at(0).sensitive_to(later(model, captions), SAYS)


@claim(
    "J2.later",
    source=FIG7,
    reported="around 10 % after layer 7 of 32",
    expected=between(0.05, 0.2, "the paper's 10 %, by half and by double"),
    twin=True,
)
def test_a_tenth_of_the_tokens_of_an_object_say_what_it_is_later(model, captions):
    """From a fifth of the depth on, a twentieth to a fifth of tokens in a box find its label."""
    return later(model, captions)


@claim(
    "J2.rises",
    source=FIG7,
    reported="quickly rises",
    expected=at_least(0.03, "three points, of the eight that the paper has"),
    twin=True,
)
def test_layers_let_tokens_say_what_they_show(model, captions):
    """Tokens in a box find its label more often from a fifth of the depth on than as they enter."""
    return later(model, captions) - grounded(model, captions).at(0)


@claim(
    "J2.all",
    source=FIG7,
    reported="below 7 % at its peak",
    expected=at_most(0.1, "the paper's 7 % and three points"),
)
def test_of_all_image_tokens_few_say_anything(model, captions):
    """At no layer, a tenth of the image's tokens find any of the picture's labels."""
    own, other = (model.observe(captions, lens("named", IMAGE, whose=who)) for who in (None, DONOR))
    named = {f"layer {layer}": over(own - other, layer, layer + 1) for layer in range(model.layers)}
    return all_of(named).sensitive_to(later(model, captions), SAYS)


@claim(
    "J3",
    source=LENS.at("2 and 6.1, Figure 2"),
    reported="alive ones near the centroid of text, dead ones isolated (t-SNE)",
    expected=at_least(0.05, "five hundredths of a cosine, in the space itself"),
    twin=True,
)
@pytest.mark.parametrize("text", ["vocabulary", "prompt"])
def test_alive_tokens_lie_nearer_to_text_than_dead_ones(model, captions, text):
    """As they enter, alive tokens have a higher cosine than dead ones
    with the mean of the vocabulary, and with that of the prompt's words.
    """
    centre = {"vocabulary": VOCABULARY, "prompt": TEXT - FIRST}[text]
    alive, dead = (model.observe(captions, towards(kind, centre)) for kind in (ALIVE, DEAD))
    return (alive - dead).at(0)


@claim(
    "J5",
    source=LENS.at("3.2"),
    reported="tracks a cluster across images",
    expected=at_least(0.9, "nine pairs of pictures in ten"),
    twin=True,
)
def test_dead_tokens_have_one_word_in_all_images(model, captions):
    """The word nearest to the mean dead token is the same in two images."""
    return model.observe(captions, word_across("same", DEAD))


@claim(
    "J6",
    source=LENS.at("2 and 6.1, Figure 2 (right)"),
    reported="multi-semantic (one example)",
    expected=at_least(0.05, "a twentieth of them: more than an example"),
    twin=True,
    by=0.05,
)
def test_a_token_says_two_things_of_its_object(model, shapes):
    """As they enter, a twentieth of the tokens in a box find both words of its label."""
    return over(grounded(model, shapes, "both"), 0, 1)
