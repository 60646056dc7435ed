"""The stopwatch: seconds of functions that bear a label, while somebody holds one; else it is not felt."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Stopwatch:
    """Seconds by label, of whatever clock is told; whatever a function calls that has a label is that one's.

    `asked` is told with which arguments functions that are `reported` were called.
    """

    def __init__(self, now: Callable[[], float], asked: Callable[..., object] | None = None) -> None:
        self.now, self.asked = now, asked
        self.spent: dict[str, float] = defaultdict(float)
        self._inner: list[float] = []

    @contextmanager
    def under(self, label: str) -> Iterator[None]:
        """Inside the `with`, seconds are added up under the label."""
        begun = self.now()
        self._inner.append(0.0)
        try:
            yield
        finally:
            whole = self.now() - begun
            self.spent[label] += whole - self._inner.pop()
            if self._inner:
                self._inner[-1] += whole


_held: list[Stopwatch] = []


@contextmanager
def held(watch: Stopwatch) -> Iterator[Stopwatch]:
    """Inside the `with`, all functions with a label are timed by this stopwatch, and by no other."""
    _held.append(watch)
    try:
        yield watch
    finally:
        _held.remove(watch)


def timed(label: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """A label for a function: under which name its seconds are added up."""

    def labelled(function: Callable[P, T]) -> Callable[P, T]:
        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> T:
            if not _held:
                return function(*args, **kwargs)
            with _held[-1].under(label):
                return function(*args, **kwargs)

        call.label = label  # type: ignore[attr-defined]
        return call

    return labelled


def reported(function: Callable[P, T]) -> Callable[P, T]:
    """The function, whose arguments are told to whoever holds a stopwatch."""

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        if _held and (asked := _held[-1].asked) is not None:
            asked(*args, **kwargs)
        return function(*args, **kwargs)

    return call
