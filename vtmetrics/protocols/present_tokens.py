"""Present tokens: in which scenes there are tokens of a kind, before anything else is asked about them."""

from collections.abc import Sequence

from vtmetrics.edits import Tokens
from vtmetrics.inputs import Scene
from vtmetrics.model import Model
from vtmetrics.readings import share
from vtmetrics.statistics import FEWEST, Scores


def present(model: Model, scenes: Sequence[Scene], tokens: Tokens) -> Scores:
    """1 where a scene has such tokens, no number elsewhere; it takes no pass but the one that picks them.

    It could be −1 as well, or a claim that asks for 0 or more could not be refuted by it.
    """
    return 2 * model.observe(scenes, share(tokens, of=tokens)) - 1


def too_few(there: Scores) -> bool:
    """Whether fewer scenes have such tokens than a verdict takes, so that nothing else need be asked."""
    return len(there.values) < FEWEST
