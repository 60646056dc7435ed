"""Texts: what a model wrote about each scene, to be scored against the truth or against another run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from vtmetrics.statistics.scores import Kind, Scores
from vtmetrics.unmeasured import Excluded

Score = Callable[[str, str], float | Excluded]


@dataclass(frozen=True, eq=False)
class Texts:
    """One text for each scene id, the gold answers, the groups, and what is missing with its reason."""

    written: Mapping[str, str]
    gold: Mapping[str, str]
    groups: Mapping[str, str]
    missing: Mapping[str, str]

    def score(self, metric: Score, against: "Texts | None" = None, kind: Kind = "number") -> Scores:
        """The metric of each text against the gold answer, or against what another run wrote.

        `metric(text, reference)` lies between 0 and 1; one that is 0 or 1 alone is of kind "share".
        Scenes for which it says `Excluded` are left out with that reason.
        """
        other = self.gold if against is None else against.written
        missing = dict(self.missing) | ({} if against is None else dict(against.missing))
        taken = {
            scene: metric(text, other[scene]) for scene, text in self.written.items() if scene not in missing
        }
        return Scores(
            values={scene: float(one) for scene, one in taken.items() if not isinstance(one, Excluded)},
            groups=self.groups,
            kind=kind,
            range=(0, 1),
            missing=missing,
            excluded={scene: one.reason for scene, one in taken.items() if isinstance(one, Excluded)},
        )
