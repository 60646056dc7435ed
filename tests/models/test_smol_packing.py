"""Packed lessons score as the same lessons alone do, and none sees another."""

import pytest
import torch
from transformers import LlamaConfig, LlamaModel

from fixtures.training.smol.lesson import Lesson
from fixtures.training.smol.net import answered
from fixtures.training.smol.pack import TOKENS, packed

BEFORE, END = (1, 30, 31), 2
LESSONS = [
    Lesson("one", (40, 41, 42, END), (False, False, True, True)),
    Lesson("two", (50, 51, 52, 53, 54, END), (False, False, False, True, False, True)),
    Lesson("three", (60, 61, END), (False, True, True)),
]


@pytest.fixture(scope="module")
def text():
    sizes = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 2}
    torch.manual_seed(0)
    return LlamaModel._from_config(LlamaConfig(vocab_size=64, **sizes), attn_implementation="eager").eval()


@torch.no_grad()
def scores(text, rows, image):
    length = max(sum(len(lesson.ids) for lesson in row) for row in rows)
    batch = packed(rows, BEFORE, length + 3, END)
    return batch, answered(text, image, batch, len(BEFORE))[0]


def test_packed_lessons_score_as_they_do_alone(text):
    images = torch.randn(2, TOKENS, 32)
    batch, together = scores(text, [LESSONS[:2], LESSONS[2:]], images)
    for place, lesson in enumerate(LESSONS):
        image = images[:1] if place < 2 else images[1:]
        _, alone = scores(text, [[lesson]], image)
        torch.testing.assert_close(together[batch.lesson == place], alone, atol=2e-3, rtol=1e-3)


def test_what_is_wanted_is_predicted_one_place_before(text):
    batch, _ = scores(text, [LESSONS], torch.randn(1, TOKENS, 32))
    assert batch.targets.tolist() == [42, END, 53, END, 61, END]
    assert batch.tasks == ("one", "two", "three")
    first = len(BEFORE) + TOKENS
    assert batch.places.tolist()[:2] == [first + 1, first + 2]


def test_what_does_not_fit_is_left_out():
    batch = packed([LESSONS], BEFORE, 8, END)
    assert batch.tasks == ("one", "three")
