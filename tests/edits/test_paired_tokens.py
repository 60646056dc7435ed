"""Pairs of one length: as many dead tokens as alive ones, a tenth apart at most, and as many as can be."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from vtmetrics import ALIVE, DEAD, IMAGE, PAIRED, Model, over_depth, share
from vtmetrics.edits.paired_tokens import CALIPER
from vtmetrics.nets.spec import Spec

EVERY = torch.ones(40, dtype=torch.bool)


def states(seed, dead, alive, spread):
    """Dead tokens of one direction, alive ones of others, of several lengths, in any order."""
    drawn = torch.Generator().manual_seed(seed)
    alike = torch.ones(dead, 64)
    others = torch.nn.functional.normalize(torch.randn(alive, 64, generator=drawn), dim=1) * 8
    lengths = (spread * torch.randn(dead + alive, 1, generator=drawn)).exp()
    return (torch.cat([alike, others]) * lengths)[torch.randperm(dead + alive, generator=drawn)]


def pairs(seen):
    """The lengths of dead and of alive tokens that were chosen, rising; and those that were not."""
    chosen = PAIRED.choose(seen, EVERY[: len(seen)])
    dead = next(iter(DEAD.picks())).choose(seen, EVERY[: len(seen)])
    lengths = seen.double().norm(dim=1).log()
    return [lengths[which & kind].sort().values for which in (chosen, ~chosen) for kind in (dead, ~dead)]


@given(st.integers(0, 10_000), st.integers(12, 24), st.integers(4, 16), st.sampled_from([0.02, 0.2, 1.0]))
def test_pairs_are_of_one_length_and_as_many_as_there_can_be(seed, dead, alive, spread):
    """The number is that of the largest matching, found the slow way."""
    mine, others, left, over = pairs(states(seed, dead, alive, spread))
    assert len(mine) == len(others)
    assert ((mine - others).abs() <= CALIPER + 1e-9).all()
    assert len(mine) == largest(torch.cat([mine, left]).tolist(), torch.cat([others, over]).tolist())


def largest(mine, others):
    """The largest matching, by augmenting paths."""
    holder = {}

    def place(one, seen):
        for other, length in enumerate(others):
            if abs(mine[one] - length) <= CALIPER and other not in seen:
                seen.add(other)
                if other not in holder or place(holder[other], seen):
                    holder[other] = one
                    return True
        return False

    return sum(place(one, set()) for one in range(len(mine)))


def test_scale_and_order_change_nothing():
    seen = states(3, 20, 12, 0.2)
    chosen = PAIRED.choose(seen, EVERY[:32])
    assert torch.equal(PAIRED.choose(seen * 7, EVERY[:32]), chosen)
    order = torch.randperm(32, generator=torch.Generator().manual_seed(1))
    assert torch.equal(PAIRED.choose(seen[order], EVERY[:32]), chosen[order])


def test_where_nobody_is_dead_or_as_long_nobody_is_paired():
    alive = torch.randn(20, 64, generator=torch.Generator().manual_seed(0))
    assert not PAIRED.choose(alive, EVERY[:20]).any()
    longer = states(3, 20, 12, 0.0)
    dead = next(iter(DEAD.picks())).choose(longer, EVERY[:32])
    assert not PAIRED.choose(longer.where(dead[:, None], longer * 2), EVERY[:32]).any()
    assert not PAIRED.choose(torch.zeros(5, 4), EVERY[:5]).any()


@pytest.fixture(scope="module")
def model(directory):
    return Model(Spec(directory.name, "any", str(directory), embedded=True))


def test_both_kinds_are_as_many_in_every_scene(model, scenes):
    dead, alive, whole = (model.observe(scenes, share(kind & PAIRED)) for kind in (DEAD, ALIVE, IMAGE))
    for scene in whole.values:
        assert dead.values[scene] == alive.values[scene] == pytest.approx(float(whole.values[scene]) / 2)
    lengths = model.observe(scenes, over_depth("norm_mean", DEAD & PAIRED))
    assert set(lengths.excluded.values()) <= {
        "no alive image token is as long as a dead one",
        "no cluster of image tokens is dominant: none is dead",
    }
