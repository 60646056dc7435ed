"""Prompt offsets: what is remembered of a prompt is set aside, and put back whatever happens."""

from types import SimpleNamespace

import pytest

from vtmetrics.nets import offsets_kept


def test_a_net_has_seen_no_prompt_inside_and_its_last_one_afterwards():
    """Also where something fails inside."""
    inner = SimpleNamespace(rope_deltas=3)

    def fail():
        with offsets_kept(SimpleNamespace(model=inner)):
            assert inner.rope_deltas is None
            inner.rope_deltas = 5
            raise RuntimeError("the net fails")

    with pytest.raises(RuntimeError, match="the net fails"):
        fail()
    assert inner.rope_deltas == 3


def test_a_net_that_remembers_nothing_is_given_nothing_to_remember():
    plain = SimpleNamespace()
    with offsets_kept(plain):
        pass
    assert vars(plain) == {}
