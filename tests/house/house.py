"""The checkout as the structure tests see it: its modules, what they import, define and hold."""

import ast
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("vtmetrics", "claims", "fixtures", "tests")
#: the rooms of the library, from the ground up: each may know those before it
ROOMS = (
    "unmeasured",
    "stopwatch",
    "inputs",
    "nets",
    "metrics",
    "statistics",
    "edits",
    "engine",
    "readings",
    "lab",
    "cluster",
    "model",
    "notebook",
    "maps",
    "protocols",
    "evidence",
    "report",
    "suite",
)


@dataclass(frozen=True)
class Module:
    """One file of Python."""

    path: Path

    def __str__(self):
        return str(self.path.relative_to(ROOT))

    @cached_property
    def text(self):
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self):
        return ast.parse(self.text)

    @property
    def folder(self):
        return self.path.relative_to(ROOT).parts[0]

    @property
    def room(self):
        """The room of the library it is in, or empty: the package's own door and command belong to none."""
        parts = self.path.relative_to(ROOT).with_suffix("").parts
        return parts[1] if parts[0] == "vtmetrics" and parts[1] in ROOMS else ""

    @property
    def is_door(self):
        """Of a room; what lies inside of one is come to by the room's own door."""
        return self.path.name == "__init__.py" and len(self.path.relative_to(ROOT).parts) <= 3

    @cached_property
    def imports(self):
        """The modules whose names it imports, inside of functions too."""
        found = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                found.add(node.module or "")
        return found

    @cached_property
    def functions(self):
        return [node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef)]

    @cached_property
    def defined(self):
        """The public names that the module itself defines."""
        found = set()
        for node in self.tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                found.add(node.name)
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                names = [name for target in targets for name in ast.walk(target)]
                found |= {name.id for name in names if isinstance(name, ast.Name)}
        return {name for name in found if not name.startswith("_")}


MODULES = [Module(path) for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]


def modules(folder):
    """The modules of one of the four folders."""
    return [module for module in MODULES if module.folder == folder]


def twice(pairs):
    """What was met more than once, with where, from pairs of a thing and a place."""
    found = defaultdict(set)
    for thing, place in pairs:
        found[thing].add(str(place))
    return {thing: sorted(places) for thing, places in found.items() if len(places) > 1}
