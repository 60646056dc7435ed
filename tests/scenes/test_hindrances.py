"""What hinders a claim: scenes that a file lacks, adapters that nobody trained."""

import json
from types import SimpleNamespace

import pytest
from PIL import Image

from fixtures.models.registry import HERE
from fixtures.scenes import hindrances
from fixtures.scenes.own_options import OWN
from fixtures.scenes.own_scenes import read_own
from vtmetrics.lab import Adapters, Lab
from vtmetrics.model import Model
from vtmetrics.nets import Spec

RECORD = {
    "image": "a.png",
    "question": "which ?",
    "answer": "red",
    "task": "words",
    "split": "test",
    "id": "a",
}


def item(*names, model, own=None, **options):
    told = {"scenes": 128, "train": False} | options
    config = SimpleNamespace(stash={OWN: own} if own else {}, getoption=told.get)
    return SimpleNamespace(
        fixturenames=names, callspec=SimpleNamespace(params={"model": model}), config=config
    )


@pytest.fixture
def small():
    folders = (HERE.parent / "adapters",)
    return Model(
        Spec("tiny", "llava", str(HERE / "weights" / "llava-0"), embedded=True),
        Lab(adapters=Adapters(folders)),
    )


def test_adapters_are_known_by_the_weights_that_they_were_trained_for(small):
    other = Model(Spec("other", "llava", str(HERE / "weights" / "llava-1"), embedded=True), small.lab)
    assert hindrances.pytest_claim_hindrance(item("tune", model=small)) is None
    assert hindrances.pytest_claim_hindrance(item("tune", model=other)) == hindrances.UNTRAINED
    assert hindrances.pytest_claim_hindrance(item("words", model=other)) is None


def test_who_trains_lacks_nothing_and_a_large_checkpoint_is_not_read_for_it(small):
    large = Model(Spec("large", "llava", "nowhere"), small.lab)
    assert hindrances.pytest_claim_hindrance(item("tune", model=large)) == hindrances.UNREAD
    assert hindrances.pytest_claim_hindrance(item("tune", model=large, train=True)) is None


def test_scenes_that_a_file_lacks_are_told_by_task_and_use(small, tmp_path):
    Image.new("RGB", (24, 24)).save(tmp_path / "a.png")
    (tmp_path / "own.jsonl").write_text(json.dumps(RECORD), encoding="utf-8")
    own, beside = (read_own([tmp_path / "own.jsonl"], beside=also) for also in (False, True))
    assert own.problems == ()
    large = Model(Spec("large", "llava", "nowhere"), small.lab)
    asked = hindrances.pytest_claim_hindrance
    assert asked(item("words", model=large, own=own)) is None
    assert asked(item("chains", model=large, own=own)) == "own.jsonl holds no scenes of the task chains"
    lacks = asked(item("words", "competent", model=large, own=own))
    assert lacks == "own.jsonl holds no validation scenes of the task words"
    assert asked(item("chains", "competent", model=large, own=beside)) is None
