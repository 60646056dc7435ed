"""Every fault in turn, tried in a copy of the tree: python -m tests.mutants.run

A fault that survives, or that no test runs into, makes the status 1. When all of them are tried and all
caught, the table in docs/mutants.md is written anew.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory

from tests.mutants.fault import Fault
from tests.mutants.faults import FAULTS, PAGE, ROOT, written
from tests.mutants.trial import Outcome, Said, Tree

MOST = 2  # trees at a time; each test process takes a core


def tried(faults: Sequence[Fault], checkout: Path, trees: int) -> Iterator[tuple[Fault, Said]]:
    """What the tests say of each fault, in the order of the faults; first they have to pass without any."""
    free: SimpleQueue[Tree] = SimpleQueue()

    def one(fault: Fault) -> Said:
        tree = free.get()
        try:
            return tree.tried(fault)
        finally:
            free.put(tree)

    with TemporaryDirectory() as folder, ThreadPoolExecutor(trees) as pool:
        for number in range(trees):
            free.put(Tree.copied(checkout, Path(folder) / str(number)))
        _pass_without(faults, free)
        yield from zip(faults, pool.map(one, faults), strict=True)


def _pass_without(faults: Sequence[Fault], free: SimpleQueue[Tree]) -> None:
    """A test that fails anyway notices nothing."""
    tree = free.get()
    said = tree.said(tuple(dict.fromkeys(test for fault in faults for test in fault.caught_by)))
    free.put(tree)
    if said.status:
        raise RuntimeError(f"without any fault the tests have to pass:\n{said.tail}")


def main(arguments: list[str] | None = None) -> int:
    """Status 0: every fault was caught."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants.run", description=__doc__)
    parser.add_argument("-k", default="", metavar="WORDS", help="only faults whose name or file has these")
    parser.add_argument("-n", type=int, default=MOST, choices=range(1, MOST + 1), help="trees at a time")
    given = parser.parse_args(arguments)
    asked = [fault for fault in FAULTS if given.k in f"{fault.name} {fault.file}"]
    caught = 0
    for fault, said in tried(asked, ROOT, given.n):
        by = f" by {said.failed[0]}" if said.outcome is Outcome.CAUGHT else f"\n{said.tail}"
        sys.stdout.write(f"{fault.name} ({fault.kind}): {said.outcome}{by}\n")
        sys.stdout.flush()
        caught += said.outcome is Outcome.CAUGHT
    sys.stdout.write(f"{caught} of {len(asked)} faults were caught\n")
    if not asked or caught < len(asked):
        return 1
    if len(asked) == len(FAULTS):
        PAGE.write_text(written(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
