"""The slot: one net and its processor in memory at a time."""

import importlib.util
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from vtmetrics.adapter import adapted
from vtmetrics.loading import load
from vtmetrics.spec import Spec
from vtmetrics.twins import matched, scrambled, untrained

BLOCKS, ROWS = 8, 512


@dataclass(eq=False)
class Held:
    """A net, its processor, and what it was asked about last: scenes as inputs, and the runs of blocks."""

    net: Any
    processor: Any
    blocks: dict[Any, Any] = field(default_factory=dict)
    rows: dict[Any, Any] = field(default_factory=dict)

    def rest(self) -> None:
        """Forget the oldest."""
        for kept, most in ((self.blocks, BLOCKS), (self.rows, ROWS)):
            for key in list(kept)[:-most]:
                del kept[key]


_held: dict[Spec, Held] = {}
_given: dict[str, tuple[Any, Any]] = {}


def give(net: Any, processor: Any, name: str) -> Spec:
    """A spec for a model that is in memory already."""
    dtype, device = str(net.dtype).removeprefix("torch."), str(net.device)
    spec = Spec(name, "", f"memory:{uuid4().hex}", dtype=dtype, device=device)
    _given[spec.source] = (net, processor)
    return spec


def held(spec: Spec) -> Held:
    """The net and its processor; whatever else was held is let go first."""
    if spec not in _held:
        _held.clear()
        net, processor = _loaded(spec)
        _held[spec] = Held(net.eval(), processor)
    return _held[spec]


def own(spec: Spec) -> tuple[Any, Any]:
    """A net and its processor that nobody else is given; whatever is held is let go first."""
    _held.clear()
    return _loaded(spec)


def is_held(spec: Spec) -> bool:
    """Whether the net is in memory now."""
    return spec in _held


def release(spec: Spec) -> None:
    """Let go of the weights of this model, unless they were given."""
    _held.pop(spec, None)


def _loaded(spec: Spec) -> tuple[Any, Any]:
    if spec.source in _given:
        net, processor = _given[spec.source]
    elif ".py:" in spec.source:
        net, processor = _called(spec.source)
    else:
        net, processor = load(spec.source, dtype=spec.dtype, device=spec.device, attention=spec.attention)
    if spec.adapter:
        net = adapted(net, Path(spec.adapter))
    if spec.twin == "matched":
        net = matched(net, processor, spec.seed)
    elif spec.twin:
        net = {"untrained": untrained, "scrambled": scrambled}[spec.twin](net, spec.seed)
    return net, processor


def _called(source: str) -> tuple[Any, Any]:
    """What a user's FILE.py:FUNCTION returns."""
    path, _, name = source.rpartition(":")
    found_at = importlib.util.spec_from_file_location(Path(path).stem, path)
    if found_at is None or found_at.loader is None:
        raise ValueError(f"a model wants a directory or FILE.py:FUNCTION, got {source!r}")
    module = importlib.util.module_from_spec(found_at)
    found_at.loader.exec_module(module)
    returned = getattr(module, name)()
    if not (isinstance(returned, tuple) and len(returned) == 2):
        raise TypeError(f"{source} has to return (net, processor), it returned {type(returned).__name__}")
    return returned
