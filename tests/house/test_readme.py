"""The README is the manual, and true: its parts are generated, its examples run, its commands exist."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest
import torch

from fixtures.models.build import build
from fixtures.readme import README, written
from vtmetrics.nets.loading import load

TEXT = README.read_text(encoding="utf-8")
ROOT = Path(__file__).parents[2]


def test_the_generated_parts_are_up_to_date():
    """If not: python -m fixtures.readme"""
    assert written(TEXT) == TEXT


def test_the_examples_run(tmp_path, capsys):
    """One after the other, with a net and its processor at hand."""
    build("llava", 0, tmp_path / "llava")
    net, processor = load(str(tmp_path / "llava"), dtype="float32", device="cpu", attention="sdpa")
    names = {"net": net, "processor": processor}
    for example in re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL):
        exec(compile(example, str(README), "exec"), names)  # noqa: S102 - our own manual
    assert "undecided" in capsys.readouterr().out
    assert isinstance(names["told"], torch.Tensor)
    assert not net.get_decoder()._forward_pre_hooks


def test_the_claim_that_is_shown_is_in_the_suite():
    shown = re.search(r"    @claim\(\"B4\".*?\n\n", TEXT, re.DOTALL)[0]
    source = (ROOT / "claims" / "test_substitution.py").read_text(encoding="utf-8")
    assert re.sub(r"(?m)^    ", "", shown).strip() in source


@pytest.mark.parametrize("line", re.findall(r"(?m)^    ((?:pytest|nox|pip) .*?)(?:  +.*)?$", TEXT))
def test_a_command_names_what_exists(line):
    """Options are ours or pytest's, paths are there, sessions are in the noxfile."""
    words = shlex.split(line.replace("&&", " "))
    sessions = (ROOT / "noxfile.py").read_text(encoding="utf-8")
    options = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "vtmetrics/suite").glob("options.py")
    )
    families = tomllib.loads((ROOT / "fixtures/models/registry.toml").read_text(encoding="utf-8"))["families"]
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word == "-s":
            name = following.partition("(")
            assert f"def {name[0]}(session" in sessions
            assert not name[2] or name[2].rstrip(")") in families
        if word == "-m":
            assert following in families
        if word.startswith("--") and words[0] == "pytest":
            assert f'"{word.partition("=")[0]}"' in options
        if word.endswith("/"):
            assert (ROOT / word).is_dir()
