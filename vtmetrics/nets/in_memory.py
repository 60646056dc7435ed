"""In memory: one net and its processor at a time, loaded once for whoever asks."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from vtmetrics.nets.adapter import adapted
from vtmetrics.nets.elsewhere import held_elsewhere, processor_alone, refuse_training
from vtmetrics.nets.loading import load
from vtmetrics.nets.matched_twin import matched
from vtmetrics.nets.out_of_memory import memory_for, see_out
from vtmetrics.nets.soundness import check_sound, quantised_part, spread_over
from vtmetrics.nets.spare_memory import spare_bytes
from vtmetrics.nets.spec import Spec
from vtmetrics.nets.twins import scrambled, untrained
from vtmetrics.nets.user_function import answerable, one_line, returned
from vtmetrics.stopwatch import timed
from vtmetrics.unmeasured import NotMeasured, Unloadable

#: how many scenes stay made into inputs
ROWS = 512


@dataclass(eq=False)
class Held:
    """A net, its processor, and what it was asked about last: scenes as inputs, and the runs of blocks."""

    net: Any
    processor: Any
    blocks: dict[Any, Any] = field(default_factory=dict)
    rows: dict[Any, Any] = field(default_factory=dict)

    def rest(self) -> None:
        """Forget the oldest scenes, and the oldest blocks that memory has no room for; the last one stays."""
        for key in list(self.rows)[:-ROWS]:
            del self.rows[key]
        sizes = {key: block.nbytes for key, block in self.blocks.items()}
        room = spare_bytes(self.net.device) if sizes else 0
        for key in list(self.blocks)[:-1]:
            if sum(sizes.values()) <= room:
                break
            del self.blocks[key], sizes[key]


_held: dict[Spec, Held] = {}
_given: dict[str, tuple[Any, Any]] = {}


def register(net: Any, processor: Any, name: str) -> Spec:
    """A spec for a model that is in memory already."""
    answerable(net, processor, "Model.of")
    dtype, device = str(net.dtype).removeprefix("torch."), str(net.device)
    spec = Spec(name, "", f"memory:{uuid4().hex}", dtype=dtype, device=device)
    _given[spec.source] = (net, processor)
    return spec


def load_once(spec: Spec) -> Held:
    """The net and its processor; whatever else was held is let go first."""
    if spec not in _held:
        _let_go()
        net, processor = processor_alone(spec) if held_elsewhere() else _loaded(spec)
        _held[spec] = Held(net.eval(), processor)
    return _held[spec]


def load_alone(spec: Spec) -> tuple[Any, Any]:
    """A net and its processor that nobody else is given; whatever is held is let go first."""
    refuse_training(spec)
    _let_go()
    net, processor = _loaded(spec)
    if places := spread_over(net):
        raise NotMeasured(f"only a net on one device can be tuned, this one is spread over {places}")
    return net, processor


def _let_go() -> None:
    """Two large nets have no room beside each other: the one is gone before the other comes."""
    last = [_held.pop(spec).net for spec in list(_held)]
    if last and not any(last[0] is net for net, _ in _given.values()):
        see_out(last)


def is_held(spec: Spec) -> bool:
    """Whether the net is in memory now."""
    return spec in _held and not held_elsewhere()


def release(spec: Spec) -> None:
    """Let go of the weights of this model, unless they were given."""
    _held.pop(spec, None)


@timed("loading")
def _loaded(spec: Spec) -> tuple[Any, Any]:
    with memory_for(f"{spec.label} is not loaded"):
        return _made(spec)


def _made(spec: Spec) -> tuple[Any, Any]:
    net, processor = _named(spec)
    if spec.adapter:
        net = adapted(net, Path(spec.adapter))
    if spec.twin and (part := quantised_part(net)):
        raise NotMeasured(
            f"a twin has weights of its model's kind, and none is made of a quantised one: {part}"
        )
    if spec.twin and (places := spread_over(net)):
        raise NotMeasured(f"a twin is made on one device, and its model is spread over {places}")
    if spec.twin == "matched":
        net = matched(net, processor, spec.seed)
    elif spec.twin:
        net = {"untrained": untrained, "scrambled": scrambled}[spec.twin](net, spec.seed)
    return net, processor


def _named(spec: Spec) -> tuple[Any, Any]:
    """What the source of a spec names; what fails there is the user's to mend, unless the model is ours."""
    if spec.source in _given:
        return _given[spec.source]
    try:
        return returned(spec.source) if ".py:" in spec.source else _from_directory(spec)
    except Exception as error:
        if spec.embedded:
            raise
        raise Unloadable(f"not loaded: {one_line(error, spec.source)}") from error


def _from_directory(spec: Spec) -> tuple[Any, Any]:
    numerics = {"dtype": spec.dtype, "attention": spec.attention}
    pair = load(spec.source, device=spec.device, device_map=spec.device_map, **numerics)
    check_sound(*pair)
    return pair
