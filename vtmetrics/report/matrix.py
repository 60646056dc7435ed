"""The matrix: a line for each claim, what all models and their twins make of it, and what it says."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

from vtmetrics.evidence import TWINS
from vtmetrics.report.cell import STYLES
from vtmetrics.report.columns_of_text import BETWEEN, padded
from vtmetrics.report.difference import DifferenceColumn
from vtmetrics.report.outline import ClaimEntry, Column, QuestionSection

LEAST_STATEMENT = 30  # columns: with fewer, a claim is not told
MOST_LABEL = 26


@dataclass(frozen=True)
class MatrixLook:
    """How much of a cell there is room for, and whether a column bears its model's name."""

    named: bool
    valued: bool
    interval: bool = False


#: the first for which there is room beside what claims say
LOOKS = (
    MatrixLook(named=True, valued=True, interval=True),
    MatrixLook(named=True, valued=True),
    MatrixLook(named=False, valued=True),
    MatrixLook(named=False, valued=False),
)


@dataclass(frozen=True)
class ModelGroup:
    """A model's cells, and behind each the glyphs of its twins; or a column of differences."""

    column: Column
    twins: tuple[Column, ...]
    look: MatrixLook

    @property
    def heading(self) -> Text:
        """The number that the counts give to a model, and its name where there is room."""
        if not self.column.number:
            return Text(self.column.model, "bold")
        name = self.column.named.rpartition("/")[2]
        return Text(f"{self.column.number} {name}" if self.look.named else str(self.column.number), "bold")

    def text(self, entry: ClaimEntry, room: int) -> Text:
        """The model's cell, as wide as told, and its twins'."""
        return padded(self.own(entry), room) + self._behind(entry)

    def own(self, entry: ClaimEntry) -> Text:
        """Glyph, value and interval, as far as the look has them."""
        if isinstance(self.column, DifferenceColumn):
            told = self.column.text(entry.told.claim, brief=not self.look.interval) or Text()
            return told if self.look.valued else told[:1]
        cell = entry.cell(self.column)
        if cell is None:
            return Text()
        glyph = cell.conclusion.glyph
        told = (
            cell.text(brief=not self.look.interval) if self.look.valued else Text.styled(glyph, STYLES[glyph])
        )
        if entry.told.diagnostic:
            told.stylize("dim")
        return told

    def _behind(self, entry: ClaimEntry) -> Text:
        """A letter for each twin that there is, in the order of the legend."""
        cells = [entry.cell(twin) for twin in self.twins]
        told = "".join(cell.conclusion.glyph if cell else "·" for cell in cells)
        return Text.styled(f" {told}" if told else "", "dim")


@dataclass(frozen=True)
class MatrixBlock:
    """As many models as stand side by side: the room for labels, cells, whole columns and statements."""

    label: int
    groups: tuple[ModelGroup, ...]
    cells: tuple[int, ...]
    wholes: tuple[int, ...]
    statement: int

    def line(self, label: Text, texts: Sequence[Text], told: Text) -> Text:
        """One line, whatever there is to tell: what has no room ends in …"""
        line = padded(label, self.label - BETWEEN) + Text(" " * BETWEEN)
        for text, room in zip(texts, self.wholes, strict=True):
            line = line + padded(text, room) + Text(" " * BETWEEN)
        line = line + padded(told, self.statement) if self.statement >= LEAST_STATEMENT else line
        line.rstrip()
        return line

    def claim(self, entry: ClaimEntry) -> Text:
        """What the models of this block make of a claim."""
        texts = [group.text(entry, room) for group, room in zip(self.groups, self.cells, strict=True)]
        statement = Text(entry.told.statement, "dim" if entry.told.diagnostic else "")
        return self.line(Text(entry.told.claim, "bold cyan"), texts, statement)

    def question(self, question: QuestionSection) -> Text:
        """What the claims below it ask, and which column is which."""
        head, _, rest = question.asked.partition(": ")
        known = rest and cell_len(head) <= self.label - BETWEEN
        asked = (head, rest) if known else ("", question.asked or "no question")
        headings = [group.heading for group in self.groups]
        return self.line(Text(asked[0], "bold"), headings, Text(asked[1], "bold"))


def matrix(questions: Sequence[QuestionSection], columns: Sequence[Column], width: int) -> Iterator[Text]:
    """Paper by paper and question by question, in as many blocks of models as the width asks for."""
    entries = [entry for question in questions for entry in question.entries]
    for block in _blocks(entries, columns, width):
        paper = ""
        for question in questions:
            if question.cited != paper:
                paper = question.cited
                yield padded(Text(paper, "bold"), width)
            yield block.question(question)
            yield from (block.claim(entry) for entry in question.entries)
        yield Text()


def _blocks(entries: Sequence[ClaimEntry], columns: Sequence[Column], width: int) -> Iterator[MatrixBlock]:
    """One block of the first look that leaves room for statements, or several without."""
    longest = max((cell_len(entry.told.claim) for entry in entries), default=0)
    label = min(longest, MOST_LABEL, width // 3) + BETWEEN
    for look in LOOKS:
        block = _block(entries, _groups(columns, look), label, width)
        if block.statement >= LEAST_STATEMENT:
            yield block
            return
    left = _groups(columns, LOOKS[-1])
    while left:
        fitting = (count for count in range(len(left), 1, -1) if _fits(entries, left[:count], label, width))
        count = next(fitting, 1)
        yield _block(entries, left[:count], label, width)
        left = left[count:]


def _fits(entries: Sequence[ClaimEntry], groups: Sequence[ModelGroup], label: int, width: int) -> bool:
    return _block(entries, groups, label, width).statement >= 0


def _block(
    entries: Sequence[ClaimEntry], groups: Sequence[ModelGroup], label: int, width: int
) -> MatrixBlock:
    cells = [max((group.own(entry).cell_len for entry in entries), default=0) for group in groups]
    behind = (len(group.twins) + bool(group.twins) for group in groups)
    pairs = zip(groups, cells, behind, strict=True)
    wholes = [max(group.heading.cell_len, cell + twins) for group, cell, twins in pairs]
    left = width - label - sum(wholes) - BETWEEN * len(wholes)
    return MatrixBlock(label, tuple(groups), tuple(cells), tuple(wholes), left)


def _groups(columns: Sequence[Column], look: MatrixLook) -> list[ModelGroup]:
    """Each model with its twins; a twin that was asked for alone is a model here."""
    models = [column for column in columns if not column.twin]
    there = {column.twin for column in columns}
    kinds = [twin for twin in TWINS if twin in there]
    known = {column.number for column in models}
    return [
        *(ModelGroup(each, _twins_of(each, kinds), look) for each in models),
        *(ModelGroup(twin, (), look) for twin in columns if twin.twin and twin.number not in known),
    ]


def _twins_of(model: Column, kinds: Sequence[str]) -> tuple[Column, ...]:
    """All kinds that the run has of any model, so that they stand in one order; a difference has none."""
    return tuple(Column(model.number, model.model, kind) for kind in kinds if model.number)
