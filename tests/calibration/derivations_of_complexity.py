"""Derivations of complexity: what told curves and answers have to come to, by what was told."""

from fixtures.calibration.truths import TRUTHS
from fixtures.planted.told_scores import COMPARED, TOLD
from tests.calibration.derived import Derived, between, sens

#: the shares left that are asked about together
SHARES = (0.5, 0.25, 0.1)
DRAWN = "which scenes survive is drawn"


def left(claim: str, role: str, content: str, share: float) -> float:
    """What is left of what the image adds, of a content."""
    kept = TOLD[TRUTHS[claim].roles[role]].kept[content]
    return kept[max(each for each in kept if each <= share)]


def kept(claim: str, content: str, share: float, least: float) -> dict[tuple[str, str], list[Derived]]:
    """What is kept beyond a share of what the image adds, on the right side and on the wrong one."""
    found = {}
    for role in ("right", "wrong"):
        beyond = left(claim, role, content, share) - least
        found[claim, role] = [
            Derived(
                DRAWN, lambda told, n=beyond: sens(n - 0.1)(told), lambda told, n=beyond: sens(n + 0.1)(told)
            )
        ]
    return found


def meanly(claim: str, role: str, content: str) -> float:
    """What is left in the mean over the shares that are asked about together."""
    return sum(left(claim, role, content, share) for share in SHARES) / len(SHARES)


def ordered(claim: str, easy: str, hard: str) -> dict[tuple[str, str], list[Derived]]:
    """Which of two keeps more, as a sign."""
    found = {}
    for role in ("right", "wrong"):
        more = meanly(claim, role, easy) - meanly(claim, role, hard) - 0.1
        found[claim, role] = [between(*((0, 1) if more > 0 else (-1, 0)), DRAWN)]
    return found


COMPLEXITY = {
    ("P-2.rises", "wrong"): [between(-9, 0, "directions are lost in every layer")],
    ("P-2.drops", "wrong"): [between(-0.01, 0.01, "image tokens hardly turn")],
    ("P-3", "right"): [between(0.95, 1, "five deviations to one of noise")],
    ("P-3", "wrong"): [between(-0.1, 0.1, "noise alone")],
    ("P-3.beyond", "wrong"): [between(-0.02, 0.02, "as much in every layer")],
    ("P-4", "right"): [between(0.1, 0.3, "a fifth of a deviation to one of noise")],
    ("P-4", "wrong"): [between(-0.1, 0.1, "given the number, noise alone")],
    ("P-5", "right"): [between(-0.1, 0.1, "given number and area, noise alone")],
    ("P-5", "wrong"): [between(0.5, 1, "one deviation and a half to one of noise")],
    ("P-6", "right"): [between(0.3, 1, "only scenes of a low rank are wrong")],
    ("P-6", "wrong"): [between(-1, -0.3, "only scenes of a high rank are wrong")],
    **kept("R1", "presence", 0.01, 0.9),
    **kept("R2.dominant", COMPARED[0], 0.1, 0.5),
    **kept("R2.unique", COMPARED[2], 0.1, 0.5),
    **kept("R3.half", "count", 0.5, 0.5),
    **kept("R3.quarter", "count", 0.25, 0.1),
    **ordered("R4.variety", "presence", COMPARED[0]),
    **ordered("R4.number", COMPARED[0], "count"),
}
