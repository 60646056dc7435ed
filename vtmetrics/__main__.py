"""A store, what changed, metrics, token maps, a page: python -m vtmetrics store|compare|metrics|…"""

import argparse
import os
import sys
from pathlib import Path

from vtmetrics.cluster import answer_scale, ask_for_scale
from vtmetrics.lab import ask_for_store, run_on_store, say_line
from vtmetrics.statistics import TEN_POINTS
from vtmetrics.unmeasured import NotMeasured, Unloadable


def main(arguments: list[str] | None = None) -> int:
    """Status 0, or 1 if something is damaged or not there."""
    parser = argparse.ArgumentParser(prog="python -m vtmetrics", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    ask_for_store(commands.add_parser("store", help="look into a store of measured rows, or tidy it up"))
    merged = commands.add_parser(
        "merge", help="make one folder of evidence of its shards, and of other folders"
    )
    merged.add_argument("folder", type=Path, metavar="DIR", help="of --evidence; it may be new")
    merged.add_argument("sources", type=Path, nargs="*", metavar="FROM")
    compared = commands.add_parser("compare", help="what changed between two --evidence folders, by scene")
    compared.add_argument("before", type=Path, metavar="A")
    compared.add_argument("after", type=Path, metavar="B")
    compared.add_argument(
        "--margin",
        type=float,
        default=TEN_POINTS,
        metavar="M",
        help="what may change of a share (default: .1)",
    )
    commands.add_parser("metrics", help="the metrics by name, each with what it says")
    _ask_for_maps(commands.add_parser("maps", help="an image's tokens as OUT.png and OUT.json"))
    ask_for_scale(commands.add_parser("scale", help="how long all claims take of a model on a cluster"))
    _ask_for_report(commands.add_parser("report", help="a page of a folder of evidence, in one file"))
    given = parser.parse_args(arguments)
    runs = {
        "compare": _compared,
        "merge": _merged,
        "metrics": _metrics,
        "maps": _maps,
        "report": _reported,
        "scale": answer_scale,
        "store": run_on_store,
    }
    try:
        return runs[given.command](given)
    except BrokenPipeError:  # whoever reads has read enough: `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (ValueError, OSError, Unloadable, NotMeasured) as error:  # of another schema, or damaged; no model
        sys.stderr.write(f"{error}\n")
        return 1


def _ask_for_report(report: argparse.ArgumentParser) -> None:
    """What a report is made of, and where it goes."""
    report.add_argument("folder", type=Path, metavar="DIR", help="of --evidence, or a file of its rows")
    report.add_argument(
        "--to",
        type=Path,
        action="append",
        metavar="FILE",
        help="ends in .html, .md, .json or .csv; may be repeated (default: report.html)",
    )
    report.add_argument(
        "--before", type=Path, metavar="DIR", help="evidence of an earlier run, to compare with"
    )
    report.add_argument(
        "--margin",
        type=float,
        default=TEN_POINTS,
        metavar="M",
        help="what may change of a share (default: .1)",
    )


def _reported(given: argparse.Namespace) -> int:
    """One line for each file that was written."""
    from vtmetrics.report import form_of, report_on, write_report  # noqa: PLC0415 - rich, which no store needs

    files = given.to or [Path("report.html")]
    for file in files:
        form_of(file)
    source = report_on(given.folder, given.before, given.margin)
    for file in files:
        say_line(f"{file}: {write_report(source, file):,} bytes")
    return 0


def _merged(given: argparse.Namespace) -> int:
    """Status 1 if a cell was found otherwise elsewhere, or a store has damage or a second answer."""
    from vtmetrics.evidence import merge_evidence  # noqa: PLC0415 - statistics, which no store needs

    found = merge_evidence(given.folder, given.sources)
    for place in found.otherwise:
        say_line(f"found otherwise, the first stays: {place}")
    for told in (*found.stores.damaged, f"{found.cells} cells; of stores: {found.stores}"):
        say_line(told)
    return int(bool(found.otherwise or found.stores.damaged or found.stores.conflicts))


def _compared(given: argparse.Namespace) -> int:
    """Status 1 if something flipped, moved beyond the margin or could not be compared at all."""
    from vtmetrics.report import compare_folders  # noqa: PLC0415 - rich, which no store needs

    table = compare_folders(given.before, given.after, given.margin)
    for line in table.lines:
        say_line(line)
    return int(table.fails)


def _metrics(_: argparse.Namespace) -> int:
    """One line for each, in the order of the manual."""
    from vtmetrics.metrics import ALL_METRICS, MetricEntry  # noqa: PLC0415 - scipy, which no store needs

    entries = [MetricEntry.of(metric) for metric in ALL_METRICS]
    width = max(len(entry.name) for entry in entries)
    for entry in entries:
        say_line(f"{entry.name:{width}}  {entry.statement}")
    return 0


def _ask_for_maps(command: argparse.ArgumentParser) -> None:
    command.add_argument("model", metavar="MODEL", help="a directory, FILE.py:FUNCTION or ORG/NAME")
    command.add_argument("image", type=Path, metavar="IMAGE", help="a picture that Pillow can read")
    command.add_argument("--out", type=Path, required=True, metavar="OUT", help="without its suffix")
    command.add_argument("--ask", metavar="TEXT", help="the question whose attention is shown")
    command.add_argument("--layers", metavar="0,6,12", help="which the PNG shows; OUT.json has all")
    command.add_argument("--words", type=int, default=3, metavar="N", help="of each token (default: 3)")
    for option, usual in (("--dtype", "float32"), ("--device", "cpu"), ("--attention", "sdpa")):
        command.add_argument(option, default=usual, help=f"of a checkpoint (default: {usual})")


def _maps(given: argparse.Namespace) -> int:
    """Both files are named, once they are there."""
    from vtmetrics.maps import DEFAULT_QUESTION, map_of, map_spec, write_map  # noqa: PLC0415 - transformers
    from vtmetrics.model import Model  # noqa: PLC0415
    from vtmetrics.notebook import scene_of  # noqa: PLC0415

    numerics = {name: getattr(given, name) for name in ("dtype", "device", "attention")}
    layers = None if given.layers is None else _layers(given.layers)
    model = Model(map_spec(given.model, **numerics))
    try:
        scene = scene_of(given.image, given.ask or DEFAULT_QUESTION, name=given.image.name)
    except OSError as error:
        raise ValueError(f"maps wants a picture, {given.image} is none: {error}") from error
    for file in write_map(map_of(model, scene, given.words), given.out, layers):
        say_line(str(file))
    return 0


def _layers(text: str) -> list[int]:
    """Numbers between commas."""
    if not all(part.strip().isdecimal() for part in text.split(",")):
        raise ValueError(f"--layers wants numbers between commas, as 0,6,12, not {text!r}")
    return [int(part) for part in text.split(",")]


if __name__ == "__main__":
    sys.exit(main())
