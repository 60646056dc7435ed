"""Practice: from which layer on can image tokens go?

Protocol   Truncation at every layer, in one sweep; answers are teacher-forced. From the deepest cut
           the walk goes up as long as the loss is shown to be small, and stops at the first cut
           where it is not.
Measured   The loss: paired by scene, the score of the plain run less that of the cut one. Letters,
           words and sentences are right or wrong; of a caption, the share of words about the image
           that change. What is spared is counted in real prefills; time is shown, as that of this
           machine.
Controls   No image at all must lose more than may be lost, and a tenth of the answers, or make a
           caption less likely: or there is nothing to lose.
"""

import pytest

from vtmetrics import PLAIN, agree, at_least, claim, correct, logprob, truncate
from vtmetrics.evidence import IN_PRACTICE
from vtmetrics.protocols import WITHIN, require_learned, savings, walk

#: for each task, what may be lost a little, and what the image has to add to
TASKS = {
    "letters": (correct, correct),
    "words": (correct, correct),
    "sentences": (correct, correct),
    "captions": (agree, logprob),
}
ADDED = at_least(
    0.1, "a tenth of the answers or of a nat a word, before its loss can be called small"
)


@pytest.fixture(params=TASKS)
def task(request, model):
    """The scenes of a task, how an answer is scored, and what the image has to add to."""
    require_learned(model)
    scenes = request.getfixturevalue(request.param)
    score, seen = TASKS[request.param]
    return scenes, score, seen


@pytest.fixture(params=[0.01, 0.02, 0.05])
def within(request):
    """How much may be lost. A fixture,
    since these are no cases of one claim: each is 95 % sure by itself.
    """
    return request.param


@claim("Practice", source=IN_PRACTICE.at("every layer"), reported="by no paper", expected=WITHIN)
def test_image_tokens_can_go(model, task, within):
    """From some layer on, image tokens can go at so small a loss."""
    scenes, score, seen = task
    cuts = [truncate(layer) for layer in range(model.layers)]
    full, *kept = model.sweep(PLAIN, *cuts).answer(scenes, score)
    losses = [full - cut for cut in kept]
    stop = walk(losses, within)
    added = model.answer(scenes, seen) - model.answer(scenes, seen, truncate(0))
    finding = stop.excess.against(no_image=losses[0] - within).sensitive_to(added, ADDED)
    return finding.beside(layer=stop.shown, **savings(model, scenes, stop.edit))
