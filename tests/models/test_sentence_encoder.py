"""The sentence encoder gives the values that are known of it, and claims that want it say so without it."""

import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import BertConfig, BertModel

from fixtures.models.sentence_encoder import SentenceEncoder, main, pooled, sentence_encoder
from fixtures.models.sentence_similarity import sentence_similarity
from vtmetrics.metrics import object_f1
from vtmetrics.readings import Texts
from vtmetrics.statistics import rescaled
from vtmetrics.unmeasured import NotMeasured

CAPTION = "small red circle, large blue star."
RECOLORED = "small green circle, large blue star."
ELSEWHERE = "medium white cross, medium pink triangle."


@pytest.fixture(scope="module")
def untrained():
    """A tiny encoder that knows four words."""
    vocabulary = {"[UNK]": 0, "dog": 1, "red": 2, "star": 3}
    words = Tokenizer(models.WordLevel(vocabulary, "[UNK]"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    torch.manual_seed(0)
    size = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 8}
    return SentenceEncoder(BertModel(BertConfig(vocab_size=4, **size)), words)


@pytest.fixture(scope="module")
def encoder():
    """all-MiniLM-L6-v2 itself, from the wheel."""
    try:
        return sentence_encoder()
    except ConnectionError:
        pytest.skip("no network")


def test_a_text_is_the_mean_of_its_tokens_with_length_one():
    states = torch.tensor([[[3.0, 0.0], [3.0, 8.0]]])
    torch.testing.assert_close(pooled(states), torch.tensor([[0.6, 0.8]]))


def test_a_similarity_is_a_cosine(untrained):
    assert untrained.similarity("red dog", "red dog") == pytest.approx(1)
    assert untrained.similarity("red dog", "star") == untrained.similarity("star", "red dog") < 0.999
    assert untrained.vector("red dog") is untrained.vector("red dog")


def test_no_more_of_a_text_is_read_than_the_encoder_has_learned(untrained):
    long = "dog red " * 128
    assert untrained.similarity(long, long + "star") == pytest.approx(1)


def test_a_claim_without_the_encoder_is_told_the_command(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(NotMeasured, match=r"python -m fixtures\.models\.sentence_encoder fetches it"):
        sentence_similarity.__wrapped__()


def test_two_texts_are_compared(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["sentence_encoder", "one text"])
    with pytest.raises(SystemExit):
        main()
    assert "two texts are compared, not 1" in capsys.readouterr().err


def test_known_sentences_are_as_alike_as_is_known(encoder):
    happy = "That is a happy person"
    assert encoder.similarity(happy, "That is a very happy person") == pytest.approx(0.943, abs=1e-3)
    assert encoder.similarity(happy, "Today is a sunny day") == pytest.approx(0.257, abs=1e-3)


def test_a_wrong_color_is_hardly_seen_and_half_of_the_objects(encoder):
    assert encoder.similarity(CAPTION, RECOLORED) == pytest.approx(0.941, abs=1e-3)
    assert object_f1(CAPTION, RECOLORED) == 0.5


def test_texts_are_scored_and_rescaled_by_the_wrong_scene(encoder):
    """Of a caption with a wrong colour nine tenths remain, of one about another scene nothing."""
    groups = {"a": "a", "b": "b"}

    def found(text):
        written = Texts({"a": text, "b": text}, dict.fromkeys(groups, CAPTION), groups, {})
        return written.score(encoder.similarity, ends=(-1, 1))

    wrong = found(ELSEWHERE)
    assert rescaled(found(CAPTION), wrong).values == pytest.approx({"a": 1, "b": 1})
    assert rescaled(wrong, wrong).values == pytest.approx({"a": 0, "b": 0})
    assert 0.85 < rescaled(found(RECOLORED), wrong).values["a"] < 0.94
