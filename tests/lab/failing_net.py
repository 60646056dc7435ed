"""A net that fails on chosen scenes: its passes stop with an error where one of them is asked."""

from contextlib import contextmanager

from vtmetrics.nets.in_memory import load_once

OUT_OF_BOUNDS = "failed: LookupError: an index is out of bounds"


@contextmanager
def failing_net(spec, scenes, times=99):
    """Meanwhile passes of these scenes stop, so many times; their answers say which those are."""
    held = load_once(spec)
    held.blocks.clear()
    known = [held.processor.tokenizer(one.answer, add_special_tokens=False)["input_ids"] for one in scenes]
    raised = []

    def stop(_, __, given):
        ends = [row[-len(words) :].tolist() == words for row in given["input_ids"] for words in known]
        if any(ends) and len(raised) < times:
            raised.append(1)
            raise LookupError("an index is out of bounds")

    hook = held.net.register_forward_pre_hook(stop, with_kwargs=True)
    try:
        yield
    finally:
        hook.remove()
        load_once(spec).blocks.clear()


def alike_in_answer(scenes, chosen):
    """The ids of all scenes that a net which fails on the chosen ones fails on."""
    answers = {one.answer for one in chosen}
    return {scene.id for scene in scenes if scene.answer in answers}
