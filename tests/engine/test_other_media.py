"""Videos and audio beside images: refused by name wherever an edited run begins, before the net is run."""

import copy
import inspect

import pytest
import torch

from tests.engine.small_nets import RECIPES, net, prompts
from vtmetrics.edits.edit import PLAIN
from vtmetrics.engine import capture, edited, embedded, encoded, prompt_prefix, sweep
from vtmetrics.engine.plain_run import plain_run_of
from vtmetrics.nets import anatomy_of

ONE = ((3, 5),)
MEDIA = {
    "pixel_values_videos": "video",
    "video_grid_thw": "video",
    "second_per_grid_ts": "video",
    "input_features": "audio",
    "audio_mask": "audio",
    "video_features": "video",
}
VERBS = {
    "sweep": lambda model, inputs, layout: next(sweep(model, inputs, layout, [PLAIN])),
    "capture": lambda model, inputs, layout: capture(model, inputs, layout, []),
    "encoded": lambda model, inputs, _: encoded(model, inputs),
    "embedded": lambda model, inputs, _: embedded(model, inputs),
    "prompt_prefix": lambda model, inputs, _: prompt_prefix(model, inputs, [1]),
    "plain_run_of": lambda model, inputs, _: plain_run_of(anatomy_of(model), inputs),
}
pytestmark = pytest.mark.usefixtures("no_gradients")


@pytest.fixture
def called():
    """Parts of nets that are called in a test."""
    seen = []
    hook = torch.nn.modules.module.register_module_forward_hook(lambda module, *_: seen.append(module))
    yield seen
    hook.remove()


def refused(name):
    return pytest.raises(ValueError, match=f"^edits want text and images, .* {MEDIA[name]}: `{name}`$")


@pytest.mark.parametrize("name", MEDIA)
@pytest.mark.parametrize("verb", VERBS)
def test_plain_runs_that_edits_leave_refuse_other_media(verb, name, called):
    model, (inputs, layout) = copy.deepcopy(net("llava")), prompts("llava", ONE)
    called.clear()  # a net that nobody has asked yet is compared with itself, but not before this
    with refused(name):
        VERBS[verb](model, {**inputs, name: torch.zeros(1)}, layout)
    assert not called


@pytest.mark.parametrize("name", MEDIA)
@pytest.mark.parametrize("family", RECIPES)
def test_edited_calls_refuse_other_media(family, name, called):
    model, (inputs, layout) = net(family), prompts(family, ONE)
    with refused(name), edited(model, PLAIN, layout):
        called.clear()  # what was run to approve of the net
        model(**inputs, **{name: torch.zeros(1)})
    assert not called


def test_videos_that_generate_has_encoded_are_refused():
    """The net is told no pixels of them: generate() takes these away once the tower has read them."""
    model, (inputs, layout) = net("llava_onevision"), prompts("llava_onevision", ONE)
    side = model.config.vision_config.image_size
    with refused("video_features"), edited(model, PLAIN, layout):
        model.generate(**inputs, pixel_values_videos=torch.zeros(1, 2, 3, side, side), max_new_tokens=2)


def test_arguments_without_names_are_no_way_round(called):
    model, (inputs, layout) = net("llava_onevision"), prompts("llava_onevision", ONE)
    names = list(inspect.signature(model.forward).parameters)
    given = [inputs.get(name) for name in names[: names.index("pixel_values_videos")]]
    with refused("pixel_values_videos"), edited(model, PLAIN, layout):
        called.clear()
        model(*given, torch.zeros(1))
    assert not called


def test_media_that_are_none_are_let_through():
    """As processors may write them where there are none."""
    model, (inputs, layout) = net("llava_onevision"), prompts("llava_onevision", ONE)
    with edited(model, PLAIN, layout):
        found = model(**inputs, pixel_values_videos=None).logits
    assert found.equal(model(**inputs).logits)
