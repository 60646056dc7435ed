"""Scenes of one's own as claims are given them: in two splits, with donors, in forms that pair."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from fixtures.scenes.export_scenes import export, main
from fixtures.scenes.own_scenes import read_own
from fixtures.scenes.pytest_fixtures import asked
from fixtures.scenes.task_names import TASKS
from tests.house.pages import DOCS, blocks
from vtmetrics import DONOR, IMAGE, Model, substitute, truncate
from vtmetrics.lab import Lab
from vtmetrics.nets import Spec
from vtmetrics.protocols import SCORE
from vtmetrics.readings import correct, logprob
from vtmetrics.unmeasured import NotMeasured

ROOT = Path(__file__).parents[2]

COLORS = ("red", "green", "blue", "yellow", "purple", "pink")
ASKED = {"question": "what color ?", "task": "words"}


@pytest.fixture
def read(tmp_path):
    """The scenes of records, about pictures of one colour each."""
    for color in COLORS:
        Image.new("RGB", (8, 6), color).save(tmp_path / f"{color}.png")
    Image.new("RGB", (9, 6), "red").save(tmp_path / "wide.png")

    def scenes(*records, beside=False):
        told = ({**ASKED, **record} for record in records)
        (tmp_path / "mine.jsonl").write_text("".join(f"{json.dumps(each)}\n" for each in told))
        own = read_own([tmp_path / "mine.jsonl"], beside=beside)
        assert own.problems == ()
        return own

    return scenes


def about(color, **told):
    return {"image": f"{color}.png", "answer": color, **told}


def given(own, task="words", split="test", count=128, **told):
    return own.scenes(task, split, count, few_words=True, **told)


def names(scenes):
    return [scene.id for scene in scenes]


@pytest.mark.parametrize("large", [False, True])
def test_what_is_exported_comes_back_as_it_was_drawn(tmp_path, large):
    """Digest by digest, donors and boxes too, so that every score is the same."""
    own = read_own([export(tmp_path, 6, large=large)])
    assert own.problems == ()
    for task in ("words", "choices"):
        for split, count in (("test", 4), ("validation", 2)):
            back = own.scenes(task, split, 128, few_words=not large)
            drawn = asked(TASKS[task], split, count, embedded=not large)
            assert [(s.id, s.group, s.digest) for s in back] == [(s.id, s.group, s.digest) for s in drawn]


def test_exported_scenes_have_the_scores_of_the_generated(tmp_path):
    """Of an embedded model, under an edit that takes states of donors too."""
    spec = Spec("tiny", "llava", str(ROOT / "fixtures/models/weights/llava-1"), embedded=True)
    own = read_own([export(tmp_path, 12)])
    for task in ("words", "choices"):
        both = given(own, task), asked(TASKS[task], "test", 8, embedded=True)
        edits = truncate(1 / 2), substitute(IMAGE, by=DONOR, at=1 / 2)
        back, drawn = (Model(spec, Lab()).sweep(*edits).answer(scenes, logprob) for scenes in both)
        assert [scores.values for scores in back] == [scores.values for scores in drawn]
        assert len(back[1].values) == 8


def test_any_of_several_answers_is_right(read):
    """An embedded model says what is in the picture, whichever answer is gold."""
    spec = Spec("tiny", "llava", str(ROOT / "fixtures/models/weights/llava-1"), embedded=True)
    (drawn,) = asked("color", "test", 1, embedded=True)
    wrong = next(color for color in COLORS if color != drawn.answer)
    told = replace(drawn, answer=wrong), replace(drawn, answer=wrong, also=(drawn.answer,))
    right = [Model(spec, Lab()).answer([scene], correct).values[drawn.id] for scene in (drawn, *told)]
    assert right == [1, 0, 1]
    assert len({scene.digest for scene in (drawn, *told)}) == 3
    own = read({**about("red", task="choices", split="test"), "options": ["red", "pink"]})
    assert given(own, "choices")[0].also == ()
    several = {"image": "red.png", "answers": ["red", "pink", "blue"], "split": "test"}
    letters = {**several, "task": "choices", "options": ["blue", "pink", "red"]}
    own = read(several, letters)
    assert (given(own)[0].answer, given(own)[0].also) == ("red", ("pink", "blue"))
    assert (given(own, "choices")[0].answer, given(own, "choices")[0].also) == ("C", ("B", "A"))


def test_a_record_says_by_which_score_its_answers_are_right(read):
    """What a scene knows; one that says none is asked word by word."""
    own = read(about("red", score="anls", split="test"), about("red", split="test"))
    named, unnamed = own.scenes("words", "test", 2, few_words=True)
    assert named.known[SCORE] == "anls"
    assert SCORE not in unnamed.known
    assert named.digest == unnamed.digest


def test_a_dozen_is_exported_unless_more_are_wanted(tmp_path, capsys):
    assert main([str(tmp_path / "new")]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'new' / 'scenes.jsonl'}\n"
    own = read_own([tmp_path / "new" / "scenes.jsonl"])
    assert len({record.group for record in own.records}) == 12
    with pytest.raises(SystemExit):
        main([str(tmp_path), "--count=0"])


def test_who_tells_no_split_practises_on_a_third_of_the_pictures(read):
    """The same pictures in every form."""
    one, other = ([about(color, id=color, task=task) for color in COLORS] for task in ("words", "direct"))
    own = read(*one, *other)
    practice, test = given(own, split="validation"), given(own)
    assert (len(practice), len(test)) == (2, 4)
    assert names(given(own, "direct", "validation")) == names(practice)
    assert {scene.group for scene in practice}.isdisjoint({scene.group for scene in test})


def test_where_a_task_tells_a_split_the_rest_is_test(read):
    first, *others = (about(color, id=color) for color in COLORS)
    own = read({**first, "split": "validation"}, *others)
    assert names(given(own, split="validation")) == ["red"]
    assert names(given(own)) == list(COLORS[1:])


def test_a_donor_is_found_of_the_same_size_question_and_split(read):
    told = (
        about("red", split="test"),
        about("wide", answer="green", split="test"),
        about("green", question="which color ?", split="test"),
        about("blue", split="validation"),
        about("yellow", answer="red", split="test"),
        about("pink", split="test"),
    )
    own = read(*told)
    answers = {scene.answer: scene.donor and scene.donor.answer for scene in given(own)[:1]}
    assert answers == {"red": "pink"}
    found = {scene.known["where"]: scene.donor and scene.donor.answer for scene in given(own)}
    assert found == {
        "mine.jsonl:1": "pink",
        "mine.jsonl:2": None,
        "mine.jsonl:3": None,
        "mine.jsonl:5": "pink",
        "mine.jsonl:6": "red",
    }


def test_a_donor_may_be_named_or_shown(read):
    shown = {"image": "wide.png", "answer": "purple"}
    own = read(about("red", donor="b", split="test"), about("blue", id="b", donor=shown, split="test"))
    first, second = given(own)
    assert (first.donor.answer, first.donor.prompt, first.donor.donor) == ("blue", first.prompt, None)
    assert (second.donor.answer, second.donor.images[0].size) == ("purple", (9, 6))


@pytest.mark.parametrize("answer", ["blue", "B"])
def test_options_are_listed_as_generated_ones_are(read, answer):
    told = {"task": "choices", "options": ["red", "blue"], "split": "test"}
    own = read(about("blue", answer=answer, **told), about("red", **told))
    first, second = given(own, "choices")
    assert first.prompt == "what color ? A red , B blue . one letter"
    assert (first.answer, second.answer, first.donor.answer) == ("B", "A", "A")
    plain = own.scenes("choices", "test", 1, few_words=False)[0]
    assert plain.prompt == "what color ? A red, B blue. answer with only one letter: A or B."


def test_without_options_a_letter_is_asked_for_as_the_question_stands(read):
    own = read(
        about("red", task="letters", question="what color ? A red , B blue .", answer="A", split="test")
    )
    (scene,) = given(own, "letters")
    assert (scene.prompt, scene.answer) == ("what color ? A red , B blue .", "A")


def test_a_claim_about_two_forms_gets_the_contents_that_both_have(read):
    """In one order, whatever the files' is, so that a number of scenes takes the same of both."""
    words = [about(color, id=color, split="test") for color in COLORS[:4]]
    direct = [about(color, id=color, task="direct", split="test") for color in reversed(COLORS[1:])]
    own = read(*words, *direct)
    for task in ("words", "direct"):
        assert names(given(own, task, count=2, forms=("words", "direct"))) == ["green", "blue"]


@pytest.mark.parametrize(
    ("task", "split", "forms", "why"),
    [
        ("letters", "test", (), "mine.jsonl holds no scenes of the task letters"),
        ("words", "validation", (), "mine.jsonl holds no validation scenes of the task words"),
        (
            "words",
            "test",
            ("words", "direct"),
            "no content in all of the forms words, direct: they share no id",
        ),
    ],
)
def test_what_a_file_lacks_is_not_measured(read, task, split, forms, why):
    told = {"split": "test"}
    own = read(about("red", **told), about("red", task="direct", **told))
    with pytest.raises(NotMeasured, match=why):
        given(own, task, split, forms=forms)
    assert given(read(about("red", **told), beside=True), "letters") == ()


def test_words_that_an_embedded_model_lacks_are_named(read):
    own = read(about("red", split="test"), about("red", question="What colour?", split="test"))
    told = "^mine.jsonl:2 says 'What', which no embedded model has a word for$"
    with pytest.raises(NotMeasured, match=told):
        given(own)
    assert len(own.scenes("words", "test", 2, few_words=False)) == 2
    assert names(given(own, count=1)) == ["mine.jsonl:1"]


def test_beside_generated_scenes_ids_are_kept_apart(read):
    own = read(about("red", id="color/test/0/0", split="test"), beside=True)
    assert names(given(own)) == ["own color/test/0/0"]


def test_the_records_of_the_manual_are_well_formed(tmp_path):
    """Two of them are forms of one content."""
    ((_, body),) = blocks(DOCS / "your-pictures.md", "json")
    for name in ("street.jpg", "field.jpg"):
        Image.new("RGB", (8, 6), "red" if name == "street.jpg" else "blue").save(tmp_path / name)
    (tmp_path / "mine.jsonl").write_text(body, encoding="utf-8")
    own = read_own([tmp_path / "mine.jsonl"])
    assert own.problems == ()
    assert [record.id for record in own.records] == ["car", "car", "van"]


def test_pictured_are_the_first_test_scenes_of_different_pictures(read):
    own = read(
        about("red", id="1", split="test"),
        about("red", id="1", split="test", task="letters", question="which ?", options=["red", "blue"]),
        about("blue", id="2", split="validation"),
        about("green", id="3", split="test", task="letters", question="which ?", options=["red", "green"]),
        about("pink", id="4", split="test"),
    )
    assert names(own.pictured(2, few_words=False)) == ["1", "3"]
