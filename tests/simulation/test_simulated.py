"""Simulated cells: verdicts are seldom wrong at the border and mostly right away from it, kept and anew."""

import os

import numpy as np
import pytest

from fixtures.simulation.cells import cells
from fixtures.simulation.profile_truth import ProfileTruth, falling
from fixtures.simulation.simulate import NAMES, RUNS, main, named, read, table, told

QUICK = 2000 if os.environ.get("VTMETRICS_SLOW") else 40
KEPT = read()
CELLS = {tuple(getattr(cell, name) for name in NAMES): cell for cell in cells()}
ANEW = [cell for cell in CELLS.values() if cell.scenes == 128]
#: wrong verdicts at most, a side, and right ones at least
AT_BORDER, FAR = 0.03, 0.8


def most(rate, runs):
    """A rate, and two standard errors of so many runs."""
    return rate + 2 * (rate * (1 - rate) / runs) ** 0.5


def beyond(role, rates, runs, scenes, least=FAR):
    """What is not as wanted of the rates of a cell."""
    wrong = {"border": ("supported", "refuted"), "right": ("refuted",), "wrong": ("supported",)}
    wrong |= {"noise": ("supported",), "reported": ()}
    found = {name: rates[name] for name in wrong[role] if rates[name] > most(AT_BORDER, runs)}
    verdict = {"right": "supported", "wrong": "refuted"}.get(role)
    if verdict and scenes >= 128 and rates[verdict] < least:
        found[verdict] = rates[verdict]
    return found


@pytest.mark.parametrize("cell", ANEW, ids=lambda cell: " ".join(map(str, named(vars(cell)))))
def test_cells_are_as_wanted_in_a_few_runs(cell):
    assert beyond(cell.role, cell.rates(QUICK), QUICK, cell.scenes, least=0.6) == {}


@pytest.mark.parametrize("line", KEPT, ids=lambda line: " ".join(map(str, named(line))))
def test_kept_lines_are_as_wanted_and_of_cells_that_there_are(line):
    assert named(line) in CELLS
    assert line["runs"] >= RUNS
    assert beyond(line["role"], line, line["runs"], line["scenes"]) == {}


def test_all_cells_are_kept():
    assert set(map(named, KEPT)) == set(CELLS)


def test_wrong_verdicts_do_not_grow_with_the_scenes():
    """A maximum under a jackknife is as wrong with 512 scenes as with 30."""
    borders = {}
    for line in KEPT:
        if line["role"] == "border":
            wrong = max(line["supported"], line["refuted"])
            borders.setdefault(named(line)[:5], {})[line["scenes"]] = wrong
    assert len(borders) > 8
    for place, wrong in borders.items():
        assert wrong[max(wrong)] <= max(most(wrong[30], RUNS), most(0.025, RUNS)), place


def test_the_scatter_is_a_share_of_the_range_and_the_mean_is_as_told():
    for noise in ("eq", "ar"):
        truth = ProfileTruth(falling(0.15), 0.3, noise)
        curves = truth.curves(np.random.default_rng(0), 20_000)
        assert curves.mean(0) == pytest.approx(np.array(truth.mean), abs=0.01)
        assert curves.std(0) == pytest.approx(0.3, abs=0.01)
        assert np.corrcoef(curves.T)[0, 1] == pytest.approx(0.8, abs=0.02)


def test_the_command_goes_on_where_it_was_stopped(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("fixtures.simulation.simulate.KEPT", tmp_path / "kept.jsonl")
    monkeypatch.setattr("fixtures.simulation.simulate.read", lambda: read(tmp_path / "kept.jsonl"))
    monkeypatch.setattr("fixtures.simulation.simulate.cells", lambda: iter(ANEW[:2]))
    assert main(["--runs", "3"]) == 0
    first = read(tmp_path / "kept.jsonl")
    assert [named(line) for line in first] == [named(told(cell, 1)) for cell in ANEW[:2]]
    assert main(["--runs", "50"]) == 0
    assert read(tmp_path / "kept.jsonl") == first
    assert capsys.readouterr().out.count("| A1.mean |") == 4
    assert table(first).startswith("| claim | truth |")
