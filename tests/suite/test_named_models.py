"""What --model means is known without loading anything, and nonsense is refused in one sentence."""

import json
import re

import pytest

from tests.suite.checkpoint_files import WEIGHTS, checkpoint
from vtmetrics.lab.chunk import Chunk
from vtmetrics.nets import checkpoints, hub_cache
from vtmetrics.nets.families import FAMILIES, FAMILY_OF
from vtmetrics.readings.row import RowKey, StoredValue
from vtmetrics.suite.model_options import at_revision
from vtmetrics.suite.named_models import opened, spec_of, specs_of

OLD, NEW = "0" * 40, "1" * 40


@pytest.fixture
def two_revisions(tmp_path, monkeypatch):
    """The folder of a cache's revisions of org/name: main, and a branch that came later."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    where = hub_cache.snapshots("org/name")
    for revision, branch in ((OLD, "main"), (NEW, "a/branch")):
        checkpoint(where / revision, "llava")
        ref = where.parent / "refs" / branch
        ref.parent.mkdir(parents=True, exist_ok=True)
        ref.write_text(revision)
    return where


def test_every_type_is_of_one_family():
    assert sum(map(len, FAMILIES.values())) == len(FAMILY_OF)


def test_two_models_of_one_name_would_be_one_column(tmp_path):
    checkpoint(tmp_path / "a" / "m", "llava")
    checkpoint(tmp_path / "b" / "m", "llava")
    with pytest.raises(pytest.UsageError, match="wants models of different names, got m, m"):
        specs_of([str(tmp_path / "a" / "m"), str(tmp_path / "b" / "m")], gpu=False)


def test_a_directory_is_known_by_its_config(tmp_path):
    checkpoint(tmp_path, "qwen2_5_vl")
    spec = spec_of(str(tmp_path), gpu=False)
    assert (spec.name, spec.family, spec.dtype, spec.embedded) == (tmp_path.name, "qwen", "float32", False)


@pytest.mark.parametrize(
    ("text", "name", "revision"),
    [
        ("org/name", "name", OLD),
        ("org/name@main", "name@main", OLD),
        ("org/name@a/branch", "name@a/branch", NEW),
        (f"org/name@{NEW}", "name@1111111", NEW),
    ],
)
def test_a_revision_in_the_cache_is_found_as_the_hub_finds_it(text, name, revision, two_revisions):
    """Not the one that came last: main is what refs/main says."""
    spec = spec_of(text, gpu=False)
    assert (spec.name, spec.revision, spec.source) == (name, revision, str(two_revisions / revision))


def test_a_revision_that_is_not_there_says_which_are(two_revisions):
    words = f"not in the cache (of it are there: org/name@{OLD}, org/name@{NEW}): hf download org/name --rev"
    with pytest.raises(pytest.UsageError, match=re.escape(words)):
        spec_of("org/name@v2", gpu=False)
    (two_revisions.parent / "refs" / "main").unlink()
    with pytest.raises(pytest.UsageError, match="org/name is not in the cache"):
        spec_of("org/name", gpu=False)


@pytest.mark.parametrize("text", ["org/name@../../x", "org/name@/x", "org/name@a/../b", "org/name@"])
def test_a_revision_leads_nowhere_else(text):
    with pytest.raises(pytest.UsageError, match="or ORG/NAME, got"):
        spec_of(text, gpu=False)


def test_a_revision_may_be_told_apart_from_its_repository(tmp_path):
    assert at_revision(["org/name"], "v2") == ["org/name@v2"]
    assert at_revision(["one", "two"], None) == ["one", "two"]
    for texts in ([], ["org/name", "org/other"], [str(tmp_path)], ["org/name@v1"], ["mine.py:load"]):
        with pytest.raises(pytest.UsageError, match="--revision wants one --model=ORG/NAME, got"):
            at_revision(texts, "v2")


def test_a_function_of_a_file_is_a_model_of_ones_own(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text("def load(): ...")
    spec = spec_of(f"{file}:load", gpu=False)
    assert (spec.name, spec.family, spec.source) == ("load", "own", f"{file}:load")
    assert not spec.identified


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nonsense", "wants a directory, FILE.py:FUNCTION or ORG/NAME, got 'nonsense'"),
        (
            "org/absent",
            "and org/absent is not in the cache: hf download org/absent, or --download",
        ),
        ("missing.py:load", "there is no file 'missing.py'"),
        ("../../etc/passwd", "wants a directory, there is none at '../../etc/passwd'"),
    ],
)
def test_nonsense_is_refused_in_one_sentence(text, words, tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(pytest.UsageError, match=re.escape(words)):
        spec_of(text, gpu=False)


def test_a_function_that_is_not_in_the_file_is_refused(tmp_path):
    (tmp_path / "mine.py").write_text("def load(): ...")
    with pytest.raises(pytest.UsageError, match=r"'lod' is none of \['load'\]"):
        spec_of(f"{tmp_path / 'mine.py'}:lod", gpu=False)


def test_a_directory_without_weights_is_refused(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "llava"}))
    with pytest.raises(pytest.UsageError, match=r"wants a directory with \*\.safetensors"):
        spec_of(str(tmp_path), gpu=False)


@pytest.mark.parametrize(
    ("file", "content", "lacks"),
    [
        ("model.safetensors", WEIGHTS[:-1], "a whole model.safetensors"),
        ("model.safetensors", b"", "a whole model.safetensors"),
        ("model.safetensors", b"\xff" * 100, "a whole model.safetensors"),
        ("processor_config.json", None, "a processor: processor_config.json or preprocessor_config.json"),
        ("tokenizer.json", None, "a tokenizer: tokenizer.json or"),
        ("chat_template.jinja", None, "a chat template: chat_template.jinja or chat_template.json"),
    ],
)
def test_what_a_checkpoint_lacks_is_said_before_it_is_loaded(file, content, lacks, tmp_path):
    checkpoint(tmp_path, "llava")
    (tmp_path / file).unlink()
    if content is not None:
        (tmp_path / file).write_bytes(content)
    with pytest.raises(pytest.UsageError, match=re.escape(f"{tmp_path} lacks {lacks}")):
        spec_of(str(tmp_path), gpu=False)


def test_all_parts_of_the_weights_have_to_be_there(tmp_path):
    checkpoint(tmp_path, "llava")
    (tmp_path / "model.safetensors").rename(tmp_path / "model-1-of-2.safetensors")
    with pytest.raises(pytest.UsageError, match=r"lacks model\.safetensors or model\.saf"):
        spec_of(str(tmp_path), gpu=False)
    told = {"weight_map": {"one": "model-1-of-2.safetensors", "two": "model-2-of-2.safetensors"}}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps(told))
    with pytest.raises(pytest.UsageError, match=r"lacks a whole model-2-of-2\.safetensors"):
        spec_of(str(tmp_path), gpu=False)
    (tmp_path / "model-2-of-2.safetensors").write_bytes(WEIGHTS)
    assert spec_of(str(tmp_path), gpu=False).family == "llava"


def test_a_chat_template_may_stand_in_another_file(tmp_path):
    checkpoint(tmp_path, "llava")
    (tmp_path / "chat_template.jinja").unlink()
    (tmp_path / "tokenizer_config.json").write_text('{"chat_template": "{{ messages }}"}')
    assert spec_of(str(tmp_path), gpu=False).family == "llava"


def test_an_adapter_alone_is_no_model(tmp_path):
    (tmp_path / "adapter_config.json").write_text("{}")
    with pytest.raises(pytest.UsageError, match="holds an adapter, to be merged first"):
        spec_of(str(tmp_path), gpu=False)


QUANTISED = '{"model_type": "llava", "quantization_config": {"quant_method": "bitsandbytes"}}'


@pytest.mark.parametrize("away", ["bitsandbytes", "accelerate"])
def test_quantised_weights_are_refused_by_the_package_that_is_not_installed(away, tmp_path, monkeypatch):
    checkpoint(tmp_path, "llava")
    (tmp_path / "config.json").write_text(QUANTISED)
    monkeypatch.setattr(checkpoints, "find_spec", lambda name: None if name == away else name)
    words = f"quantised by bitsandbytes, and {away} is not installed: pip install -e '.[quantised]'"
    with pytest.raises(pytest.UsageError, match=re.escape(words)):
        spec_of(str(tmp_path), gpu=False)


def test_quantised_weights_are_taken_where_their_package_is(tmp_path, monkeypatch):
    checkpoint(tmp_path, "llava")
    (tmp_path / "config.json").write_text(QUANTISED)
    monkeypatch.setattr(checkpoints, "find_spec", lambda name: name)
    assert spec_of(str(tmp_path), gpu=False).family == "llava"


def test_a_file_that_is_no_python_is_refused(tmp_path):
    (tmp_path / "mine.py").write_text("def load(:")
    with pytest.raises(pytest.UsageError, match=r"wants a file of Python, mine\.py is none: invalid syntax"):
        spec_of(f"{tmp_path / 'mine.py'}:load", gpu=False)


@pytest.mark.parametrize("config", [None, "{", "[]", "{}", '{"model_type": "bert"}'])
def test_a_directory_without_a_known_config_is_refused(config, tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"")
    if config is not None:
        (tmp_path / "config.json").write_text(config)
    with pytest.raises(
        pytest.UsageError, match=r"--model wants a directory with config\.json|of type 'bert'"
    ):
        spec_of(str(tmp_path), gpu=False)


def test_a_store_of_another_version_or_where_none_can_be_is_refused(tmp_path):
    chunk = Chunk("model", "n", {RowKey("model", "n", "PLAIN", "agree:1", "a"): StoredValue(value=1.0)})
    manifest = opened(tmp_path / "store").put(chunk) / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"schema": "1.1"', '"schema": "2.0"'))
    with pytest.raises(
        pytest.UsageError, match=r"^--evidence: .* is of schema 2\.0, this version reads 1\.1"
    ):
        opened(tmp_path / "store")
    manifest.write_text("{")  # damage is set aside when it is read
    assert opened(tmp_path / "store").root == tmp_path / "store"
    (tmp_path / "file").write_text("")
    with pytest.raises(pytest.UsageError, match=r"^--evidence: .*file"):
        opened(tmp_path / "file" / "store")
