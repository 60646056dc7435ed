"""Token maps: what each token of an image is, where it lies, and what it holds at every layer."""

from vtmetrics.maps.map_files import map_spec, write_map
from vtmetrics.maps.map_picture import drawn_map
from vtmetrics.maps.token_cells import TokenCells, cells_of
from vtmetrics.maps.token_map import DEFAULT_QUESTION, TokenMap, map_of

__all__ = [
    "DEFAULT_QUESTION",
    "TokenCells",
    "TokenMap",
    "cells_of",
    "drawn_map",
    "map_of",
    "map_spec",
    "write_map",
]
