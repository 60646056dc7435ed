"""Every claim meets what would fool a naive version of it, and asks first who could lose something."""

import io
from contextlib import redirect_stdout
from pathlib import Path
from types import CodeType, FunctionType

import pytest

from vtmetrics.suite.claim_items import claim_of

CLAIMS = Path(__file__).parents[2] / "claims"
#: fixtures that refuse a model which has not learned what is asked; what is tuned has something to regain
LEARNED = {"competent", "legible", "locating", "task", "tune"}
#: claims about what is so small that few of it are read: their sensitivity arm asks whether it is, at all
HARDLY_READ = {"N1", "N2"}


class Collected:
    """One test of every claim."""

    def __init__(self):
        self.items = {}

    def pytest_collection_finish(self, session):
        self.items = {claim.id: item for item in session.items if (claim := claim_of(item))}


@pytest.fixture(scope="module")
def collected():
    found = Collected()
    with redirect_stdout(io.StringIO()) as said:
        status = pytest.main([str(CLAIMS), "--collect-only", "-q", "-p", "no:cacheprovider"], plugins=[found])
    assert status == 0, said.getvalue()
    return found.items


def names(function, met=()):
    """Every name that a function's code holds, or the code of what its own module has under such a name."""
    told = {function.__name__: set()}
    codes = [function.__code__]
    while codes:
        code = codes.pop()
        told[function.__name__] |= set(code.co_names)
        codes += [const for const in code.co_consts if isinstance(const, CodeType)]
    for name in told[function.__name__] - set(met):
        other = function.__globals__.get(name)
        if isinstance(other, FunctionType) and other.__module__ == function.__module__:
            told |= names(other, (*met, *told))
    return told


def used(item):
    return set().union(*names(item.obj).values())


#: claims about shares of one whole: what cannot move sits on their border, and is for ever open
HOMOGENEOUS = {"C1.smooth"}
#: claims that hardly a token says anything: who never learned says as little, so that later layers have to
SILENT = {"J2.input", "J2.all"}


def test_there_are_claims(collected):
    assert len(collected) > 40


def test_what_states_look_like_has_a_twin_and_what_answers_do_has_a_control_and_something_to_lose(collected):
    lacking = {
        name: {"against", "sensitive_to"} - used(item)
        for name, item in collected.items()
        if not claim_of(item).twin
    }
    assert {name: arms for name, arms in lacking.items() if arms} == {
        key: {"against"} for key in HOMOGENEOUS | SILENT
    }


def test_what_asks_for_right_answers_asks_first_whether_the_model_can_give_them(collected):
    """A task that a model never learned survives everything."""
    asking = {name for name, item in collected.items() if used(item) & {"correct", "say"}}
    learned = {name for name, item in collected.items() if LEARNED & set(item.fixturenames)}
    assert len(asking) > 5
    assert asking - learned == HARDLY_READ


def first(model):
    return second(model)


def second(model):
    return sum(each.against(noise=model) for each in (model,))


def test_what_is_called_is_looked_into():
    assert names(first)["second"] >= {"sum", "against"}
