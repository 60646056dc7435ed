"""A block that is redone at one size where memory runs out, and what fits in none."""

import weakref

import pytest
import torch

from vtmetrics import NotMeasured
from vtmetrics.lab.failed_rows import has_failed
from vtmetrics.lab.memory import Batches

FULL = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
OTHER = RuntimeError("The size of tensor a (3) must match the size of tensor b (4)")


def read(rows, do, size):
    """What comes of all rows, the lost ones behind the others with their reason."""
    batches = Batches(rows, size)
    for batch in batches:
        with batch:
            batch.found = do(batch.rows)
    return batches.found + batches.lost


def measured(rows, size, limit=8, bad=()):
    """What comes of rows if memory suffices for so many at once and never for the bad ones; and every try."""
    tried = []

    def do(part):
        tried.append(len(part))
        if len(part) > limit or set(part) & set(bad):
            raise FULL
        return [(row, len(part)) for row in part]

    return read(rows, do, size), tried


@pytest.mark.parametrize(("start", "limit", "sizes"), [(8, 8, [8]), (8, 2, [8, 4, 2]), (7, 1, [7, 3, 1])])
def test_the_block_is_redone_at_half_the_size_until_it_fits(start, limit, sizes):
    """All of it at one size; only the last batch may be smaller."""
    found, tried = measured(range(start), start, limit)
    assert [row for row, _ in found] == list(range(start))
    assert {size for _, size in found} == {sizes[-1]}
    assert tried == [*sizes[:-1], *[sizes[-1]] * (start // sizes[-1])]


def test_a_row_that_does_not_fit_alone_is_lost_and_no_other():
    found, tried = measured(range(4), 4, bad=[2])
    assert found == [
        (0, 1),
        (1, 1),
        (3, 1),
        (2, "out of memory: CUDA out of memory. Tried to allocate 2.00 GiB."),
    ]
    assert tried == [4, 2, 2, 1, 1, 1, 1, 1], "the single row is tried a second time"


def test_a_row_alone_is_tried_again_when_memory_has_been_given_back():
    left = [MemoryError()]

    def do(part):
        if left:
            raise left.pop()
        return list(part)

    assert read(["row"], do, 8) == ["row"]


def test_an_error_without_words_is_named():
    def do(_):
        raise MemoryError

    assert read(["row"], do, 1) == [("row", "out of memory: MemoryError")]


def test_other_errors_are_raised_at_once():
    tried = []

    def do(part):
        tried.append(len(part))
        raise OTHER

    with pytest.raises(RuntimeError, match="size of tensor"):
        read(range(4), do, 4)
    assert tried == [4]
    with pytest.raises(ValueError, match="at least one scene, not 0"):
        read(range(4), do, 0)


def sifted(rows, size, bad, error=OTHER, times=9):
    """What comes of rows on some of which something else fails, so many times; every try and failure."""
    tried, failures = [], []
    batches = Batches(rows, size, failures)
    for batch in batches:
        with batch:
            tried.append(len(batch.rows))
            if set(batch.rows) & set(bad) and len(tried) <= times:
                raise error
            batch.found = list(batch.rows)
    return batches, tried, failures


def test_what_fails_otherwise_is_looked_for_among_the_rows_alone():
    batches, tried, failures = sifted(range(4), 4, bad=[2])
    assert batches.found == [0, 1, 3]
    (lost,) = batches.lost
    assert lost == (2, "failed: RuntimeError: The size of tensor a (3) must match the size of tensor b (4)")
    assert has_failed(lost[1])
    assert not has_failed("out of memory: MemoryError")
    assert tried == [4, 1, 1, 1, 1, 1], "the row that fails alone is tried a second time"
    assert failures == [OTHER]


def test_what_fails_once_is_right_the_second_time():
    for rows, size, tries in (([2], 1, [1, 1]), (range(4), 4, [4, 1, 1, 1, 1])):
        batches, tried, _ = sifted(rows, size, bad=[2], times=1)
        assert (batches.found, batches.lost, tried) == (list(rows), [], tries)


def test_a_long_error_is_cut_and_of_several_the_first_is_kept():
    batches, _, failures = sifted(range(2), 2, bad=[0, 1], error=KeyError("word " * 100))
    assert len(failures) == 1
    assert all(why.startswith("failed: KeyError: 'word") and len(why) < 120 for _, why in batches.lost)


@pytest.mark.parametrize("error", [NotMeasured("needs --gpu"), UserWarning("old"), KeyboardInterrupt()])
def test_what_is_no_fault_of_rows_is_raised_at_once(error):
    with pytest.raises(type(error)):
        sifted(range(4), 4, bad=[2], error=error)


def test_a_failed_batch_is_given_back_before_the_next_is_tried():
    """The error that told of it keeps no tensor of the failed batch alive."""
    kept = []

    def do(part):
        held = torch.zeros(3)
        kept.append(weakref.ref(held))
        if len(part) > 1:
            assert not any(ref() is not None for ref in kept[:-1])
            raise MemoryError
        return list(part)

    assert read(range(4), do, 4) == [0, 1, 2, 3]
    assert len(kept) == 6


def test_a_last_batch_of_one_row_is_lost_without_the_others():
    found, tried = measured(range(3), 2, bad=[2])
    assert found[:2] == [(0, 2), (1, 2)]
    assert [row for row, _ in found] == [0, 1, 2]
    assert tried == [2, 1, 1]
