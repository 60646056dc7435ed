"""Commands about a store: python -m vtmetrics store list|show|verify|merge|export|clean DIR."""

import argparse
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from vtmetrics.lab.chunk import Chunk, Damaged, read_chunk
from vtmetrics.lab.merged_stores import merge_stores, remeasured, store_folder
from vtmetrics.lab.store import CONFLICT, DRAFTS, QUARANTINE, Store
from vtmetrics.lab.store_table import export_store, table_form

#: seconds after which nobody is writing a draft any longer
A_DAY = 86_400
#: how a file is named until it is whole, and how it stays if its writer is killed
DRAFT = re.compile(r".+\.\d+-[0-9a-f]{32}")


def ask_for_store(command: argparse.ArgumentParser) -> None:
    """What is done with which store."""
    commands = command.add_subparsers(dest="what", required=True)
    for name, told in (
        ("list", "one line for each chunk: key, rows, model, edits"),
        ("show", "every row of the chunks whose key begins with KEY"),
        ("verify", "check every file; nothing is moved or changed"),
        ("merge", "put the chunks of other stores into this one"),
        ("export", "write all rows to FILE.csv or FILE.parquet"),
        ("clean", "delete what killed writers have left"),
    ):
        one = commands.add_parser(name, help=told, description=told)
        one.add_argument("store", type=Path, metavar="DIR", help="a store, or a folder of --evidence")
        if name == "show":
            one.add_argument("key", metavar="KEY")
        if name == "merge":
            one.add_argument("sources", type=Path, nargs="+", metavar="FROM")
        if name == "export":
            one.add_argument("file", type=Path, metavar="FILE")
        if name == "clean":
            one.add_argument("--aside", action="store_true", help="and what was set aside")


def run_on_store(given: argparse.Namespace) -> int:
    """Status 0, or 1 if something is damaged, contradicts itself or is not there."""
    if given.what == "merge":
        return _merged(given)
    runs: dict[str, Callable[[argparse.Namespace, Store], int]] = {
        "list": _listed,
        "show": _shown,
        "verify": _verified,
        "export": _exported,
        "clean": _cleaned,
    }
    status = runs[given.what](given, Store(store_folder(given.store)))
    sys.stdout.flush()
    return status


def say_line(text: str) -> None:
    """One line, whatever a model has said: no control character reaches the terminal."""
    sys.stdout.write("".join(char if char.isprintable() else "�" for char in text) + "\n")


def _listed(_: argparse.Namespace, store: Store) -> int:
    damage = 0
    for folder in store.folders():
        try:
            chunk = read_chunk(folder)
        except Damaged as found:
            damage = 1
            say_line(f"{folder.name[:12]}  damaged: {found}")
            continue
        edits = "; ".join(dict.fromkeys(asked.edit for asked in chunk.rows))
        say_line(f"{folder.name[:12]}  {len(chunk.rows):6d} rows  {chunk.run}  {chunk.numerics}  {edits}")
    for told in _aside(store):
        say_line(told)
    return damage


def _aside(store: Store) -> Iterator[str]:
    """What lies in a store and is not read."""
    for name, told in (
        (DRAFTS, "left half written by killed runs"),
        (QUARANTINE, "damaged and set aside"),
        (CONFLICT, "second answers to a question, set aside"),
    ):
        if found := sum(1 for _ in (store.root / name).glob("*")):
            say = f"{found} {told}, in {store.root / name}"
            yield say


def _shown(given: argparse.Namespace, store: Store) -> int:
    found = [folder for folder in store.folders() if folder.name.startswith(given.key)]
    if not found:
        raise ValueError(f"no chunk has a key that begins with {given.key!r}")
    for folder in found:
        _show(read_chunk(folder))
    return 0


def _show(chunk: Chunk) -> None:
    for asked, row in chunk.rows.items():
        said = row.text if row.value is None else row.value
        why = row.missing or row.excluded
        told = said if why is None else f"none: {why}"
        say_line(f"{asked.scene[:12]}  {asked.edit}  {asked.reading}  {told}")


def _verified(_: argparse.Namespace, store: Store) -> int:
    """Damage fails; what was set aside, and numbers that were measured twice, are told."""
    damage, whole, sound = 0, 0, list[Chunk]()
    for folder in store.folders():
        whole += 1
        try:
            sound.append(read_chunk(folder))
        except Damaged as found:
            damage += 1
            say_line(str(found))
    twice = remeasured(sound)
    say_line(f"{whole} chunks, {damage} damaged")
    for told in (*([str(twice)] if twice.rows else []), *_aside(store)):
        say_line(told)
    return 1 if damage else 0


def _merged(given: argparse.Namespace) -> int:
    inside = given.store / "store"
    into = inside if inside.is_dir() else given.store
    tally = merge_stores(into, given.sources)
    for told in (*tally.damaged, str(tally)):
        say_line(told)
    return 1 if tally.damaged or tally.conflicts else 0


def _exported(given: argparse.Namespace, store: Store) -> int:
    table_form(given.file)
    say_line(f"{given.file}: {export_store(store, given.file):,} lines")
    return 0


def _cleaned(given: argparse.Namespace, store: Store) -> int:
    """Drafts of a day and more; what was set aside only where that is asked for."""
    oldest = time.time() - A_DAY
    beside = [path for path in store.root.parent.glob("*") if DRAFT.fullmatch(path.name) and path.is_file()]
    drafts = [path for path in (*(store.root / DRAFTS).glob("*"), *beside) if _is_older(path, oldest)]
    aside = [path for name in (QUARANTINE, CONFLICT) for path in (store.root / name).glob("*")]
    gone = [*drafts, *(aside if given.aside else [])]
    for path in gone:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    kept = "" if given.aside or not aside else f", {len(aside)} that were set aside are kept (--aside)"
    say_line(f"{len(gone)} deleted{kept}")
    return 0


def _is_older(path: Path, oldest: float) -> bool:
    """Whether nobody is writing there any longer; what is gone has come to its place meanwhile."""
    try:
        return path.stat().st_mtime < oldest
    except FileNotFoundError:
        return False
