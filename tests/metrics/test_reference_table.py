"""Does every metric say what it is, in words that its own example bears out?"""

import doctest
import importlib
import inspect
import pkgutil

import pytest
import torch

from vtmetrics import metrics
from vtmetrics.__main__ import main
from vtmetrics.metrics import ALL_METRICS, MetricEntry, metrics_table

MODULES = [f"vtmetrics.metrics.{module.name}" for module in pkgutil.iter_modules(metrics.__path__)]
SHARED = {
    *("cloud", "dimension_estimate", "gram", "linear", "neighbours", "sets"),
    *("undefined", "vocabulary", "wording", "vqa_wording", "polar_wording", "box_text"),
}
#: what is made of metrics, or learned, and is none: the bundle, the table, planted nulls, chains, probes
MADE_OF_METRICS = {"all_geometry", "reference", "nulls", "chain", "probe"}
#: metrics without each fold in turn, for those who leave folds out
LEAVING_OUT = {"two_nn_without"}


@pytest.mark.parametrize("metric", ALL_METRICS, ids=lambda metric: metric.__name__)
def test_every_metric_states_formula_unit_range_invariances_source_and_an_example(metric):
    entry = MetricEntry.of(metric)
    lines = inspect.getdoc(metric).splitlines()

    assert all((entry.statement, entry.formula, entry.unit, entry.range, entry.unchanged_by, entry.source))
    assert entry.statement.endswith((".", ").", "D).", "one."))
    assert 1 <= sum(line.startswith((">>>", "...")) for line in lines) <= 3


@pytest.mark.parametrize("name", MODULES)
def test_examples_are_true(name):
    found = doctest.testmod(importlib.import_module(name), extraglobs={"torch": torch})

    assert found.failed == 0


def test_every_metric_is_in_the_table_once():
    listed = {metric.__name__ for metric in ALL_METRICS}
    rows = [line.split("`")[1] for line in metrics_table(ALL_METRICS).splitlines()[2:]]

    assert rows == [metric.__name__ for metric in ALL_METRICS]
    assert len(listed) == len(ALL_METRICS)
    assert listed < set(metrics.__all__)


def test_public_functions_of_metric_modules_are_metrics():
    """A new metric that is not listed fails here."""
    public = set()
    for name in set(MODULES) - {f"vtmetrics.metrics.{other}" for other in SHARED | MADE_OF_METRICS}:
        module = importlib.import_module(name)
        functions = inspect.getmembers(module, inspect.isfunction)
        public |= {
            f.__name__ for _, f in functions if f.__module__ == name and not f.__name__.startswith("_")
        }

    assert public - LEAVING_OUT == {metric.__name__ for metric in ALL_METRICS}


@pytest.mark.parametrize("name", MODULES)
def test_metric_modules_do_not_import_each_other(name):
    """What they share has a module of its own; what is made of them alone imports them."""
    module = importlib.import_module(name)
    used = {getattr(value, "__module__", "") for value in vars(module).values() if inspect.isfunction(value)}
    used = {
        other.rpartition(".")[2] for other in used if other.startswith("vtmetrics.metrics.") and other != name
    }

    assert name.rpartition(".")[2] in MADE_OF_METRICS or used <= SHARED


def test_a_docstring_without_its_fields_is_refused():
    def metric():
        """A number.

        Formula: 1
        """

    with pytest.raises(ValueError, match="docstring of metric must say Unit, Range, Unchanged by, Source"):
        MetricEntry.of(metric)


def test_the_command_lists_every_metric_in_a_line(capsys):
    assert main(["metrics"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [metric.__name__ for metric in ALL_METRICS]
    assert {len(line.partition("  ")[2].strip()) > 10 for line in lines} == {True}
