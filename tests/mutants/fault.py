"""A fault: a small change of our source that makes numbers wrong, and the tests that have to notice."""

import ast
from dataclasses import dataclass
from pathlib import Path

#: the kinds that happen
KINDS = (
    *("sign", "weight", "depth", "tokens", "idle edit", "control", "arm", "number of tokens"),
    *("unit of resampling", "bound", "multiplicity", "margin", "gate", "range", "donor", "seed"),
    *("order", "name"),
)


@dataclass(frozen=True)
class Fault:
    """In this file `right`, which is there once, becomes `wrong`; one of the tests of `caught_by` then fails.

    Tests are named as pytest takes them: a file, or FILE::TEST.
    """

    name: str
    kind: str
    file: str
    right: str
    wrong: str
    caught_by: tuple[str, ...]

    def __str__(self):
        return self.name

    def source(self, root: Path) -> str:
        """The text of the file with the fault in it; refused where the right text isn't there once."""
        text = (root / self.file).read_text(encoding="utf-8")
        if text.count(self.right) != 1:
            told = f"the fault {self.name!r} wants {self.right!r} once in {self.file}"
            raise ValueError(f"{told}, it is there {text.count(self.right)} times")
        found = text.replace(self.right, self.wrong)
        if ast.dump(ast.parse(found)) == ast.dump(ast.parse(text)):
            raise ValueError(f"the fault {self.name!r} changes nothing in {self.file}")
        return found
