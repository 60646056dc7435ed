"""Lenses: which rows of the vocabulary lie nearest to tokens, and whether these say what an image shows."""

from collections.abc import Sequence

import torch
from torch import Tensor

from vtmetrics.metrics.sets import real
from vtmetrics.metrics.undefined import Reason, undefined, unless
from vtmetrics.metrics.vocabulary import CHUNK, HELD_SCORES, chunks, computed, distinct_rows, highest


def embedding_lens(states: Tensor, table: Tensor, k: int = 5, candidates: Tensor | None = None) -> Tensor:
    """The k rows of a table (V, D) nearest to each token (N, D), (N, k): −1 where there is none.

    Formula: the k largest cos(x, e_v) over v, the lower v where they are equal
    Unit: number of a row
    Range: −1 to V − 1
    Unchanged by: rotation of both, positive scale of any token or row
    Source: "What Do Visual Tokens Really Encode?" 3.1; zero rows, and equal rows but the first, are none

    `candidates` (V,) are these, where they are known already.

    >>> embedding_lens(torch.tensor([[0.0, 2.0]]), torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]]), k=2)
    tensor([[1, 0]])
    """
    x, rows = computed(real(states, "states", 2)), real(table, "table", 2)
    allowed = distinct_rows(rows) if candidates is None else candidates
    lengths = torch.linalg.vector_norm(x, dim=1, keepdim=True)
    lost = (~lengths.isfinite() | (lengths == 0)).squeeze(1)

    def score(some: Tensor, part: slice) -> Tensor:
        these = torch.nn.functional.normalize(computed(rows[part]), dim=1)
        return (some @ these.to(some).mT).masked_fill(~allowed[part], -torch.inf)

    units = (x / lengths).masked_fill(lost[:, None], 0.0)
    return highest(units, rows, k, score)[1].masked_fill(lost[:, None], -1)


def logit_lens(states: Tensor, head: Tensor, k: int = 5) -> Tensor:
    """The k most likely rows of a head (V, D) after each normed token (N, D), (N, k): −1 where there is none.

    Formula: the k largest w_v x over v, the lower v where they are equal; x as the final norm gives it
    Unit: number of a row
    Range: −1 to V − 1
    Unchanged by: rotation of both, positive scale of any token
    Source: nostalgebraist 2020; what the last layer gives is not normed twice

    >>> logit_lens(torch.tensor([[1.0, 2.0]]), torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]), k=2)
    tensor([[2, 1]])
    """
    x, rows = computed(real(states, "states", 2)), real(head, "head", 2)
    lost = ~x.isfinite().all(1, keepdim=True)
    found = highest(x.masked_fill(lost, 0.0), rows, k, lambda some, part: some @ rows[part].to(some).mT)[1]
    return found.masked_fill(lost, -1)


def lens_entropy(states: Tensor, head: Tensor) -> Tensor:
    """Entropy of the distribution over the rows of a head (V, D) after each normed token (N, D), (N,).

    Formula: −Σ p log p, p = softmax(W x); in one pass over chunks, log Σ e^z − Σ p z
    Unit: nats
    Range: [0, log V]
    Unchanged by: rotation of both, order of rows
    Source: definition

    >>> lens_entropy(torch.tensor([[0.0, 0.0]]), torch.tensor([[1.0, 0.0], [0.0, 1.0]]))
    tensor([0.6931], dtype=torch.float64)
    """
    x, rows = computed(real(states, "states", 2)), real(head, "head", 2)
    lost = ~x.isfinite().all(1)
    x = x.masked_fill(lost[:, None], 0.0)
    found = [_entropy(x[some], rows) for some in chunks(len(x), max(1, HELD_SCORES // CHUNK))]
    entropy = torch.cat(found) if found else x.new_zeros(0, dtype=torch.float64)
    return unless(entropy.clamp_min(0.0), (lost | ~entropy.isfinite(), Reason.NOT_FINITE))


def _entropy(x: Tensor, rows: Tensor) -> Tensor:
    """From running sums, scaled by the largest logit so far."""
    most = torch.full((len(x),), -torch.inf, dtype=torch.float64, device=x.device)
    whole, weighed = torch.zeros_like(most), torch.zeros_like(most)
    for part in chunks(len(rows), CHUNK):
        logits = (x @ rows[part].to(x).mT).double()
        above = torch.maximum(most, logits.amax(1))
        share, kept = (logits - above[:, None]).exp(), (most - above).exp()
        whole, weighed = whole * kept + share.sum(1), weighed * kept + (share * logits).sum(1)
        most = above
    return most + whole.log() - weighed / whole


def grounded(found: Tensor, labels: Sequence[Tensor], where: Tensor) -> Tensor:
    """Share of tokens that find a label of theirs among the rows (N, k) that a lens gives.

    Formula: |{i: some label l with where_il has a row in found_i}| / |{i: some where_il}|
    Unit: share
    Range: [0, 1]
    Unchanged by: order of tokens, of labels and of the rows found
    Source: "What Do Visual Tokens Really Encode?" 3.2; `where` (N, labels) says which label is whose, a label
        is the rows that spell it

    >>> grounded(torch.tensor([[3, 1], [0, 2]]), [torch.tensor([1])], torch.tensor([[True], [True]]))
    tensor(0.5000, dtype=torch.float64)
    """
    asked = where.any(1)
    none = _nothing_to_find(found[asked], labels)
    if none is not None:
        return none
    hit = (_hits(found, labels) & where).any(1)
    return hit[asked].double().mean()


def recalled(found: Tensor, labels: Sequence[Tensor]) -> Tensor:
    """Share of labels that some token finds among the rows (N, k) that a lens gives.

    Formula: |{l: some i with a row of l in found_i}| / |{l}|
    Unit: share
    Range: [0, 1]
    Unchanged by: order of tokens, of labels and of the rows found; more tokens or rows never find less
    Source: "What Do Visual Tokens Really Encode?" 3.2, recall@k; a label is the rows that spell it

    >>> recalled(torch.tensor([[3, 1], [0, 2]]), [torch.tensor([1]), torch.tensor([4, 5])])
    tensor(0.5000, dtype=torch.float64)
    """
    none = _nothing_to_find(found, labels)
    return _hits(found, labels).any(0).double().mean() if none is None else none


def recalled_by_chance(found: Tensor, labels: Tensor) -> Tensor:
    """Share of labels that another image's tokens find: what recall is worth without looking.

    Formula: mean over all i, j with labels_i ≠ labels_j of |found_i ∩ labels_j| / |labels_j|
    Unit: share
    Range: [0, 1]
    Unchanged by: order of images and of labels
    Source: definition; exact, over all pairs of images (images, labels) that differ in labels

    >>> recalled_by_chance(torch.tensor([[True, True], [False, True]]), torch.eye(2, dtype=torch.bool))
    tensor(0.5000, dtype=torch.float64)
    """
    if 0 in labels.shape or bool((~labels.any(1)).any()):
        return undefined(Reason.NO_LABEL, (), labels.device)
    wanted = labels.double()
    recall = found.double() @ wanted.mT / wanted.sum(1)
    other = (labels[:, None] != labels[None]).any(2)
    return unless((recall * other).sum() / other.sum().clamp_min(1), (~other.any(), Reason.SAME_LABELS))


def _hits(found: Tensor, labels: Sequence[Tensor]) -> Tensor:
    """Which of the labels each token finds, (N, labels)."""
    return torch.stack([torch.isin(found, label.to(found.device)).any(1) for label in labels], 1)


def _nothing_to_find(found: Tensor, labels: Sequence[Tensor]) -> Tensor | None:
    """Why there is no share, if there is none."""
    if not labels:
        return undefined(Reason.NO_LABEL, (), found.device)
    if 0 in found.shape:
        return undefined(Reason.EMPTY, (), found.device)
    return undefined(Reason.NO_ROW, (), found.device) if bool((found[:, 0] < 0).any()) else None
