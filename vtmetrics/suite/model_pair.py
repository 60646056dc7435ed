"""A pair of models in one run: what changed from the first to the second, scene by scene; --compare fails."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from vtmetrics.evidence import Evidence, Place, read_scene_scores
from vtmetrics.report import ComparisonTable, compare_sides
from vtmetrics.suite.options import REGISTRY, is_controller
from vtmetrics.suite.scores_folder import FOLDER

#: the file beside the evidence
COMPARISON_FILE = "comparison.txt"


@dataclass(frozen=True)
class ModelPair:
    """Two models by name, the comparison of the second with the first, or why there is none."""

    first: str
    second: str
    table: ComparisonTable | None
    why: str = ""

    @property
    def head(self) -> str:
        """Which way round."""
        return f"comparison: {self.second} with {self.first}"

    @property
    def lines(self) -> Sequence[str]:
        """What is said of it."""
        return [f"not compared: {self.why}"] if self.table is None else self.table.lines

    @property
    def nothing(self) -> bool:
        """Whether nothing could be compared."""
        return self.table is None or self.table.nothing

    @property
    def failing(self) -> set[Place]:
        """The cells of the second model that fail the run."""
        cells = () if self.table is None else self.table.cells
        return {cell.place._replace(model=self.second) for cell in cells if cell.fails}


def pytest_configure(config: pytest.Config) -> None:
    """Refuse what is no pair, before anything is loaded."""
    names = config.getoption("model")
    if config.getoption("compare") and is_controller(config) and len(names) != 2:
        got = ", ".join(names) or "none"
        raise pytest.UsageError(f"--compare wants two models, --model=BEFORE --model=AFTER, got {got}")


def pair_of(config: pytest.Config, rows: Sequence[Evidence]) -> ModelPair:
    """The comparison of the models of this run, in the order in which they were named."""
    names = [model.spec.name for model in config.stash[REGISTRY].runnable]
    if len(names) != 2:  # whoever answers the hook may leave one out
        first, second = config.getoption("model")
        return ModelPair(first, second, None, f"of two models {len(names)} can run here")
    first, second = names
    before = [row for row in rows if row.model == first]
    after = [row for row in rows if row.model == second]
    try:
        kept = read_scene_scores(config.stash[FOLDER] or Path())
        return ModelPair(first, second, compare_sides(before, after, (kept, kept), {first: second}))
    except (OSError, ValueError) as error:
        return ModelPair(first, second, None, str(error))


def kept_pair(pair: ModelPair, folder: Path | None) -> ModelPair:
    """The same pair, with what is said of it in a file beside the evidence, if that is kept."""
    if folder is None or pair.table is None:
        return pair
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / COMPARISON_FILE).write_text("\n".join([pair.head, *pair.lines, ""]), encoding="utf-8")
    except OSError as error:
        return ModelPair(pair.first, pair.second, None, str(error))
    return pair
