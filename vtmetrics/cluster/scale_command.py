"""The command about scale: python -m vtmetrics scale, how long the catalogue takes on a cluster."""

import argparse
import sys
from pathlib import Path

from vtmetrics.cluster.scale import ClusterSize, NetSize, forecast_table
from vtmetrics.cluster.work_count import count_lines

#: the example of the manual: a net of 72 billion parameters that has 1,100 tokens of a scene
EXAMPLE = NetSize(parameters=72e9, layers=80, width=8192, tokens=1100)


def ask_for_scale(command: argparse.ArgumentParser) -> None:
    """Of which net, on which machines, and of how many scenes."""
    command.add_argument("--counted", type=Path, metavar="DIR", help="count what a run with --evidence asked")
    add = command.add_argument
    add(
        "--parameters", type=float, default=EXAMPLE.parameters, metavar="P", help="of the net (default: 72e9)"
    )
    add("--layers", type=int, default=EXAMPLE.layers, metavar="L", help="(default: 80)")
    add("--width", type=int, default=EXAMPLE.width, metavar="D", help="of its states (default: 8192)")
    add("--tokens", type=int, default=EXAMPLE.tokens, metavar="T", help="of a scene (default: 1100)")
    add("--scenes", type=_numbers, default=(10_000,), metavar="N,…", help="of each task (default: 10000)")
    add("--nodes", type=_numbers, default=(1, 8), metavar="N,…", help="(default: 1,8)")
    add("--gpus", type=int, default=8, metavar="N", help="of each node (default: 8)")
    machine = ClusterSize(1, 8)
    for name, told in (
        ("flops", "operations of an accelerator in a second"),
        ("reached", "which part of them it reaches"),
        ("bandwidth", "bytes that it reads of its memory in a second"),
        ("memory", "bytes that it has"),
        ("disk", "bytes that a node reads of a disk in a second"),
        ("host", "operations of a node's processors in a second"),
    ):
        usual = getattr(machine, name)
        add(f"--{name}", type=float, default=usual, metavar="X", help=f"{told} (default: {usual:g})")


def _numbers(text: str) -> tuple[int, ...]:
    if not all(part.isdecimal() and int(part) for part in text.split(",")):
        raise argparse.ArgumentTypeError(f"wants numbers from 1 between commas, as 1,8, not {text!r}")
    return tuple(map(int, text.split(",")))


def answer_scale(given: argparse.Namespace) -> int:
    """Status 0: a table, or what was counted."""
    if given.counted is not None:
        lines = "\n".join(count_lines(given.counted))
    else:
        net = NetSize(given.parameters, given.layers, given.width, given.tokens)
        speeds = {name: getattr(given, name) for name in ("flops", "reached", "bandwidth", "memory")}
        cluster = ClusterSize(1, given.gpus, **speeds, disk=given.disk, host=given.host)
        lines = forecast_table(net, cluster, given.scenes, given.nodes)
    sys.stdout.write(f"{lines}\n")
    return 0
