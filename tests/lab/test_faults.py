"""What fails is missing with its reason, costs no other scene, and is not remembered as measured."""

from dataclasses import replace

import pytest
import torch

from vtmetrics import DONOR, IMAGE, Lab, Model, cosine, pooled, similar, substitute, truncate
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
