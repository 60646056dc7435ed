"""A snapshot: text that was looked at once and must not change unseen."""

import os
from difflib import unified_diff
from pathlib import Path

FOLDER = Path(__file__).with_name("snapshots")


def assert_snapshot(name, text):
    """The text is what the file says; UPDATE_SNAPSHOTS=1 writes the file instead."""
    __tracebackhide__ = True
    path = FOLDER / f"{name}.txt"
    shown = text.replace("\x1b", "␛")  # a file that a pager can show
    if os.environ.get("UPDATE_SNAPSHOTS") == "1":
        path.write_text(shown, encoding="utf-8")
    kept = path.read_text(encoding="utf-8") if path.is_file() else ""
    diff = "\n".join(unified_diff(kept.splitlines(), shown.splitlines(), "kept", "now", lineterm=""))
    assert kept == shown, f"{path.name} differs; UPDATE_SNAPSHOTS=1 rewrites it\n{diff}"
