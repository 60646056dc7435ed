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
from vtmetrics.readings import beams, drawn, greedy


def overlap(text, reference):
    """ROUGE-L."""
    return rouge_l(text, [reference])


def same(text, reference):
    """Whether the two say the same."""
    return exact_match(text, [reference])


OVERLAP = {"metric": overlap}
SAME = {"metric": same, "kind": "share"}
ENDS = {"metric": concluded, "kind": "share"}
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
WAYS = [
    greedy(64),
    beams(64, width=4),
    *(drawn(64, **how, seed=seed) for how in DRAWS for seed in range(3)),
]
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
    return regained(recoveries(model, tune, shapes, run, OVERLAP))


@claim("E1.teacher", source=RQ4, reported="captioning recovers", expected=BACK)
@pytest.mark.parametrize("run", RUNS)
def test_captions_become_the_teachers_again(model, tune, shapes, run):
    """Tuned, it regains seven tenths of the likeness to the whole model's captions."""
    return regained(recoveries(model, tune, shapes, run, OVERLAP, taught=True))


def regained(arms):
    """What the student has beyond seven tenths of the way back, and what its controls have."""
    student, unseen, unrelated = (arm.beyond(0.7) for arm in arms)
    return student.against(another_image=unseen, full_depth=unrelated).sensitive_to(
        arms[0].cost, COSTS
    )


@claim("E2.truth", source=RQ4, reported="precise alignment irreversible", expected=HALF_WAY)
@pytest.mark.parametrize("run", RUNS)
def test_fine_answers_do_not_come_back(model, tune, shapes, fine, run):
    """Tuned, it regains at most half of its answers about single characters and heights of bars."""
    answers, *_ = recoveries(model, tune, fine, run, SAME)
    captions, *_ = recoveries(model, tune, shapes, run, OVERLAP)
    return (
        answers.beyond(0.5).against(captions=captions.beyond(0.5)).sensitive_to(answers.cost, COSTS)
    )


@claim("E2.teacher", source=RQ4, reported="precise alignment irreversible", expected=HALF_WAY)
@pytest.mark.parametrize("run", RUNS)
def test_fine_answers_do_not_become_the_teachers_again(model, tune, shapes, fine, run):
    """Tuned, it regains at most half of the likeness to the whole model's fine answers."""
    answers, *_ = recoveries(model, tune, fine, run, SAME, taught=True)
    captions, *_ = recoveries(model, tune, shapes, run, OVERLAP, taught=True)
    return (
        answers.beyond(0.5).against(captions=captions.beyond(0.5)).sensitive_to(answers.cost, COSTS)
    )


@claim("E2.ahead", source=RQ4, reported="captioning recovers, ChartQA poorly", expected=AHEAD)
@pytest.mark.parametrize("run", RUNS)
def test_captions_regain_more_than_fine_answers(model, tune, shapes, fine, run):
    """Of what the cut costs, tuning wins back a fifth more for captions than for fine answers."""
    answers, _, unrelated = recoveries(model, tune, fine, run, SAME)
    captions, _, unrelated_captions = recoveries(model, tune, shapes, run, OVERLAP)
    full_depth = unrelated_captions.ahead_of(unrelated)
    return (
        captions.ahead_of(answers).against(full_depth=full_depth).sensitive_to(answers.cost, COSTS)
    )


def recoveries(model, tune, scenes, run, how, *, taught=False):
    """Of the student, of it under another image, and of one that was trained at full depth."""
    edit, student, unrelated = RUNS[run]["edit"], tune(**RUNS[run]), tune(edit=PLAIN)
    ends = model.sweep(edit, PLAIN).say(scenes)
    arms = *student.sweep(edit, OTHER >> edit).say(scenes), unrelated.say(scenes, edit)
    cut, full, *others = (
        text.score(**how, against=ends[1] if taught else None) for text in (*ends, *arms)
    )
    return [Recovery(cut, full, other) for other in others]


@claim("E2.flat", source=RQ4, reported="irreversible", expected=FLAT)
@pytest.mark.parametrize("budget", BUDGETS)
def test_more_training_brings_no_more_fine_answers_back(model, tune, shapes, fine, budget):
    """From the least to the most of its budget,
    rank or steps, tuning wins back as many fine answers.
    """
    students = [tune(edit=QUARTER, **told) for told in BUDGETS[budget].values()]
    answers = [each.say(fine, QUARTER).score(**SAME) for each in students]
    captions = [each.say(shapes, QUARTER).score(**OVERLAP) for each in (model, students[-1])]
    left = model.say(fine).score(**SAME) - answers[-1]
    return (
        curve(*answers)
        .slope(BUDGETS[budget])
        .against(captions_from_nothing=captions[1] - captions[0])
        .sensitive_to(left, COSTS)
    )


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
    edit, student, whole = RUNS[run]["edit"], tune(**RUNS[run]), tune(edit=PLAIN)
    reference = model.say(scenes) if taught else None
    before, after = (spread(each, scenes, edit, reference) for each in (model, student))
    full_depth = spread(whole, scenes, PLAIN, reference) - 0.8 * spread(
        model, scenes, PLAIN, reference
    )
    return (after - 0.8 * before).against(full_depth=full_depth).sensitive_to(before, SPREADS)


def spread(model, scenes, edit, reference):
    """The variance of each scene's scores over ways of decoding."""
    texts = (model.say(scenes, edit, way) for way in WAYS)
    return curve(*(text.score(**OVERLAP, against=reference) for text in texts)).variance()


@claim("E4", source=FOUND, reported="reasoning does not compensate", expected=UNHELPED)
def test_reasoning_does_not_make_up_for_what_tuning_leaves(model, tune, chains, direct):
    """Step by step, a tuned model wins back at most ten
    points of the short answers that it still lacks.
    """
    student = tune(edit=QUARTER)
    lost = model.answer(direct, correct) - student.answer(direct, correct, QUARTER)
    full, cut = (text.score(**ENDS) for text in (model.say(chains), student.say(chains, QUARTER)))
    true_steps = lost - model.answer(chains, concludes) + student.answer(chains, concludes, QUARTER)
    return (lost - (full - cut)).against(true_steps=true_steps).sensitive_to(lost, COSTS)
