"""A paper, and a place in it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Paper:
    """What a claim is quoted from."""

    title: str
    arxiv: str
    short: str

    def at(self, place: str) -> "Source":
        """The place in this paper where a claim is made, such as "Table 2"."""
        return Source(self, place)

    def __str__(self) -> str:
        return f"{self.short} (arXiv {self.arxiv})" if self.arxiv else self.short


@dataclass(frozen=True)
class Source:
    """A citation: a paper and the place in it."""

    paper: Paper
    place: str

    def __post_init__(self) -> None:
        if not self.place.strip():
            raise ValueError(f"a source names a place in {self.paper}, this one is empty")

    def __str__(self) -> str:
        return f"{self.paper}, {self.place}"


#: cited where no paper claims anything: such evidence is no claim's, and the report has another place for it
IN_PRACTICE = Paper("What no paper claims and a practitioner asks", "", "In practice")
