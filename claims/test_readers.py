"""Readers: who reads the image, in which layers, and how much of it?

Protocol   Words do not read image tokens in some layers, or some words in none. Image tokens go on
           being computed, and what a word has read elsewhere it passes on as ever. Words that write
           are the prompt's last and those of the answer, which are also those that are generated.
Measured   Right answers; of captions the share of words that stay the most likely ones, among those
           that depend on the image.
Controls   Layers elsewhere, as many of them; as many tokens, drawn; and the question's words, which
           do not read the image either. None of them may do as well. All is sensitive to what the
           image adds, or to what another image changes.
Numbers    X4.few leaves a twentieth of the tokens to a third of the layers: 98 in a hundred
           of what words attend to in the image, where VisiPruner tells of up to 99. The middle
           quarter of X6 lies around half the depth.
Not asked  Kaduri's generated words alone: here the prompt's last one is blind too, or it could hand
           on what it reads itself. Beside X5 stands what they alone keep, and what is kept without
           the question's words. That tokens are sinks in shallow layers is asked of sinks.
"""

import pytest

from claims.papers import KADURI, VISIPRUNER
from vtmetrics import (
    ANSWER,
    DONOR,
    IMAGE,
    PLAIN,
    QUESTION,
    READOUT,
    TEXT,
    agree,
    at_least,
    at_most,
    attended,
    blind,
    claim,
    correct,
    substitute,
    truncate,
)

WRITERS = ANSWER | READOUT
READERS = TEXT | WRITERS
BLIND = truncate(0)
OTHER = substitute(IMAGE, by=DONOR, at=0)
THIRDS = (1 / 3, 2 / 3)
ENDS = blind(READERS, IMAGE, last=1 / 3) >> blind(READERS, IMAGE, first=2 / 3)
FEW = ENDS >> truncate(1 / 3, IMAGE - attended(1 / 20, 1 / 2))
DRAWN = ENDS >> truncate(1 / 3, IMAGE - IMAGE.sample(1 / 20))
STAGES = VISIPRUNER.at("Abstract: three stages")
FREE = at_most(0.1, "ten points: of a single edit's cost the papers have no number")
ADDED = at_least(0.1, "what the image has to add before its loss can be called none")
SEEN = at_least(0.1, "what another image must change before an unchanged caption says anything")


@claim(
    "X4.ends",
    source=STAGES,
    reported="shallow layers know the task, deep ones do without",
    expected=FREE,
)
@pytest.mark.usefixtures("competent")
def test_words_need_the_image_in_the_middle_alone(model, words):
    """Where words read the image in the middle third of the depth alone, hardly fewer short
    answers are right.
    """
    edits = [PLAIN, ENDS, blind(READERS, IMAGE, first=THIRDS[0], last=THIRDS[1]), BLIND]
    full, middle, ends, none = model.sweep(*edits).answer(words, correct)
    finding = (full - middle).against(the_middle_unread=full - ends)
    return finding.sensitive_to(full - none, ADDED)


@claim("X4.few", source=STAGES, reported="up to 99 % of vision attention can go", expected=FREE)
@pytest.mark.usefixtures("competent")
def test_few_tokens_in_the_middle_do(model, words):
    """Where words read the image in the middle third of the depth alone, the twentieth of it that
    is attended to most there does nearly as well as all of it.
    """
    middle, few, drawn, none = model.sweep(ENDS, FEW, DRAWN, BLIND).answer(words, correct)
    finding = (middle - few).against(as_many_drawn=middle - drawn)
    return finding.sensitive_to(middle - none, ADDED)


@claim(
    "X5",
    source=KADURI.at("Abstract"),
    reported="surprisingly descriptive without reading image tokens",
    expected=at_least(0.5, "half of the words that depend on the image"),
)
def test_captions_survive_through_the_questions_words(model, captions):
    """Where what is written reads no image token, half of a caption's words that depend on the
    image stay as they were: the question has read it.
    """
    edits = [
        *(blind(WRITERS, IMAGE), blind(WRITERS | QUESTION, IMAGE), OTHER),
        *(blind(ANSWER, IMAGE), blind(QUESTION, IMAGE, decoding=False)),
    ]
    kept, neither, other, last, alone = model.sweep(*edits).answer(captions, agree)
    finding = kept.against(the_question_blind_as_well=neither).sensitive_to(1 - other, SEEN)
    return finding.beside(the_prompts_last_word_reads=last, without_the_question=alone)


@claim(
    "X6",
    source=KADURI.at("Abstract"),
    reported="≈ 25 % of all layers, in the middle",
    expected=at_least(0, "keeps nine tenths"),
)
@pytest.mark.usefixtures("competent")
def test_a_quarter_of_the_layers_is_where_images_are_read(model, words):
    """Words that read the image in the middle quarter of the depth alone keep nine tenths of what
    it adds.
    """
    middle = blind(READERS, IMAGE, last=3 / 8) >> blind(READERS, IMAGE, first=5 / 8)
    elsewhere = [blind(READERS, IMAGE, first=1 / 4), blind(READERS, IMAGE, last=3 / 4)]
    kept, first, last, full, none = model.sweep(middle, *elsewhere, PLAIN, BLIND).answer(
        words, correct
    )
    most = 0.9 * full + 0.1 * none
    finding = (kept - most).against(the_first_quarter=first - most, the_last_quarter=last - most)
    return finding.sensitive_to(full - none, ADDED)
