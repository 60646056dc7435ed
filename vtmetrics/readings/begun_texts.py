"""Begun texts: several edits' answers in a model's own words, which go on from one prefill of a prompt."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from vtmetrics.edits import Edit
from vtmetrics.engine import PromptPrefix, leaves_at, prompt_prefix, shares_prompts
from vtmetrics.readings.block import Block
from vtmetrics.readings.writing import Decoding, write_answers


@dataclass(frozen=True, eq=False)
class BegunTexts:
    """The prefill, and from which layer on each edit that is still to be asked reads the prompt itself."""

    prefix: PromptPrefix
    left: dict[Edit, int] = field(default_factory=dict)

    def written(self, runs: Block, edit: Edit, how: Decoding) -> list[str]:
        """What the net writes after each prompt under one of the edits, which is let go then."""
        layer = self.left.pop(edit)
        with self.prefix.below(runs.net, layer), runs.edited(edit):
            return write_answers(runs.net, runs.processor, runs.inputs, how, runs.layout.keys)


def texts_begun(runs: Block, edits: Sequence[Edit]) -> BegunTexts | None:
    """What the edits' texts have in common; None where to read it once more would spare nothing."""
    if not shares_prompts(runs.net):
        return None
    left = {edit: leaves_at(runs.net, edit) for edit in edits}
    if sum(left.values()) <= runs.depth:
        return None
    return BegunTexts(prompt_prefix(runs.net, runs.inputs, left.values()), left)
