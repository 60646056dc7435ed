"""Evidence as text for a terminal."""

from vtmetrics.report.columns_of_text import LEAST_WIDTH
from vtmetrics.report.comparison_table import ComparisonTable, compare_folders, compare_sides
from vtmetrics.report.explanation import DepthCurve, Transcript, explained
from vtmetrics.report.headline import UNGATED
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
    "Transcript",
    "compare_folders",
    "compare_sides",
    "explained",
    "plain",
    "pruner_lines",
    "render",
]
