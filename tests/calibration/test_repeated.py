"""Repeated findings: drawn from what was found once, they are what the claim would find anew."""

import random
from dataclasses import replace

import pytest

from fixtures.calibration.exact import is_matched
from fixtures.calibration.matched_controls import matching
from fixtures.calibration.repeated import Repeated, _arms, unchanged
from fixtures.calibration.trial import Trial, remembering
from tests.calibration.test_population import SIZE, Told, population
from vtmetrics.edits.edit import PLAIN
from vtmetrics.evidence.paper_claim import Paper, claim
from vtmetrics.readings.answers import correct
from vtmetrics.readings.row import StoredValue
from vtmetrics.statistics.combined import curve
from vtmetrics.statistics.control_difference import difference_to
from vtmetrics.statistics.interval import at_least
from vtmetrics.statistics.jackknifed_profile import mean_profile

SOME = at_least(0.3, "three in ten")
CLAIMED = claim("Z1", source=Paper("T", "1", "S").at("p"), reported="-", expected=SOME)


class Halves(Told):
    """A lab in whose answers every second scene is right, by its content."""

    def __init__(self):
        super().__init__({"one": 1.0})

    def ask(self, spec, _, scenes, edits, *__):
        self.asked[spec.label] += len(scenes)
        rows = {scene.digest: StoredValue(value=float(int(scene.digest, 16) % 2)) for scene in scenes}
        return {(edit, scene): row for edit in edits for scene, row in rows.items()}


def right(model, words):
    """One score a scene, against another, and sensitive to itself."""
    found = model.answer(words, correct, PLAIN)
    return found.against(half_as_much=0.5 * found - 0.25).sensitive_to(found, SOME)


def of_every_second(model, words):
    """Whose turn it is depends on who was drawn."""
    return model.answer(words[::2], correct, PLAIN)


def of_all_together(model, words):
    """A statistic of the whole set."""
    found = model.answer(words, correct, PLAIN)
    return mean_profile(curve(found, 1 - found)).at(0)


def repeated(measurement, change=unchanged, *, halved=False):
    pool = population("one", Halves())
    trial = Trial(CLAIMED(measurement).claim, "", 0.95, measurement, {})
    return Repeated(trial, pool.model, pool, change, halved)


def content(measured):
    """What was found, and of whom; of a statistic, what it is without each group."""
    told = vars(measured)
    return told.get("replicates") or (told["values"], told["groups"], told["missing"], told["excluded"])


@pytest.mark.parametrize("measurement", [right, of_every_second, of_all_together])
def test_a_drawn_finding_is_what_would_be_found_anew(measurement):
    one, rng = repeated(measurement), random.Random(0)
    for _ in range(5):
        places = one.population.drawn(40, rng)
        drawn, anew = one.found(places), one.trial.found(one.model, one.population.taken(places))
        assert [*map(content, _arms(drawn))] == [*map(content, _arms(anew))]


@pytest.mark.parametrize(
    ("measurement", "times"), [(right, 2), (of_every_second, 2 + 9), (of_all_together, 1 + 9)]
)
def test_a_body_of_one_score_a_scene_runs_twice(measurement, times):
    """Once for all, and once to try whether scenes have scores of their own; others run every time."""
    one, calls = repeated(measurement), []

    def counted(model, words):
        calls.append(words)
        return measurement(model, words)

    counting = replace(one, trial=replace(one.trial, measurement=counted))
    for seed in range(9):
        counting.found(one.population.drawn(40, random.Random(seed)))
    assert len(calls) == times


def test_of_a_claim_about_every_second_scene_the_whole_is_all_of_them():
    """Any of them may be drawn into a second place, so the truth is not that of half of the scenes."""
    assert len(repeated(of_every_second).whole.scores.values) == SIZE / 2
    whole = repeated(of_every_second, halved=True).whole.scores.values
    assert whole == repeated(right).whole.scores.values


def test_a_drawn_difference_knows_what_both_sides_are_made_of():
    """Of a and a/2 − 1/4 it is a/2 + 1/4, which never lies below a quarter."""
    one = repeated(right)
    drawn = one.found(one.population.drawn(40, random.Random(0)))
    difference = difference_to(drawn.controls["half_as_much"], drawn.scores, SOME)
    assert difference.better.range == (0.25, 0.75)


@pytest.mark.parametrize(("many", "matched"), [(0, False), (SIZE, True)])
def test_a_control_does_as_well_in_as_many_scenes_as_are_said(many, matched):
    pool = repeated(right).population
    found = repeated(right, matching(pool, many)).whole
    own, control = found.scores.values, found.controls["half_as_much"].measured.values
    theirs = {f"{pool.units['words'][place].scenes[0].id}#0" for place in pool.first(many)}
    assert control == {
        scene: value if scene in theirs else 0.5 * value - 0.25 for scene, value in own.items()
    }
    assert is_matched(found, SOME) is matched


def test_a_statistic_that_does_as_well_is_so_much_of_the_claims():
    def against_nothing(model, words):
        """Against nothing at all."""
        found = of_all_together(model, words)
        return found.against(by=0.1, nothing=0 * found)

    pool = repeated(against_nothing).population
    found = repeated(against_nothing, matching(pool, SIZE // 4)).whole
    assert found.controls["nothing"].measured.value == pytest.approx(found.scores.value / 4)


def test_a_metric_that_remembers_is_asked_once():
    asked = []
    metric = remembering(lambda said, meant: asked.append((said, *meant)) or 0.5)
    assert [metric("a", ["b"]), metric("a", ["b"]), metric("b", ["a"])] == [0.5] * 3
    assert asked == [("a", "b"), ("b", "a")]
