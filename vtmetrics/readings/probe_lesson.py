"""Probe lessons: scenes whose labels probes learn, in folds, so that no probe is asked about what it has met.

A fold is of bases, or of groups where scenes have no base: who is asked about a picture has learned from none
of its kind. What a probe tells is beyond what the most frequent label of its scenes would.
"""

import hashlib
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from vtmetrics.inputs import Scene
from vtmetrics.metrics import MLP, ProbeNet, ProbeStack, learned
from vtmetrics.stopwatch import timed

#: into how many folds bases are dealt; each costs all probes again
PROBE_FOLDS = 3


@dataclass(frozen=True, eq=False)
class ProbeLesson:
    """What of which scenes is learned: `attribute` is a name in what is known of them.

    With `dealt` their labels are those of other bases, dealt anew: what is told then is chance.
    """

    scenes: tuple[Scene, ...]
    attribute: str
    net: ProbeNet = MLP
    dealt: bool = False

    @cached_property
    def taught(self) -> tuple[Scene, ...]:
        """The scenes of which the attribute is known."""
        return tuple(scene for scene in self.scenes if self.attribute in scene.known)

    @cached_property
    def labels(self) -> tuple[Hashable, ...]:
        """The label of each of them."""
        told = tuple(scene.known[self.attribute] for scene in self.taught)
        return _dealt(told, [base_of(scene) for scene in self.taught]) if self.dealt else told

    @cached_property
    def kinds(self) -> Mapping[Hashable, int]:
        """The labels by number, in the order of their texts."""
        return {label: number for number, label in enumerate(sorted(set(self.labels), key=str))}

    @cached_property
    def folds(self) -> Mapping[str, int]:
        """The fold of each base, in the order of their names."""
        bases = sorted({base_of(scene) for scene in self.taught})
        return {base: number % PROBE_FOLDS for number, base in enumerate(bases)}

    @cached_property
    def digest(self) -> str:
        """What the scenes show and in which folds they are, as eight hex digits."""
        told = (f"{one.digest} {base_of(one)} {one.known[self.attribute]}\n" for one in self.taught)
        return hashlib.sha256("".join(told).encode()).hexdigest()[:8]

    @timed("metrics")
    def learn(self, states: Mapping[str, Tensor]) -> "TaughtProbes | None":
        """Probes of these scenes' states, (L, P, D) by their digests; None where labels don't differ."""
        stacks = []
        for fold in range(PROBE_FOLDS):
            pairs = [(one, label) for one, label in self._pairs(fold) if one.digest in states]
            if len({label for _, label in pairs}) < 2:
                return None
            seen = torch.stack([states[one.digest].flatten(0, 1) for one, _ in pairs], 1)
            numbers = torch.tensor([self.kinds[label] for _, label in pairs])
            stacks.append(learned(seen, numbers, len(self.kinds), self.net))
        return TaughtProbes(self, tuple(stacks))

    def usual(self, fold: int) -> Hashable:
        """The label that is most frequent among what the probes of a fold learn from."""
        counts = Counter(label for _, label in self._pairs(fold))
        return max(counts, key=lambda label: (counts[label], str(label)))

    def _pairs(self, fold: int) -> list[tuple[Scene, Hashable]]:
        """The scenes of all other folds with their labels."""
        pairs = zip(self.taught, self.labels, strict=True)
        return [(one, label) for one, label in pairs if self.folds[base_of(one)] != fold]


@dataclass(frozen=True, eq=False)
class TaughtProbes:
    """A stack of probes for each fold, that learned from all others."""

    lesson: ProbeLesson
    stacks: tuple[ProbeStack, ...]

    @cached_property
    def usual(self) -> tuple[Hashable, ...]:
        """The label that each fold finds most often in the others."""
        return tuple(map(self.lesson.usual, range(PROBE_FOLDS)))

    def beyond(self, scene: Scene, states: Tensor) -> Tensor:
        """Where (L, P) a scene's states tell its label, less whether the most frequent one is right."""
        lesson = self.lesson
        fold = lesson.folds.get(base_of(scene), 0)
        label = scene.known[lesson.attribute]
        said = self.stacks[fold].says(states.flatten(0, 1)[:, None]).reshape(states.shape[:2])
        return (said == lesson.kinds.get(label, -1)).double() - float(self.usual[fold] == label)


def base_of(scene: Scene) -> str:
    """The base configuration that a picture varies, or its group."""
    return str(scene.known.get("base", scene.group))


def spaced(count: int, places: int) -> Tensor:
    """So many numbers below `count`, evenly from the first to the last; some are twice if it has fewer."""
    return torch.linspace(0, count - 1, places, dtype=torch.float64).round().long()


def _dealt(labels: Sequence[Hashable], bases: Sequence[str]) -> tuple[Hashable, ...]:
    """The labels of each base are those of another, one after the other."""
    told: dict[str, list[Hashable]] = {}
    for base, label in zip(bases, labels, strict=True):
        told.setdefault(base, []).append(label)
    names = sorted(told)
    order = torch.randperm(len(names), generator=torch.Generator().manual_seed(0)).tolist()
    other = {name: told[names[place]] for name, place in zip(names, order, strict=True)}
    met = Counter[str]()
    found = []
    for base in bases:
        found.append(other[base][met[base] % len(other[base])])
        met[base] += 1
    return tuple(found)
