"""Undefined: a NaN that says why, so that no number is ever silently missing.

The reason is kept in the payload of the float64, as R keeps NA: it costs nothing, needs no second tensor
and survives indexing, stacking and storing. Arithmetic may lose it; `why` then says so.
"""

import struct
from collections.abc import Sequence
from enum import StrEnum

import torch
from torch import Tensor

QUIET_NAN = 0x7FF8_0000_0000_0000
PAYLOAD = (1 << 51) - 1


class Reason(StrEnum):
    """Why a number does not exist; the order is what is stored, so new reasons go to the end."""

    COMPUTED = "it was computed from a number that does not exist"
    EMPTY = "there is no token"
    NOT_FINITE = "a token holds NaN or infinity, or is too large or too small to be squared"
    ALL_ZERO = "all tokens are zero"
    ALL_EQUAL = "all tokens are equal"
    TOO_FEW = "there are too few different tokens"
    ALL_TIED = "the neighbours of every token are equally far"
    NOTHING_MOVES = "no token moves"
    NO_CHANGE = "the profile does not change"
    NO_SCALE = "the scale is log 1 = 0"
    NO_EARLIER_LAYER = "there is no earlier layer to compare with"
    NOT_A_DISTRIBUTION = "the logits are no distribution"
    NEGATIVE = "a value is negative"
    PROFILE_NOT_FINITE = "the profile holds NaN or infinity, or moves too far to be added up"
    NOT_ATTENDED = "no attention is given to these tokens"
    NO_ROW = "a token is zero or not finite, so that no row of the vocabulary is nearest"
    NO_LABEL = "there is no label to be found"
    SAME_LABELS = "all images have the same labels"


BITS = {reason: QUIET_NAN | code for code, reason in enumerate(Reason)}
NANS: dict[Reason, float] = {r: struct.unpack("<d", struct.pack("<q", bits))[0] for r, bits in BITS.items()}


def undefined(reason: Reason, shape: Sequence[int] = (), device: torch.device | str = "cpu") -> Tensor:
    """A float64 tensor of NaN that carries the reason."""
    bits = torch.full(tuple(shape), BITS[reason], dtype=torch.int64, device=device)
    return bits.view(torch.float64)


def unless(values: Tensor, *flaws: tuple[Tensor, Reason]) -> Tensor:
    """The values, but NaN with its reason where a flaw holds; the first flaw that holds is the reason."""
    values = values.to(torch.float64)
    for flaw, reason in reversed(flaws):
        values = torch.where(flaw, NANS[reason], values)
    return values


def why(value: float | Tensor) -> str | None:
    """Why the number does not exist, or None if it does.

    >>> why(undefined(Reason.EMPTY)), why(1.0)
    ('there is no token', None)
    """
    number = float(value)
    if number == number:  # noqa: PLR0124 - only NaN differs from itself
        return None
    (bits,) = struct.unpack("<q", struct.pack("<d", number))
    code = bits & PAYLOAD
    reasons = list(Reason)
    return str(reasons[code] if code < len(reasons) else Reason.COMPUTED)
