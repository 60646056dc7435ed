"""Training sees what asking sees: packed lessons score as the same questions through the public path."""

import random

import pytest
import torch

from fixtures.models.family_layout import Parts
from fixtures.models.vocabulary import vocabulary
from fixtures.scenes.all_contents import CONTENTS
from fixtures.scenes.draw import question
from fixtures.scenes.paint import paint
from fixtures.scenes.picture import settle, sketch
from fixtures.training.lesson import DRILLS, about
from fixtures.training.lookup_tables import TABLES, forms, lettered, tabled
from fixtures.training.packing import packed
from fixtures.training.reply import chat
from vtmetrics.nets.loading import load

FAMILIES = ("llava", "qwen2_5_vl")
LENGTH = 96


def questions():
    rng = random.Random(0)
    picture = settle(sketch("shapes", "train", rng), "train", rng)
    found = [question(name, "word", picture, rng) for name in ("count", "at", "tally", "exist")]
    return picture, [asked for asked in found if asked]


@pytest.mark.parametrize("family", FAMILIES)
@torch.no_grad()
def test_a_packed_lesson_scores_as_the_question_alone(directories, family):
    net, processor = load(directories[family])
    parts, (picture, asked) = Parts(net, family), questions()
    batch = packed(parts, [[about(one, parts.anatomy) for one in asked]], LENGTH, image=True)
    features = parts.features(parts.anatomy.seen([paint(picture)]))
    words, before = parts.embedding(batch.ids), len(parts.anatomy.before)
    embedded = torch.cat([words[:, :before], features, words[:, before + features.shape[1] :]], dim=1)
    hidden = parts.text(
        inputs_embeds=embedded,
        attention_mask=batch.mask.float(),
        position_ids=batch.positions,
        use_cache=False,
    ).last_hidden_state
    scores = net.lm_head(hidden[batch.rows, batch.places])
    for index, one in enumerate(asked):
        inputs = processor(
            images=[paint(picture)], text=[chat(processor, one.asked.prompt)], return_tensors="pt"
        )
        first = (batch.lesson == index).nonzero()[0, 0]
        assert torch.allclose(scores[first], net(**inputs).logits[0, -1], atol=1e-5)
        assert (
            processor.tokenizer.convert_ids_to_tokens(batch.targets[first].item())
            == one.asked.answer.split()[0]
        )


@pytest.mark.parametrize("family", FAMILIES)
def test_the_tower_gets_what_the_processor_makes(directories, family):
    _, processor = load(directories[family])
    anatomy = Parts(load(directories[family])[0], family).anatomy
    images = [paint(questions()[0])]
    inputs = processor(images=images, text=[chat(processor, "count")], return_tensors="pt")
    for name, tensor in anatomy.seen(images).items():
        assert torch.equal(inputs[name], tensor)


def test_a_lesson_sees_its_prefix_and_itself_alone(directories):
    parts = Parts(load(directories["llava"])[0], "llava")
    rng = random.Random(0)
    lessons = [DRILLS["matched"](rng, parts.anatomy) for _ in range(3)]
    batch = packed(parts, [lessons], LENGTH, image=False)
    seen = batch.mask[0, 0] == 0
    start, sizes = 2, [len(lesson.tokens) for lesson in lessons]
    for index, size in enumerate(sizes):
        first = start + sum(sizes[:index])
        last = first + size - 1
        assert seen[last].nonzero().flatten().tolist() == [0, 1, *range(first, last + 1)]
        assert batch.positions[0, first].item() == start


def test_what_does_not_fit_is_left_out(directories):
    parts = Parts(load(directories["llava"])[0], "llava")
    rng = random.Random(0)
    lessons = [DRILLS["recalled"](rng, parts.anatomy) for _ in range(20)]
    batch = packed(parts, [lessons], LENGTH, image=False)
    assert len(batch.tasks) < 20
    assert batch.ids.shape == (1, 2 + LENGTH)


def test_a_table_tells_what_the_picture_shows():
    rng = random.Random(0)
    for _ in range(20):
        picture = settle(sketch("shapes", "train", rng), "train", rng)
        colors = {thing.name: thing.color for thing in picture.things}
        if lesson := tabled("color", picture, rng):
            assert lesson.tokens[0] == "color"
            assert all(colors[lesson.tokens[place - 1]] == token for place, token in lesson.asked())
            assert len(lesson.asked()) == 8


def test_a_lettered_table_names_the_option_that_the_picture_shows():
    rng = random.Random(0)
    for _ in range(20):
        picture = settle(sketch("chart", "train", rng), "train", rng)
        heights = {thing.color: thing.name for thing in picture.things}
        if lesson := lettered("value", picture, rng):
            options = dict(zip(lesson.tokens[0:11:3], lesson.tokens[1:11:3], strict=True))
            assert all(options[token] == heights[lesson.tokens[place - 1]] for place, token in lesson.asked())


def test_tables_of_places_ask_for_rows_and_columns_alone():
    rng = random.Random(0)
    picture = settle(sketch("shapes", "train", rng), "train", rng)
    rows, columns = (dict(_pairs(tabled("position", picture, rng, form))) for form in ("rows", "columns"))
    assert rows.keys() & columns.keys()
    for key in rows.keys() & columns.keys():
        assert CONTENTS["position"].truth(picture, (key,)).split() == [rows[key], columns[key]]


def _pairs(lesson):
    return [(lesson.tokens[place - 1], token) for place, token in lesson.asked()]


@pytest.mark.parametrize(("content", "form"), [(name, form) for name in TABLES for form in forms(name)])
def test_each_table_can_be_made(content, form):
    rng = random.Random(0)
    kind = CONTENTS[content].kind
    pictures = [settle(sketch(kind, "train", rng), "train", rng) for _ in range(20)]
    if form == "lettered":
        made = [lettered(content, picture, rng) for picture in pictures]
    else:
        made = [tabled(content, picture, rng, form) for picture in pictures]
    known = vocabulary("llava")
    assert any(made)
    assert all(set(lesson.tokens) <= set(known) for lesson in made if lesson)


@pytest.mark.parametrize("drill", DRILLS)
def test_drills_can_be_solved_from_what_stands_before(drill, directories):
    """Every wanted token of a drill, but for the end, was already said."""
    parts = Parts(load(directories["llava"])[0], "llava")
    rng = random.Random(1)
    for _ in range(30):
        lesson = DRILLS[drill](rng, parts.anatomy)
        assert lesson.asked()
        for place, token in lesson.asked():
            assert token in lesson.tokens[:place] or token == parts.anatomy.end
