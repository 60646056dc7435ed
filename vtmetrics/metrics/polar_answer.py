"""Polar answers: yes or no, as POPE asks whether something is in a picture, and how often it is yes."""

from collections.abc import Sequence
from dataclasses import dataclass

from vtmetrics.metrics.polar_wording import PolarRule, polar


@dataclass(frozen=True)
class PolarScores:
    """What POPE reports of a corpus; None where nobody says, or should say, what it is a share of."""

    accuracy: float
    precision: float | None
    recall: float | None
    f1: float | None
    yes_rate: float
    unparsed: float


def polar_accuracy(prediction: str, reference: str, *, definition: PolarRule = "official") -> float:
    """Whether a text says yes where that is meant, or no; what says neither is wrong.

    Formula: 1 if the rule reads the same in both, else 0
    Unit: share
    Range: {0, 1}
    Unchanged by: whatever the rule leaves out
    Source: Li 2023 (POPE)

    Definitions: "official" is POPE's own: no if the first sentence has No, no or not as a word, else yes, so
    that "Maybe" and nothing at all are yes, and NO is. "lmms" takes yes or no alone, in any case.
    "vlmevalkit" looks for one of the words anywhere, punctuation aside. "strict" wants it at the start.

    >>> polar_accuracy("There is none", "yes"), polar_accuracy("There is none", "yes", definition="strict")
    (1.0, 0.0)
    """
    return float(polar(prediction, definition) == _meant(reference))


def pope(
    predictions: Sequence[str], references: Sequence[str], *, definition: PolarRule = "official"
) -> PolarScores:
    """What POPE reports: accuracy, precision, recall and F1 of yes, and how often yes is said.

    Formula: TP / (TP + FP), TP / (TP + FN), 2 TP / (2 TP + FP + FN), yes / all; unparsed / all beside them
    Unit: shares
    Range: [0, 1]; None where there is nothing to divide by
    Unchanged by: order of the answers
    Source: Li 2023 (POPE); rules as for `polar_accuracy`

    What says neither is wrong and, where yes is meant, missed; by lmms-eval, it is not. Its rate of yes is
    that of the references; ours is that of what is said, by every rule.

    >>> pope(["yes", "no", "no"], ["yes", "yes", "no"]).recall
    0.5
    """
    if len(predictions) != len(references) or not predictions:
        raise ValueError(f"answers want as many references, got {len(predictions)} and {len(references)}")
    said = [polar(text, definition) for text in predictions]
    both = list(zip(said, map(_meant, references), strict=True))
    hits, alarms = both.count(("yes", "yes")), both.count(("yes", "no"))
    unread = both.count(("", "yes")) if definition != "lmms" else 0
    missed = both.count(("no", "yes")) + unread
    return PolarScores(
        accuracy=sum(one == other for one, other in both) / len(both),
        precision=_ratio(hits, hits + alarms),
        recall=_ratio(hits, hits + missed),
        f1=_ratio(2 * hits, 2 * hits + alarms + missed),
        yes_rate=said.count("yes") / len(said),
        unparsed=said.count("") / len(said),
    )


def _meant(reference: str) -> str:
    bare = reference.strip().lower()
    if bare not in ("yes", "no"):
        raise ValueError(f"a reference for yes or no is one of them, not {reference!r}")
    return bare


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None
