"""Spelling: which tokens are one word, but for the blank before it and for capitals.

A model that answers "Red" where "red" is meant is right. Single letters stay as they are: an "a" may stand in
the picture, and "A" be an option.
"""

from typing import Any
from weakref import WeakKeyDictionary

import torch
from torch import Tensor

_known: WeakKeyDictionary[Any, Tensor] = WeakKeyDictionary()


def words(tokenizer: Any, size: int) -> Tensor:
    """For each of so many token ids, the first that is the same word; for one that is no word, itself.

    An output layer may be larger than the vocabulary.
    """
    if tokenizer not in _known or len(_known[tokenizer]) < size:
        texts = tokenizer.batch_decode([[token] for token in range(len(tokenizer))])
        first: dict[str | int, int] = {}
        known = [first.setdefault(_word(text, token), token) for token, text in enumerate(texts)]
        _known[tokenizer] = torch.tensor([*known, *range(len(known), size)])
    return _known[tokenizer][:size]


def _word(text: str, token: int) -> str | int:
    """What tells it from other words; a piece of a character, a sign or a special token stands for itself."""
    bare = text.strip()
    if not bare.isalnum():
        return token
    return bare.casefold() if len(bare) > 1 else bare


#: how vocabularies mark a piece that begins a word, and one that goes on with it
WORD_BEGINS, WORD_GOES_ON = ("▁", "Ġ"), "##"


def whole_words(tokenizer: Any, size: int) -> Tensor:
    """Which of so many token ids are a whole word, bool (size,): two letters or more that begin a word.

    What goes on with a word that other tokens begin is a fragment, in a vocabulary that marks beginnings; in
    one that marks none, every token is between blanks.
    """
    told = tokenizer.convert_ids_to_tokens(range(min(size, len(tokenizer))))
    pieces = ["" if piece is None else str(piece) for piece in told]  # some numbers are nobody's
    marked = any(piece.startswith(WORD_BEGINS) for piece in pieces)
    whole = torch.zeros(size, dtype=torch.bool)
    for token, piece in enumerate(pieces):
        letters = piece.lstrip("".join(WORD_BEGINS))
        begins = piece.startswith(WORD_BEGINS) if marked else not piece.startswith(WORD_GOES_ON)
        whole[token] = begins and letters.isalpha() and len(letters) > 1
    return whole
