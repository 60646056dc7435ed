"""Worked examples of readers: what is kept where words read the image in some layers, or some in none."""

from tests.claims.worked_example import WorkedExample
from vtmetrics import (
    ANSWER,
    DONOR,
    IMAGE,
    PLAIN,
    QUESTION,
    READOUT,
    SYSTEM,
    attended,
    blind,
    substitute,
    truncate,
)

WORDS = SYSTEM | QUESTION | ANSWER | READOUT
WRITTEN = ANSWER | READOUT
NOTHING = truncate(0)
ANOTHER = substitute(IMAGE, by=DONOR, at=0)
MIDDLE_THIRD = blind(WORDS, IMAGE, last=1 / 3) >> blind(WORDS, IMAGE, first=2 / 3)
MOST_ATTENDED = truncate(1 / 3, IMAGE - attended(0.05, 0.5))
DRAWN_ONES = truncate(1 / 3, IMAGE - IMAGE.sample(0.05))
MIDDLE_QUARTER = blind(WORDS, IMAGE, last=0.375) >> blind(WORDS, IMAGE, first=0.625)

OF_READERS = (
    # of .9 that are right, .85 are by the middle alone and .4 without it
    WorkedExample(
        "X4.ends",
        {
            "correct of words": {
                PLAIN: 0.9,
                MIDDLE_THIRD: 0.85,
                blind(WORDS, IMAGE, first=1 / 3, last=2 / 3): 0.4,
                NOTHING: 0.2,
            }
        },
        {"": 0.05, "control the_middle_unread": 0.5, "sensitivity": 0.7},
        expected="≤ 0.1",
        moves="≥ 0.1",
        competent=True,
    ),
    # of .85 that the middle has, few tokens keep .8 and drawn ones .3
    WorkedExample(
        "X4.few",
        {
            "correct of words": {
                MIDDLE_THIRD: 0.85,
                MIDDLE_THIRD >> MOST_ATTENDED: 0.8,
                MIDDLE_THIRD >> DRAWN_ONES: 0.3,
                NOTHING: 0.2,
            }
        },
        {"": 0.05, "control as_many_drawn": 0.55, "sensitivity": 0.65},
        expected="≤ 0.1",
        moves="≥ 0.1",
        competent=True,
    ),
    # .7 of a caption stay by the question's words, .1 without them, .8 if the prompt's last word reads
    WorkedExample(
        "X5",
        {
            "agree of captions": {
                blind(WRITTEN, IMAGE): 0.7,
                blind(WRITTEN | QUESTION, IMAGE): 0.1,
                ANOTHER: 0.4,
                blind(ANSWER, IMAGE): 0.8,
                blind(QUESTION, IMAGE, decoding=False): 0.6,
            }
        },
        {
            "": 0.7,
            "control the_question_blind_as_well": 0.1,
            "sensitivity": 0.6,
            "beside the_prompts_last_word_reads": 0.8,
            "beside without_the_question": 0.6,
        },
        expected="≥ 0.5",
        moves="≥ 0.1",
    ),
    # the image adds .7 to .2, nine tenths of which are .83; the middle keeps .85, the ends .4 and .3
    WorkedExample(
        "X6",
        {
            "correct of words": {
                MIDDLE_QUARTER: 0.85,
                blind(WORDS, IMAGE, first=0.25): 0.4,
                blind(WORDS, IMAGE, last=0.75): 0.3,
                PLAIN: 0.9,
                NOTHING: 0.2,
            }
        },
        {
            "": 0.02,
            "control the_first_quarter": -0.43,
            "control the_last_quarter": -0.53,
            "sensitivity": 0.7,
        },
        expected="≥ 0",
        moves="≥ 0.1",
        competent=True,
    ),
)
