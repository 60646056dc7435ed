"""Batches that fail: out of memory, rows are read in smaller ones; otherwise each row is read alone."""

from collections.abc import Iterator, Sequence
from typing import Generic, TypeVar

from vtmetrics.lab.failed_rows import failure_told, has_failed
from vtmetrics.nets import give_back, is_out_of_memory, memory_told

Item = TypeVar("Item")
Result = TypeVar("Result")


class Batches(Generic[Item, Result]):
    """The rows in batches of one size, the largest that fits; running out of memory is dealt with here.

        batches = Batches(rows, size)
        for batch in batches:
            with batch:
                batch.found = list(read(batch.rows))

    Where one batch does not fit, all of them come again, half as large, so that every row is read in batches
    of one size. A row that fits not even alone, nor a second time, is lost, with the reason. `found` holds
    what came of the others.

    Other errors are raised at once, unless there is a list for `failures`: then the rows come again alone,
    and those that fail alone a second time are lost as well. The list gets the first error.
    """

    def __init__(self, rows: Sequence[Item], size: int, failures: list[Exception] | None = None) -> None:
        if size < 1:
            raise ValueError(f"a batch holds at least one scene, not {size}")
        self.rows, self.size, self.failures = rows, size, failures
        self.found: list[Result] = []
        self.lost: list[tuple[Item, str]] = []

    def __iter__(self) -> Iterator["Batch[Item, Result]"]:
        first = 0
        while first < len(self.rows):
            batch = Batch[Item, Result](self.rows[first : first + self.size], self.failures)
            yield from self._tries(batch)
            if batch.why and len(batch.rows) > 1:
                self.size = 1 if batch.failed else self.size // 2
                first, self.found, self.lost = 0, [], []
                continue
            if batch.why:
                self.lost.append((batch.rows[0], batch.why))
            self.found += batch.found
            first += self.size

    @staticmethod
    def _tries(batch: "Batch[Item, Result]") -> Iterator["Batch[Item, Result]"]:
        """Once; a row alone also a second time, when what others left behind is gone."""
        yield batch
        if batch.why:
            batch.give_back()  # outside of the `with`, where the error would keep the failed batch alive
            if len(batch.rows) == 1:
                batch.why = ""
                yield batch
        if batch.why:
            batch.give_back()


class Batch(Generic[Item, Result]):
    """Some of the rows, what came of them, and why nothing did: inside the `with` they may fail."""

    def __init__(self, rows: Sequence[Item], failures: list[Exception] | None) -> None:
        self.rows, self.failures = rows, failures
        self.found: list[Result] = []
        self.why = ""

    @property
    def failed(self) -> bool:
        """Whether it was something else than memory."""
        return has_failed(self.why)

    def give_back(self) -> None:
        """Make room, where room is lacking: looking for what nobody holds takes a while."""
        if not self.failed:
            give_back()

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> bool:
        if error is None:
            return False
        if is_out_of_memory(error):
            self.why = memory_told(error)
            return True
        self.why = "" if self.failures is None else failure_told(error, self.failures)
        return bool(self.why)
