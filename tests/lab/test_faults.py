"""What fails is missing with its reason, costs no other scene, and is not remembered as measured."""

from dataclasses import replace

import pytest
import torch

from tests.lab.failing_net import OUT_OF_BOUNDS, alike_in_answer, failing_net
from vtmetrics import DONOR, IMAGE, Lab, Model, cosine, pooled, similar, substitute, truncate
from vtmetrics.inputs.encoding import encode
from vtmetrics.lab.store import Store
from vtmetrics.nets.in_memory import load_once
from vtmetrics.nets.spec import Spec

FROM_DONOR = substitute(IMAGE, by=DONOR, at=0.25)


@pytest.fixture(scope="module")
def spec(directory):
    return Spec(directory.name, "any", str(directory), embedded=True)


@pytest.fixture
def greedy_scene(spec, scenes):
    """A scene whose passes never find enough memory, whoever else is in the batch."""
    load_once(spec).blocks.clear()
    processor, net = load_once(spec).processor, load_once(spec).net
    words = processor.tokenizer(scenes[3].answer, add_special_tokens=False)["input_ids"]
    poor = torch.tensor(words)

    def tight(_, __, given):
        ids = given["input_ids"]
        if any(torch.equal(row[-len(poor) :], poor) for row in ids):
            raise torch.OutOfMemoryError("CUDA out of memory.")

    hook = net.register_forward_pre_hook(tight, with_kwargs=True)
    yield {scene.id for scene in scenes if scene.answer == scenes[3].answer}
    hook.remove()
    load_once(spec).blocks.clear()


def last(profile):
    return profile[..., -1]


FIT = pooled("matrix_entropy", IMAGE.sample(4))


@pytest.mark.slow
def test_a_scene_that_never_fits_is_missing_and_the_others_keep_their_scores(spec, scenes, greedy_scene):
    scores = Model(spec, Lab()).answer(scenes, similar, truncate(0.5))
    assert scores.missing == dict.fromkeys(greedy_scene, "out of memory: CUDA out of memory.")
    assert set(scores.values) == {scene.id for scene in scenes} - greedy_scene


def test_a_scene_on_which_the_net_fails_is_missing_and_no_other(spec, scenes, tmp_path):
    """And not kept, so that the next process tries it, and it alone, to the same end."""
    poor = alike_in_answer(scenes, scenes[3:4])
    with failing_net(spec, scenes[3:4]):
        for lab in (Lab(Store(tmp_path)), Lab(Store(tmp_path)), Lab(batch=1)):
            scores = Model(spec, lab).answer(scenes, similar, truncate(0.5))
            assert scores.missing == dict.fromkeys(poor, OUT_OF_BOUNDS)
            assert set(scores.values) == {scene.id for scene in scenes} - poor
        found = Model(spec, Lab()).fit(scenes, FIT)
    assert found.scenes + len(found.missing) == len(scenes)


def test_a_net_that_fails_once_has_all_scores(spec, scenes):
    sound = Model(spec, Lab()).answer(scenes, similar, truncate(0.5))
    with failing_net(spec, scenes[3:4], times=1):
        again = Model(spec, Lab()).answer(scenes, similar, truncate(0.5))
    assert again.missing == {}
    assert again.values == pytest.approx(sound.values, abs=1e-5)


def test_what_fails_on_every_scene_is_raised_as_it_is(spec, scenes):
    """With its traceback, and each time: nothing of it is remembered as an answer."""
    lab = Lab()
    with failing_net(spec, scenes):
        for asked in (scenes, scenes, scenes[:1]):
            with pytest.raises(LookupError, match="an index is out of bounds") as raised:
                Model(spec, lab).answer(asked, similar, truncate(0.5))
            assert any(entry.name == "stop" for entry in raised.traceback)


def test_a_scene_that_once_cannot_be_encoded_is_tried_again(spec, scenes, monkeypatch):
    """Whatever the processor says: not on all scenes, so it is theirs."""
    tries = []

    def some(processor, scene, **told):
        if scene.id in (scenes[0].id, scenes[1].id):
            tries.append(scene.id)
            if scene.id == scenes[0].id or tries.count(scene.id) == 1:
                raise TypeError("a picture of no channels")
        return encode(processor, scene, **told)

    load_once(spec).rows.clear()
    monkeypatch.setattr("vtmetrics.lab.measure.encode", some)
    scores = Model(spec, Lab()).answer(scenes, cosine)
    assert scores.missing == {scenes[0].id: "failed: TypeError: a picture of no channels"}
    assert tries.count(scenes[0].id) == tries.count(scenes[1].id) == 2


@pytest.mark.slow
def test_what_did_not_fit_is_tried_again_by_the_next_process(spec, scenes, greedy_scene, tmp_path):
    Model(spec, Lab(Store(tmp_path))).answer(scenes, similar, truncate(0.5))
    kept = Store(tmp_path).rows(Model(spec).digest)
    lost = {scene.digest for scene in scenes if scene.id in greedy_scene}
    assert kept
    assert not lost & {asked.scene for asked in kept}


@pytest.mark.slow
def test_a_fit_to_a_scene_that_never_fits_is_of_the_others(spec, scenes, greedy_scene):
    found = Model(spec, Lab()).fit(scenes, FIT)
    assert found.missing == dict.fromkeys(greedy_scene, "out of memory: CUDA out of memory.")
    assert found.scenes == len(scenes) - len(greedy_scene)


def test_a_donor_that_cannot_be_encoded_costs_its_scene_alone(spec, scenes):
    """And only where a donor is asked for."""
    torn = replace(scenes[0], id="torn", donor=replace(scenes[0].donor, answer=" "))
    model = Model(spec, Lab())
    own, other = model.sweep(truncate(0.5), FROM_DONOR).answer([torn, *scenes[1:]], cosine)
    assert not own.missing
    assert set(other.missing) == {"torn"}
    assert other.missing["torn"].startswith("its donor is not encoded: ")
    fitted = model.fit([torn, *scenes[1:]], FIT, FROM_DONOR)
    assert fitted.missing == other.missing


def test_a_fit_to_scenes_without_donors_lacks_them(spec, scenes):
    alone = replace(scenes[0], id="alone", donor=None)
    found = Model(spec, Lab()).fit([alone, *scenes[1:]], FIT, FROM_DONOR)
    assert found.missing == {"alone": "the scene has no donor"}


def test_nothing_is_noted_until_somebody_reads_it(spec, scenes):
    """A notebook asks for weeks, and a note holds its scenes."""
    lab = Lab()
    Model(spec, lab).answer(scenes[:1], cosine)
    assert lab.journal is None
    lab.journal = []
    Model(spec, lab).answer(scenes[:1], cosine)
    Model(spec, lab).fit(scenes[:2], FIT)
    assert [len(asked) for _, asked, *_ in lab.journal] == [1, 2]
