"""Timing: the wall clock of prefills that take turns; it tells of one machine and hour, and is never kept."""

import time
from collections.abc import Sequence
from statistics import median

import torch

from vtmetrics.edits import PLAIN, Edit
from vtmetrics.inputs import Scene, encode
from vtmetrics.model import Model
from vtmetrics.nets import is_held, load_once
from vtmetrics.readings import COUNTED, MASKED, Block, Way, apart
from vtmetrics.statistics import Scores
from vtmetrics.unmeasured import NotMeasured

ROUNDS = 5
#: how many scenes are enough where time is only shown
SCENES_TIMED = 4

Pass = tuple[Edit, Way]


def seconds(
    model: Model, scenes: Sequence[Scene], *passes: Pass, rounds: int = ROUNDS, batch: int = 1
) -> tuple[Scores, ...]:
    """Seconds of each scene's prefill, `batch` times at once: the median of rounds; passes take turns."""
    place = load_once(model.spec)
    found: list[dict[str, float]] = [{} for _ in passes]
    missing: dict[str, str] = {}
    for scene in scenes:
        try:
            row = encode(place.processor, scene, answered=False)
        except (ValueError, OSError) as error:
            missing[scene.id] = f"not encoded: {error}"
            continue
        runs = Block(place.net, place.processor, [row] * batch)
        turns = [[_once(runs, *one) for one in passes] for _ in range(rounds + 1)][1:]  # the first warms up
        for values, told in zip(found, zip(*turns, strict=True), strict=True):
            values[scene.id] = median(told)
    groups = {scene.id: scene.group for scene in scenes}
    return tuple(Scores(values, groups, "number", (0, float("inf")), missing) for values in found)


def savings(model: Model, scenes: Sequence[Scene], edit: Edit) -> dict[str, Scores]:
    """The shares of FLOPs, cache bytes and time that an edit spares; nothing of a plain pass.

    Time is taken of a few scenes, and only where the net is in memory: what is known already loads none.
    """
    if edit == PLAIN:
        return {}
    plain, edited = model.sweep(PLAIN, edit).cost(scenes)
    spared = {
        "flops": apart(plain.flops, edited.flops),
        "kv_bytes": apart(plain.kv_bytes, edited.kv_bytes),
    }
    if is_held(model.spec):
        spared["time"] = apart(*seconds(model, scenes[:SCENES_TIMED], (PLAIN, COUNTED), (edit, COUNTED)))
    return spared


def require_accelerator(model: Model) -> None:
    """Time is judged only where no other work shares the processor."""
    if model.spec.device == "cpu":
        raise NotMeasured("needs --gpu: on a processor, which others share, time is shown and not judged")


@torch.no_grad()
def _once(runs: Block, edit: Edit, way: Way) -> float:
    _settled(runs)
    begun = time.perf_counter()
    with runs.masked(edit) if way is MASKED else runs.edited(edit):
        runs.prefill()
    _settled(runs)
    return time.perf_counter() - begun


def _settled(runs: Block) -> None:
    """Wait for an accelerator to finish what it was given."""
    if runs.net.device.type != "cpu":
        torch.accelerator.synchronize()
