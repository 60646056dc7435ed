"""The catalogue is whole: every fault of the list is injected, or it is said why not, on the page too."""

from pathlib import Path

from tests.faults.catalogue import ELSEWHERE, ELSEWHERE_TOLD, NOT_INJECTED, injected, listed
from tests.faults.table import PAGE, page

ROOT = Path(__file__).parents[2]


def test_every_fault_of_the_list_is_injected_or_said_not_to_be():
    tables = (injected(), ELSEWHERE, NOT_INJECTED)
    assert len(listed()) == 216
    told = [fault for table in tables for fault in table]
    assert sorted(set(listed()) - set(told)) == []
    assert ELSEWHERE_TOLD.count("\n  ") == len(ELSEWHERE)
    assert sorted(fault for fault in set(told) if told.count(fault) > 1) == []
    assert [where for _, _, where in ELSEWHERE.values() if not (ROOT / where).is_file()] == []
    assert set(NOT_INJECTED) <= set(listed())


def test_at_least_a_hundred_and_fifty_are_injected():
    assert len({*injected(), *ELSEWHERE} & set(listed())) >= 150


def test_the_page_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m tests.faults.table"
