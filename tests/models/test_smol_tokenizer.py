"""The tokenizer splits numbers into digits, knows its merges, and has a place for images."""

import pytest

from fixtures.models.smol.smol_tokenizer import IMAGE_ID, tokenizer
from tests.models.tiny_gguf import facts


@pytest.fixture(scope="module")
def smol():
    return tokenizer(facts())


def test_numbers_are_split_into_digits(smol):
    assert smol.tokenize("x 1234") == ["x", "Ġ", "1", "2", "3", "4"]


def test_merged_words_are_found(smol):
    assert smol.tokenize("red ed") == ["red", "Ġ", "e", "d"]


def test_an_unused_token_stands_for_images(smol):
    assert smol.convert_tokens_to_ids("<image>") == smol.image_token_id == IMAGE_ID
    assert smol.tokenize("a<image>b") == ["a", "<image>", "b"]
    assert len(smol) == len(facts()["tokenizer.ggml.tokens"])


@pytest.mark.parametrize(
    "text", ["There are 12 red circles.\n\n  x=1", "naïve café", "<|im_start|>user\nhi<|im_end|>"]
)
def test_texts_come_back(smol, text):
    assert smol.decode(smol.encode(text), skip_special_tokens=False) == text


def test_answers_end_and_batches_pad_with_the_same_mark(smol):
    assert smol.eos_token_id == smol.pad_token_id == 2
    assert smol(["red", "redred"], padding=True)["input_ids"][0][0] == 2
