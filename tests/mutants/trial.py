"""A trial of a fault: a copy of the tree with the fault in it, and what the tests that it names say."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from xml.etree import ElementTree as ET

from tests.mutants.fault import Fault

#: what a test says whose code was never run: such a change is no fault of the numbers
NEVER_RAN = ("ImportError", "ModuleNotFoundError", "NameError", "SyntaxError", "IndentationError")
LONGEST = 900  # seconds


class Outcome(StrEnum):
    """What became of a fault."""

    CAUGHT = "caught"
    SURVIVED = "survived"
    BROKEN = "broken: no test ran into it"


@dataclass(frozen=True)
class Said:
    """What pytest said, its last lines, and the tests that failed by themselves."""

    status: int
    failed: tuple[str, ...]
    tail: str

    @property
    def outcome(self) -> Outcome:
        """Caught is what a test fails by, and neither by an import nor by a name that isn't there."""
        if self.status == 0:
            return Outcome.SURVIVED
        return Outcome.CAUGHT if self.status == 1 and self.failed else Outcome.BROKEN


@dataclass(frozen=True)
class Tree:
    """A copy of the files of a checkout that git knows or would know."""

    root: Path

    @classmethod
    def copied(cls, checkout: Path, root: Path) -> "Tree":
        """The copy, made now."""
        asked = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        told = subprocess.run(asked, cwd=checkout, capture_output=True, check=True)  # noqa: S603
        for name in filter(None, told.stdout.decode().split("\0")):
            if (checkout / name).is_file():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(checkout / name, root / name)
        return cls(root)

    def tried(self, fault: Fault) -> Said:
        """What the tests say of this one fault; the file is as before when they are done."""
        file, before = self.root / fault.file, (self.root / fault.file).read_bytes()
        file.write_text(fault.source(self.root), encoding="utf-8")
        try:
            return self.said(fault.caught_by)
        finally:
            file.write_bytes(before)

    def said(self, tests: tuple[str, ...]) -> Said:
        """What pytest says of these tests in this tree, up to the first that fails."""
        report = self.root / "mutants.xml"
        report.unlink(missing_ok=True)
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
        run = subprocess.run(  # noqa: S603 - our own interpreter
            [*command, f"--junitxml={report}"],
            cwd=self.root,
            # a file that is changed twice in a second would be taken from its bytecode
            env=os.environ | {"PYTHONPATH": str(self.root), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
            timeout=LONGEST,
        )
        return Said(run.returncode, _failed(report), "\n".join(run.stdout.splitlines()[-15:]))


def _failed(report: Path) -> tuple[str, ...]:
    """The tests that failed while they ran, from a report in JUnit's form."""
    if not report.exists():
        return ()
    cases = ET.parse(report).getroot().iter("testcase")  # noqa: S314 - pytest wrote it
    pairs = ((case.get("name", ""), case.find("failure")) for case in cases)
    return tuple(
        name for name, found in pairs if found is not None and not _never_ran(found.get("message", ""))
    )


def _never_ran(message: str) -> bool:
    return message.startswith(NEVER_RAN)
