"""Timings that can be compared on a busy machine: variants take turns, and each round gives one ratio."""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import median

import torch
from scipy.stats import binom

Variants = Mapping[str, Callable[[], object]]


@dataclass
class Race:
    """Processor seconds of each variant in each round; the others are compared with the first."""

    variants: Variants
    seconds: dict[str, list[float]] = field(default_factory=dict)

    def __post_init__(self):
        torch.set_num_threads(1)
        self.order = random.Random(0)
        for variant in self.variants.values():
            variant()  # what is made once, and caches

    @torch.no_grad()
    def round(self):
        """Every variant once, in random order."""
        for name in self.order.sample(list(self.variants), len(self.variants)):
            start = time.process_time()
            self.variants[name]()
            self.seconds.setdefault(name, []).append(time.process_time() - start)

    def ratio(self, name, to=None):
        """The median ratio over the rounds, and the upper end of its two-sided 95 % interval."""
        base = self.seconds[to or next(iter(self.variants))]
        ratios = sorted(mine / theirs for mine, theirs in zip(self.seconds[name], base, strict=True))
        upper = min(int(binom.ppf(0.975, len(ratios), 0.5)), len(ratios) - 1)
        return median(ratios), ratios[upper]

    def microseconds(self, name, parts):
        """What a variant takes longer than the first, for each of so many parts."""
        base = self.seconds[next(iter(self.variants))]
        return median(a - b for a, b in zip(self.seconds[name], base, strict=True)) / parts * 1e6

    def told(self):
        """One line a variant."""
        lines = []
        for name, seconds in self.seconds.items():
            middle, upper = self.ratio(name)
            lines.append(f"{name:34} {median(seconds) * 1e3:9.2f} ms  × {middle:.3f} (≤ {upper:.3f})")
        return lines
