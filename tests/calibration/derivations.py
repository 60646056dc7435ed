"""Derivations: for a claim on one of its planted models, what its numbers have to be, by what was planted."""

from math import inf, log

from fixtures.calibration.truths import TRUTHS
from fixtures.planted.state_plans import OUTSIDE, RESTLESS
from fixtures.planted.tuned_teachers import COURSES
from tests.calibration.derivations_of_complexity import COMPLEXITY
from tests.calibration.derivations_of_decoupling import DECOUPLING
from tests.calibration.derivations_of_finetuning import FINETUNING
from tests.calibration.derivations_of_injection import INJECTION
from tests.calibration.derivations_of_kinds import PARTITION
from tests.calibration.derivations_of_layers import OF_LAYERS
from tests.calibration.derivations_of_patches import PATCHES
from tests.calibration.derivations_of_probes import PROBES
from tests.calibration.derivations_of_sinks import SINKS
from tests.calibration.derived import (
    MISLED,
    Derived,
    alternating,
    between,
    cut,
    equal,
    kept,
    overturned,
    sens,
    turned,
)

ANOTHER = "another_image"
STILL = "image states stand still from where they come to where they are put"
UNREAD = "nobody reads image tokens there any more"


def model(claim: str, role: str) -> str:
    """Who stands on that side."""
    return TRUTHS[claim].roles[role]


def half(claim: str, role: str, kind: str = "") -> float:
    """What is left of the answers without image tokens in the upper half."""
    return kept(model(claim, role), 1 / 2, kind)


def unchanged(claim: str) -> dict[tuple[str, str], list[Derived]]:
    """Of B1: still states do as well, and where nobody reads any do."""
    return {
        (claim, "right"): [equal(1, STILL), between(0, 0.9, "pictures differ", arm=ANOTHER)],
        (claim, "null"): [equal(1, UNREAD), equal(1, UNREAD, arm=ANOTHER)],
    }


SUBSTITUTION = {
    **unchanged("B1.level"),
    **unchanged("B1.input"),
    ("B1.level", "wrong"): [
        between(0, 0.6, "two layers have turned them by 150 degrees", case="by=0.3333, at=0.5"),
        between(0.6, 1, "five layers have turned them by 375, hardly at all", case="by=0.3333, at=0.75"),
        between(0, 0.6, "three layers have turned them by 225 degrees", case="by=0.5, at=0.75"),
    ],
    ("B1.input", "wrong"): [between(0, 0.6, "six layers have turned them by 450 degrees")],
    ("B1.reverse", "right"): [equal(1, STILL), between(0, 0.9, "pictures differ", arm=ANOTHER)],
    ("B1.reverse", "null"): [equal(1, "all pictures look the same", arm=arm) for arm in ("", ANOTHER)],
    ("B1.said", "right"): [between(0.99, 1, STILL), between(-1, 0.9, "pictures differ", arm=ANOTHER)],
    ("B1.said", "null"): [between(0.99, 1, UNREAD, arm=arm) for arm in ("", ANOTHER)],
    ("B1.said", "wrong"): [between(-1, 0.6, "two layers have turned them by 150 degrees")],
    ("B1.flat", "right"): [equal(0, STILL), between(0.1, 1, "pictures differ", arm=ANOTHER)],
    ("B1.flat", "wrong"): [between(0.2, 1, "states from afar were still turning, those from nearby stand")],
    ("B1.flat", "null"): [equal(0, UNREAD), equal(0, UNREAD, arm=ANOTHER)],
    ("B1.specificity", "right"): [between(0.1, 1, f"{STILL}, and pictures differ")],
    ("B1.specificity", "wrong"): [between(-1, 0.1, "image states have turned on")],
    ("B2.text", "right"): [equal(0, STILL, arm="image"), between(0.1, 1, "the relay had not read")],
    ("B2.text", "null"): [between(0.1, 1, "image states from afar were still turning", arm="image")],
    ("B2.question", "right"): [equal(0, STILL, arm="image"), between(0.1, 1, "the relay had not read")],
    ("B2.readout", "wrong"): [equal(0, STILL, arm="image")],
    ("B3.all", "right"): [between(0.1, 1, f"{STILL}, and the relay had not read")],
    ("B3.matched", "right"): [between(0.1, 1, f"{STILL}, and the relay had not read")],
    ("B4", "right"): [equal(1, "nobody has read before half the depth, where most is lost")],
    ("B4", "wrong"): [between(-0.05, 0.1, "what they would read again is what they have read")],
}


def answers_kept(claim: str, role: str, kind: str = "") -> Derived:
    """C1: what is left, less nine tenths of what the image adds."""
    return equal(sens(half(claim, role, kind) - 0.9), "what is read before the cut is kept")


def answers_lost(claim: str, role: str, kind: str = "") -> Derived:
    """C2: what is lost beyond a tenth of what the image adds."""
    return equal(sens(0.9 - half(claim, role, kind)), "what is read behind the cut is lost")


TRUNCATION = {
    **{("C1.half", role): [answers_kept("C1.half", role)] for role in ("right", "wrong", "null")},
    ("C1.smooth", "wrong"): [
        equal(sens(0.5), "the third sixth gives all, and half of it is asked for", arm="sixth 3"),
        *(equal(sens(-0.5), "no other gives any", arm=f"sixth {number}") for number in (1, 2, 4, 5, 6)),
    ],
    **{("C2", role): [answers_lost("C2", role)] for role in ("wrong", "null")},
    ("C2", "right"): [between(-0.1, 0, "letters have read", arm="letters")],
    **{
        ("C3.forced", role): [equal(1 - half("C3.forced", role, kind), "the words that were not read for")]
        for role, kind in (("right", "sentence"), ("wrong", ""), ("null", ""))
    },
    ("C3.half", "wrong"): [equal(0, UNREAD)],
    ("C3.half", "right"): [between(0.05, 1, "captions are written before the image is read")],
    ("C3.rises", "right"): [between(0.05, inf, "captions are written before the image is read")],
    ("C4.words", "right"): [between(0.1, 1, "letters have read before all cuts")],
    ("C4.words", "wrong"): [between(-1, -0.1, "letters read behind all cuts")],
    ("C4.sentences", "right"): [between(0.1, 1, "sentences read behind all cuts")],
    ("C4.sentences", "wrong"): [between(-1, -0.1, "sentences have read before all cuts")],
    ("C5", "right"): [between(0.1, 9 / 7, "nearness jumps to 1 in the middle: a slope of 9/7 at most")],
    ("C5", "wrong"): [between(-0.1, 0.1, "whose doubt is the same with image and without")],
}


def won_back(script: str) -> list[Derived]:
    """D2 and E4: what a script loses of short answers, less what of chains; drawn, so not exactly."""
    lost = cut(script)
    return [
        equal(lost.short, "short answers that are lost", 0.15, arm="sensitivity"),
        equal(lost.short - MISLED * lost.end, "less chains that end as those of another picture", 0.2),
        equal(lost.short - lost.told, "less ends of true steps that are lost", 0.2, arm="true_steps"),
    ]


REASONING = {
    ("D1.steps", "right"): [between(0.2, 0.8, "steps lose .9 and ends .1, less a tenth")],
    ("D1.steps", "wrong"): [between(-0.8, -0.2, "steps lose .4 and ends .9, less a tenth")],
    ("D1.words", "right"): [between(0.1, 0.8, "steps lose .9 and ends .1, less a tenth")],
    ("D1.words", "wrong"): [between(-0.8, -0.05, "steps lose .4 and ends .9, less a tenth")],
    **{("D2", role): won_back(model("D2", role)) for role in ("right", "wrong", "null")},
    ("D3", "right"): [between(0.1, 0.5, "steps part early")],
    ("D3", "wrong"): [between(-0.5, 0, "ends part late")],
}
BACK = "the student writes what the teacher writes before the cut"
LOST = "the student stays as it was"


def way_back(claim: str, asked: float, right: float, wrong: float) -> dict[tuple[str, str], list[Derived]]:
    """Of E1 and E2: which share of what the cut costs the student wins back, beyond what is asked."""
    return {
        (claim, role): [equal(sens(back - asked), BACK if back else LOST)]
        for role, back in (("right", right), ("wrong", wrong))
    }


RECOVERY = {
    **way_back("E1.truth", 0.7, 1, 0),
    **way_back("E1.teacher", 0.7, 1, 0),
    **way_back("E2.truth", 0.5, 0, 1),
    **way_back("E2.teacher", 0.5, 0, 1),
    ("E1.truth", "null"): [equal(sens(0.3), BACK, arm=arm) for arm in ("", "full_depth")],
    ("E1.teacher", "null"): [equal(sens(0.3), BACK), equal(sens(0.3), "whatever it sees", arm=ANOTHER)],
    ("E2.truth", "null"): [equal(sens(-0.5), LOST), between(-1, -0.05, LOST, arm="captions")],
    ("E2.teacher", "null"): [equal(sens(-0.5), LOST), between(-1, -0.05, LOST, arm="captions")],
    ("E2.ahead", "right"): [
        equal(1, "captions come back, read in another layer and so not to the word; nothing else", 0.05),
        equal(0, LOST, arm="full_depth"),
    ],
    ("E2.ahead", "wrong"): [between(-1, -0.1, "heights come back and captions don't")],
    ("E2.ahead", "null"): [
        equal(1, "captions come back, not to the word", 0.05),
        between(0.9, 1, "of one that is a little louder a few captions are others", arm="full_depth"),
    ],
    ("E2.flat", "right"): [equal(0, "fine answers never come back")],
    ("E2.flat", "wrong"): [between(0.1, 1, "heights come back with the largest budget")],
    **{
        (claim, role): told
        for claim in ("E3.truth", "E3.teacher")
        for role, told in (
            ("right", [between(-1, 0, "a student that doubts little says the same however it is asked")]),
            ("wrong", [equal(sens(0.2), "the student's spread is the model's")]),
            ("null", [between(-1, 0, "so does one that was tuned at full depth", arm="full_depth")]),
        )
    },
    **{("E4", role): won_back(COURSES[model("E4", role)].tuned) for role in ("right", "wrong", "null")},
}
COMPUTE = {
    ("F1.flops", "right"): [equal(0, "it computes what it needs")],
    ("F1.flops", "wrong"): [between(0.1, 0.25, "a quarter more, of products alone")],
    ("F1.cache", "right"): [equal(1, "it keeps what it needs")],
    ("F1.cache", "wrong"): [equal(0, "it has room for more")],
}


def late_or_drawn(claim: str, role: str) -> Derived:
    """F2: two draws cost what the sensitivity arm has beside the late cut, which costs all or nothing."""
    lost = 1 - half(claim, role)
    return equal(lambda told: 1.5 * (told["sensitivity"] - lost), "the late cut costs all or nothing")


BUDGET = {
    **{
        (claim, role): [late_or_drawn(claim, role)]
        for claim in ("F2.words", "F2.letters", "F2.captions")
        for role in ("right", "wrong")
    },
    ("F2.ranked", "right"): [between(0.1, 1, "the late cut costs nothing")],
    ("F2.ranked", "wrong"): [between(-1, 0, "the late cut costs all")],
}
DEAD = "nobody reads dead tokens"
PRUNABILITY = {
    **{
        (claim, role): told
        for claim in ("H2a.right", "H2a.same")
        for role, told in (
            ("right", [equal(0, DEAD), between(0.1, 1, "of any, read ones go", arm="as_many_of_any_kind")]),
            ("wrong", [between(0.1, 1, "words read what goes")]),
            ("null", [equal(0, DEAD)]),
        )
    },
    **{
        (claim, role): told
        for claim in ("H3.right", "H3.same")
        for role, told in (
            ("right", [between(0.1, 1, DEAD)]),
            ("wrong", [between(-1, 0, "words read the dead tokens")]),
        )
    },
}
STABILISATION = {
    # 15 and 0 for tokens of the planned length; but most are ground, and shorter, and none half as long again
    ("A5.bent", "right"): [
        between(90 - overturned(75, 3, 0), 90 - overturned(75, 3, 4.5), "updates turn by 75 degrees")
    ],
    ("A5.bent", "wrong"): [between(0, overturned(90, 3, 0) - 90, "updates are at right angles")],
    ("A6", "wrong"): [equal(-alternating(RESTLESS), "words are steady, the image is not", 1.5)],
}
NORMS = {
    ("K1", "right"): [
        between(
            log(3), log(5), "patches enter four times as long as words in the mean; asked is their median"
        )
    ],
    ("K1", "wrong"): [between(-0.5, 0.1, "words enter as long as image tokens")],
    ("K2", "right"): [
        equal(1 - turned(OUTSIDE, 3), "the image stands still, words change their length", 0.01)
    ],
}
DERIVATIONS = {
    **(STABILISATION | SUBSTITUTION | TRUNCATION | REASONING | RECOVERY),
    **(COMPUTE | BUDGET | PARTITION | PATCHES | SINKS | PRUNABILITY | NORMS | INJECTION | DECOUPLING),
    **(COMPLEXITY | FINETUNING | OF_LAYERS | PROBES),
}
