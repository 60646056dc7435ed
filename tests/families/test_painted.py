"""Pictures through the processors of types: layouts, answers and places; and that the table tells of them."""

import re

import pytest
import torch

from tests.families.painted import ANSWER, BEGIN, END, KINDS, PAGE, PROMPT, SIZES, checkpoint, painted, scene
from tests.families.pictured import LACKING, MORE, build
from vtmetrics.edits.edit import truncate
from vtmetrics.engine import edited
from vtmetrics.inputs import collate, encode
from vtmetrics.nets.checkpoints import lacking
from vtmetrics.nets.loading import load
from vtmetrics.nets.soundness import check_sound
from vtmetrics.nets.user_function import answerable

BUILT = [kind for kind in MORE if kind not in LACKING]
pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.usefixtures("no_gradients"),
]


@pytest.fixture
def no_gradients():
    with torch.no_grad():
        yield


@pytest.mark.parametrize("kind", BUILT)
def test_pictures_become_as_many_image_tokens_as_the_net_makes_of_them(kind):
    found = painted(kind)
    assert min(found.tokens) > 0
    assert found.two == 2 * found.tokens[0]
    assert f"| `{kind}` | {', '.join(map(str, found.tokens))} |" in PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", BUILT)
def test_questions_and_answers_are_found_in_what_a_processor_writes(kind):
    _, processor = checkpoint(kind)
    row = encode(processor, scene(SIZES[1]))
    ids, said = row.inputs["input_ids"][0], processor.tokenizer.decode
    assert said(ids[row.masks["answer"]]).strip() == ANSWER
    assert said(ids[row.masks["question"]]) == PROMPT
    assert said(ids[row.masks["answer"].roll(-1)]) == said(ids[row.masks["readout"]])
    assert row.masks["answer"][-1]


@pytest.mark.parametrize("kind", BUILT)
def test_rows_of_several_lengths_are_padded_and_edited(kind):
    """A shorter prompt beside a longer one says under an edit what it says alone."""
    net, processor = checkpoint(kind)
    one = encode(processor, scene(SIZES[0]))
    longer = encode(processor, scene(SIZES[0], seed=1), answered=False)
    (both, layout), (alone, own) = collate([one, longer]), collate([one])
    with edited(net, truncate(2), layout):
        found = net(**both).logits[:1, -one.length :]
    with edited(net, truncate(2), own):
        wanted = net(**alone).logits
    assert torch.allclose(found, wanted, atol=1e-5)
    assert not torch.allclose(wanted, net(**alone).logits, atol=1e-3)


def test_an_answer_is_not_seen_by_what_predicts_it():
    """Not even in PaliGemma, which reads its prompt both ways."""
    net, processor = checkpoint("paligemma")
    row, mute = (encode(processor, scene(SIZES[0]), answered=said) for said in (True, False))
    assert row.inputs["input_ids"][:, : mute.length].equal(mute.inputs["input_ids"])
    found, wanted = (net(**one.inputs).logits[:, mute.length - 1] for one in (row, mute))
    assert torch.allclose(found, wanted, atol=1e-6)


@pytest.mark.parametrize("images", [1, 2])
def test_a_processor_that_lays_prompts_out_needs_no_template(tmp_path, images):
    """PaliGemma as the hub has it: image tokens, what begins a text, the plain question, a line's end."""
    build("paligemma", tmp_path)
    (tmp_path / "chat_template.jinja").unlink()
    assert lacking(tmp_path) is None
    net, processor = load(tmp_path)
    assert processor.chat_template is None
    answerable(net, processor, "it")
    check_sound(net, processor)
    asked = scene(SIZES[0], images=images)
    row = encode(processor, asked)
    told = processor(images=[list(asked.images)], text=[PROMPT], suffix=[ANSWER], return_tensors="pt")
    ids = row.inputs["input_ids"][0]
    assert ids.equal(told["input_ids"][0, :-1].to(ids))  # but for what ends an answer
    assert row.masks["image"].tolist() == [True] * 16 * images + [False] * (len(ids) - 16 * images)
    said = processor.tokenizer.decode
    assert (said(ids[row.masks["question"]]), said(ids[row.masks["answer"]]).strip()) == (PROMPT, ANSWER)
    assert said(ids[16 * images :]).startswith(f"<s>{PROMPT}\n")


def test_the_table_tells_of_every_type_that_is_tried():
    """If not: python -m tests.families.painted, which writes it anew."""
    text = PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    assert set(re.findall(r"^\| `([\w.-]+)`", text, re.MULTILINE)) == set(KINDS)
    assert text.count("not built here") == len(LACKING)
