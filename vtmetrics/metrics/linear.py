"""Products of tokens with themselves: half a product, since its other half is the mirror image."""

import numpy as np
import torch
from scipy.linalg.blas import dsyrk
from torch import Tensor

LARGE = 128  # how many rows of a matrix stay in a processor's cache
COLUMNS = 1024  # of how many features at once it keeps the tokens of one set there


def on_host(x: Tensor) -> bool:
    """Whether numpy may do the work: it multiplies a matrix by its own transpose in half the time."""
    return x.device.type == "cpu" and not (x.requires_grad and torch.is_grad_enabled())


def product(x: Tensor) -> Tensor:
    """The product x xᵀ of every matrix of a stack (S, n, m)."""
    if not on_host(x):
        return x @ x.mT
    a = x.detach().numpy()
    with np.errstate(all="ignore"):  # what overflows is found by its trace
        return torch.from_numpy(np.matmul(a, a.swapaxes(-1, -2)))


def centred_product(raw: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The mean (D,) of tokens (n, D), and the inner products of centred tokens (n, n) and with the mean (n,).

    The features come in parts, so that the tokens are read once and never held in double precision.
    """
    count = len(raw)
    inner = np.zeros((count, count), order="F")
    along = torch.zeros(count, dtype=torch.float64)
    room = torch.empty(count * min(COLUMNS, raw.shape[-1]), dtype=torch.float64)
    means = []
    for some in torch.split(raw.detach(), COLUMNS, -1):
        part = room[: some.numel()].view(some.shape).copy_(some)
        means.append(part.sum(0) / max(count, 1))
        along.addmv_(part.sub_(means[-1]), means[-1])
        inner = dsyrk(1.0, part.numpy().T, beta=1.0, c=inner, trans=1, lower=1, overwrite_c=1)
    return torch.cat(means), _mirrored(torch.from_numpy(inner.T)), along


def _mirrored(upper: Tensor) -> Tensor:
    """The symmetric matrix of this upper triangle, in the same memory."""
    for start in range(0, len(upper), LARGE):
        rows, rest = slice(start, start + LARGE), slice(start + LARGE, None)
        upper[rest, rows] = upper[rows, rest].mT
        upper[rows, rows] += upper[rows, rows].triu(1).mT
    return upper
