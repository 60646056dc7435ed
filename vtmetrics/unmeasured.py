"""Unmeasured: why there is no number."""

from dataclasses import dataclass


class NotMeasured(Exception):  # noqa: N818 - no error: an honest gap, shown as – with its reason
    """Raised where a claim cannot be asked: wrong architecture, not competent, too few layers, no GPU."""


class Unloadable(NotMeasured):
    """Raised where a model that a user named can't be loaded: whatever else is asked of it, neither can."""


class Undecided(NotMeasured):
    """Raised where more scenes have to tell whether a claim can be asked, so many as `needs` says."""

    def __init__(self, why: str, needs: int | None) -> None:
        super().__init__(why)
        self.needs = needs


@dataclass(frozen=True)
class Excluded:
    """No score, and no error either: the question does not arise for this scene."""

    reason: str
