"""Every position of a prompt has its name, in both families and in ragged batches."""

from dataclasses import replace

import pytest
import torch

from vtmetrics.inputs.encoding import collate, encode


@pytest.fixture(scope="module")
def rows(net_and_processor, scenes):
    return [encode(net_and_processor[1], scene) for scene in scenes]


def words(processor, row, name):
    return processor.tokenizer.decode(row.inputs["input_ids"][0][row.masks[name]].tolist())


def test_the_question_is_the_users_own_words(net_and_processor, rows):
    for row in rows:
        assert words(net_and_processor[1], row, "question") == row.scene.prompt
        assert words(net_and_processor[1], row, "answer") == row.scene.answer


def test_the_parts_of_a_prompt_share_no_token_and_leave_none_out(rows):
    for row in rows:
        parts = torch.stack([row.masks[name] for name in ("image", "system", "question", "answer")])
        assert (parts.sum(0) == 1).all()


def test_the_readout_predicts_the_answer(rows):
    for row in rows:
        assert torch.equal(row.masks["readout"].nonzero() + 1, row.masks["answer"].nonzero())


def test_without_an_answer_the_last_position_is_read(net_and_processor, scenes):
    row = encode(net_and_processor[1], scenes[0], answered=False)
    assert not row.masks["answer"].any()
    assert row.masks["readout"].nonzero().item() == row.length - 1


def test_punctuation_is_an_answer_that_says_nothing(net_and_processor, scenes):
    row = encode(net_and_processor[1], replace(scenes[0], answer="red ."))
    assert (row.masks["answer"].sum(), row.masks["content"].sum()) == (2, 1)


def test_padding_is_on_the_left_and_has_no_name(rows):
    longest = max(row.length for row in rows)
    inputs, layout = collate(rows)
    assert inputs["input_ids"].shape == layout.valid.shape == (len(rows), longest)
    for index, row in enumerate(rows):
        assert layout.valid[index].tolist() == [False] * (longest - row.length) + [True] * row.length
        assert torch.equal(inputs["input_ids"][index, -row.length :], row.inputs["input_ids"][0])
        assert torch.equal(inputs["attention_mask"][index].bool(), layout.valid[index])


def test_a_batch_answers_like_its_rows_alone(net_and_processor, rows):
    net, _ = net_and_processor
    inputs, _ = collate(rows)
    with torch.no_grad():
        together = net(**inputs).logits[:, -1]
        alone = torch.cat([net(**row.inputs).logits[:, -1] for row in rows])
    assert torch.allclose(together, alone, atol=1e-4)


def test_an_answer_without_a_token_is_refused(net_and_processor, scenes):
    with pytest.raises(ValueError, match="wants an answer to be scored"):
        encode(net_and_processor[1], replace(scenes[0], answer="   "))


def test_other_answers_are_tokens_as_the_gold_ones_would_be(net_and_processor, scenes):
    """Of them, only those that say something."""
    processor = net_and_processor[1]
    row = encode(processor, replace(scenes[0], also=("green .", scenes[0].answer, ".")))
    green, gold, nothing = row.also
    assert processor.tokenizer.decode(green.tolist()).strip() == "green"
    assert torch.equal(gold, row.inputs["input_ids"][0][row.masks["content"]])
    assert len(nothing) == 0
    assert encode(processor, row.scene, answered=False).also == ()
