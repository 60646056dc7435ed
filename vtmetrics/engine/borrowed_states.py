"""Borrowed states: those of plain runs that an edit needs, the scene's own or its donor's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from vtmetrics.edits import DONOR, Edit, StandIn, Substitute, Tokens, layer_of
from vtmetrics.engine.token_rows import States


@dataclass(frozen=True)
class BorrowedStates:
    """What tokens hold at the input of a layer in a plain run, the scene's own or its donor's.

    As in edits, READOUT is not among the tokens unless they name it.
    """

    run: Literal["own", "donor"]
    layer: int
    tokens: Tokens

    def __str__(self) -> str:
        return f"{self.tokens} of the {self.run} run at layer {self.layer}"


Bank = Mapping[BorrowedStates, States]


def source_of(step: Substitute, layers: int) -> BorrowedStates | None:
    """What a substitution takes from a plain run, if it takes anything."""
    if step.by is DONOR:
        return BorrowedStates("donor", layer_of(step.at, layers), step.tokens)
    if isinstance(step.by, StandIn):
        return None
    return BorrowedStates("own", layer_of(step.by, layers), step.tokens)


def passes_by(source: BorrowedStates, edit: Edit, layers: int) -> bool:
    """Whether the edited run itself holds that state, because nothing has been edited when it gets there."""
    return source.run == "own" and source.layer <= edit.begins(layers)


def taken_from(edit: Edit, layers: int) -> tuple[BorrowedStates, ...]:
    """The states of plain runs that the edit's steps take, each once."""
    steps = edit.parted(layers).steps
    found = (source_of(step, layers) for step in steps if isinstance(step, Substitute))
    return tuple(dict.fromkeys(source for source in found if source is not None))


def sources(edit: Edit, layers: int) -> tuple[BorrowedStates, ...]:
    """The states that the bank must hold: what passes by in that run is not among them."""
    return tuple(source for source in taken_from(edit, layers) if not passes_by(source, edit, layers))
