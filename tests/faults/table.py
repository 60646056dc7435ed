"""The table of faults, from the tests that inject them; python -m tests.faults.table writes it."""

import re
from pathlib import Path

from tests.faults.catalogue import CLASSES, ELSEWHERE, NOT_INJECTED, injected, listed

PAGE = Path(__file__).parents[2] / "docs" / "faults.md"
HEAD = """# Faults

What goes wrong on machines and what strangers hand in, injected as it is: processes are killed, files
are cut off and bits flipped, disks are full, pictures are bombs, text is an escape sequence. Each line
is a test that fails unless what is told becomes of it. The list of {size} faults in 13 classes was made
before the tests; a + stands before what was thought of later. The page is written by `python -m
tests.faults.table`; `nox -s faults` runs all of it, also what starts whole processes.

{counts}

**Lost: nothing** that was measured and kept, but for what a killed process had not yet kept. **Let in:
nothing** that is not what its checksum, its schema or its form says. Where a fault ends in an error of
the run in place of a sentence about the model, the line says so.
"""
FUZZED = """## Fuzzed

`nox -s fuzz` hands what reads foreign bytes to a coverage-guided fuzzer (atheris 3.0.0), each for two
minutes; any error but a refusal is a finding. Run on 2026-12-01, in one process, on two busy cores:

| what reads | executions | found |
|---|---|---|
| the manifest of a chunk | 22,158 | nothing |
| rows and arrays of a chunk, rightly sealed | 4,945 | nothing |
| a file of evidence, and the page that is made of it | 23,192 | nothing |
| scores of scenes | 9,002,062 | nothing |
| a record of `--scenes-from` | 7,911,047 | nothing |
| a GGUF file | 48,309 and, mended, 977,784 | an alignment of 2.5 bytes ended in a TypeError (D25) |
"""


def page() -> str:
    """The whole page."""
    own, size = injected(), len(listed())
    here, there = (sum(fault in table for fault in listed()) for table in (own, ELSEWHERE))
    more = len(own) - here
    counts = (
        f"Of the {size}, **{here + there} are injected** ({here} by `tests/faults`, {there} by others), and "
        f"{more} more of our own; {size - here - there} are not, each with the reason [below](#not-injected)."
    )
    parts = [HEAD.format(size=size, counts=counts)]
    for letter, (about, _) in CLASSES.items():
        parts += [f"## {letter}: {about}\n", *_lines(letter, own), ""]
    parts += ["## Not injected\n", "| | why |", "|---|---|"]
    parts += [f"| {fault} | {NOT_INJECTED[fault]} |" for fault in listed() if fault in NOT_INJECTED]
    return "\n".join([*parts, "", FUZZED])


def _lines(letter, own):
    told = {fault: (one.told, one.outcome, where) for fault, (one, where) in own.items()} | ELSEWHERE
    yield "| | what is done | what becomes of it | by |"
    yield "|---|---|---|---|"
    for fault in sorted((fault for fault in told if fault[0] == letter), key=lambda fault: int(fault[1:])):
        done, outcome, where = (re.sub(r"([|<\\])", r"\\\1", text) for text in told[fault])
        mark = "" if fault in listed() else "+"
        yield f"| {mark}{fault} | {done} | {outcome} | `{where}` |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
