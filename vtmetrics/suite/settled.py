"""Settled outcomes: at its end a run says in pytest's last line and in JUnit XML what the report says."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from _pytest.junitxml import LogXML

from vtmetrics.evidence import Conclusion, Conclusions, Evidence, Glyph, Place
from vtmetrics.suite.verdicts import EVIDENCE, category_of, row_of

#: what is neither passed nor failed
OPEN = (Glyph.UNMEASURED, Glyph.UNDECIDED)


def settle(config: pytest.Config, conclusions: Conclusions, failing: Collection[Place]) -> None:
    """Count every claim as it was concluded in the end; `failing` are the cells that fail the run."""
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal is not None:
        _recount(terminal.stats, conclusions)
    for plugin in config.pluginmanager.get_plugins():
        if isinstance(plugin, LogXML):
            _amend(plugin, conclusions, failing)


def _recount(stats: dict[str, list[Any]], conclusions: Conclusions) -> None:
    """Move each report of a claim to the category of its cell; what is no claim's stays where it is."""
    counted: dict[str, list[Any]] = defaultdict(list)
    for category, reports in stats.items():
        for report in reports:
            row = row_of(report) if isinstance(report, pytest.TestReport) and category else None
            if row is None or report.when == "teardown":
                counted[category].append(report)
            else:
                counted[category_of(row, conclusions[row.cell].glyph.word)].append(report)
    stats.clear()
    stats.update(counted)


def _amend(log: LogXML, conclusions: Conclusions, failing: Collection[Place]) -> None:
    """Give each test case its verdict; pytest wrote none: it knows passed, failed and skipped alone."""
    for reporter in log.node_reporters_ordered:
        case = reporter.to_xml()
        properties = case.find("properties")
        told = [] if properties is None else properties.findall(f"property[@name='{EVIDENCE}']")
        if properties is None or not told:
            continue
        place = Evidence.from_json(str(told[0].get("value"))).cell
        conclusion = conclusions[place]
        said = _said(conclusion)
        ET.SubElement(properties, "property", name="verdict", value=said)
        if conclusion.glyph is Glyph.FAILED:
            continue  # pytest has written that, with its traceback
        tag = "failure" if place in failing else "skipped" if conclusion.glyph in OPEN else "passed"
        if tag != "passed":
            ET.SubElement(case, tag, type=f"vtmetrics.{conclusion.glyph.name.lower()}", message=said)
        log.add_stats(tag)


def _said(conclusion: Conclusion) -> str:
    return f"{conclusion.glyph.word}: {conclusion.reason}" if conclusion.reason else conclusion.glyph.word
