"""Pictures through the processors of types: layouts, answers and places; and that the table tells of them."""

import re
from dataclasses import replace

import pytest
import torch

from tests.families import painted as painting
from tests.families.painted import (
    ANSWER,
    BEGIN,
    END,
    KINDS,
    PAGE,
    PROMPT,
    SIZES,
    check_plain,
    check_words,
    checkpoint,
    painted,
    scene,
    why_not,
)
from tests.families.pictured import LACKING, MAPPED, MAPPED_TOO, build
from tests.suite.foreign_checkpoints import PROCESSORS as PLACED
from vtmetrics.inputs import encode
from vtmetrics.nets.checkpoints import lacking
from vtmetrics.nets.loading import load
from vtmetrics.nets.soundness import check_sound
from vtmetrics.nets.user_function import answerable

#: towers, grids, tiles, codebooks; what is laid beside tokens, and side by side; running states; eight more
QUICK = (
    *("vipllava", "paligemma", "gemma3", "idefics2", "idefics3", "glm4v", "aya_vision", "mllama"),
    *("chameleon", "cosmos3_edge", "ernie4_5_vl_moe", "glm_ocr", "minicpmv4_6", "ovis2", "qwen3_5"),
)
pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.usefixtures("no_gradients"),
]


@pytest.fixture
def no_gradients():
    with torch.no_grad():
        yield


@pytest.mark.parametrize("kind", QUICK)
def test_pictures_become_as_many_image_tokens_as_the_net_makes_of_them(kind):
    """All other types: nox -s families."""
    found = painted(kind)
    assert min(found.tokens) > 0
    assert found.two == 2 * found.tokens[0]
    assert f"| `{kind}` | {', '.join(map(str, found.tokens))} |" in PAGE.read_text(encoding="utf-8")


def test_words_that_are_not_those_written_are_an_error():
    _, processor = checkpoint("ovis2")
    row = encode(processor, replace(scene(SIZES[0]), answer="a dog"))
    with pytest.raises(AssertionError, match="'a cat' were written"):
        check_words("ovis2", processor, row)


def test_a_run_that_is_not_the_nets_own_is_an_error(monkeypatch):
    net, processor = checkpoint("ovis2")
    monkeypatch.setattr(painting, "gathered", lambda *_, **__: torch.zeros(1))
    with pytest.raises(AssertionError, match="a run without an edit is not the net's own"):
        check_plain("ovis2", net, encode(processor, scene(SIZES[0])))


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
    """If not: nox -s families, which writes it anew."""
    text = PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    rows = dict(re.findall(r"^\| `([\w.-]+)` \| (.+) \|$", text, re.MULTILINE))
    assert set(rows) == set(KINDS)
    assert {kind for kind, row in rows.items() if "not built here" in row} == set(LACKING)
    assert all(word in rows[kind] for kind, word in LACKING.items())
    assert {kind for kind, row in rows.items() if row.endswith("yes")} == {*PLACED, *MAPPED, *MAPPED_TOO}


def test_a_type_that_lacks_something_says_what():
    """Of processors themselves, not of the list."""
    for kind in ("llama4", "fuyu", "shieldgemma2", "mistral4"):
        assert LACKING[kind] in why_not(kind)
