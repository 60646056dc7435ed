"""A user's function: what FILE.py:FUNCTION returns, or a user hands over, and whether it can be asked."""

import importlib.util
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import shorten
from typing import Any

from torch import nn

from vtmetrics.inputs import told_apart
from vtmetrics.nets.anatomy import anatomy_of

#: of an error's first line; libraries say more, and a cell of a report has little room
LONGEST_ERROR = 200


def returned(source: str) -> tuple[Any, Any]:
    """The net and the processor that a user's function returns."""
    path, _, name = source.rpartition(":")
    # a name that no module has; dataclasses look their module up by it
    found_at = importlib.util.spec_from_file_location(path, path)
    if found_at is None or found_at.loader is None:
        raise ValueError(f"a model wants a directory or FILE.py:FUNCTION, got {source!r}")
    module = sys.modules[path] = importlib.util.module_from_spec(found_at)
    with _beside(path):
        found_at.loader.exec_module(module)
        pair = getattr(module, name)()
    if not (isinstance(pair, tuple) and len(pair) == 2):
        raise TypeError(f"{source} has to return (net, processor), it returned {type(pair).__name__}")
    answerable(*pair, source)
    return pair


def answerable(net: Any, processor: Any, source: str) -> None:
    """Refuse what is no net that can be edited, or no processor that can ask it."""
    if not isinstance(net, nn.Module):
        raise TypeError(f"{source} wants a net and its processor, the net is a {type(net).__name__}")
    if not hasattr(processor, "tokenizer") or not hasattr(processor, "image_token_id"):
        kind = type(processor).__name__
        raise TypeError(f"{source} wants a processor with a tokenizer and an image token, it is a {kind}")
    if not getattr(processor, "chat_template", None) and not told_apart(processor):
        raise ValueError(
            f"{source} wants a processor with a chat template, this {type(processor).__name__} has none"
        )
    anatomy_of(net)


def one_line(error: Exception, source: str) -> str:
    """An error in one line, and where in the user's file it was raised."""
    path = source.rpartition(":")[0]
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
    where = f" ({Path(path).name}:{lines[-1]})" if lines else ""
    lines_of_error = str(error).strip().splitlines() or [""]
    first = " ".join(lines_of_error[: 2 if lines_of_error[0].endswith(":") else 1])
    return f"{type(error).__name__}: {shorten(first, LONGEST_ERROR, placeholder=' …')}{where}"


@contextmanager
def _beside(path: str) -> Iterator[None]:
    """As if the file were run: what lies beside it can be imported."""
    folder = str(Path(path).parent)
    sys.path.insert(0, folder)
    try:
        yield
    finally:
        sys.path.remove(folder)
