"""Report files: a page, Markdown, JSON or CSV, as the end of the file's name says."""

from collections.abc import Callable, Mapping
from pathlib import Path

from vtmetrics.lab import replace_synced
from vtmetrics.report.comparison_table import compare_folders
from vtmetrics.report.page.page_source import PageSource, RunComparison, source_in
from vtmetrics.report.page.plain_forms import as_csv, as_json, as_markdown
from vtmetrics.report.page.web_page import web_page
from vtmetrics.statistics import TEN_POINTS


def write_report(source: PageSource, file: Path) -> int:
    """Write the report in the form that the file's name asks for; how many bytes it has."""
    content = form_of(file)(source).encode()
    file.parent.mkdir(parents=True, exist_ok=True)
    replace_synced(file, content)
    return len(content)


def form_of(file: Path) -> Callable[[PageSource], str]:
    """What writes a report of this form."""
    forms: Mapping[str, Callable[[PageSource], str]] = {
        ".html": web_page,
        ".md": as_markdown,
        ".json": as_json,
        ".csv": as_csv,
    }
    if file.suffix not in forms:
        raise ValueError(f"a report wants a file that ends in {', '.join(forms)}, got {file}")
    return forms[file.suffix]


def report_on(folder: Path, before: Path | None = None, margin: float = TEN_POINTS) -> PageSource:
    """What a report shows of a folder of evidence, and of what has changed since another one."""
    if before is None:
        return source_in(folder)
    compared = compare_folders(before, folder, margin)
    return source_in(
        folder, comparison=RunComparison(f"comparison: {folder.name} with {before.name}", compared)
    )
