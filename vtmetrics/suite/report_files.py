"""Report files of a run (--report): a page, Markdown, JSON or CSV, written when the run is at its end."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from vtmetrics.report import UNGATED, RunComparison, form_of, page_source_of, write_report
from vtmetrics.suite.claim_modules import has_gate
from vtmetrics.suite.exit_status import BESIDE
from vtmetrics.suite.ledger import LEDGER
from vtmetrics.suite.options import REGISTRY, is_controller, only_looks
from vtmetrics.suite.scores_folder import FOLDER
from vtmetrics.suite.summary import absence, arrangement_of, sparing, unaccounted


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where reports go."""
    parser.getgroup("claims").addoption(
        "--report",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="write the report to a file that ends in .html, .md, .json or .csv; may be repeated",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Refuse what is no form of a report before anything is measured."""
    for file in config.getoption("report") if is_controller(config) else ():
        try:
            form_of(file)
        except ValueError as error:
            raise pytest.UsageError(f"--report: {error}") from error
        if file.is_dir():
            raise pytest.UsageError(f"--report wants a file, {file} is a folder")


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Write each file, and say so; what cannot be written is said too, and costs no verdict."""
    files: Sequence[Path] = config.getoption("report")
    ledger = config.stash[LEDGER]
    if not files or only_looks(config) or not ledger.rows:
        return
    registry = config.stash[REGISTRY]
    said = [*sparing(registry.spared), *absence(registry.not_run), *unaccounted(ledger)]
    said += [] if has_gate(config) else [UNGATED]
    pair = config.stash.get(BESIDE, None)
    compared = RunComparison(pair.head, pair.table) if pair is not None and pair.table is not None else None
    told = arrangement_of(config)
    try:
        source = page_source_of(
            ledger.rows,
            config.stash[FOLDER],
            order=told.order,
            kept=told.kept,
            said=said,
            comparison=compared,
        )
        for file in files:
            terminalreporter.write_line(f"report: {file} ({write_report(source, file):,} bytes)")
    except (OSError, ValueError) as error:
        terminalreporter.write_line(f"--report: {error}", red=True)
