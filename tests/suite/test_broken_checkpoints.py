"""A directory that can't be used is said to be so once, in one sentence, and not as a bug in every claim."""

import re

import pytest

from fixtures.models.build import build
from tests.suite.broken_checkpoints import EXECUTED, UNLOADED, USAGE
from tests.suite.claim_suite import MODELS
from vtmetrics.nets import in_memory
from vtmetrics.suite.named_models import spec_of
from vtmetrics.unmeasured import Unloadable

COUNTED = """
from vtmetrics.nets import in_memory

real = in_memory.load

def load(*args, **told):
    with open("loads.log", "a") as log:
        log.write("0 load\\n")
    return real(*args, **told)

in_memory.load = load
"""
ASKED = '''
from vtmetrics import correct

@cited("A1")
def test_answers(model, letters):
    """The model answers."""
    return model.answer(letters, correct)

@cited("A2", twin="matched")
def test_has_layers(model, letters):
    """The model has layers."""
    return (1 + model.layers) / model.layers * model.answer(letters, correct)
'''


@pytest.fixture
def broken(tmp_path):
    where = tmp_path / "mine"
    build("llava", 0, where)
    tokenizer = where / "tokenizer.json"
    tokenizer.write_text(tokenizer.read_text() + "\n")  # of one's own: what is wrong with ours is our bug
    return where


@pytest.mark.parametrize("damage", USAGE)
def test_it_is_refused_before_anything_is_measured(broken, damage):
    spoil, words = USAGE[damage]
    spoil(broken)
    with pytest.raises(pytest.UsageError, match=re.escape(words)) as refused:
        spec_of(str(broken), gpu=False)
    assert "\n" not in str(refused.value)
    assert not (broken / EXECUTED).exists()


@pytest.mark.parametrize("damage", UNLOADED)
def test_it_is_not_loaded_and_said_why(broken, damage):
    spoil, words = UNLOADED[damage]
    spoil(broken)
    spec = spec_of(str(broken), gpu=False)
    with pytest.raises(Unloadable, match=re.escape(words)) as refused:
        in_memory.load_once(spec)
    assert str(refused.value).startswith("not loaded: ")
    assert "\n" not in str(refused.value)
    assert not (broken / EXECUTED).exists()


@pytest.mark.slow
@pytest.mark.parametrize("damage", ["NaN weights", "a configuration of nothing"])
def test_its_claims_are_not_measured_and_it_is_tried_once(suite, broken, damage):
    spoil, words = UNLOADED[damage]
    spoil(broken)
    suite.pytester.makeconftest(MODELS + COUNTED)
    done = suite.write(ASKED).spawn(f"--model={broken}", "--scenes=8", "--evidence=kept")
    assert done.ret == pytest.ExitCode.NO_TESTS_COLLECTED  # the status that says: nothing was measured
    assert {row.verdict for row in suite.rows()} == {"not measured"}
    (why,) = {row.note for row in suite.rows()}
    assert words in why
    assert len(suite.loads) == 1
    assert "Traceback" not in done.stdout.str()
