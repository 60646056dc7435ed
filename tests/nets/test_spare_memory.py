"""Spare memory: what may be filled is a part of what is free, of the machine or of its container."""

import pytest
import torch

from vtmetrics.nets import spare_memory
from vtmetrics.nets.spare_memory import UNSAID, spare_bytes

PROCESSOR = torch.device("cpu")


@pytest.fixture
def say(tmp_path, monkeypatch):
    """Lets the files of the system say this; those that are not named are not there."""

    def saying(**texts):
        for name in ("FREE_OF_MACHINE", "LIMIT_OF_CONTAINER", "USED_OF_CONTAINER"):
            file = tmp_path / name
            file.unlink(missing_ok=True)
            if name in texts:
                file.write_text(texts[name])
            monkeypatch.setattr(spare_memory, name, str(file))

    return saying


def test_an_eighth_of_what_a_processor_has_left_may_be_filled(say):
    say(FREE_OF_MACHINE="MemTotal:  900 kB\nMemAvailable:     800 kB\nSwapFree: 8 kB\n")
    assert spare_bytes(PROCESSOR) == 100 * 1024


@pytest.mark.parametrize(
    ("limit", "used", "free"), [("max", "0", 800 * 1024), ("8000", "800", 7200), ("8", "9", 0)]
)
def test_a_container_may_have_less(say, limit, used, free):
    say(
        FREE_OF_MACHINE="MemAvailable: 800 kB\n",
        LIMIT_OF_CONTAINER=f"{limit}\n",
        USED_OF_CONTAINER=f"{used}\n",
    )
    assert spare_bytes(PROCESSOR) == free // 8


def test_where_nobody_says_what_is_free_little_is_taken(say):
    say()
    assert spare_bytes(PROCESSOR) == UNSAID


def test_what_torch_holds_and_nobody_uses_is_free_too(monkeypatch):
    for name, told in (("get_memory_info", (600, 900)), ("memory_reserved", 500), ("memory_allocated", 200)):
        monkeypatch.setattr(torch.accelerator, name, lambda _, told=told: told)
    assert spare_bytes(torch.device("cuda")) == (600 + 300) // 3
