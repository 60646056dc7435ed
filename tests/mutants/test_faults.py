"""The list of faults: each has its place in today's source, and the manual has their table."""

from collections import Counter

from tests.mutants.fault import KINDS
from tests.mutants.faults import FAULTS, PAGE, ROOT, written


def test_every_fault_has_its_place():
    """Once in its file, and something else is said there with it."""
    assert all(fault.source(ROOT) for fault in FAULTS)


def test_the_table_is_that_of_these_faults():
    """If not: python -m tests.mutants.run, which writes it anew."""
    assert PAGE.read_text(encoding="utf-8") == written()


def test_faults_are_told_apart_and_of_every_kind():
    assert [name for name, count in Counter(fault.name for fault in FAULTS).items() if count > 1] == []
    assert {fault.kind for fault in FAULTS} == set(KINDS)


def test_the_tests_that_have_to_catch_them_exist():
    named = {test.partition("[")[0].partition("::")[::2] for fault in FAULTS for test in fault.caught_by}
    lost = [(file, test) for file, test in named if f"def {test}(" not in (ROOT / file).read_text("utf-8")]
    assert [(file, test) for file, test in lost if test] == []
