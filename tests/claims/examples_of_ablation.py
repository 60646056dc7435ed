"""Worked examples of ablation: what is kept of what the image adds, with few of its tokens."""

from tests.claims.worked_example import WorkedExample
from vtmetrics import DONOR, IMAGE, PLAIN, prune, substitute, truncate

BLIND, ANOTHER = truncate(0), substitute(IMAGE, by=DONOR, at=0)
LEFT = (0.01, 6)


def left(amount, draws=5):
    """So many tokens are left, or this share, in several draws."""
    return [prune(IMAGE - IMAGE.sample(amount, seed)) for seed in range(draws)]


def kept(amount, total, most=0.3):
    """Five draws that keep so much in the sum, unevenly."""
    shares = (0.4 - most, most, 0.2, 0.25, 0.15)
    return {edit: total * share for edit, share in zip(left(amount), shares, strict=True)}


def keeping(claim, task, amount, least, **case):
    """Six tenths are kept in the mean, of .9 with the image and .2 without; of another image a quarter."""
    asked = least * 0.9 + (1 - least) * 0.2
    unseen = {ANOTHER >> edit: value for edit, value in zip(left(amount, 2), (0.2, 0.3), strict=True)}
    return WorkedExample(
        claim,
        {f"correct of {task}": {PLAIN: 0.9, BLIND: 0.2, **kept(amount, 3.0), **unseen}},
        {"": 0.6 - asked, "control another_image": 0.25 - asked, "sensitivity": 0.7},
        expected="≥ 0",
        moves="≥ 0.1",
        competent=True,
        **case,
    )


def losing(claim, amount, most):
    """Of number three tenths are kept in the mean, of variety seven."""
    return WorkedExample(
        claim,
        {
            "correct of counted": {PLAIN: 0.9, BLIND: 0.1, **kept(amount, 1.5)},
            "correct of variety": {PLAIN: 1.0, BLIND: 0.5, **kept(amount, 3.5, 0.25)},
        },
        {
            "": 0.3 - most * 0.9 - (1 - most) * 0.1,
            "control variety": 0.7 - most * 1.0 - (1 - most) * 0.5,
            "sensitivity": 0.8,
        },
        expected="≤ 0",
        moves="≥ 0.1",
        competent=True,
    )


SHARES = [left(share, 1)[0] for share in (0.5, 0.25, 0.1)]


def shares(full, blind, own, other):
    """What three shares keep, of the image and of another."""
    told = {PLAIN: full, BLIND: blind, **dict(zip(SHARES, own, strict=True))}
    return told | {ANOTHER >> edit: value for edit, value in zip(SHARES, other, strict=True)}


def ordered(claim, easy, hard):
    """Of .8 that the image adds the easy one keeps .6, of .5 the hard one .1; of another image .05 and .1."""
    return WorkedExample(
        claim,
        {
            f"correct of {easy}": shares(0.9, 0.1, (0.8, 0.7, 0.6), (0.2, 0.15, 0.1)),
            f"correct of {hard}": shares(0.7, 0.2, (0.5, 0.3, 0.1), (0.4, 0.3, 0.2)),
        },
        {
            "": 0.6 * 0.5 - 0.1 * 0.8 - 0.1 * 0.8 * 0.5,
            "control another_image": 0.05 * 0.5 - 0.1 * 0.8 - 0.1 * 0.8 * 0.5,
            "sensitivity": 0.4,
        },
        expected="≥ 0",
        moves="≥ 0.1",
        competent=True,
    )


OF_ABLATION = (
    *(
        keeping("R1", "variety", amount, 0.9, case={"left": amount}, cases=("left: 0.01, 6",))
        for amount in LEFT
    ),
    keeping("R2.dominant", "dominant", 0.1, 0.5),
    keeping("R2.unique", "unique", 0.1, 0.5),
    losing("R3.half", 0.5, 0.5),
    losing("R3.quarter", 0.25, 0.1),
    ordered("R4.variety", "variety", "dominant"),
    ordered("R4.number", "dominant", "counted"),
)
