"""Adaptation: what does training on where things are bring, and which part has to learn it?

Protocol   LoRA from gold answers, as in Fine-tuning: on boxes of a thing that is told by its side
           of another (referring), or on sides in a sentence (spatial), with captions of shapes in
           either. For S8 the language model learns with the projector, or the tower alone, at a
           higher rank: either has as many numbers to learn.
Measured   Whether a written box has at least half in common with the true one (S8), on pictures
           that nobody learned from; whether relations of bars in charts are told right (S10), on
           pictures of a kind that no lesson shows.
Controls   As many steps on each other's answers. The tower has to leave boxes, and the model
           relations, that could be right and are not.
Not asked  What'sUp, of which the paper's numbers are: its pictures are not here. That two captions
           are chosen from by chance half of the time is how we read them; it is not told how many
           there are to choose from.
"""

import pytest

from claims.papers import SEEING
from vtmetrics import at_least, claim, correct
from vtmetrics.metrics import overlaps

#: the tower's rank, with which it has as many numbers to learn as all else at theirs
AS_MANY = {"targets": "tower", "rank": 15}
GAINS = at_least(0.1, "ten points")
ROOM = at_least(0.1, "as much as is asked of a gain")


@pytest.fixture
def tune(tune_beside):
    """The model's students, of lessons of where things are."""
    return tune_beside


@claim(
    "S8",
    source=SEEING.at("5"),
    reported="text and projector likely more important than the encoder (no experiment)",
    expected=GAINS,
)
def test_words_adapt_where_the_tower_does_not(model, tune, referred):
    """With as many numbers and steps, training the language model
    and the projector brings more boxes right than training the tower.
    """
    text, tower, shuffled, untuned = (
        each.say(referred).score(overlaps, kind="share")
        for each in (
            tune(lesson="referring", targets="bridged"),
            tune(lesson="referring", **AS_MANY),
            tune(lesson="referring", shuffled=True),
            model,
        )
    )
    finding = (text - tower).against(shuffled_answers=shuffled - tower)
    finding = finding.sensitive_to(1 - tower, ROOM)
    return finding.beside(gained=text - untuned, gained_by_the_tower=tower - untuned)


@claim(
    "S10",
    source=SEEING.at("Table 2, W1"),
    reported=".55 → .74 by boxes (CRSB), .69 (CRS), .49 by captions (CS)",
    expected=GAINS,
)
def test_boxes_teach_relations_of_other_pictures(model, tune, sided_bars):
    """Trained on boxes of things beside others, a model tells more relations of bars in charts."""
    before, boxes, places, shuffled = (
        each.answer(sided_bars, correct)
        for each in (
            model,
            tune(lesson="referring"),
            tune(lesson="spatial"),
            tune(lesson="referring", shuffled=True),
        )
    )
    finding = (boxes - before).against(shuffled_answers=shuffled - before)
    return finding.sensitive_to(1 - before, ROOM).beside(by_places=places - before)
