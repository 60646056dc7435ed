"""Whatever a claim asks, its explanation shows: answers before and after, texts, counts, or how states go."""

import pytest

from vtmetrics import (
    IMAGE,
    PLAIN,
    Lab,
    Model,
    agree,
    cosine,
    curve,
    logprob,
    mean_profile,
    over_depth,
    pooled,
    truncate,
)
from vtmetrics.metrics import exact_match, trend
from vtmetrics.nets.spec import Spec
from vtmetrics.readings.writing import greedy
from vtmetrics.report.explanation import DepthCurve, Transcript
from vtmetrics.statistics.finding import Finding
from vtmetrics.suite.transcripts import SCENES_SHOWN, pytest_claim_transcripts

HALF = truncate(0.5)
SOME = IMAGE.sample(4)


@pytest.fixture
def model(directory):
    model = Model(Spec(directory.name, "any", str(directory), embedded=True), Lab())
    model.lab.journal = []
    return model


def shown(model, found):
    """What is shown of a finding; looking at it notes nothing."""
    told = pytest_claim_transcripts(model, Finding(found))
    assert model.lab.journal is None
    return told


def last(profile):
    return profile[..., -1]


def test_answers_are_shown_before_and_after_the_farthest_first(model, scenes):
    found = model.answer(scenes, cosine, HALF)
    told = shown(model, found)
    middle = sum(found.values.values()) / len(scenes)
    away = [abs(one.score - middle) for one in told]
    assert away == sorted(away, reverse=True)
    assert away[0] == max(abs(value - middle) for value in found.values.values())
    assert [list(one.answers) for one in told] == [["PLAIN", "truncate(6, IMAGE)"]] * SCENES_SHOWN


def test_a_statistic_shows_the_scenes_on_which_it_hangs_most(model, scenes):
    found = mean_profile(curve(*model.sweep(HALF, PLAIN).answer(scenes, logprob))).read(trend, (-100, 100))
    told = shown(model, found)
    hangs = {name: abs(value - found.value) for name, value in found.replicates.items()}
    assert {one.scene for one in told} == set(sorted(hangs, key=hangs.get, reverse=True)[:SCENES_SHOWN])
    assert all(one.note.startswith("without it ") and one.score is None for one in told)


def test_written_texts_are_shown_beside_forced_answers(model, scenes):
    texts = model.say(scenes[:3], HALF, greedy(4))
    forced = model.answer(scenes[:3], cosine, HALF)
    told = shown(model, forced + texts.score(lambda said, gold: exact_match(said, [gold])))
    assert len(told) == 2 * SCENES_SHOWN
    assert {one.note for one in told} == {"written", ""}
    written = next(one for one in told if one.note == "written")
    assert written.answers["truncate(6, IMAGE)"] == texts.written[written.scene]


def test_counts_are_shown(model, scenes):
    told = shown(model, model.cost(scenes[:3], HALF).flops)
    assert {one.note.partition("(")[0] for one in told} == {"flops", "kv_bytes"}
    assert all(set("0123456789,") >= set(count) for one in told for count in one.answers.values())


def test_states_are_shown_as_courses_over_depth(model, scenes):
    entropy = model.observe(scenes, over_depth("matrix_entropy", SOME))
    (course,) = shown(model, mean_profile(entropy).read(last, (0, 10)))
    assert course.values == pytest.approx(sum(entropy.values.values()) / len(scenes))
    assert (course.reading, course.edit) == ("matrix_entropy(IMAGE.sample(4, seed=0)):1", "PLAIN")


def test_pooled_states_are_shown_as_the_course_that_the_statistic_is_of(model, scenes):
    found = model.fit(scenes, pooled("matrix_entropy", SOME), HALF.on(6)).read(last, (0, 10))
    (course,) = shown(model, found)
    assert course.values[-1] == pytest.approx(found.value)


def test_what_a_claim_asked_of_states_and_of_answers_is_both_shown(model, scenes):
    model.observe(scenes, over_depth("matrix_entropy", SOME))
    kinds = [type(one) for one in shown(model, model.answer(scenes, agree, HALF))]
    assert kinds[0] is DepthCurve
    assert set(kinds[1:]) <= {Transcript}
