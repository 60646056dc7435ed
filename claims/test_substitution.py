"""Substitution: do image tokens still change after a few layers, in a way that the answer needs?

Protocol   At layer `at`, the states of some tokens are replaced by those that the same tokens had
           at layer `by`; all later layers run on. What earlier layers have written for later tokens
           to read stays as it was. The gold answer is teacher-forced; the positions that are scored
           are replaced only where this is said.
Measured   Agreement: the share of answer tokens that keep their most likely word, among those whose
           word depends on the image. The paper scores how similar outputs are, we don't know by
           which measure; the cosine of the last states is shown beside and decides nothing.
           B1.said compares written captions by a sentence encoder, where that was fetched. Two that
           differ in a colour are alike by .94 to it: so what another image's caption gives counts
           as 0, and object F1 of the same captions is shown beside.
Controls   Another image's states and noise of the same norm, put in at the same place: if they do
           as well, the image is not interchangeable there but ignored. The mean token of this image
           is shown beside them: it may still carry a colour. What text states lose with the gap,
           image states must not lose as well; what the readout position alone loses is shown beside
           (B2.readout), since what is said of text may be about that one. All claims are sensitive
           to the whole image being another one: answers that it does not change cannot tell one
           state from another; B4 asks only where B1 holds.
A depth    B1.specificity and B4 say that there is a depth. Of half and three quarters it is the one
           from which on no image costs most answers, on validation scenes: test scenes judge one
           depth, and nothing is corrected for having looked. Where another image's states change
           not even a tenth of the answers at either, the image is no longer read.
Not known  The layer at which the paper takes image tokens for "stabilised": as in Stabilisation, we
           begin at a third of the depth, and ask about the input itself (B1.input) and about deeper
           states put in early (B1.reverse) separately.
"""

import pytest

from claims.papers import DEPTH
from vtmetrics import (
    DONOR,
    IMAGE,
    MEAN,
    NOISE,
    PLAIN,
    QUESTION,
    READOUT,
    TEXT,
    about,
    agree,
    at_least,
    claim,
    cosine,
    substitute,
    truncate,
)
from vtmetrics.metrics import object_f1
from vtmetrics.protocols import needed_most
from vtmetrics.statistics import rescaled

RQ2 = DEPTH.at("RQ2, layer substitution")
ANOTHER = substitute(IMAGE, by=DONOR, at=0)
SEEN = at_least(0.1, "what another image must change before an unchanged answer says anything")
SAME = at_least(0.95, "how we read “about 1.0”")
MORE = at_least(0.1, "ten points of agreement, a difference that one would see in a plot")
FLAT = about(0, 0.1, "no difference that one would see in a plot")
EARLY, HALF, DEEP = 1 / 3, 1 / 2, 3 / 4
NEAR = 5 / 8


@claim("B1.level", source=RQ2, reported="about 1.0", expected=SAME)
@pytest.mark.parametrize(("by", "at"), [(EARLY, HALF), (EARLY, DEEP), (HALF, DEEP)])
def test_image_states_of_an_earlier_layer_do_as_well(model, words, by, at):
    """With the image states of an earlier layer, answers about the image stay the same."""
    return unchanged(model, words, by, at)


@claim("B1.input", source=RQ2, expected=SAME)
def test_the_image_as_it_enters_does_as_well(model, words):
    """With the image states of the input at half the depth,
    answers about the image stay the same.
    """
    return unchanged(model, words, 0, HALF)


@claim("B1.reverse", source=RQ2, expected=SAME)
def test_image_states_of_a_deeper_layer_do_as_well(model, words):
    """With the image states of a deeper layer put in early,
    answers about the image stay the same.
    """
    return unchanged(model, words, DEEP, EARLY)


def unchanged(model, words, by, at):
    """Agreement with the image states of another layer,
    against states that know nothing of this image.
    """
    swaps = [substitute(IMAGE, by=source, at=at) for source in (by, DONOR, NOISE, MEAN)]
    own, other, noise, mean, another = model.sweep(*swaps, ANOTHER).answer(words, agree)
    similarity = model.answer(words, cosine, swaps[0])
    finding = own.against(another_image=other, noise=noise).sensitive_to(1 - another, SEEN)
    return finding.beside(mean_token=mean, cosine=similarity)


@claim("B1.said", source=RQ2, expected=SAME)
@pytest.mark.usefixtures("competent")
def test_captions_written_with_earlier_states_mean_the_same(model, captions, sentence_similarity):
    """Captions written with the image states of an earlier layer
    mean the same as those written without an edit.
    """
    swaps = [substitute(IMAGE, by=source, at=HALF) for source in (EARLY, DONOR, NOISE)]
    *edited, another, whole = model.sweep(*swaps, ANOTHER, PLAIN).say(captions)
    own, other, noise, wrong = (
        text.score(sentence_similarity, whole, ends=(-1, 1)) for text in (*edited, another)
    )
    alike = rescaled(own, wrong)
    image, noise = rescaled(other, wrong), rescaled(noise, wrong)
    finding = alike.against(by=0.1, another_image=image, noise=noise).sensitive_to(1 - wrong, SEEN)
    return finding.beside(raw=own, object_f1=edited[0].score(object_f1, whole))


@claim("B1.flat", source=RQ2, reported="depth-invariant", expected=FLAT)
def test_the_gap_between_the_layers_makes_no_difference(model, words):
    """Image states from far away keep as many answers as those from nearby."""
    swaps = [substitute(IMAGE, by=source, at=DEEP) for source in (NEAR, EARLY, DONOR)]
    near, far, other, another = model.sweep(*swaps, ANOTHER).answer(words, agree)
    less = near - far
    less_of_another = near - other
    return less.against(another_image=less_of_another).sensitive_to(1 - another, SEEN)


@claim("B1.specificity", source=RQ2, expected=MORE)
def test_the_states_must_be_of_this_image(model, words, validation_words):
    """There is a depth at which earlier states of this image
    keep more answers than another image's states.
    """
    at, depth = needed_most(model, validation_words, [HALF, DEEP])
    swaps = [substitute(IMAGE, by=source, at=at) for source in (EARLY, DONOR, NOISE)]
    own, other, noise, another = model.sweep(*swaps, ANOTHER).answer(words, agree)
    more = own - other
    more_of_noise = noise - other
    finding = more.against(noise=more_of_noise).sensitive_to(1 - another, SEEN)
    return finding.beside(depth=depth)


@claim("B2.text", source=RQ2, reported="degrades with the layer gap", expected=MORE)
def test_text_states_lose_with_the_gap(model, words):
    """All text states, the readout position among them,
    agree less the farther away they come from.
    """
    readout_alone = gap(model, words, READOUT)
    return lost(model, words, TEXT | READOUT).beside(readout_alone=readout_alone)


@claim("B2.question", source=RQ2, reported="degrades, of all text", expected=MORE)
def test_the_states_of_the_question_lose_with_the_gap(model, words):
    """The states of the user's own words, readout spared,
    agree less the farther away they come from.
    """
    return lost(model, words, QUESTION)


@claim("B2.readout", source=RQ2, expected=MORE)
def test_the_state_of_the_readout_alone_loses_with_the_gap(model, words):
    """The readout position alone loses with the gap:
    what is said of text may be about one position.
    """
    return lost(model, words, READOUT)


def lost(model, words, tokens):
    """What agreement loses from a near to a far source of states,
    against that of image states, and of as many.
    """
    own = gap(model, words, tokens)
    image = gap(model, words, IMAGE)
    as_many = gap(model, words, IMAGE.like(tokens))
    another = model.answer(words, agree, ANOTHER)
    finding = own.against(image=image).sensitive_to(1 - another, SEEN)
    return finding.beside(as_many_image_tokens=as_many)


def gap(model, words, tokens):
    """How much more agreement the tokens' states from a nearby layer keep than those from afar."""
    swaps = [substitute(tokens, by=source, at=DEEP) for source in (NEAR, EARLY)]
    near, far = model.sweep(*swaps).answer(words, agree)
    return near - far


@claim("B3.all", source=RQ2, reported="image about 1.0, all text degrades", expected=MORE)
@pytest.mark.parametrize("at", [HALF, DEEP])
def test_the_image_is_more_interchangeable_than_the_question(model, words, at):
    """Earlier states of all image tokens keep more
    answers than earlier states of the user's own words.
    """
    return asymmetry(model, words, IMAGE, at)


@claim("B3.matched", source=RQ2, expected=MORE)
@pytest.mark.parametrize("at", [HALF, DEEP])
def test_as_many_image_tokens_are_more_interchangeable(model, words, at):
    """Earlier states of as many image tokens as the
    question has words keep more answers than those words.
    """
    return asymmetry(model, words, IMAGE.like(QUESTION), at)


def asymmetry(model, words, image, at):
    """What image states keep more than the question's, against noise in the same places."""
    swaps = [substitute(image, by=EARLY, at=at), substitute(QUESTION, by=EARLY, at=at)]
    noises = [substitute(image, by=NOISE, at=at), substitute(QUESTION, by=NOISE, at=at)]
    edits = [*swaps, *noises, ANOTHER]
    own, text, noisy_image, noisy_text, another = model.sweep(*edits).answer(words, agree)
    more = own - text
    more_of_noise = noisy_image - noisy_text
    return more.against(noise=more_of_noise).sensitive_to(1 - another, SEEN)


@claim("B4", source=RQ2, reported="interchangeable is not dispensable", expected=MORE)
def test_interchangeable_states_are_not_dispensable(model, words, validation_words):
    """There is a depth at which an earlier layer's image states do as well,
    and no image states at all lose answers.
    """
    at, depth = needed_most(model, validation_words, [HALF, DEEP])
    swaps = [substitute(IMAGE, by=source, at=at) for source in (EARLY, NOISE)]
    own, noise, gone = model.sweep(*swaps, truncate(at)).answer(words, agree)
    finding = (own - gone).against(noise=noise - gone).sensitive_to(own, SAME)
    return finding.beside(depth=depth)
