"""The layout of a batch: where its named tokens are, as masks."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Layout:
    """Masks (B, S) of named tokens, the positions that are not padding, and a key for each row.

    Where images are read across and stand in no line, `tiles` (B, T) are those of each row's images.
    """

    masks: Mapping[str, Tensor]
    valid: Tensor
    keys: tuple[str, ...]
    tiles: Tensor | None = None

    def __post_init__(self) -> None:
        if self.valid.ndim != 2 or self.valid.dtype != torch.bool:
            raise ValueError(f"valid is a bool (B, S), not {self.valid.dtype} {tuple(self.valid.shape)}")
        if len(self.keys) != self.rows:
            raise ValueError(f"a layout of {self.rows} rows needs as many keys, not {len(self.keys)}")
        for name, mask in self.masks.items():
            if mask.shape != self.valid.shape or mask.dtype != torch.bool:
                wanted, came = tuple(self.valid.shape), tuple(mask.shape)
                raise ValueError(f"the mask of {name} is a bool {wanted}, not {mask.dtype} {came}")
            if (mask & ~self.valid).any():
                raise ValueError(f"{name} tokens lie on padding, which holds no tokens")
        if self.tiles is not None and (self.tiles.ndim != 2 or len(self.tiles) != self.rows):
            raise ValueError(f"tiles are a bool ({self.rows}, T), not {tuple(self.tiles.shape)}")

    @property
    def rows(self) -> int:
        return self.valid.shape[0]

    @property
    def length(self) -> int:
        return self.valid.shape[1]

    def to(self, device: torch.device) -> "Layout":
        """The same layout, its masks on that device."""
        if self.valid.device == device:
            return self
        masks = {name: mask.to(device) for name, mask in self.masks.items()}
        tiles = None if self.tiles is None else self.tiles.to(device)
        return Layout(masks, self.valid.to(device), self.keys, tiles)

    def also(self, masks: Mapping[str, Tensor]) -> "Layout":
        """The same layout, which knows more names."""
        return replace(self, masks={**self.masks, **masks})

    def repeated(self, times: int) -> "Layout":
        """Each row so many times, side by side: a search repeats its prompts."""
        if times < 1:
            raise ValueError(f"a row is repeated at least once, not {times} times")
        if times == 1:
            return self
        masks = {name: mask.repeat_interleave(times, 0) for name, mask in self.masks.items()}
        keys = tuple(key for key in self.keys for _ in range(times))
        tiles = None if self.tiles is None else self.tiles.repeat_interleave(times, 0)
        return Layout(masks, self.valid.repeat_interleave(times, 0), keys, tiles)

    def named(self, name: str) -> Tensor:
        """The mask of the tokens of that name."""
        if name not in self.masks:
            raise ValueError(f"the layout has no tokens named {name!r}, only {', '.join(sorted(self.masks))}")
        return self.masks[name]


def require_layout(layout: object) -> None:
    """Refuse what says nothing of where tokens are, such as a processor's inputs."""
    if not isinstance(layout, Layout):
        made = "inputs, layout = collate([encode(processor, scene)], device)"
        raise TypeError(f"an edit wants the Layout of the inputs ({made}), not a {type(layout).__name__}")
