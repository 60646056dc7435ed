"""A crew: workers behind a `concurrent.futures.Executor`, hired when there is work and sent home in order.

The executor deals the jobs out. Where it breaks with one of its workers, as a pool of processes does, another
one is started for the jobs that are left: a job that is done twice changes nothing.
"""

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, as_completed
from dataclasses import dataclass, field
from typing import Self

from vtmetrics.cluster.replica import greet, work

#: how often an executor may break in a row without one job done
BREAKS = 3
#: how many seconds the first worker may take to answer
GREETING = 300.0


@dataclass
class Crew:
    """Workers of one kind, and how they are started; `holds` says whether this process is one of them."""

    name: str
    start: Callable[[], Executor]
    holds: bool = False
    task: Callable[[str], str] = field(default=work, repr=False)
    _executor: Executor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.dismiss()

    def greeted(self, text: str, patience: float = GREETING) -> str:
        """Why the first worker to answer can't do what it will be asked; nothing, if it can."""
        if self._executor is None:
            self._executor = self.start()
        return self._executor.submit(greet, text).result(patience)

    def answers(self, texts: Sequence[str]) -> Generator[tuple[int, str]]:
        """The number of each job and its answer, as they come; whoever is slow keeps nobody waiting."""
        left, idle = dict(enumerate(texts)), 0
        while left:
            done = 0
            for number, answer in self._round(left):
                del left[number]
                done += 1
                yield number, answer
            idle = 0 if done else idle + 1
            if left and idle == BREAKS:
                raise RuntimeError(
                    f"{self.name}: workers died {BREAKS} times at the same jobs, {len(left)} are left"
                )

    def _round(self, left: dict[int, str]) -> Generator[tuple[int, str]]:
        """What comes until the executor breaks, or of all."""
        futures = self._begun(left)
        try:
            for future in as_completed(futures):
                if isinstance(future.exception(), BrokenExecutor):
                    self.dismiss()
                else:
                    yield futures[future], future.result()
        finally:
            for future in futures:
                future.cancel()

    def _begun(self, left: dict[int, str]) -> dict[Future[str], int]:
        """The jobs as futures, all of them if the executor does not break while it is told."""
        if self._executor is None:
            self._executor = self.start()
        futures = {}
        for number, text in left.items():
            try:
                futures[self._executor.submit(self.task, text)] = number
            except BrokenExecutor:
                if not futures:
                    self.dismiss()
                break
        return futures

    def dismiss(self) -> None:
        """End the workers that were started here, once they have done what they are at."""
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)
            self._executor = None
