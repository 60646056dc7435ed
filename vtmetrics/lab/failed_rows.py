"""Failed rows: what else than memory fails on some scenes costs them a score, and on all is an error."""

from collections.abc import Iterable, Mapping
from textwrap import shorten

from vtmetrics.nets import forget_calls
from vtmetrics.readings import RowKey, StoredValue
from vtmetrics.unmeasured import NotMeasured

#: how the reason of such a scene begins
FAILED = "failed: "


def failure_told(error: BaseException, failures: list[Exception]) -> str:
    """What an error says, on one line; nothing if it is no row's fault. The first is kept among the failures.

    A refusal is about the model or the question, and a warning that is an error is about nobody's rows.
    """
    if not isinstance(error, Exception) or isinstance(error, NotMeasured | Warning):
        return ""
    if not failures:
        forget_calls(error)  # which would keep the failed batch alive
        failures.append(error)
    said = shorten(f"{type(error).__name__}: {error}", 100, placeholder=" …")
    return f"{FAILED}{said}"


def has_failed(missing: str | None) -> bool:
    """Whether this is why a scene has no score: something else than memory failed on it."""
    return missing is not None and missing.startswith(FAILED)


def failed_throughout(
    asked: Iterable[RowKey], fresh: Mapping[RowKey, StoredValue], rows: Mapping[RowKey, StoredValue]
) -> str:
    """Why all rows under an edit have failed, some of them just now: no scene's fault. Else nothing."""
    failed = {key for key, row in fresh.items() if has_failed(row.missing)}
    of_edit: dict[str, list[RowKey]] = {}
    for key in asked if failed else ():
        of_edit.setdefault(key.edit, []).append(key)
    for keys in of_edit.values():
        if not failed.isdisjoint(keys) and all(has_failed(rows[key].missing) for key in keys):
            return f"all {len(keys)} scenes {rows[keys[0]].missing}"
    return ""
