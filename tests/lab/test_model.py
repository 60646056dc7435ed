"""A model handle: equal to plain forward passes, honest about what failed, measured at most once."""

import copy
from dataclasses import replace

import pytest
import torch

from vtmetrics import (
    DONOR,
    IMAGE,
    NOISE,
    PLAIN,
    QUESTION,
    Edit,
    Hold,
    Lab,
    Model,
    NotMeasured,
    agree,
    correct,
    cosine,
    logprob,
    prune,
    similar,
    substitute,
    truncate,
)
from vtmetrics.inputs.encoding import encode
from vtmetrics.lab.store import Store
from vtmetrics.nets.in_memory import load_once
from vtmetrics.nets.spec import Spec
from vtmetrics.readings.writing import drawn, greedy

EDITS = [truncate(0.5), substitute(IMAGE, by=0.25, at=0.5), substitute(IMAGE, by=DONOR, at=0.25)]
MIDDLE = substitute(QUESTION, by=NOISE, at=0.5)


@pytest.fixture(scope="module")
def spec(directory):
    return Spec(directory.name, "any", str(directory), embedded=True)


@pytest.fixture
def model(spec):
    return Model(spec)


@pytest.fixture
def passes(spec):
    """How many forward passes of the net's layers have been made, in rows × layers."""
    made = [0]

    def count(_, args, given):
        states = args[0] if args else given["hidden_states"]
        made[0] += states.shape[0]

    load_once(spec).blocks.clear()
    hooks = [
        layer.register_forward_pre_hook(count, with_kwargs=True)
        for layer in load_once(spec).net.get_decoder().layers
    ]
    yield made
    for hook in hooks:
        hook.remove()


def test_correct_and_logprob_are_those_of_a_plain_forward_pass(model, spec, scenes):
    right, likely = model.answer(scenes, correct), model.answer(scenes, logprob)
    net, processor = load_once(spec).net, load_once(spec).processor
    for scene in scenes:
        row = encode(processor, scene)
        with torch.no_grad():
            logits = net(**row.inputs).logits[0].double()
        at = row.masks["answer"].nonzero().squeeze(1)
        gold = row.inputs["input_ids"][0][at]
        assert right.values[scene.id] == float((logits[at - 1].argmax(-1) == gold).all())
        told = logits[at - 1].log_softmax(-1)[range(len(at)), gold].mean()
        assert likely.values[scene.id] == pytest.approx(float(told), abs=1e-4)


@pytest.mark.parametrize("reading", [agree, similar, cosine])
def test_a_plain_run_agrees_with_itself(model, scenes, reading):
    scores = model.answer(scenes, reading)
    assert all(value == pytest.approx(1, abs=1e-6) for value in scores.values.values())


def test_no_image_agrees_with_nothing_that_the_image_changed(model, scenes):
    """By definition: the image-dependent tokens are those that change."""
    scores = model.answer(scenes, agree, truncate(0))
    assert set(scores.values.values()) == {0.0}
    assert set(scores.values) | set(scores.excluded) == {scene.id for scene in scenes}


def test_a_sweep_is_its_edits_one_by_one(spec, scenes):
    together = Model(spec, Lab()).sweep(*EDITS).answer(scenes, similar)
    for edit, scores in zip(EDITS, together, strict=True):
        alone = Model(spec, Lab(batch=1)).answer(scenes, similar, edit)
        assert alone.values == pytest.approx(scores.values, abs=1e-5)


def test_nothing_is_measured_twice(model, scenes, passes):
    model.sweep(*EDITS).answer(scenes, agree)
    first = passes[0]
    model.sweep(*reversed(EDITS)).answer(list(reversed(scenes)), cosine)
    assert passes[0] == first
    model.answer(scenes, agree, truncate(0.75))
    assert first < passes[0] < 2 * first


def test_a_filled_store_needs_no_net(spec, scenes, tmp_path, passes):
    before = Model(spec, Lab(Store(tmp_path))).sweep(*EDITS).answer(scenes, agree)
    made = passes[0]
    again = Model(spec, Lab(Store(tmp_path))).sweep(*EDITS).answer(scenes, agree)
    assert passes[0] == made
    assert [scores.values for scores in again] == [scores.values for scores in before]


def test_an_interrupted_run_goes_on_where_it_was(spec, scenes, tmp_path, passes):
    """Blocks that were finished are not measured again: counted in forward passes."""

    def stop(_, done, __):
        if done >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Model(spec, Lab(Store(tmp_path), stop, batch=2)).answer(scenes, agree, truncate(0.5))
    half = passes[0]
    load_once(spec).blocks.clear()
    Model(spec, Lab(Store(tmp_path), batch=2)).answer(scenes, agree, truncate(0.5))
    whole = passes[0]
    load_once(spec).blocks.clear()
    Model(spec, Lab(batch=2)).answer(scenes, agree, truncate(0.5))
    assert whole == passes[0] - whole
    assert 0 < half < whole


def test_a_scene_that_cannot_be_encoded_is_missing_and_costs_no_other(model, scenes):
    broken = replace(scenes[0], id="broken", answer=" ")
    scores = model.answer([broken, *scenes], correct)
    assert set(scores.missing) == {"broken"}
    assert scores.missing["broken"].startswith("not encoded: ")
    assert set(scores.values) == {scene.id for scene in scenes}


def test_a_scene_without_a_donor_is_missing_where_one_is_needed(model, scenes):
    alone = replace(scenes[0], id="alone", donor=None)
    own, other = model.sweep(truncate(0.5), EDITS[2]).answer([alone, *scenes[1:]], cosine)
    assert set(own.values) == {"alone", *(scene.id for scene in scenes[1:])}
    assert other.missing == {"alone": "the scene has no donor"}


def test_what_is_not_finite_is_missing(net_and_processor, scenes):
    net = copy.deepcopy(net_and_processor[0])
    net.get_output_embeddings().weight.data[0, 0] = float("nan")
    scores = Model.of(net, net_and_processor[1]).answer(scenes, agree)
    assert set(scores.missing.values()) == {"the logits are not finite"}


def test_out_of_memory_halves_the_batch_and_never_lowers_a_score(spec, scenes):
    before = Model(spec, Lab()).answer(scenes, similar, EDITS[0])
    load_once(spec).blocks.clear()
    net, sizes = load_once(spec).net, []

    def tight(_, __, given):
        sizes.append(len(given["input_ids"]))
        if len(given["input_ids"]) > 2:
            raise torch.OutOfMemoryError("CUDA out of memory.")

    hook = net.register_forward_pre_hook(tight, with_kwargs=True)
    try:
        scores = Model(spec, Lab()).answer(scenes, similar, EDITS[0])
    finally:
        hook.remove()
    assert (max(sizes), min(sizes)) == (8, 2)
    assert {len(runs.rows) for runs in load_once(spec).blocks.values()} == {2}
    assert scores.values == pytest.approx(before.values, abs=1e-5)


def test_depths_that_fall_on_one_layer_compare_nothing(model, scenes):
    with pytest.raises(NotMeasured, match="too few layers"):
        model.sweep(truncate(0.5), truncate(0.51)).answer(scenes, agree)
    with pytest.raises(NotMeasured, match="too few layers"):
        model.answer(scenes, agree, substitute(IMAGE, by=0.5, at=0.51))


def test_a_step_that_undoes_an_earlier_one_compares_something(model, scenes):
    """A donor's states held in one layer alone: the next step puts back what a plain run holds."""
    back = substitute(IMAGE, by=DONOR, at=4) >> substitute(IMAGE, by=5, at=5)
    assert len(model.answer(scenes, agree, back).values) == len(scenes)


def test_an_edit_that_does_nothing_is_plain(model, scenes):
    plain, whole = model.sweep(PLAIN, truncate(1.0)).answer(scenes, logprob)
    assert whole.values == pytest.approx(plain.values, abs=1e-6)


def test_twins_answer_to_the_same_verbs_and_differ(model, scenes):
    answers = [each.answer(scenes, logprob).values for each in (model, model.twin, model.scrambled)]
    assert len({tuple(told.values()) for told in answers}) == 3
    assert len({each.digest for each in (model, model.twin, model.scrambled)}) == 3


def test_a_model_in_memory_is_measured_but_not_kept(net_and_processor, spec, scenes, tmp_path):
    given = Model.of(*net_and_processor)
    mine = replace(given, lab=Lab(Store(tmp_path)))
    assert mine.answer(scenes, agree).values == Model(spec).answer(scenes, agree).values
    assert list(Store(tmp_path).folders()) == []
    assert mine.layers == 12


def test_an_edit_of_ones_own_is_measured_but_not_kept(spec, scenes, tmp_path):
    """Its text says its name, and nothing of what it does."""

    class Doubled(Hold):
        def instead(self, rows, _):
            return [2 * row for row in rows]

    lab = Lab(Store(tmp_path))
    own, plain = Model(spec, lab).sweep(Edit((Doubled(IMAGE, 0.5),)), PLAIN).answer(scenes, similar)
    assert own.values != plain.values
    assert {asked.edit for asked in Store(tmp_path).rows(Model(spec).digest)} == {"PLAIN"}


def test_what_is_written_is_what_generate_writes(model, spec, scenes):
    texts = model.say(scenes[:3], PLAIN, greedy(4))
    net, processor = load_once(spec).net, load_once(spec).processor
    for scene in scenes[:3]:
        inputs = dict(encode(processor, scene, answered=False).inputs)
        out = net.generate(**inputs, max_new_tokens=4, do_sample=False)[0, inputs["input_ids"].shape[1] :]
        assert texts.written[scene.id] == processor.tokenizer.decode(out, skip_special_tokens=True).strip()


def test_texts_are_scored_against_truth_or_another_run(model, scenes):
    plain, cut = model.sweep(PLAIN, prune(IMAGE)).say(scenes[:3], greedy(3))
    same = plain.score(lambda text, other: text == other, against=plain, kind="share")
    assert set(same.values.values()) == {1.0}
    assert set(cut.score(lambda text, other: text == other, kind="share").values) == set(plain.written)


def test_a_drawn_text_depends_on_its_seed_and_not_on_its_neighbours(spec, scenes):
    def say(some, seed):
        return Model(spec, Lab()).say(some, PLAIN, drawn(4, temperature=1.5, seed=seed)).written

    assert say(scenes[:1], 0).items() <= say(scenes[:3], 0).items()
    assert say(scenes[:3], 0) != say(scenes[:3], 1)
