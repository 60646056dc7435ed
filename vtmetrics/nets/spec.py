"""A model's spec: everything that identifies it, and no weights."""

from dataclasses import dataclass, replace

TWIN_KINDS = ("", "untrained", "scrambled", "matched")


@dataclass(frozen=True)
class Spec:
    """A line of the registry: what the model is called, where it is, and in which numerics it runs.

    `source` is a directory in hub layout, or FILE.py:FUNCTION that returns (net, processor).
    `device_map` spreads the net over several devices, as accelerate does it, in place of `device`.
    `twin` says which twin of that model is meant, if any; `seed` seeds the twin. `adapter` is the folder of
    what was trained beside the model's own weights.
    """

    name: str
    family: str
    source: str
    revision: str | None = None
    dtype: str = "float32"
    attention: str = "sdpa"
    device: str = "cpu"
    embedded: bool = False
    about: str = ""
    twin: str = ""
    seed: int = 0
    adapter: str = ""
    device_map: str = ""

    def __post_init__(self) -> None:
        if self.twin not in TWIN_KINDS:
            raise ValueError(f"a twin is untrained, scrambled or matched, got {self.twin!r}")
        if self.twin and self.adapter:
            raise ValueError(f"a tuned model has no twin: what {self.name} was tuned to, its twin never was")

    @property
    def label(self) -> str:
        """What a reader calls it: the name, and which twin, or that it is tuned."""
        told = "tuned" if self.adapter else self.twin
        return f"{self.name} ({told})" if told else self.name

    @property
    def identified(self) -> bool:
        """Whether files say what the weights are; a function's or a process's own are known to it alone."""
        return not self.source.startswith("memory:") and ".py:" not in self.source

    def as_twin(self, kind: str, seed: int = 0) -> "Spec":
        """The same model with weights that never saw data, or with its own in another order."""
        return replace(self, twin=kind, seed=seed)
