"""Recovery: can training win back what a model loses where image tokens stop early?

Protocol   LoRA learns, through the cut net, to write what the whole model writes greedily about
           training scenes: captions, short answers and chains. Under the same cut the student then
           writes about test scenes. The cuts were chosen on validation scenes, where they cost most
           of every answer; half of the depth costs little (fixtures/adapters). Runs (another seed
           or cut, or all modules with no more parameters) are cases, never samples.
Measured   The words that a caption of shapes shares with the truth, or with the teacher's
           (ROUGE-L), and whether single characters and heights of bars are named. Recovery is a
           contrast: what the student has beyond a share of the way from the cut model to the whole
           one. The spread over ways of decoding is the variance of one scene's scores, greedy,
           searched for with beams and drawn, of every second scene. E4 asks the student what D2
           asks the model.
Controls   Another image under the same cut: what a student says without looking. An adapter that
           was trained as long at full depth: what training gives that is not adapting to the cut;
           of the spread as well, because learning from greedy answers sharpens by construction. For
           "poorly", what the same student does with captions. A cut that costs nothing leaves
           nothing to win back.
Not asked  A temperature of matched entropy.
"""

import pytest

from claims.papers import DEPTH
from vtmetrics import (
    DONOR,
    IMAGE,
    PLAIN,
    about,
    at_least,
    at_most,
    claim,
    concludes,
    correct,
    curve,
    substitute,
    truncate,
)
from vtmetrics.metrics import concluded, exact_match, rouge_l
from vtmetrics.protocols import Recovery
from vtmetrics.readings import beams, drawn, greedy, overlap

QUARTER, THIRD = truncate(1 / 4), truncate(1 / 3)
OTHER = substitute(IMAGE, by=DONOR, at=0)
RUNS = {
    "quarter": {"edit": QUARTER},
    "quarter, another seed": {"edit": QUARTER, "seed": 1},
    "quarter, all modules": {"edit": QUARTER, "rank": 4, "targets": "all"},
    "third": {"edit": THIRD},
}
BUDGETS = {
    "rank": {0: {"rank": 4}, 1 / 2: {}, 1: {"rank": 64}},
    "steps": {0: {"steps": 75}, 1: {}},
}
DRAWS = ({"temperature": 0.7}, {"top_p": 0.9}, {"top_k": 50})
DRAWN = [drawn(64, **how, seed=seed) for how in DRAWS for seed in range(3)]
WAYS = [greedy(64), beams(64, width=4), *DRAWN]
RQ4 = DEPTH.at("RQ4, LoRA fine-tuning")
FOUND = DEPTH.at("key findings")
BACK = at_least(0, "seven tenths of what the cut costs")
HALF_WAY = at_most(0, "half of what the cut costs")
AHEAD = at_least(0.2, "a fifth of what the cut costs, as between seven tenths and a half")
FLAT = about(0, 0.1, "no difference that one would see in a plot")
NARROWER = at_most(0, "a fifth less variance")
UNHELPED = at_most(0.1, "ten points of answers")
COSTS = at_least(0.1, "ten points, or there is nothing to win back")
SPREADS = at_least(0.01, "a standard deviation of a tenth, or there is no spread to lower")


@claim("E1.truth", source=RQ4, reported="captioning recovers", expected=BACK)
@pytest.mark.parametrize("run", RUNS)
def test_captions_come_back(model, tune, shapes, run):
    """Tuned, a model without image tokens in its upper
    layers regains seven tenths of its captions.
    """
    return regained(*recoveries(model, tune, shapes, run, likeness))


@claim("E1.teacher", source=RQ4, reported="captioning recovers", expected=BACK)
@pytest.mark.parametrize("run", RUNS)
def test_captions_become_the_teachers_again(model, tune, shapes, run):
    """Tuned, it regains seven tenths of the likeness to the whole model's captions."""
    return regained(*recoveries(model, tune, shapes, run, likeness, taught=True))


def regained(student, unseen, unrelated):
    """What the student has beyond seven tenths of the way back, and what its controls have."""
    back = student.beyond(0.7)
    back_unseen = unseen.beyond(0.7)
    back_unrelated = unrelated.beyond(0.7)
    finding = back.against(another_image=back_unseen, full_depth=back_unrelated, by=0.1)
    return finding.sensitive_to(student.cost, COSTS)


@claim("E2.truth", source=RQ4, reported="precise alignment irreversible", expected=HALF_WAY)
@pytest.mark.parametrize("run", RUNS)
def test_fine_answers_do_not_come_back(model, tune, shapes, fine, run):
    """Tuned, it regains at most half of its answers about single characters and heights of bars."""
    answers, _, _ = recoveries(model, tune, fine, run, sameness)
    captions, _, _ = recoveries(model, tune, shapes, run, likeness)
    back = answers.beyond(0.5)
    back_captions = captions.beyond(0.5)
    return back.against(captions=back_captions).sensitive_to(answers.cost, COSTS)


@claim("E2.teacher", source=RQ4, reported="precise alignment irreversible", expected=HALF_WAY)
@pytest.mark.parametrize("run", RUNS)
def test_fine_answers_do_not_become_the_teachers_again(model, tune, shapes, fine, run):
    """Tuned, it regains at most half of the likeness to the whole model's fine answers."""
    answers, _, _ = recoveries(model, tune, fine, run, sameness, taught=True)
    captions, _, _ = recoveries(model, tune, shapes, run, likeness, taught=True)
    back = answers.beyond(0.5)
    back_captions = captions.beyond(0.5)
    return back.against(captions=back_captions).sensitive_to(answers.cost, COSTS)


@claim("E2.ahead", source=RQ4, reported="captioning recovers, ChartQA poorly", expected=AHEAD)
@pytest.mark.parametrize("run", RUNS)
def test_captions_regain_more_than_fine_answers(model, tune, shapes, fine, run):
    """Of what the cut costs, tuning wins back a fifth more for captions than for fine answers."""
    answers, _, unrelated = recoveries(model, tune, fine, run, sameness)
    captions, _, unrelated_captions = recoveries(model, tune, shapes, run, likeness)
    ahead = captions.ahead_of(answers)
    ahead_unrelated = unrelated_captions.ahead_of(unrelated)
    return ahead.against(full_depth=ahead_unrelated, by=0.1).sensitive_to(answers.cost, COSTS)


def recoveries(model, tune, scenes, run, score, *, taught=False):
    """Of the student, of it under another image, and of one that was trained at full depth."""
    edit = RUNS[run]["edit"]
    student, unrelated = tune(**RUNS[run]), tune(edit=PLAIN)
    cut, full = model.sweep(edit, PLAIN).say(scenes)
    seen, unseen = student.sweep(edit, OTHER >> edit).say(scenes)
    texts = [seen, unseen, unrelated.say(scenes, edit)]
    truth = full if taught else None
    low, high = score(cut, truth), score(full, truth)
    return [Recovery(low, high, score(text, truth)) for text in texts]


def likeness(texts, truth=None):
    """How many words captions share with the truth, or with what is told to be true (ROUGE-L)."""
    return overlap(texts, rouge_l, truth)


def sameness(texts, truth=None):
    """Whether answers say the same as the truth, or as what is told to be true."""
    return texts.score(same, truth, kind="share")


def same(said, meant):
    """Whether the two say the same."""
    return exact_match(said, [meant])


@claim("E2.flat", source=RQ4, reported="irreversible", expected=FLAT)
@pytest.mark.parametrize("budget", BUDGETS)
def test_more_training_brings_no_more_fine_answers_back(model, tune, shapes, fine, budget):
    """From the least to the most of its budget,
    rank or steps, tuning wins back as many fine answers.
    """
    students = [tune(edit=QUARTER, **more) for more in BUDGETS[budget].values()]
    answers = [sameness(student.say(fine, QUARTER)) for student in students]
    rise = curve(*answers).slope(BUDGETS[budget])
    untrained = likeness(model.say(shapes, QUARTER))
    trained = likeness(students[-1].say(shapes, QUARTER))
    left = sameness(model.say(fine)) - answers[-1]
    return rise.against(captions_from_nothing=trained - untrained).sensitive_to(left, COSTS)


@claim("E3.truth", source=RQ4, reported="lower variance across decoding", expected=NARROWER)
@pytest.mark.parametrize("run", ["quarter", "third"])
def test_tuning_narrows_the_spread_of_captions(model, tune, shapes, run):
    """Tuned, how good a cut model's captions are varies a fifth less between ways of decoding."""
    return narrowed(model, tune, shapes[::2], run)


@claim("E3.teacher", source=RQ4, reported="lower variance across decoding", expected=NARROWER)
@pytest.mark.parametrize("run", ["quarter", "third"])
def test_tuning_narrows_the_spread_of_likeness(model, tune, shapes, run):
    """Tuned, how like the teacher's a cut model's captions are varies a fifth less between them."""
    return narrowed(model, tune, shapes[::2], run, taught=True)


def narrowed(model, tune, scenes, run, *, taught=False):
    """The student's spread above four fifths of the cut model's, and the same at full depth."""
    edit = RUNS[run]["edit"]
    student, unrelated = tune(**RUNS[run]), tune(edit=PLAIN)
    truth = model.say(scenes) if taught else None
    before = spread(model, scenes, edit, truth)
    above = spread(student, scenes, edit, truth) - 0.8 * before
    before_whole = spread(model, scenes, PLAIN, truth)
    above_whole = spread(unrelated, scenes, PLAIN, truth) - 0.8 * before_whole
    return above.against(full_depth=above_whole).sensitive_to(before, SPREADS)


def spread(model, scenes, edit, truth):
    """The variance of each scene's scores over ways of decoding."""
    texts = [model.say(scenes, edit, way) for way in WAYS]
    scores = [likeness(text, truth) for text in texts]
    return curve(*scores).variance()


@claim("E4", source=FOUND, reported="reasoning does not compensate", expected=UNHELPED)
def test_reasoning_does_not_make_up_for_what_tuning_leaves(model, tune, chains, direct):
    """Step by step, a tuned model wins back at most ten
    points of the short answers that it still lacks.
    """
    student = tune(edit=QUARTER)
    lost = model.answer(direct, correct) - student.answer(direct, correct, QUARTER)
    full = model.say(chains).score(concluded, kind="share")
    cut = student.say(chains, QUARTER).score(concluded, kind="share")
    told_full = model.answer(chains, concludes)
    told_cut = student.answer(chains, concludes, QUARTER)
    regained = lost - (full - cut)
    return regained.against(true_steps=lost - told_full + told_cut).sensitive_to(lost, COSTS)
