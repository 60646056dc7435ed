"""A claim's case: where evidence belongs, one case of a claim, a model, and the facts of the run."""

import math
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Protocol

from vtmetrics.evidence.evidence import Evidence
from vtmetrics.evidence.paper_claim import Claim
from vtmetrics.nets import Spec
from vtmetrics.statistics import (
    Interval,
)

PACKAGES = ("torch", "transformers", "numpy")


@dataclass(frozen=True)
class RunFacts:
    """With which versions, and on which day."""

    versions: str
    date: str


class Handle(Protocol):
    """A model without weights in it: they are loaded when something is asked, and dropped by `release`."""

    @property
    def spec(self) -> Spec: ...

    @property
    def twin(self) -> "Handle": ...

    @property
    def matched(self) -> "Handle": ...

    @property
    def scrambled(self) -> "Handle": ...

    @property
    def digest(self) -> str: ...

    def release(self) -> None: ...


@dataclass(frozen=True)
class ClaimCase:
    """Where evidence belongs: a claim, one of its cases, a model, and the run."""

    claim: Claim
    case: str
    model: Handle
    run: RunFacts

    def row(self, arm: str, verdict: str, expected: Interval | None = None, **told: object) -> Evidence:
        """One row of this cell, with everything that the report prints beside the figures."""
        claim, spec = self.claim, self.model.spec
        interval = expected or claim.expected
        return Evidence(
            claim=claim.id,
            case=self.case,
            model=spec.name,
            role=":".join(part for part in (spec.twin, arm) if part),
            verdict=verdict,
            statement=claim.statement,
            paper=claim.source.paper.short,
            arxiv=claim.source.paper.arxiv,
            place=claim.source.place,
            question=claim.question,
            position=claim.position,
            reported=claim.reported,
            expected=str(interval),
            expected_low=finite(interval.low),
            expected_high=finite(interval.high),
            because=interval.because,
            twin_controls=bool(claim.twins),
            by=claim.by,
            disputes=claim.disputes,
            family=spec.family,
            embedded=spec.embedded,
            source="embedded" if spec.embedded else spec.source,
            revision=spec.revision,
            seed=spec.seed,
            versions=self.run.versions,
            date=self.run.date,
            **({"digest": "", "key": ""} | numerics_of(spec) | told),  # type: ignore[arg-type]
        )

    def unmeasured(self, why: str) -> Evidence:
        """An honest gap."""
        return self.row("", "not measured", note=" ".join(why.split()) or "no reason given")

    def undecided(self, why: str, needs: int | None) -> Evidence:
        """A gap that so many groups of scenes would close, one way or the other."""
        return self.row("", "undecided", note=" ".join(why.split()), needs=needs)

    def failed(self, why: str) -> Evidence:
        """Our own bug; the traceback says more."""
        return self.row("", "failed", note=" ".join(why.split())[:200])


def numerics_of(spec: Spec) -> dict[str, object]:
    return {"dtype": spec.dtype, "attention": spec.attention, "device": spec.device}


def finite(number: float) -> float | None:
    return number if math.isfinite(number) else None


def facts_of_this_run() -> RunFacts:
    """The run of this process; asking for versions imports nothing."""
    told = [f"python {platform.python_version()}", *(f"{name} {version(name)}" for name in PACKAGES)]
    return RunFacts(", ".join(told), datetime.now(UTC).date().isoformat())
