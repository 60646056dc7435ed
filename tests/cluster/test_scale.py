"""The calculator adds up: half the work or twice the workers is half the time, where nothing else waits."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.documents import ROOT
from vtmetrics.__main__ import main
from vtmetrics.cluster.scale import (
    OF_MODEL,
    OF_TWINS,
    ClusterSize,
    CountedWork,
    NetSize,
    dealt_out,
    forecast,
    forecast_table,
)
from vtmetrics.cluster.scale_command import EXAMPLE
from vtmetrics.cluster.work_count import counted_work
from vtmetrics.lab import Chunk, Store
from vtmetrics.readings import RowKey, StoredValue

NODE = ClusterSize(1, 8)
SMALL = NetSize(7e9, 32, 4096, 700)


@given(st.floats(1, 1e6), st.integers(1, 500), st.integers(1, 64))
def test_work_is_never_faster_than_shared_evenly_nor_slower_than_alone(work, jobs, workers):
    took = dealt_out(work, jobs, workers)
    assert work / workers <= took * (1 + 1e-9)
    assert took <= work * (1 + 1e-9)
    assert dealt_out(work, workers * jobs, workers) == pytest.approx(work / workers)


def test_a_pass_takes_two_operations_for_each_parameter_and_token():
    seconds = forecast(EXAMPLE, NODE, 128).seconds["passes"]
    assert seconds == pytest.approx(OF_MODEL.runs * 2 * 72e9 * 1100 / (0.35 * 989e12) / 4)


def test_a_net_takes_as_many_accelerators_as_its_weights():
    told = forecast(EXAMPLE, NODE, 128)
    assert (told.gpus_each, told.replicas) == (2, 4)
    wide = forecast(EXAMPLE, replace(NODE, memory=200e9), 128)
    assert (wide.gpus_each, wide.replicas) == (1, 8)
    with pytest.raises(
        ValueError, match="2000 GB of weights want 28 accelerators of 80 GB in one node, it has 8"
    ):
        forecast(replace(EXAMPLE, parameters=1e12), NODE, 128)


def test_of_a_net_that_is_spread_no_twin_is_asked():
    one = forecast(SMALL, NODE, 1280).seconds["passes"]
    spread = forecast(SMALL, replace(NODE, memory=10e9), 1280).seconds["passes"]
    assert one / spread == pytest.approx((OF_MODEL.runs + OF_TWINS.runs) / OF_MODEL.runs * 4 / 8)


def test_more_nodes_halve_what_is_shared_and_nothing_else():
    one, two = (forecast(EXAMPLE, replace(NODE, nodes=count), 12_800).seconds for count in (1, 2))
    assert two["passes"] == pytest.approx(one["passes"] / 2)
    assert two["chunks written"] == pytest.approx(one["chunks written"] / 2)
    for name in ("fits", "loading", "scenes to disk", "chunks read", "judging"):
        assert two[name] == one[name]


def test_workers_without_a_job_are_idle():
    few = forecast(EXAMPLE, replace(NODE, nodes=8), 128).seconds
    assert few["idle workers"] == pytest.approx(few["passes"] * 7 + few["texts"] * 7)
    smaller = forecast(EXAMPLE, replace(NODE, nodes=8), 128, batch=4)
    assert smaller.seconds["idle workers"] == pytest.approx(0, abs=1e-6)
    assert smaller.jobs == 8 * 894


def test_fits_grow_with_the_square_of_the_scenes():
    few, many = (forecast(EXAMPLE, NODE, count) for count in (1000, 10_000))
    assert many.seconds["fits"] == pytest.approx(100 * few.seconds["fits"])
    assert many.fit == pytest.approx(10 * few.fit)


def test_the_table_has_a_row_for_each_question():
    assert len(forecast_table(EXAMPLE, NODE, (128, 1000), (1, 8)).splitlines()) == 6


def test_the_command_prints_the_table(capsys):
    assert main(["scale", "--scenes", "250,1000", "--nodes", "2", "--parameters", "7e9"]) == 0
    assert capsys.readouterr().out.count("| 16 × 1 GPU |") == 2
    assert main(["scale", "--parameters", "9e12"]) == 1
    assert "want 250 accelerators" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["scale", "--nodes", "0"])
    assert "wants numbers from 1 between commas" in capsys.readouterr().err


def test_work_is_counted_as_the_store_has_it(tmp_path, capsys):
    keys = [
        ("PLAIN", "correct:2", "a"),
        ("PLAIN", "agree:1", "a"),
        ("PLAIN", "correct:2", "b"),
        ("truncate(1)", "correct:2", "a"),
        ("PLAIN", "greedy(64)", "a"),
        ("PLAIN", "matrix_entropy(IMAGE):1", "a"),
        ("PLAIN", "norm_mean(IMAGE):1", "a"),
        ("PLAIN", "flops(counted)", "a"),
        ("PLAIN", "pooled(two_nn(IMAGE)):2", "all"),
    ]
    rows = {RowKey("m", "n", *one): StoredValue(text="a word") for one in keys}
    Store(tmp_path / "store").put(Chunk("m", "n", rows, "model"))
    assert counted_work(tmp_path) == {"model": CountedWork(scenes=2, runs=6, texts=1, chunks=1, rows=9)}
    assert main(["scale", "--counted", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "model: 2 scenes, 6 runs, 1 texts, 1 chunks, 9 rows\n"


def test_work_adds_up():
    both = OF_MODEL + OF_TWINS
    assert (both.nets, both.runs) == (4, OF_MODEL.runs + OF_TWINS.runs)
    assert (ROOT / "docs" / "scale.md").is_file()
