"""A walk through all types of transformers that answer about images: python -m tests.families.walk

Each is built small with random weights, and edited under the oracle's eyes, or refused in one sentence. The
table in docs/families.md is written anew; status 1 if a net that is accepted was not exact.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import transformers as hf

from tests.families.shrunk import TYPES, random_net
from tests.families.trial import CLOSE, EDGES, PRESENCE, STATES, SWAPPED, tried
from vtmetrics.engine.approval import approved
from vtmetrics.nets.families import FAMILY_OF, REFUSED

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "families.md"
BEGIN, END = "<!-- families -->\n", "<!-- /families -->"


@dataclass(frozen=True)
class Walked:
    """What a type is: adapted with how far it is from the oracle, or refused with the reason."""

    kind: str
    layers: str = ""
    far: float = 0.0
    plain: float = 0.0
    states_alone: bool = False
    refused: str = ""
    exact: bool = True


def walked(kind, times):
    """One type, built and tried."""
    if kind in REFUSED:
        return Walked(kind, refused=REFUSED[kind])
    try:
        net = random_net(kind)
    except Exception as error:  # noqa: BLE001 - whatever it is, the net can't be had
        first = next(line for line in str(error).splitlines() if line.strip())
        return Walked(kind, refused=f"not built here: {first.strip().partition('. ')[0]}")
    try:
        body = approved(net)
    except ValueError as error:
        return Walked(kind, refused=str(error).partition(" can't be edited: ")[2])
    kinds = (EDGES, *STATES, SWAPPED) if body.running else (*PRESENCE, EDGES, *STATES, SWAPPED)
    found = tried(net, times, kinds)
    layers = ", ".join(name.replace("_", " ") for name in sorted(set(body.kinds)))
    far = max(found.apart.values())
    return Walked(kind, layers, far, found.plain, body.recurrent is not None, "", found.exact)


def table(rows):
    """The page's generated part."""
    whole = [row for row in rows if not row.refused and not row.states_alone]
    some = [row for row in rows if row.states_alone]
    refused = [row for row in rows if row.refused]
    counts = f"{len(whole)} are adapted, {len(some)} have layers in which no token can be absent or hidden"
    lines = [
        f"Of {len(rows)} types in transformers {hf.__version__}, {counts}, and {len(refused)} are refused.",
        "",
        "| type | `-m` | layers | from the oracle | from the plain run |",
        "|---|---|---|---|---|",
    ]
    for row in (*whole, *some):
        family = FAMILY_OF.get(row.kind, "")
        lines.append(f"| `{row.kind}` | `{family}` | {row.layers} | {row.far:.0e} | {row.plain:.0e} |")
    lines += ["", "| refused | because |", "|---|---|"]
    lines += [f"| `{row.kind}` | {row.refused.replace('|', ' ')} |" for row in refused]
    return "\n".join(lines)


def written(rows):
    """The page with this table."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    return f"{before}{BEGIN}{table(rows)}\n{END}{rest.partition(END)[2]}"


def main(arguments=None):
    """Status 0: whatever is accepted is exact."""
    parser = argparse.ArgumentParser(prog="python -m tests.families.walk", description=__doc__)
    parser.add_argument("-k", default="", metavar="TYPE", help="only this type, and no page is written")
    parser.add_argument("--times", type=int, default=3, help="how many random edits of each kind")
    given = parser.parse_args(arguments)
    rows = []
    for kind in [given.k] if given.k else TYPES:
        rows.append(row := walked(kind, given.times))
        off = "" if row.exact else f": NOT EXACT, within {CLOSE} is wanted"
        sys.stdout.write(f"{kind}: {row.refused or f'{row.far:.1e} from the oracle'}{off}\n")
        sys.stdout.flush()
    if not all(row.exact for row in rows):
        return 1
    if not given.k:
        PAGE.write_text(written(rows), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
