"""Only what is lacking is fetched, the configuration first; every error of the hub's is one sentence."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.suite.checkpoint_files import checkpoint
from vtmetrics.nets import hub_cache
from vtmetrics.nets.download import fetch


class Hub:
    """Stands for the hub's own function: makes the files that it is asked for, and notes for what."""

    def __init__(self):
        self.asked = []
        self.kind, self.size, self.error = "llava", 10, None

    def __call__(self, repository, *, revision, cache_dir, allow_patterns, dry_run=False):
        self.asked.append((repository, revision, tuple(allow_patterns), dry_run))
        if self.error is not None:
            raise self.error
        if dry_run:
            return [
                SimpleNamespace(file_size=self.size, will_download=True),
                SimpleNamespace(file_size=2**80, will_download=False),
            ]
        where = Path(cache_dir) / "models--org--name" / "snapshots" / ("a" * 40)
        checkpoint(where, self.kind)
        if allow_patterns == ["config.json"]:
            for file in where.iterdir():
                file.name == "config.json" or file.unlink()
        return str(where)


@pytest.fixture
def fake(tmp_path, monkeypatch):
    found = Hub()
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    monkeypatch.setattr("huggingface_hub.snapshot_download", found)
    return found


def test_a_checkpoint_is_fetched_whole_its_configuration_first(fake):
    where = fetch("org/name", "v2", "it")
    assert hub_cache.cached_at("org/name", "a" * 40) == where
    assert [(revision, files[0], dry) for _, revision, files, dry in fake.asked] == [
        ("v2", "config.json", False),
        ("v2", "*.safetensors", True),
        ("v2", "*.safetensors", False),
    ]


def test_no_code_and_no_pickle_is_asked_for(fake):
    fetch("org/name", None, "it")
    assert not {"*", "*.py", "*.bin"} & {pattern for _, _, files, _ in fake.asked for pattern in files}


def test_what_is_whole_is_not_asked_for(fake):
    checkpoint(hub_cache.snapshots("org/name") / ("a" * 40), "llava")
    assert fetch("org/name", "a" * 40, "it").name == "a" * 40
    assert fake.asked == []


def test_what_was_cut_off_is_fetched_again(fake):
    where = hub_cache.snapshots("org/name") / ("a" * 40)
    checkpoint(where, "llava")
    (where / "model.safetensors").write_bytes(b"")
    fetch("org/name", "a" * 40, "it")
    assert len(fake.asked) == 3


def test_a_model_that_cannot_be_asked_brings_its_configuration_alone(fake):
    fake.kind = "bert"
    with pytest.raises(
        ValueError, match=r"^it wants a type that can be edited, org/name is of type 'bert': "
    ):
        fetch("org/name", None, "it")
    assert len(fake.asked) == 1


def test_a_model_whose_weights_cannot_be_read_brings_its_configuration_alone(fake, monkeypatch):
    monkeypatch.setattr("vtmetrics.nets.download.why_unread", lambda _: "plain weights, these are not")
    with pytest.raises(ValueError, match=r"^it wants plain weights, these are not$"):
        fetch("org/name", None, "it")
    assert len(fake.asked) == 1


def test_a_model_that_the_disk_cannot_hold_is_not_fetched(fake):
    fake.size = 2**70
    with pytest.raises(ValueError, match=r"^it wants 1099511627776\.0 GiB for org/name, .* GiB free$"):
        fetch("org/name", None, "it")
    assert len(fake.asked) == 2


@pytest.mark.parametrize("error", [OSError("401\nsign in"), RuntimeError("401"), ConnectionError("401 ")])
def test_an_error_of_the_hub_is_one_sentence(fake, error):
    fake.error = error
    with pytest.raises(ValueError, match=rf"^it could not fetch org/name: {type(error).__name__}: 401$"):
        fetch("org/name", None, "it")


def test_offline_is_offline(fake, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(ValueError, match=r"^it wants org/name from the hub, and HF_HUB_OFFLINE is set$"):
        fetch("org/name", None, "it")
    assert fake.asked == []
