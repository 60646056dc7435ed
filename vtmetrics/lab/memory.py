"""Running out of memory: how rows are then read in smaller batches."""

from collections.abc import Iterator, Sequence
from typing import Generic, TypeVar

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
    """

    def __init__(self, rows: Sequence[Item], size: int) -> None:
        if size < 1:
            raise ValueError(f"a batch holds at least one scene, not {size}")
        self.rows, self.size = rows, size
        self.found: list[Result] = []
        self.lost: list[tuple[Item, str]] = []

    def __iter__(self) -> Iterator["Batch[Item, Result]"]:
        first = 0
        while first < len(self.rows):
            batch = Batch[Item, Result](self.rows[first : first + self.size])
            yield from self._tries(batch)
            if batch.why and len(batch.rows) > 1:
                self.size //= 2
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
            give_back()  # outside of the `with`, where the error would keep the failed batch alive
            if len(batch.rows) == 1:
                batch.why = ""
                yield batch
        if batch.why:
            give_back()


class Batch(Generic[Item, Result]):
    """Some of the rows, what came of them, and why nothing did: inside the `with` memory may run out."""

    def __init__(self, rows: Sequence[Item]) -> None:
        self.rows = rows
        self.found: list[Result] = []
        self.why = ""

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> bool:
        if error is None or not is_out_of_memory(error):
            return False
        self.why = memory_told(error)
        return True
