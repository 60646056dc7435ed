"""Answers are right by the score that their scene names, against all that is right, and word by word else."""

from dataclasses import dataclass, field, replace

import pytest
from PIL import Image

from vtmetrics import Scene
from vtmetrics.edits import PLAIN, truncate
from vtmetrics.metrics import cider_d
from vtmetrics.protocols import NAMED_SCORES, SCORE, by_named_score, competence_of, right_answers
from vtmetrics.readings import Texts
from vtmetrics.statistics import Scores

PICTURE = Image.new("RGB", (4, 4))


def scene(number, answer="red", also=(), score=None):
    known = {} if score is None else {SCORE: score}
    return Scene(f"s{number}", (PICTURE,), "what ?", answer, "words", f"g{number}", known, also=also)


@dataclass
class Writing:
    """Writes what is told of each scene, and something else where tokens are absent."""

    told: dict
    asked: list = field(default_factory=list)

    def say(self, scenes, edit=PLAIN):
        self.asked.append(("say", len(scenes), edit))
        said = {one.id: self.told[one.id] if edit == PLAIN else "nothing" for one in scenes}
        gold, groups = ({one.id: getattr(one, name) for one in scenes} for name in ("answer", "group"))
        return Texts(said, gold, groups, {})

    def answer(self, scenes, _, edit=PLAIN):
        self.asked.append(("answer", len(scenes), edit))
        ids = {one.id: one.group for one in scenes}
        return Scores(dict.fromkeys(ids, float(edit == PLAIN)), ids, "share", (0, 1))


#: a text, its answers, and what each rule makes of it
EXAMPLES = {
    "exact": ("RED", ("blue", "red"), 1),
    "squad": ("The red.", ("red",), 1),
    "relaxed": ("104", ("7", "100"), 1),
    "chartqa": ("50%", ("50",), 0),
    "vqa": ("two", ("2", "2", "2", *("3",) * 7), 0.9),
    "vqa-lmms": ("the dog", (*("the dog",) * 5, *("a cat",) * 5), 1),
    "anls": ("abce", ("x", "abcd"), 0.75),
    "anls-harness": ("ab", ("abcd",), 0.5),
    "pope": ("Maybe", ("yes",), 1),
    "pope-lmms": ("Yes, it is", ("yes",), 0),
    "pope-vlmevalkit": ("it is, yes", ("yes",), 1),
    "pope-strict": ("it is, yes", ("yes",), 0),
    "rouge": ("a red cube", ("the red cube",), 2 / 3),
    "cider": ("a red cube lies", ("a red cube lies",), 0),
    "box": ("0 0 4 2", ("0 0 4 4",), 1),
    "iou": ("0 0 4 1", ("9 9 9 9", "0 0 4 4"), 0.25),
}


@pytest.mark.parametrize("name", NAMED_SCORES)
def test_each_name_is_its_rule_over_all_answers(name):
    text, (gold, *also), worth = EXAMPLES[name]
    asked = [scene(1, gold, tuple(also), name)]
    found = right_answers(Writing({"s1": text}), asked)
    assert dict(found.values) == {"s1": pytest.approx(worth)}
    assert found.kind == NAMED_SCORES[name].kind
    assert found.range == (0, 1)


def test_consensus_is_of_the_whole_corpus():
    asked = [scene(1, "a red cube lies", score="cider"), scene(2, "two dogs run", score="cider")]
    said = {"s1": "a red cube lies", "s2": "two cats run"}
    found = right_answers(Writing(said), asked)
    expected = cider_d(list(said.values()), [["a red cube lies"], ["two dogs run"]])
    assert [found.values[one.id] for one in asked] == pytest.approx([score / 10 for score in expected])


def test_scenes_that_name_no_score_are_asked_word_by_word():
    model = Writing({"s1": "red"})
    found = right_answers(model, [scene(1, score="exact"), scene(2)])
    assert dict(found.values) == {"s1": 1, "s2": 1}
    assert dict(found.groups) == {"s1": "g1", "s2": "g2"}
    assert model.asked == [("say", 1, PLAIN), ("answer", 1, PLAIN)]
    right_answers(model, [scene(2)], truncate(0))
    assert model.asked[-1] == ("answer", 1, truncate(0))


def test_a_share_beside_a_number_is_a_number():
    said = Writing({"s1": "red", "s2": "red"})
    assert right_answers(said, [scene(1, score="exact"), scene(2, score="anls")]).kind == "number"
    assert right_answers(said, [scene(1, score="anls"), scene(2)]).kind == "number"
    assert right_answers(said, [scene(1, score="exact"), scene(2, score="squad")]).kind == "share"


def test_what_has_no_text_keeps_its_reason():
    asked = [scene(1, score="exact"), scene(2, score="exact"), scene(3, score="exact")]
    texts = Writing({"s1": "red", "s2": "", "s3": ""}).say(asked)
    lost = replace(texts, missing={"s2": "it failed"}, excluded={"s3": "none is dead"})
    found = by_named_score(lost, asked)
    assert (dict(found.values), dict(found.missing), dict(found.excluded)) == (
        {"s1": 1},
        {"s2": "it failed"},
        {"s3": "none is dead"},
    )


def test_competence_goes_by_it():
    """Fifty scenes whose written answers are right by one of several, and blind ones are not."""
    asked = [scene(number, "crimson", ("red",), "exact") for number in range(50)]
    model = Writing({one.id: "red" for one in asked})
    found = competence_of(model, asked)
    assert (found.score.value, found.added.value) == (1, 1)
    assert competence_of(Writing({one.id: "blue" for one in asked}), asked).score.value == 0
