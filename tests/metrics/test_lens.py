"""Lenses: the nearest rows of a plain sort, whatever the chunks; and what finding labels is worth."""

import itertools
import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from vtmetrics.metrics import (
    Reason,
    distinct_rows,
    embedding_lens,
    grounded,
    lens,
    lens_entropy,
    logit_lens,
    recalled,
    recalled_by_chance,
    vocabulary,
    why,
)

seeds = st.integers(0, 999)


def drawn(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.fixture(params=[(3, 12), (7, 7), (8192, 1 << 24)], ids=["few", "odd", "whole"])
def sizes(request, monkeypatch):
    """How many rows are looked at together, and how many scores are held."""
    for module in (vocabulary, lens):
        monkeypatch.setattr(module, "CHUNK", request.param[0])
        monkeypatch.setattr(module, "HELD_SCORES", request.param[1])
    return request.param


def sorted_rows(scores, k, *, allowed=None):
    """The k highest of each, by python's own stable sort."""
    rows = [row for row in range(scores.shape[1]) if allowed is None or allowed[row]]
    best = [sorted(rows, key=lambda row, s=s: -float(s[row]))[:k] for s in scores]
    return torch.tensor([[*found, *[-1] * (k - len(found))] for found in best])


@pytest.mark.usefixtures("sizes")
@pytest.mark.parametrize("k", [1, 3, 12])
def test_nearest_rows_are_those_of_a_sort(k):
    states, table = drawn(9, 4), drawn(10, 4, seed=1)
    table[4], table[7], table[8] = 0, table[2], table[2]
    allowed = [row not in (4, 7, 8) for row in range(10)]
    cosines = torch.nn.functional.cosine_similarity(states[:, None], table[None], dim=2)

    assert distinct_rows(table).tolist() == allowed
    assert torch.equal(embedding_lens(states, table, k), sorted_rows(cosines, k, allowed=allowed))
    assert torch.equal(logit_lens(states, table, k), sorted_rows(states @ table.T, k))


@pytest.mark.usefixtures("sizes")
def test_of_equal_scores_the_earlier_row_is_first():
    """Wherever chunks end."""
    states, head = torch.tensor([[1.0, 0.0]]), torch.tensor([[1.0, row] for row in range(8)])
    assert logit_lens(states, head, 5).tolist() == [[0, 1, 2, 3, 4]]
    assert embedding_lens(states, torch.tensor([[0.0, 1.0], [2.0, 0.0], [1.0, 0.0]]), 3).tolist() == [
        [1, 2, 0]
    ]


@given(seeds, st.floats(0.01, 100))
def test_lenses_forget_scale_and_rotation(seed, scale):
    states, table = drawn(5, 6, seed=seed), drawn(12, 6, seed=seed + 1)
    turn = torch.linalg.qr(drawn(6, 6, seed=seed + 2)).Q
    assert torch.equal(embedding_lens(states * scale, table @ turn), embedding_lens(states @ turn.T, table))
    assert torch.equal(logit_lens(states * scale, table @ turn), logit_lens(states @ turn.T, table))
    lengths = drawn(12, 1, seed=seed).abs() + 0.1
    assert torch.equal(embedding_lens(states, table * lengths), embedding_lens(states, table))


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
def test_half_precision_is_multiplied_in_single(dtype):
    states, table = drawn(6, 16).to(dtype), drawn(40, 16, seed=1).to(dtype)
    assert torch.equal(embedding_lens(states, table), embedding_lens(states.double(), table.double()))
    assert torch.equal(logit_lens(states, table), logit_lens(states.double(), table.double()))
    assert torch.allclose(
        lens_entropy(states, table), lens_entropy(states.double(), table.double()), atol=1e-5
    )


@pytest.mark.usefixtures("sizes")
@pytest.mark.parametrize("scale", [1e-3, 1.0, 300.0])
def test_entropy_is_that_of_the_whole_distribution(scale):
    """Also where one chunk holds nearly all of it, or numbers that would overflow."""
    states, head = scale * drawn(8, 5), drawn(11, 5, seed=3)
    wanted = torch.distributions.Categorical(logits=states @ head.T).entropy()
    assert torch.allclose(lens_entropy(states, head), wanted, atol=1e-9)
    assert torch.allclose(lens_entropy(states, head.flip(0)), wanted, atol=1e-9)
    assert lens_entropy(torch.zeros(2, 5), head).tolist() == pytest.approx([math.log(11)] * 2)


def test_no_more_scores_are_held_than_there_is_room_for(monkeypatch):
    """Of 500 states and 900 rows, 450,000 scores, at most 2,000 at once."""
    for module in (vocabulary, lens):
        monkeypatch.setattr(module, "CHUNK", 100)
        monkeypatch.setattr(module, "HELD_SCORES", 2_000)
    largest = []

    class Watching(torch.utils._python_dispatch.TorchDispatchMode):
        def __torch_dispatch__(self, function, types, args=(), kwargs=None):
            made = function(*args, **(kwargs or {}))
            found = made if isinstance(made, tuple) else (made,)
            largest.extend(part.numel() for part in found if isinstance(part, torch.Tensor))
            return made

    states, table = drawn(500, 3), drawn(900, 3, seed=1)
    with Watching():
        embedding_lens(states, table), logit_lens(states, table), lens_entropy(states, table)
    assert max(largest) <= table.numel()


def test_tokens_without_a_direction_have_no_row():
    table = drawn(6, 3)
    states = torch.stack([torch.zeros(3), torch.full((3,), torch.nan), torch.full((3,), torch.inf)])
    assert (embedding_lens(states, table, 2) == -1).all()
    assert (logit_lens(states, table, 2)[1:] == -1).all()
    assert [why(value) for value in lens_entropy(states, table)] == [None, *[Reason.NOT_FINITE] * 2]
    assert embedding_lens(states[:0], table, 2).shape == logit_lens(states[:0], table, 2).shape == (0, 2)
    assert lens_entropy(states[:0], table).shape == (0,)


@given(st.integers(1, 6), st.integers(1, 4), st.integers(1, 4), seeds)
def test_shares_are_counts(tokens, k, labels, seed):
    made = torch.Generator().manual_seed(seed)
    found = torch.randint(0, 9, (tokens, k), generator=made)
    spelled = [torch.randint(0, 9, (2,), generator=made) for _ in range(labels)]
    where = torch.rand(tokens, labels, generator=made) < 0.6
    finds = [[bool(set(row.tolist()) & set(label.tolist())) for label in spelled] for row in found]
    asked = [token for token in range(tokens) if where[token].any()]
    named = [
        token for token in asked if any(finds[token][label] for label in where[token].nonzero().flatten())
    ]

    share = grounded(found, spelled, where)
    assert why(share) == Reason.EMPTY if not asked else float(share) == pytest.approx(len(named) / len(asked))
    wanted = sum(any(finds[token][label] for token in range(tokens)) for label in range(labels)) / labels
    assert float(recalled(found, spelled)) == pytest.approx(wanted)
    assert float(recalled(found[:1], spelled)) <= wanted
    assert float(recalled(found.flip(0).flip(1), spelled[::-1])) == pytest.approx(wanted)


def test_what_cannot_be_found_is_said():
    found, label = torch.tensor([[1, 2], [-1, -1]]), [torch.tensor([1])]
    every = torch.ones(2, 1, dtype=torch.bool)
    assert why(recalled(found, label)) == why(grounded(found, label, every)) == Reason.NO_ROW
    assert why(recalled(found[:1], [])) == why(grounded(found[:1], [], every[:1, :0])) == Reason.NO_LABEL
    assert why(recalled(found[:0], label)) == Reason.EMPTY
    assert float(grounded(found, label, torch.tensor([[True], [False]]))) == 1


@given(st.integers(2, 6), st.integers(1, 4), seeds)
def test_chance_is_the_mean_over_all_pairs_that_differ(images, words, seed):
    made = torch.Generator().manual_seed(seed)
    found = torch.rand(images, words, generator=made) < 0.5
    labels = torch.rand(images, words, generator=made) < 0.5
    labels[:, 0] |= ~labels.any(1)
    pairs = [
        float((found[i] & labels[j]).sum() / labels[j].sum())
        for i, j in itertools.product(range(images), repeat=2)
        if not torch.equal(labels[i], labels[j])
    ]
    chance = recalled_by_chance(found, labels)
    assert (
        why(chance) == Reason.SAME_LABELS
        if not pairs
        else float(chance) == pytest.approx(sum(pairs) / len(pairs))
    )


def test_who_names_everything_recalls_everything_by_chance():
    labels = torch.eye(3, dtype=torch.bool)
    assert float(recalled_by_chance(torch.ones(3, 3, dtype=torch.bool), labels)) == 1
    assert float(recalled_by_chance(labels, labels)) == 0
    assert why(recalled_by_chance(labels, torch.ones(3, 3, dtype=torch.bool))) == Reason.SAME_LABELS
    assert why(recalled_by_chance(labels, torch.zeros(3, 3, dtype=torch.bool))) == Reason.NO_LABEL
