"""Evidence as text for a terminal, and as a page."""

from vtmetrics.report.columns_of_text import LEAST_WIDTH
from vtmetrics.report.comparison_table import ComparisonTable, compare_folders, compare_sides
from vtmetrics.report.explanation import DepthCurve, Transcript, explained
from vtmetrics.report.headline import UNGATED
from vtmetrics.report.page.page_source import RunComparison, page_source_of
from vtmetrics.report.page.report_file import form_of, report_on, write_report
from vtmetrics.report.pruner_table import pruner_lines
from vtmetrics.report.rendering import Arrangement, Detail, render
from vtmetrics.report.sanitise import plain

__all__ = [
    "LEAST_WIDTH",
    "UNGATED",
    "Arrangement",
    "ComparisonTable",
    "DepthCurve",
    "Detail",
    "RunComparison",
    "Transcript",
    "compare_folders",
    "compare_sides",
    "explained",
    "form_of",
    "page_source_of",
    "plain",
    "pruner_lines",
    "render",
    "report_on",
    "write_report",
]
