"""Texts: how much of a reference a generated text says.

A score takes one prediction and its references and is 1 for "the same"; distances are named so.
Without any reference there is no score, and that is an error.
"""

from collections.abc import Hashable, Sequence
from fractions import Fraction
from functools import cache
from typing import Any, Literal

from vtmetrics.metrics.wording import (
    ASCII_WORD,
    WORD,
    chartqa_number,
    coco_words,
    exact_number,
    levenshtein,
    normal,
    numbered_steps,
)

COCO_BETA = 1.2


def bleu(prediction: str, references: Sequence[str]) -> float:
    """BLEU of one sentence, by sacrebleu.

    Formula: brevity penalty × geometric mean of the 1- to 4-gram precisions
    Unit: share
    Range: [0, 1]
    Unchanged by: order of the references
    Source: Papineni 2002; sacrebleu's sentence BLEU (case mixed, tok 13a, smooth exp, effective order)

    >>> bleu("a red cube lies there", ["a red cube lies there"])
    1.0
    """
    _some(references)
    score: float = _scorer(of_sentences=True).sentence_score(prediction, list(references)).score
    return min(score / 100, 1.0)


def corpus_bleu(predictions: Sequence[str], references: Sequence[Sequence[str]]) -> float:
    """BLEU of a corpus, which is not the mean over its sentences, by sacrebleu.

    Formula: brevity penalty × geometric mean of the corpus's 1- to 4-gram precisions
    Unit: share
    Range: [0, 1]
    Unchanged by: order of the sentences, order of each one's references
    Source: Papineni 2002; sacrebleu's corpus BLEU (case mixed, tok 13a, smooth exp)

    >>> corpus_bleu(["a red cube lies there"], [["a red cube lies there"]])
    1.0
    """
    if len(predictions) != len(references):
        raise ValueError(f"there must be as many references as predictions, not {len(references)}")
    _some(predictions)
    for each in references:
        _some(each)
    most = max(map(len, references))
    columns = [[each[i] if i < len(each) else None for each in references] for i in range(most)]
    score: float = _scorer(of_sentences=False).corpus_score(list(predictions), columns).score
    return min(score / 100, 1.0)


@cache
def _scorer(*, of_sentences: bool) -> Any:
    """That of sacrebleu; to build one takes longer than to score a sentence."""
    from sacrebleu.metrics import BLEU  # noqa: PLC0415 - an extra that only these metrics need

    return BLEU(effective_order=of_sentences)


def rouge_l(
    prediction: str, references: Sequence[str], *, definition: Literal["words", "google", "coco"] = "words"
) -> float:
    """ROUGE-L: F-measure of the longest common subsequence of words, best over the references.

    Formula: (1 + β²) P R / (R + β² P), P = LCS / |prediction|, R = LCS / |reference|, β = 1
    Unit: share
    Range: [0, 1]
    Unchanged by: order of the references, letter case, punctuation
    Source: Lin 2004

    Definitions: "words" takes words of any script. "google" is rouge-score's, which knows only a–z and 0–9,
    so that other scripts score 0. "coco" is COCO's caption evaluation, whose tokeniser drops punctuation
    (ours leaves "it's" one word): β = 1.2, the best P and the best R of possibly different references.

    >>> rouge_l("a red cube", ["the red cube"])
    0.6666666666666666
    """
    _some(references)
    if definition == "coco":
        return _coco_rouge(prediction, references)
    if definition not in ("words", "google"):
        raise ValueError(f"definition must be words, google or coco, not {definition!r}")
    word = WORD if definition == "words" else ASCII_WORD
    said = word.findall(prediction.lower())
    shares = (_shares(said, word.findall(reference.lower())) for reference in references)
    return max(_f_measure(p, r, 1.0) for p, r in shares)


def exact_match(
    prediction: str, references: Sequence[str], *, definition: Literal["case", "strict", "squad"] = "case"
) -> float:
    """Whether the prediction is one of the references.

    Formula: 1 if any reference is equal after normalisation, else 0
    Unit: share
    Range: {0, 1}
    Unchanged by: order of the references, letter case, surrounding and repeated white space
    Source: Rajpurkar 2016 ("squad", which also drops punctuation and articles); "strict" changes nothing

    >>> exact_match(" Red ", ["red"]), exact_match("a cube.", ["cube"], definition="squad")
    (1.0, 1.0)
    """
    _some(references)
    if definition not in ("case", "strict", "squad"):
        raise ValueError(f"definition must be case, strict or squad, not {definition!r}")
    said = normal(prediction, definition)
    return float(any(said == normal(reference, definition) for reference in references))


def edit_distance(
    prediction: Sequence[Hashable],
    reference: Sequence[Hashable],
    *,
    unit: Literal["edits", "share"] = "edits",
) -> float:
    """How many insertions, deletions and substitutions lead from one sequence to the other.

    Formula: Levenshtein distance; share: divided by the longer length
    Unit: edits, or share of the longer length
    Range: [0, max length]; share [0, 1]
    Unchanged by: exchange, reversal of both
    Source: Levenshtein 1966; characters of texts, or tokens of sequences

    >>> edit_distance("kitten", "sitting")
    3.0
    """
    if unit not in ("edits", "share"):
        raise ValueError(f"unit must be edits or share, not {unit!r}")
    edits = levenshtein(prediction, reference)
    return float(edits) if unit == "edits" else edits / max(len(prediction), len(reference), 1)


def step_set_f1(prediction: str, reference: str) -> float:
    """How many reasoning steps two texts share, in whatever order.

    Formula: 2 |A ∩ B| / (|A| + |B|), A and B the sets of lines and sentences
    Unit: share
    Range: [0, 1]
    Unchanged by: exchange, order and repetition of steps, numbering, letter case, punctuation but for signs,
    operators and relations beside numbers
    Source: the Dice coefficient, for how a chain of thought diverges

    >>> step_set_f1("1. It is red. 2. It is a cube.", "It is a cube")
    0.6666666666666666
    """
    said, meant = numbered_steps(prediction), numbered_steps(reference)
    if not said and not meant:
        return 1.0
    return 2 * len(said & meant) / (len(said) + len(meant))


def relaxed_accuracy(
    prediction: str,
    reference: str,
    *,
    tolerance: float = 0.05,
    definition: Literal["numbers", "chartqa"] = "numbers",
) -> float:
    """Whether the answer is right, numbers within a tolerance.

    Formula: 1 if |p − r| ≤ tolerance · |r|, for texts 1 if equal, else 0
    Unit: share
    Range: {0, 1}
    Unchanged by: letter case; "numbers" also by surrounding white space, thousands separators and zeros
    Source: Methani 2020; Masry 2022 (ChartQA)

    Definitions: "numbers" reads "1,234" and "50%" as numbers, and a per cent sign on one side only is no
    difference. "chartqa" is the official code: "50%" is .5, so that "50" is wrong; "0" and "0.0" are compared
    as texts, blanks and all; "1,234" is a text. In both, a year within 5 % is right: a tolerance of 0 is for
    years.

    >>> relaxed_accuracy("1,040", "1000"), relaxed_accuracy("50%", "50", definition="chartqa")
    (1.0, 0.0)
    """
    if definition not in ("numbers", "chartqa"):
        raise ValueError(f"definition must be numbers or chartqa, not {definition!r}")
    if tolerance < 0:
        raise ValueError(f"tolerance must not be negative, not {tolerance}")
    if definition == "chartqa":
        near, far = chartqa_number(prediction), chartqa_number(reference)
        same = float(prediction.lower() == reference.lower())
        return float(abs(near - far) / abs(far) <= tolerance) if near is not None and far else same
    said, meant = exact_number(prediction), exact_number(reference)
    if said is None or meant is None:
        return float(prediction.strip().lower() == reference.strip().lower())
    return float(abs(said - meant) <= Fraction(str(tolerance)) * abs(meant))


def _some(references: Sequence[str]) -> None:
    if isinstance(references, str) or not references:
        raise ValueError(f"references must be a list of at least one text, not {references!r}")


def _common(said: Sequence[str], meant: Sequence[str]) -> int:
    """The length of the longest common subsequence."""
    row = [0] * (len(meant) + 1)
    for word in said:
        diagonal = 0
        for j, other in enumerate(meant, 1):
            diagonal, row[j] = row[j], diagonal + 1 if word == other else max(row[j], row[j - 1])
    return row[-1]


def _shares(said: Sequence[str], meant: Sequence[str]) -> tuple[float, float]:
    common = _common(said, meant)
    return common / max(len(said), 1), common / max(len(meant), 1)


def _f_measure(precision: float, recall: float, beta: float) -> float:
    if precision == 0 or recall == 0:
        return 0.0
    return (1 + beta**2) * precision * recall / (recall + beta**2 * precision)


def _coco_rouge(prediction: str, references: Sequence[str]) -> float:
    said = coco_words(prediction)
    shares = [_shares(said, coco_words(reference)) for reference in references]
    return _f_measure(max(p for p, _ in shares), max(r for _, r in shares), COCO_BETA)
