"""A model that a user loads or hands over is one that can be asked, or is refused in one sentence."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from torch import nn

from vtmetrics import Model, agree
from vtmetrics.lab import Lab
from vtmetrics.nets.in_memory import release
from vtmetrics.nets.spec import Spec
from vtmetrics.nets.user_function import answerable, returned
from vtmetrics.unmeasured import Unloadable


@pytest.fixture
def mine(tmp_path):
    """A file of one's own, by its content: the source of its `load`."""

    def written(text):
        (tmp_path / "mine.py").write_text(text)
        return f"{tmp_path}/mine.py:load"

    return written


def test_what_lies_beside_the_file_can_be_imported(mine, tmp_path):
    (tmp_path / "kept_beside_mine.py").write_text("FOUND = {}")
    with pytest.raises(TypeError, match=r"has to return \(net, processor\), it returned dict"):
        returned(mine("import kept_beside_mine\ndef load():\n    return kept_beside_mine.FOUND"))


def test_a_file_may_define_dataclasses_whose_annotations_are_text(mine):
    text = """
from __future__ import annotations
from dataclasses import dataclass
@dataclass
class Settings:
    bits: int = 4
def load():
    return Settings().bits, None
"""
    with pytest.raises(TypeError, match="wants a net and its processor, the net is a int"):
        returned(mine(text))


@pytest.mark.parametrize("embedded", [False, True])
def test_what_fails_in_the_users_file_is_told_with_its_line(mine, scenes, embedded):
    spec = Spec("load", "own", mine("def load():\n    raise OSError('no such disk')"), embedded=embedded)
    wanted = OSError if embedded else Unloadable  # what comes with the suite is ours to mend
    with pytest.raises(
        wanted, match="no such disk" if embedded else r"^not loaded: OSError: .* \(mine\.py:2\)$"
    ):
        Model(spec).answer(scenes, agree)


def test_a_directory_that_cannot_be_loaded_is_told_in_one_line(scenes, tmp_path):
    with pytest.raises(Unloadable, match=r"^not loaded: ValueError: a model's directory has a config\.json"):
        Model(Spec("mine", "llava", str(tmp_path))).answer(scenes, agree)


def test_what_cannot_be_asked_is_refused_when_it_is_handed_over(net_and_processor):
    net, processor = net_and_processor
    with pytest.raises(TypeError, match=r"Model\.of wants a net and its processor, the net is a str"):
        Model.of("llava", processor)
    with pytest.raises(TypeError, match=r"a processor with a tokenizer and an image token, it is a"):
        Model.of(net, processor.tokenizer)
    with pytest.raises(ValueError, match="a net of transformers can be edited, not a Linear"):
        Model.of(nn.Linear(2, 2), processor)


def test_a_processor_without_a_chat_template_is_refused(net_and_processor):
    net, processor = net_and_processor
    dumb = SimpleNamespace(tokenizer=processor.tokenizer, image_token_id=3, chat_template=None)
    with pytest.raises(
        ValueError, match="wants a processor with a chat template, this SimpleNamespace has none"
    ):
        answerable(net, dumb, "mine")


def test_two_functions_of_one_file_are_two_models(mine, scenes, directory):
    """They had one digest, and the second was told what the first had answered."""
    text = f"""
from vtmetrics.nets.loading import load as loaded
def load():
    return loaded({str(directory)!r})
def silent():
    net, processor = load()
    net.lm_head.weight.data.zero_()
    return net, processor
"""
    path, _, _ = mine(text).rpartition(":")
    lab = Lab()
    one, other = (Model(Spec(name, "own", f"{path}:{name}"), lab) for name in ("load", "silent"))
    assert one.digest != other.digest
    assert one.said(scenes[:2]) != other.said(scenes[:2])


def test_a_model_can_be_loaded_again_once_its_file_is_mended(mine, scenes, directory):
    spec = Spec("load", "own", mine("def load():\n    return 1"))
    with pytest.raises(Unloadable):
        Model(spec).answer(scenes, agree)
    imported = "from vtmetrics.nets.loading import load as loaded"
    mine(f"{imported}\ndef load():\n    return loaded({str(directory)!r})")
    assert Model(replace(spec)).answer(scenes[:2], agree).values
    release(spec)
