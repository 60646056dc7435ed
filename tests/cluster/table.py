"""The table of docs/more-machines.md, from a trial of every kind of workers: python -m tests.cluster.table

Status 1 if one of them does not pass; then nothing is written.
"""

import os
import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from fixtures.models.build import build
from tests.cluster.trial import BLOCKS, DEVICES, ENGINES, installed, tried

PAGE = Path(__file__).parents[2] / "docs" / "more-machines.md"
PART = re.compile(r"(<!-- engines -->\n).*?(<!-- /engines -->)", re.DOTALL)


def passes(engine, found):
    """By property, whether it holds; None where the question does not arise."""
    alone = engine == "in process"  # nobody can be killed or be slow but the driver itself
    whole = found.files == found.serial and len(found.serial) == 3 * BLOCKS
    return {
        "all cells, and the bytes of a serial run": whole and found.same,
        "a worker killed (SIGKILL) in the middle of a block": None if alone else found.killed and whole,
        "a job that ends only after all others": None if alone else whole,
        "each worker's own GPU group in its environment": None if alone else found.groups == set(DEVICES),
        "a driver of other code refused": found.refused.startswith("a worker refuses"),
        "no worker left behind": not found.left,
    }


def table(trials):
    """One column for each kind of workers: what it passes, and what it takes."""
    told = {engine: passes(engine, found) for engine, found in trials.items()}
    words = {True: "yes", False: "**no**", None: "–"}
    lines = [["", *trials], ["---", *("---" for _ in trials)]]
    lines += [[name, *(words[told[engine][name]] for engine in trials)] for name in told["in process"]]
    found = trials.values()
    lines += [["seconds, with starting the workers and one again", *(f"{one.seconds:.1f}" for one in found)]]
    lines += [["processes beside the driver", *(str(one.beside) for one in found)]]
    lines += [["MiB of the largest worker", *(str(one.largest) for one in found)]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def page(text, trials, load):
    """The page with the table."""
    where = f"{os.cpu_count()} processors (load {load:.1f})"
    said = f"`nox -s cluster`: {BLOCKS} blocks of a small untrained net, one of them slow, on {where}.\n"
    said += "Two workers, one of which is killed. In process nobody can be, and the net is there already."
    return PART.sub(rf"\1{said}\n\n{table(trials)}\n\2", text)


def main():
    """Every kind in turn."""
    if lacking := [engine for engine in ENGINES if not installed(engine)]:
        sys.stderr.write(f"the table wants the extra cluster: {', '.join(lacking)} can't be tried here\n")
        return 1
    load = os.getloadavg()[0]
    with TemporaryDirectory() as name:
        folder = Path(name)
        build("llava", 0, folder / "model")
        trials = {}
        for engine in ENGINES:
            (folder / engine).mkdir()
            trials[engine] = tried(engine, folder / "model", folder / engine)
    sys.stdout.write(f"{table(trials)}\n")
    if any(False in passes(engine, found).values() for engine, found in trials.items()):
        return 1
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), trials, load), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
