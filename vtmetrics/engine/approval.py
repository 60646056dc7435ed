"""Approval: at first use of a net, a run under which all tokens are present is compared with the net's own.

A net is accepted by what its layers take and have; whether that is all that matters is seen here, once, on a
few words without an image.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, nn

from vtmetrics.edits import PLAIN, QUESTION, prune, truncate
from vtmetrics.engine.edited_run import EditedRun
from vtmetrics.engine.hooked_run import running
from vtmetrics.engine.layer_plan import plan
from vtmetrics.engine.presence import HOST, slots_for
from vtmetrics.inputs import Layout
from vtmetrics.nets import Anatomy, anatomy_of, is_exact, offsets_kept

#: how many words the prompts of a comparison have, which of them are taken away, and the padding of one
PROMPT_WORDS, TAKEN_AWAY, LEFT_PADDING = 7, (2, 3), 2
#: how far logits may be apart, as a share of how far they scatter: of plain float32 weights, and of others
CLOSELY_EQUAL, LOOSELY_EQUAL = 1e-3, 0.2
_WRONG = (RuntimeError, ValueError, TypeError, AttributeError, LookupError, AssertionError)


@dataclass
class _Seen:
    """What has been seen of a net."""

    passed: set[str] = field(default_factory=set)
    tupled: bool = False


_SEEN: WeakKeyDictionary[nn.Module, _Seen] = WeakKeyDictionary()


def approved(net: nn.Module) -> Anatomy:
    """The anatomy of a net that does what its layers promise; of another, one sentence says what differs."""
    body = anatomy_of(net)
    compared(body, "in an edited run without an edit", _compare_prefill)
    if body.crossing:
        compared(body, "with an image that is read across", _compare_across)
    return replace(body, tupled=_SEEN[body.decoder].tupled)


@torch.no_grad()
def compared(body: Anatomy, what: str, compare: Callable[[Anatomy, "FewWords"], None]) -> None:
    """Make a comparison, unless this net has passed it; whatever goes wrong in it refuses the net."""
    seen = _SEEN.setdefault(body.decoder, _Seen())
    if what in seen.passed:
        return
    try:
        with _at_rest(body.net):
            compare(body, FewWords(body, LEFT_PADDING))
    except torch.OutOfMemoryError:
        raise
    except _WRONG as error:
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise ValueError(f"a {body.family} can't be edited: {what}, {first}") from error
    seen.passed.add(what)


class FewWords:
    """A few words in two rows, one of them padded, as inputs and as a layout."""

    def __init__(self, body: Anatomy, padding: int) -> None:
        words = _words(body, PROMPT_WORDS + 1)
        self.next = words[-1:].expand(2, 1)
        self.ids = words[:-1].expand(2, -1)
        self.valid = torch.ones(2, PROMPT_WORDS, dtype=torch.bool, device=body.device)
        self.valid[1, :padding] = False
        gone = torch.zeros_like(self.valid)
        gone[:, TAKEN_AWAY] = self.valid[:, TAKEN_AWAY]
        self.layout = Layout({"question": gone}, self.valid, ("", "")).to(HOST)

    def inputs(self, rows: slice = slice(None)) -> dict[str, Tensor]:
        """The first call of the net."""
        return {"input_ids": self.ids[rows], "attention_mask": self.valid[rows].long()}

    def read(self, net: Any) -> list[Tensor]:
        """The logits of the prompt, and of one word after it."""
        first = net(**self.inputs(), use_cache=True)
        longer = torch.cat([self.valid, torch.ones_like(self.next, dtype=torch.bool)], 1).long()
        last = net(
            input_ids=self.next, attention_mask=longer, past_key_values=first.past_key_values, use_cache=True
        )
        return [first.logits[self.valid], last.logits[:, -1]]


def check_equal(body: Anatomy, found: Tensor, wanted: Tensor, who: str) -> None:
    """Refuse logits that are not those that the net itself gives."""
    found, wanted = found.double(), wanted.double()
    apart = (found - wanted).square().mean().sqrt() / wanted.std().clamp_min(1e-12)
    if float(apart) > (CLOSELY_EQUAL if is_exact(body.net) else LOOSELY_EQUAL):  # NaN is nobody's fault here
        raise ValueError(f"logits of {who} are {float(apart):.2g} of their scatter away from the net's own")


def _compare_prefill(body: Anatomy, prompt: FewWords) -> None:
    """A prompt and what follows it, with every token gathered; and without some words, the shorter one."""
    with ExitStack() as undo:
        undo.enter_context(offsets_kept(body.net))
        undo.callback(body.layers[0].register_forward_hook(_look(body)).remove)
        own = prompt.read(body.net)
    made = plan(PLAIN, prompt.layout, body.depth)
    if body.recurrent is None:
        everyone = slots_for(prompt.layout.valid)
        made = replace(made, slots=(everyone,) * body.depth, cached=(everyone,) * body.depth)
    with running(EditedRun(body, made)):
        found = prompt.read(body.net)
    check_equal(body, found[0], own[0], "a prompt")
    check_equal(body, found[1], own[1], "a word after a prompt")
    if body.recurrent is None and hasattr(body.decoder, "rotary_emb") and body.window >= PROMPT_WORDS:
        _compare_shorter(body, prompt)


def _compare_shorter(body: Anatomy, prompt: FewWords) -> None:
    one = slice(0, 1)
    layout = Layout({"question": prompt.layout.masks["question"][one]}, prompt.layout.valid[one], ("",))
    inputs, kept = prompt.inputs(one), ~layout.masks["question"][0].to(body.device)
    shorter = {name: tensor[:, kept] for name, tensor in inputs.items()}
    made = plan(prune(QUESTION, positions="renumbered"), layout, body.depth)
    with running(EditedRun(body, made)):
        found = body.net(**inputs).logits[:, kept]
    with offsets_kept(body.net):
        check_equal(body, found, body.net(**shorter).logits, "a prompt without some words")


def _compare_across(body: Anatomy, prompt: FewWords) -> None:
    """A prompt with something to be read across, every word gathered; and without it, one of words alone."""
    table = body.net.get_input_embeddings().weight
    chance = torch.Generator().manual_seed(0)
    seen = torch.randn(2, body.tile, table.shape[1], generator=chance).to(table)
    read = torch.ones(*prompt.valid.shape, 1, 1, dtype=torch.long, device=body.device)
    image = {"cross_attention_states": seen, "cross_attention_mask": read}
    masks = {**prompt.layout.masks, "image": torch.zeros_like(prompt.layout.valid)}
    layout = replace(prompt.layout, masks=masks, tiles=torch.ones(2, 1, dtype=torch.bool))
    with offsets_kept(body.net):
        wanted = [body.net(**prompt.inputs(), **told, use_cache=False).logits for told in (image, {})]
    everyone = (slots_for(layout.valid),) * body.depth
    whole, none = plan(PLAIN, layout, body.depth), plan(truncate(0), layout, body.depth)
    for made, own in zip((replace(whole, slots=everyone, cached=everyone), none), wanted, strict=True):
        with running(EditedRun(body, made)):
            found = body.net(**prompt.inputs(), **image, use_cache=False).logits
        check_equal(body, found[prompt.valid], own[prompt.valid], "a prompt")


def _look(body: Anatomy) -> Callable[..., None]:
    def hook(_: nn.Module, __: Any, output: Any) -> None:
        _SEEN[body.decoder].tupled = isinstance(output, tuple)

    return hook


@contextmanager
def _at_rest(net: nn.Module) -> Iterator[None]:
    """Without dropout, and without the second runs of checkpointing."""
    busy = [module for module in net.modules() if module.training]
    for module in busy:
        module.training = False
    try:
        yield
    finally:
        for module in busy:
            module.training = True


def _words(body: Anatomy, count: int) -> Tensor:
    """So many ids that the configuration has no name for, spread over the vocabulary."""
    size = body.net.get_input_embeddings().weight.shape[0]
    named = set(_named_ids(body.config.to_dict()))
    step = max(1, size // (2 * count))
    free = [number for number in range(step, size, step) if number not in named]
    free += [number for number in range(size) if number not in named]
    return torch.tensor(free[:count], device=body.device)


def _named_ids(told: Any) -> Iterator[int]:
    """Every number in a configuration: ids of special tokens are among them."""
    if isinstance(told, dict | list | tuple):
        for part in told.values() if isinstance(told, dict) else told:
            yield from _named_ids(part)
    elif isinstance(told, int):
        yield told
