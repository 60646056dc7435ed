"""A block: scenes side by side on one net; edited runs share what they can with the plain one."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cached_property
from typing import Any

import torch
from torch import Tensor

from vtmetrics.edits import DONOR, PLAIN, READOUT, Edit, Misread, Picked, Tokens
from vtmetrics.engine import (
    Bank,
    BorrowedStates,
    LayerPlan,
    Record,
    Resumed,
    TokenRows,
    Trunk,
    approved,
    capture,
    edited,
    embedded,
    encoded,
    in_tower,
    masked,
    plan,
    preview,
    record_along,
    rows_of,
    sources,
    sweep,
)
from vtmetrics.inputs import Encoded, Layout, collate, encode, words
from vtmetrics.nets import bytes_in
from vtmetrics.readings.answers import REFERENCES, Answer, Spoken
from vtmetrics.readings.placed_tokens import PlacedTokens
from vtmetrics.readings.row import StoredValue
from vtmetrics.readings.scoring import answers_of, scored
from vtmetrics.readings.writing import Decoding, write_answers
from vtmetrics.stopwatch import timed

#: raised when edits come to mean something else or answers are read otherwise: everything is measured again
ENGINE = 2


def takes_from_donor(edit: Edit) -> bool:
    """Whether the edit needs another scene's states."""
    return any(isinstance(step, Misread) or getattr(step, "by", None) is DONOR for step in edit.steps)


class Block:
    """What a net answers about some scenes, edit by edit. What other edits are compared with is kept."""

    def __init__(self, net: Any, processor: Any, rows: Sequence[Encoded]) -> None:
        self.net, self.processor, self.rows = net, processor, rows
        self.depth = approved(net).depth
        self.inputs, layout = self._read(rows)
        self._placed = PlacedTokens(net, processor, rows, layout, self._look)
        self._answers: dict[Edit, list[Answer]] = {}
        self._bank: dict[BorrowedStates, Any] = {}
        self._plain: Spoken | None = None

    @property
    def layout(self) -> Layout:
        """Where all tokens are that somebody has asked about."""
        return self._placed.layout

    def _look(self, pick: Picked) -> tuple[Tensor, Tensor]:
        """Which tokens are picked, and where that is not known; the tower sees pixels, and only for this."""
        if pick.site == "encoder":
            return in_tower(self.net, self.rows, self.layout, pick)
        return preview(self.net, self.inputs, self.layout, pick, self._trunk)

    @property
    def nbytes(self) -> int:
        """How many bytes are kept for whatever is asked next."""
        trunks = [self.__dict__[name] for name in ("_trunk", "_trunk_of_donors") if name in self.__dict__]
        borrowed = [states.values for states in self._bank.values()]
        plain = [] if self._plain is None else [self._plain.logits, self._plain.states]
        return bytes_in([self.inputs, borrowed, plain, *(trunk.path for trunk in trunks)])

    @timed("answering")
    def run(self, edits: Sequence[Edit]) -> None:
        """Make all runs that are not made yet, from one plain run."""
        new = [edit for edit in dict.fromkeys(edits) if edit not in self._answers]
        if not new:
            return
        self._placed.pick(*(some for edit in new for some in edit.tokens))
        bank, found = self._filled(new), dict[Edit, Tensor]()
        first = [PLAIN] if self._plain is None else []  # what the others are compared with
        for some in filter(None, (first, [edit for edit in new if edit not in first])):
            given = self.layout, some, bank, self._kept, READOUT, self._trunk
            for ended in sweep(self.net, self.inputs, *given):
                found[ended.edit] = self._numbers(ended)
        for edit, numbers in zip(found, torch.stack([*found.values()]).cpu(), strict=True):
            self._answers[edit] = self._read_off(numbers)

    def answers(self, edit: Edit) -> list[Answer]:
        """One answer for each scene, at the words that say something."""
        self.run([edit])
        return self._answers[edit]

    def said(self, edit: Edit, position: int) -> str:
        """The words that a scene's run finds most likely where the gold answer's words are."""
        return str(self.processor.tokenizer.decode(self.answers(edit)[position].top.tolist()))

    def forget(self) -> None:
        """Let go of all answers but those that others are compared with."""
        self._answers = {edit: answer for edit, answer in self._answers.items() if edit in REFERENCES}

    @timed("recording")
    @torch.no_grad()
    def recorded(self, edit: Edit, record: Record) -> list[Any]:
        """What is recorded of a run, layer by layer; what the plain run has come by is not run again."""
        self._placed.pick(record.tokens, *edit.tokens)
        if record.site == "states":
            bank, records = self._filled([edit]), {"recorded": record}
            return record_along(self.net, self._trunk, self.layout, edit, records, bank)["recorded"]
        with edited(self.net, edit, self.layout, self._filled([edit]), {"recorded": record}) as run:
            self.net(**self.inputs, use_cache=False, logits_to_keep=1)
        return run.recorded["recorded"]

    def written(self, edit: Edit, how: Decoding) -> list[str]:
        """What the net writes after each prompt."""
        self._placed.pick(*edit.tokens)
        bank = self._filled([edit])
        with edited(self.net, edit, self.layout, bank, read=READOUT, beams=how.width):
            return write_answers(self.net, self.processor, self.inputs, how, self.layout.keys)

    def alone(self, position: int) -> "Block":
        """One of the scenes by itself."""
        return Block(self.net, self.processor, [self.rows[position]])

    def planned(self, edit: Edit) -> LayerPlan:
        """The edit, worked out for these scenes."""
        self._placed.pick(*edit.tokens)
        return plan(edit, self.layout, self.depth)

    def edited(self, edit: Edit) -> AbstractContextManager[Any]:
        """Inside the `with`, a prefill runs under the edit; all that it takes is at hand before."""
        self._placed.pick(*edit.tokens)
        return edited(self.net, edit, self.layout, self._filled([edit]))

    def masked(self, edit: Edit) -> AbstractContextManager[None]:
        """Inside the `with`, a prefill runs with the tokens that the edit removes, read by nobody."""
        self._placed.pick(*edit.tokens)
        return masked(self.net, edit, self.layout)

    @timed("counting and timing")
    def prefill(self) -> Any:
        """The prompt is read once, into a cache."""
        return self.net(**self.inputs, use_cache=True, logits_to_keep=1)

    @cached_property
    def _trunk(self) -> Trunk:
        """The plain run, as far as it has been made."""
        return embedded(self.net, self.inputs)

    @cached_property
    def _trunk_of_donors(self) -> Trunk:
        """The plain run of the scenes' donors, as far as it has been made."""
        return embedded(self.net, self._donors[0])

    @cached_property
    def _scored(self) -> Tensor:
        """Positions whose logits predict a word of the answer that says something (B, S)."""
        return self.layout.named("content").roll(-1, dims=1)

    @cached_property
    def _kept(self) -> int:
        """How many of the last positions hold all that is scored."""
        scored = self._scored.any(0).nonzero()
        return self.layout.length - int(scored[0]) if len(scored) else 1

    @cached_property
    def _scored_rows(self) -> tuple[TokenRows, TokenRows]:
        """Where in all states, and where in the logits of the last positions, a word is scored."""
        return rows_of(self._scored), rows_of(self._scored[:, -self._kept :])

    @cached_property
    def _gold(self) -> tuple[Tensor, Tensor]:
        """The tokens of the gold answers at all scored positions, on the device and on the host."""
        gold = self._scored_rows[0].select(self.inputs["input_ids"].roll(-1, dims=1)[..., None])[:, 0]
        return gold, gold.cpu()

    def _numbers(self, ended: Resumed) -> Tensor:
        """What an edited run says, in numbers that stay on the device."""
        of_states, of_logits = self._scored_rows
        run = Spoken(of_logits.select(ended.logits), of_states.select(ended.states))
        if ended.edit == PLAIN:
            self._plain = run
        assert self._plain is not None  # noqa: S101 - it is the first of all runs
        return scored(run, self._plain, self._gold[0])

    def _read_off(self, numbers: Tensor) -> list[Answer]:
        assert self._plain is not None  # noqa: S101
        known = words(self.processor.tokenizer, self._plain.logits.shape[-1])
        also = [row.also for row in self.rows]
        return answers_of(numbers, self._scored_rows[0].counts, known, self._gold[1], also)

    def _filled(self, edits: Sequence[Edit]) -> Bank:
        """The bank with the states of plain runs that the edits need."""
        needed = {source: None for edit in edits for source in sources(edit, self.depth)}
        missing = [source for source in needed if source not in self._bank]
        own = [source for source in missing if source.run == "own"]
        donors = [source for source in missing if source.run == "donor"]
        if own:
            self._bank |= capture(self.net, self.inputs, self.layout, own, self._trunk)
        if donors:
            inputs, layout = self._donors
            self._bank |= capture(
                self.net, inputs, self._placed.carried(layout), donors, self._trunk_of_donors
            )
        return self._bank

    def where(self, tokens: Tokens) -> Tensor:
        """Which tokens of the block (B, S) these are."""
        return self._placed.where(tokens)

    def entering(self, tokens: Tokens) -> list[Tensor]:
        """What these tokens of each scene are as they enter the language model, (n, D)."""
        states = self._trunk.path[0]
        return [row[mask] for row, mask in zip(states, self.where(tokens).to(states.device), strict=True)]

    def lacking(self, *tokens: Tokens) -> dict[int, StoredValue]:
        """The scenes that have no such tokens, and why: what is asked about them says nothing there."""
        return self._placed.lacking(*tokens)

    def unknown(self, *tokens: Tokens) -> dict[int, StoredValue]:
        """The scenes of which it is not known whether they have such tokens, and why."""
        return self._placed.unknown(*tokens)

    @cached_property
    def _donors(self) -> tuple[Mapping[str, Tensor], Layout]:
        """The scenes' donors; tokens drawn in a donor are those drawn in its scene."""
        donors = [encode(self.processor, row.scene.donor) for row in self.rows if row.scene.donor]
        inputs, layout = self._read(donors)
        return inputs, replace(layout, keys=self.layout.keys)

    @torch.no_grad()
    def _read(self, rows: Sequence[Encoded]) -> tuple[dict[str, Any], Layout]:
        """The batch, with its images encoded once for all runs."""
        inputs, layout = collate(rows, self.net.device)
        return (encoded(self.net, inputs) if "pixel_values" in inputs else inputs), layout
