"""Token clouds to try properties on: from a seed, so that an example is small to print and quick to make."""

import numpy as np
import torch
from hypothesis import strategies as st

KINDS = ("gaussian", "low rank", "decaying", "scaled rows", "clustered")


def gaussian(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def rotation(size, seed=0):
    return torch.linalg.qr(gaussian(size, size, seed=seed))[0]


def cloud(kind, n, d, seed):
    x = gaussian(n, d, seed=seed)
    if kind == "low rank":
        return x[:, :1] @ gaussian(1, d, seed=seed + 1) + 0.1 * x[:, -1:] @ gaussian(1, d, seed=seed + 2)
    if kind == "decaying":
        return x / torch.arange(1, d + 1) ** 2
    if kind == "scaled rows":
        return x * 10 ** gaussian(n, 1, seed=seed + 1)
    if kind == "clustered":
        return 5 * x[torch.arange(n) // 3] + 0.1 * gaussian(n, d, seed=seed + 1)
    return x


@st.composite
def clouds(draw, least=3, most=12, kinds=KINDS):
    """Tokens (n, d) of several kinds, wider than long and longer than wide, small and large."""
    kind = draw(st.sampled_from(kinds))
    n, d = draw(st.integers(least, most)), draw(st.integers(2, most))
    scale = 10.0 ** draw(st.integers(-3, 3))
    return scale * cloud(kind, n, d, draw(st.integers(0, 2**16)))


@st.composite
def amounts(draw, least=2, most=12):
    """Amounts (k,), none negative, some zero, not all."""
    values = draw(st.lists(st.floats(0, 1e3, width=32), min_size=least, max_size=most))
    values[draw(st.integers(0, len(values) - 1))] = draw(st.floats(1e-2, 1e3))
    return torch.tensor(values, dtype=torch.float64)


@st.composite
def logits(draw, size=6):
    """Two distributions over one vocabulary, as logits."""
    each = st.lists(st.floats(-20, 20), min_size=size, max_size=size)
    return torch.tensor(draw(each), dtype=torch.float64), torch.tensor(draw(each), dtype=torch.float64)


def sphere(n, d, seed=0):
    """Points on the d-dimensional sphere."""
    x = np.random.default_rng(seed).normal(size=(n, d + 1))
    return torch.from_numpy(x / np.linalg.norm(x, axis=1, keepdims=True))


def ball(n, d, seed=0):
    """Points in the d-dimensional ball."""
    radius = np.random.default_rng(seed + 1).uniform(size=(n, 1)) ** (1 / d)
    return sphere(n, d - 1, seed) * torch.from_numpy(radius)
