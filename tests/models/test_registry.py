"""The registry lists models without loading one."""

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from fixtures.models.kept_rows import KEPT
from fixtures.models.registry import (
    LINES,
    kept_evidence,
    kept_on_fewer,
    left_out,
    made_here,
    missing,
    named,
    registered,
)
from fixtures.models.smol.smol_place import VARIANTS, place
from tests.suite.checkpoint_files import WEIGHTS, checkpoint
from vtmetrics.evidence import read_evidence
from vtmetrics.nets import hub_cache
from vtmetrics.nets.families import FAMILIES, REFUSED
from vtmetrics.suite import Registry
from vtmetrics.suite.listing import models_listed

TYPED = {line["name"] for line in LINES["model"] if "type" in line}
WHERE = Path(__file__).parents[2] / "fixtures" / "models"


def test_every_line_is_embedded_or_pinned():
    """A checkpoint has 40 hex digits of revision, if any; every family is one that -m knows."""
    for line in LINES["model"]:
        assert line["family"] in FAMILIES
        if "made" in line:
            assert line["made"].startswith("python -m fixtures.")
        elif "repository" in line:
            assert re.fullmatch(r"[0-9a-f]{40}", line.get("revision", "0" * 40))
            assert line.get("type", "molmo") in REFUSED
        else:
            assert "weights" in line
    names = [line["name"] for line in LINES["model"]]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    "family", ["gemma", "smolvlm", "molmo", "mllama", "glm", "mistral3", "paligemma", "idefics"]
)
def test_a_family_is_a_marker_with_lines_of_its_own(family):
    """`pytest claims/ -m FAMILY --list=models` names them; `nox -s "claims(FAMILY)"` is made of the lines."""
    absent = tuple(registered(gpu=False)[1])
    elsewhere = {line["name"]: (line["family"], line.get("repository", "")) for line in LINES["model"]}
    listed = list(models_listed(Registry(absent=absent, elsewhere=elsewhere), family))
    names = [line["name"] for line in LINES["model"] if line["family"] == family]
    assert [line.split()[0] for line in listed] == names != []
    assert {line.split()[1] for line in listed} == {family}
    text = (WHERE.parents[1] / "noxfile.py").read_text(encoding="utf-8")
    assert 'for family in dict.fromkeys(line["family"] for line in REGISTRY["model"])' in text


def test_a_checkpoint_runs_only_if_it_is_here_and_there_is_a_gpu(tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    runnable, absent = registered(gpu=False)
    assert all(spec.embedded for spec in runnable)
    told = {why for name, why in absent if name not in {*TYPED, "smol-llava", *VARIANTS}}
    assert told == {"weights not on this machine"}
    assert dict(absent)["molmo-7b-o"].startswith("can't be edited: transformers has no code of it")
    line = next(line for line in LINES["model"] if "repository" in line)
    where = hub_cache.snapshots(line["repository"]) / line["revision"]
    checkpoint(where, "llava")
    assert (line["name"], "needs --gpu") in registered(gpu=False)[1]
    (where / "model.safetensors").write_bytes(WEIGHTS[:-1])
    assert (line["name"], "its download lacks a whole model.safetensors") in registered(gpu=False)[1]


def test_a_checkpoint_without_a_revision_is_main_of_the_cache(tmp_path, monkeypatch):
    """And the report names the revision that this is."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    line = next(line for line in LINES["model"] if line["name"] == "gemma-3-4b")
    where = hub_cache.snapshots(line["repository"]) / ("a" * 40)
    checkpoint(where, "gemma3")
    (where.parents[1] / "refs").mkdir()
    (where.parents[1] / "refs" / "main").write_text("a" * 40)
    spec = next(spec for spec in registered(gpu=True)[0] if spec.name == line["name"])
    assert (spec.family, spec.revision, spec.source) == ("gemma", "a" * 40, str(where))


@pytest.mark.parametrize("family", ["gemma", "smolvlm", "molmo", "mllama", "glm", "mistral3"])
def test_a_family_without_weights_is_told_line_by_line(tmp_path, monkeypatch, family):
    """Who asks for it by -m learns what each of its models needs."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    lines = {line["name"]: line for line in LINES["model"] if line["family"] == family}
    told = missing(f"{family} and not probe", *registered(gpu=False))
    found = {spec.name: (spec, why) for spec, why in told}
    assert found.keys() == lines.keys()
    for name, (spec, why) in found.items():
        assert (spec.family, spec.source) == (family, f"{lines[name]['repository']}@main")
        if name in TYPED:
            assert why.startswith("can't be edited: transformers has no code of it")
        else:
            fetch = f"hf download {lines[name]['repository']}"
            assert why == f"weights not on this machine: {fetch}, and then --gpu"


def test_a_family_of_which_a_model_runs_has_no_gaps(tmp_path, monkeypatch):
    """And nobody is missed who was not asked for; a pinned line is fetched as it is pinned."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    here, absent = registered(gpu=False)
    assert missing("", here, absent) == missing("llava or qwen", here, absent) == []
    (spec, why), *_ = missing("internvl", here, absent)
    assert (spec.name, spec.source) == ("internvl3-8b", "OpenGVLab/InternVL3-8B-hf@259a3b64a146")
    assert "--revision 259a3b64a14623c0ec91a045cb43f7c5af5fa6af, and then --gpu" in why


def test_the_default_run_is_about_one_family():
    """The others wait for --full, or for an -m with their family."""
    spared = dict(left_out("", full=False))
    embedded = {line["name"]: line["family"] for line in LINES["model"] if "weights" in line}
    assert len({family for name, family in embedded.items() if name not in spared}) == 1
    assert left_out("", full=True) == []
    assert "qwen" not in dict(left_out("internvl or qwen", full=False)).values()


def test_kept_evidence_is_shown_where_its_family_is_asked(monkeypatch):
    """An -m with other families leaves it out."""
    line = {"name": "far", "family": "gemma", "kept": "far.jsonl"}
    monkeypatch.setitem(LINES, "model", [*LINES["model"], line])
    (file,) = (found for found in kept_evidence("") if found.name == "far.jsonl")
    assert file in kept_evidence("gemma or qwen")
    assert file not in kept_evidence("qwen")


def test_kept_evidence_is_about_its_model_alone():
    kept = [
        (line, WHERE.parent / "baseline" / "kept" / line["kept"]) for line in LINES["model"] if "kept" in line
    ]
    assert [
        line["name"] for line, file in kept if {row.model for row in read_evidence(file)} != {line["name"]}
    ] == []


def test_what_was_made_of_an_embedded_model_is_asked_as_it_is(tmp_path):
    """A pruned or tuned copy speaks the same language, and no plain English."""
    line = next(line for line in LINES["model"] if "weights" in line)
    shutil.copytree(WHERE / line["weights"], tmp_path / "pruned")
    spec = named(str(tmp_path / "pruned"), gpu=False)
    assert (spec.name, spec.family, spec.embedded) == ("pruned", line["family"], True)


def test_a_model_is_named_by_its_line_in_the_registry(tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    line = next(line for line in LINES["model"] if "weights" in line)
    spec = named(line["name"], gpu=False)
    assert spec in registered(gpu=False)[0]
    pinned = next(line for line in LINES["model"] if "repository" in line)
    with pytest.raises(pytest.UsageError, match=pinned["repository"]):
        named(pinned["name"], gpu=False)
    where = hub_cache.snapshots(pinned["repository"]) / pinned["revision"]
    checkpoint(where, "llava")
    found = named(pinned["name"], gpu=False)
    assert (found.name, found.revision) == (pinned["name"], pinned["revision"])


def test_what_is_made_on_this_machine_is_measured_only_by_name(tmp_path, monkeypatch):
    """Not made, it is absent and says by which command it is."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    command = "python -m fixtures.models.smol_llava"
    assert ("smol-llava", f"not made yet: {command}") in registered(gpu=False)[1]
    assert made_here() == []
    with pytest.raises(pytest.UsageError, match=f"--model=smol-llava is not made yet: {command}"):
        named("smol-llava", gpu=False)
    place().mkdir(parents=True)
    (place() / "model.safetensors").touch()
    assert "smol-llava" not in dict(registered(gpu=False)[1])
    assert made_here() == ["smol-llava"]
    spec = named("smol-llava", gpu=False)
    assert (spec.name, spec.source, spec.embedded) == ("smol-llava", str(place()), False)


def test_who_asks_for_more_scenes_than_are_kept_is_told():
    """And who asks for as many, or of another model, is not; the number is that of the evidence."""
    (line,) = [line for line in LINES["model"] if "kept" in line]
    measured = Counter(row.scenes for row in read_evidence(KEPT / line["kept"]) if row.scenes)
    few = line["scenes"]
    assert measured.most_common(1)[0][0] == few
    told = f"{line['name']} is kept on {few} scenes of each task: --scenes={few} measures only what is new."
    assert kept_on_fewer([line["name"], "tiny-llava"], few + 1) == [told]
    assert kept_on_fewer([line["name"]], few) == kept_on_fewer(["tiny-llava"], few + 1) == []
