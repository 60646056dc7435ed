"""Objects: do the tokens that lie on objects hold the answer?

Protocol   As they enter, tokens in objects' boxes hold the mean of the image's tokens, or others
           do, as many (X14). Layers and words are left alone.
Measured   Right answers. A token lies in a box if the middle of what it shows does.
Controls   As many tokens drawn from all of the image, some of which lie on objects: they must not
           cost nearly as much. All at once have to cost, or no single token holds anything.
Numbers    The paper's is of naming objects in photographs; a tenth stands for it.
           There the mean is that of states in many pictures; here it is this image's own, which
           holds some of what its objects are: less is lost, and the claim is the harder.
Not asked  Register tokens, the paper's other arm: no tower here has any.
"""

import pytest

from claims.papers import NEO
from vtmetrics import (
    BACKGROUND,
    IMAGE,
    INSIDE,
    MEAN,
    PLAIN,
    at_least,
    claim,
    correct,
    substitute,
)

MORE = at_least(0.1, "a tenth of the answers")
HELD = at_least(0.1, "what single tokens have to hold beyond what they hold in the mean")


@claim(
    "X14",
    source=NEO.at("Abstract"),
    reported="object identification drops by over 70 %",
    expected=MORE,
)
@pytest.mark.usefixtures("competent")
def test_tokens_on_objects_hold_the_answer(model, words):
    """With the mean token in place of those on objects, a tenth more answers are lost
    than with it in place of as many others.
    """
    tokens = INSIDE.upto(BACKGROUND), BACKGROUND.upto(INSIDE), IMAGE.upto(INSIDE), IMAGE
    edits = [substitute(some, by=MEAN, at=0) for some in tokens]
    full, objects, ground, drawn, none = model.sweep(PLAIN, *edits).answer(words, correct)
    finding = (ground - objects).against(as_many_drawn=ground - drawn)
    return finding.sensitive_to(full - none, HELD)
