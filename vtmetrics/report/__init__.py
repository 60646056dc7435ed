"""Evidence as text for a terminal."""

from vtmetrics.report.columns_of_text import LEAST_WIDTH
from vtmetrics.report.comparison_table import compare_folders
from vtmetrics.report.explanation import DepthCurve, Transcript, explained
from vtmetrics.report.headline import UNGATED
from vtmetrics.report.pruner_table import pruner_lines
from vtmetrics.report.rendering import render

__all__ = [
    "LEAST_WIDTH",
    "UNGATED",
    "DepthCurve",
    "Transcript",
    "compare_folders",
    "explained",
    "pruner_lines",
    "render",
]
