"""Spelling: blanks and capitals make no other word; letters, signs and pieces stay what they are."""

import pytest
import torch
from tokenizers import Tokenizer, decoders
from tokenizers.models import WordLevel
from transformers import PreTrainedTokenizerFast

from fixtures.models.tokenizer import tokenizer
from vtmetrics import Model
from vtmetrics.inputs.spelling import whole_words, words
from vtmetrics.readings.answers import Answer, accuracy, concludes, correct


def speaking(*pieces, metaspace=False):
    """A tokenizer of these pieces."""
    known = Tokenizer(WordLevel({piece: place for place, piece in enumerate(pieces)}, unk_token=pieces[0]))
    if metaspace:
        known.decoder = decoders.Metaspace()
    return PreTrainedTokenizerFast(
        tokenizer_object=known, unk_token=pieces[0], clean_up_tokenization_spaces=False
    )


@pytest.mark.parametrize(("one", "other"), [("red", " Red"), ("red", "RED"), (" 3", "3"), (" A", "A")])
def test_blanks_and_capitals_make_no_other_word(one, other):
    assert words(speaking("<unk>", one, other), 3).tolist() == [0, 1, 1]


@pytest.mark.parametrize(
    ("one", "other"),
    [("a", "A"), ("red", "rod"), (".", " ."), ("\ufffd", " \ufffd"), ("<s>", " <S>"), ("", " ")],
)
def test_letters_signs_and_pieces_stay_apart(one, other):
    assert words(speaking("<unk>", one, other), 3).tolist() == [0, 1, 2]


def test_blanks_of_a_sentencepiece_are_blanks():
    known = speaking("<unk>", "▁Red", "red", "▁redder", metaspace=True)
    assert words(known, 4).tolist() == [0, 1, 1, 3]


def test_an_output_layer_may_be_larger_than_the_vocabulary():
    assert words(speaking("<unk>", "red", "Red"), 6).tolist() == [0, 1, 1, 3, 4, 5]


@pytest.mark.parametrize("family", ["llava", "qwen2_5_vl"])
def test_every_word_of_the_embedded_models_is_one_of_its_own(family):
    """Their scores are those of exact tokens."""
    known = tokenizer(family)
    assert words(known, len(known)).equal(torch.arange(len(known)))


@pytest.mark.parametrize(
    ("right", "expected"),
    [
        ([True, True, True], (1, 1, 1)),
        ([True, True, False], (0, 2 / 3, 0)),
        ([False, True, True], (0, 2 / 3, 1)),
    ],
)
def test_what_is_right_is_read_in_whole_in_part_and_at_the_end(right, expected):
    answer = Answer(torch.arange(3), torch.tensor(right))
    assert tuple(reading.take(answer) for reading in (correct, accuracy, concludes)) == expected


def test_answers_are_right_by_their_words(net_and_processor, scenes, monkeypatch):
    """Of a vocabulary whose tokens all spell one word, every answer; of the net's own, not all."""
    assert sum(Model.of(*net_and_processor).answer(scenes, correct).values.values()) < len(scenes)
    monkeypatch.setattr("vtmetrics.readings.block.words", lambda _, size: torch.zeros(size))
    assert set(Model.of(*net_and_processor).answer(scenes, correct).values.values()) == {1.0}


@pytest.mark.parametrize("mark", ["▁", "Ġ"])
def test_whole_words_begin_and_have_two_letters(mark):
    """Where beginnings are marked, what has no mark goes on with a word; signs and numbers are none."""
    pieces = ["<unk>", f"{mark}cat", "igh", f"{mark}a", f"{mark}7", f"{mark}Größe", ".", mark, f"{mark}x-ray"]
    told = whole_words(speaking(*pieces), len(pieces) + 2).tolist()
    assert [piece for piece, whole in zip(pieces, told, strict=False) if whole] == [
        f"{mark}cat",
        f"{mark}Größe",
    ]
    assert told[len(pieces) :] == [False, False]


def test_without_marks_every_piece_of_letters_is_a_word_but_what_goes_on():
    pieces = ["<unk>", "cat", "##igh", "a", "7", ".", "USER:"]
    assert whole_words(speaking(*pieces), 7).tolist() == [False, True, *[False] * 5]
    known = whole_words(tokenizer("llava"), 256)
    assert known[tokenizer("llava").get_vocab()["triangle"]]
    assert not known[: tokenizer("llava").get_vocab()["<image>"]].any()
