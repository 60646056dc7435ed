"""The wire: edits, readings and specs as JSON and back, data of ours alone; nothing that runs travels.

A value is written as what it is made of: a dataclass or an enumeration by its name, in rooms of ours, and its
fields. What has no such name (a function, a step of one's own) is refused before anything is sent.
"""

import importlib
import json
import math
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from vtmetrics.unmeasured import NotMeasured

#: where the classes are defined that may come over the wire
ROOMS = ("vtmetrics.cluster.", "vtmetrics.edits.", "vtmetrics.nets.spec", "vtmetrics.readings.")


def packed(value: object) -> str:
    """The value as one line of JSON; equal values give equal lines."""
    return json.dumps(_data(value), allow_nan=False, separators=(",", ":"))


def unpacked(text: str) -> Any:
    """The value that a line of JSON tells of."""
    return _value(json.loads(text))


def _data(value: object) -> Any:
    if isinstance(value, Enum):
        return {"one": _place(value), "name": value.name}
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {"number": str(value)}
    if isinstance(value, tuple | list):
        return [_data(part) for part in value]
    if is_dataclass(value):
        told = {field.name: _data(getattr(value, field.name)) for field in fields(value) if field.compare}
        return {"is": _place(value), "of": told}
    raise NotMeasured(f"no worker is sent {_short(value)}: what it does is written nowhere")


def _place(value: object) -> str:
    """Where the value's class is defined, if that is a room of ours."""
    kind = type(value)
    if not kind.__module__.startswith(ROOMS):
        raise NotMeasured(f"no worker is sent {_short(value)}: what it does is written nowhere")
    return f"{kind.__module__}:{kind.__name__}"


def _short(value: object) -> str:
    return str(value).partition("\n")[0][:80]


def _value(told: Any) -> Any:
    if isinstance(told, list):
        return tuple(map(_value, told))
    if not isinstance(told, dict):
        return told
    if "number" in told:
        return float(told["number"])
    if "one" in told:
        return _class(told["one"])[told["name"]]
    return _class(told["is"])(**{name: _value(part) for name, part in told["of"].items()})


def _class(place: str) -> Any:
    """The class of that name, if it is data of ours and defined there."""
    module, _, name = place.partition(":")
    found = None
    if module.startswith(ROOMS) and name.isidentifier():
        found = getattr(importlib.import_module(module), name, None)
    ours = isinstance(found, type) and found.__module__ == module
    if not ours or not (is_dataclass(found) or issubclass(found, Enum)):  # type: ignore[arg-type]
        raise ValueError(f"a job is made of dataclasses of ours, {place!r} is none")
    return found
