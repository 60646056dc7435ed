"""Populations: what is drawn from them is new by name and old by content, and mixtures are what they say."""

import random
from collections import Counter

import pytest
import torch

from fixtures.calibration.population import Mixture, Population, Unit, units
from fixtures.planted.pool import Pool
from fixtures.scenes.draw import draw
from vtmetrics.edits.edit import PLAIN
from vtmetrics.edits.tokens import QUESTION
from vtmetrics.lab.lab import Lab
from vtmetrics.model import Model
from vtmetrics.nets.spec import Spec
from vtmetrics.readings.answers import correct
from vtmetrics.readings.row import StoredValue

SIZE = 12


class Told(Lab):
    """A lab that answers every question about a model with the same number, and counts what it is asked."""

    def __init__(self, values):
        super().__init__()
        self.values, self.asked = values, Counter()

    def ask(self, spec, _, scenes, edits, *__):
        self.asked[spec.label] += len(scenes)
        row = StoredValue(value=self.values[spec.label])
        return {(edit, scene.digest): row for edit in edits for scene in scenes}

    def pooled(self, spec, _, scenes, *__):
        self.asked[spec.label] += len(scenes)
        return [(scene, torch.full((13, 1, 4), self.values[spec.label])) for scene in scenes]


def population(name, lab):
    tasks = {"words": draw("words", count=SIZE), "choices": draw("letters", count=SIZE)}
    known = {"validation_words": tuple(draw("words", "validation", count=2 * SIZE))}
    model = Model(Spec(name, "llava", f"/nowhere/{name}", embedded=True), lab)
    model.__dict__["layers"] = 12
    return Population(model, {task: units(scenes) for task, scenes in tasks.items()}, beforehand=known)


def sample(population, size, seed=0, *, once=False):
    """What a claim is given of units drawn."""
    return population.taken(population.drawn(size, random.Random(seed), once=once))


def test_a_sample_has_names_of_its_own_and_content_of_the_pool():
    drawn = sample(population("one", Told({})), 64)["words"]
    assert len({scene.id for scene in drawn}) == len({scene.group for scene in drawn}) == 64
    assert {scene.digest for scene in drawn} <= {scene.digest for scene in draw("words", count=SIZE)}


def test_no_scene_is_drawn_twice_where_it_may_be_drawn_once():
    drawn = sample(population("one", Told({})), SIZE, once=True)["words"]
    assert len({scene.digest for scene in drawn}) == SIZE


def test_all_tasks_are_drawn_together():
    """The same content in another form keeps its name, or nothing could be paired."""
    drawn = sample(population("one", Told({})), 64)
    assert [scene.id for scene in drawn["words"]] == [scene.id for scene in drawn["choices"]]


def test_a_drawn_scene_is_told_with_its_name_in_the_whole_population():
    """One and the same scene, however many tasks ask about it."""
    pool = population("one", Told({}))
    told = pool.renamed([3, 5, 3])
    whole = pool.whole()["words"]
    assert [first for first, _ in told] == [whole[place].id for place in (3, 5, 3)]
    assert [scene.id for _, scene in told] == [scene.id for scene in pool.taken([3, 5, 3])["words"]]
    assert [scene.digest for _, scene in told] != [whole[place].digest for place in (3, 5, 4)]


def test_scenes_of_one_group_are_drawn_together():
    first, second, third = draw("words", count=3)
    unit = Unit((first, second))
    assert len({scene.id for scene in (*unit.copy(0), *unit.copy(1))}) == 4
    assert [len(one.scenes) for one in units([first, second, third])] == [1, 1, 1]


def test_tasks_of_different_sizes_are_refused():
    tasks = {"words": units(draw("words", count=3)), "choices": units(draw("letters", count=4))}
    with pytest.raises(ValueError, match=r"as many units of every task, got \{'words': 3, 'choices': 4\}"):
        Population(Model(Spec("one", "llava", "/nowhere")), tasks)


@pytest.mark.parametrize("many", [0, 5, SIZE])
def test_a_mixture_has_the_share_that_was_asked_for(many):
    lab = Told({"one": 0.0, "other": 1.0, "one (untrained)": 0.0, "other (untrained)": 1.0})
    mixed = population("one", lab).mixed(population("other", lab), many)
    for model in (mixed.model, mixed.model.twin):
        model.__dict__["layers"] = 12
        scores = model.answer(mixed.whole()["words"], correct, PLAIN)
        assert sum(scores.values.values()) == many
        beforehand = model.answer(mixed.whole()["validation_words"], correct, PLAIN)
        assert sum(beforehand.values.values()) == 2 * many


def test_what_is_found_beforehand_is_found_on_the_same_scenes_by_all_samples():
    pool = population("one", Told({}))
    assert sample(pool, 5, 0)["validation_words"] == sample(pool, 7, 1)["validation_words"]
    assert len(pool.whole()["validation_words"]) == 2 * SIZE


def test_states_of_a_mixture_are_of_each_scenes_own_model():
    lab = Told({"one": 0.0, "other": 1.0})
    mixed = population("one", lab).mixed(population("other", lab), 5)
    drawn = mixed.whole()["words"]
    found = mixed.model.lab.pooled(mixed.model.spec, "", drawn, PLAIN, QUESTION)
    assert {scene.id for scene, _ in found} == {scene.id for scene in drawn}
    assert sum(float(states.mean()) for _, states in found) == 5


def test_a_pool_takes_states_once(monkeypatch):
    """Of a scene by its name, which says which tokens are drawn; the twin is one for all models."""
    lab, told = Pool(), Told({"one": 0.0, "one (untrained)": 1.0})
    monkeypatch.setattr(Lab, "pooled", lambda _, *asked: told.pooled(*asked))
    for each in (population("one", lab), population("other", lab)):
        for seed in range(3):
            drawn = sample(each, 6, seed, once=True)["words"]
            found = lab.pooled(each.model.twin.spec, "", drawn, PLAIN, QUESTION)
            assert [scene for scene, _ in found] == drawn
    assert told.asked["one (untrained)"] <= SIZE
    assert "other (untrained)" not in told.asked


def test_a_mixture_knows_only_its_own_scenes():
    with pytest.raises(KeyError):
        Mixture([]).ask(
            Spec("one", "llava", "/nowhere"), "", draw("words", count=1), [PLAIN], "correct", None
        )


def test_a_pool_asks_once(monkeypatch):
    """Drawn again under another name, a scene is known; all planted models of a family have one twin."""
    lab, told = Pool(), Told({"one": 0.0, "one (untrained)": 1.0})
    monkeypatch.setattr(Lab, "ask", lambda _, *asked: told.ask(*asked))
    one, other = population("one", lab), population("other", lab)
    for seed in range(3):
        one.model.answer(sample(one, 64, seed)["words"], correct)
    assert told.asked["one"] < 3 * 64
    for each in (one, other):
        twin = each.model.twin
        twin.__dict__["layers"] = 12
        twin.answer(each.whole()["words"], correct)
    assert told.asked["one (untrained)"] == SIZE
    assert "other (untrained)" not in told.asked
