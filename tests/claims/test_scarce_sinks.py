"""Scarce sinks: where too few pictures have any for a verdict, a model is asked nothing else about them."""

import importlib

import pytest

from tests.claims.answer_sheet import AnswerSheet
from tests.claims.examples_of_prunability import OF_PRUNABILITY
from tests.claims.examples_of_sinks import OF_SINKS
from vtmetrics.evidence import finding_of

NAMES = ("test_sinks", "test_sink_formation", "test_prunability")
MODULES = [importlib.import_module(f"claims.{name}") for name in NAMES]
TOLD = [told for module in MODULES for told in vars(module).values() if hasattr(told, "claim")]
FUNCTIONS = {told.claim.id: told for told in TOLD}
#: that five tokens are the nearest to the first one needs no sinks
GUARDED = [
    *(example for example in OF_SINKS if example.claim != "I2"),
    *(example for example in OF_PRUNABILITY if example.claim.startswith("H3b")),
]


@pytest.mark.parametrize("example", GUARDED, ids=str)
def test_of_nineteen_pictures_with_sinks_only_their_tokens_are_counted(example, tmp_path):
    """Every other question would fail: nobody has an answer to it."""
    first, *_ = example.answers
    model = example.model(tmp_path)
    model.lab.answers = {first: example.answers[first]}
    function = FUNCTIONS[example.claim]
    names = function.__code__.co_varnames[1 : function.__code__.co_argcount]
    given = {name: example.case.get(name) or example.scenes_of(name)[:19] for name in names}
    found = finding_of(function(model=model, **given))
    assert isinstance(model.lab, AnswerSheet)
    assert set(found.scores.values.values()) == {1.0}
    assert (found.scores.range, found.controls, found.sensitivity) == ((-1.0, 1.0), {}, None)
