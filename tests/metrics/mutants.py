"""A mutant: a function of our own source with a bug put into it, and the property that must notice."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from types import FunctionType, ModuleType


@dataclass(frozen=True)
class Mutant:
    """In this function of this module, `right` becomes `wrong`; the property then fails."""

    bug: str
    module: ModuleType
    function: str
    right: str
    wrong: str
    caught_by: Callable[[], None]

    @property
    def target(self):
        return _function(self.module, self.function)

    def code(self):
        """The code of the function with the bug in it."""
        source = inspect.getsource(self.target)
        if source.count(self.right) != 1:
            raise ValueError(
                f"{self.right!r} must be once in {self.function}, not {source.count(self.right)} times"
            )
        whole = inspect.getsource(self.module).replace(source, source.replace(self.right, self.wrong))
        mutated = ModuleType(self.module.__name__)
        exec(compile(whole, str(self.module.__file__), "exec"), vars(mutated))  # noqa: S102 - our own source
        return _function(mutated, self.function).__code__


def _function(module, path):
    owner = module
    for name in path.split("."):
        owner = inspect.getattr_static(owner, name)
    if isinstance(owner, cached_property):
        return owner.func
    if isinstance(owner, property):
        return owner.fget
    return owner if isinstance(owner, FunctionType) else owner.__func__
