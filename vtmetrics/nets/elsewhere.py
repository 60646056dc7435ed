"""Elsewhere: while workers hold the nets, a process loads no weights, and has processors alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from vtmetrics.nets.loading import family_of, processor_of
from vtmetrics.nets.spec import Spec
from vtmetrics.unmeasured import NotMeasured, Unloadable

_away: list[str] = []


@contextmanager
def weights_elsewhere(whose: str) -> Iterator[None]:
    """Inside the `with`, this process loads no weights, whatever asks for them."""
    _away.append(whose)
    try:
        yield
    finally:
        _away.remove(whose)


def held_elsewhere() -> bool:
    """Whether others hold the nets."""
    return bool(_away)


class FarNet:
    """In the place of a net that is elsewhere: it says so, whatever it is asked."""

    def __getattr__(self, name: str) -> NoReturn:
        raise NotMeasured(f"not measured by workers: {name} is asked of a net, and {_away[-1]} holds it")

    def eval(self) -> "FarNet":
        """Itself: there is nothing to be put into a mode."""
        return self


def processor_alone(spec: Spec) -> tuple[FarNet, Any]:
    """No net, and the processor of a checkpoint."""
    if not spec.identified:
        raise Unloadable(f"not loaded: {spec.label} has no files, and {_away[-1]} is sent nothing else")
    where = Path(spec.source)
    return FarNet(), processor_of(where, family_of(where))


def refuse_training(spec: Spec) -> None:
    """Weights that are to be changed are needed here."""
    if _away:
        raise NotMeasured(f"not trained by workers: {spec.label} is to be tuned, and {_away[-1]} holds it")
