"""Numbers in cells: short, and on the right side of every border."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.report.evidence_row import row
from vtmetrics.evidence.figure import compact, figure_text, rounded


@pytest.mark.parametrize(
    ("value", "reach", "told"),
    [
        (0.97, 0.02, ".97 [.95, .99]"),
        (0.5, 0.5, ".50 [0, 1]"),
        (-0.02, 0.03, "−.02 [−.05, .01]"),
        (0.012, 0.004, ".012 [.008, .016]"),
        (12.34, 1.5, "12.3 [10.8, 13.8]"),
        (1234.5, 20.0, "1234 [1214, 1254]"),
        (2.5e6, 1e5, "2.5e+06 [2.4e+06, 2.6e+06]"),
        (-0.001, 0.02, "0 [−.02, .02]"),
    ],
)
def test_a_figure_is_as_long_as_its_interval_is_wide(value, reach, told):
    assert figure_text(row(value=value, reach=reach, expected="≥ 0.1")) == told


def test_an_undecided_interval_never_looks_decided():
    """Two digits would round .9496 to the border."""
    assert figure_text(row(value=0.97, low=0.9496, high=0.99)) == ".9700 [.9496, .9900]"


@settings(derandomize=True, deadline=None)
@given(st.floats(0.94, 0.96), st.floats(0.94, 0.96))
def test_what_is_shown_lies_where_the_number_lies(low, high):
    low, high = sorted((low, high))
    text = figure_text(row(value=(low + high) / 2, low=low, high=high))
    shown = [float(part.strip("[],")) for part in text.split()]
    for told, exact in zip(shown, [(low + high) / 2, low, high], strict=True):
        if abs(exact - 0.95) > 1e-6:
            assert (told < 0.95, told > 0.95) == (exact < 0.95, exact > 0.95)


def test_an_open_end_is_infinite_and_no_ends_are_not_shown():
    assert figure_text(row(low=None)) == ".97 [−∞, .99]"
    assert figure_text(row(low=None, high=None)) == ".97"
    assert figure_text(row(verdict="failed", value=None)) == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [("≥ 0.95", "≥ .95"), ("0 ± 0.05", "0 ± .05"), ("-0.1 … 10.5", "−.1 … 10.5"), ("a-b 1.0.2", "a-b 1.0.2")],
)
def test_numbers_in_words_lose_the_same_zero(text, told):
    assert compact(text) == told


def test_zero_has_no_sign():
    assert rounded(-1e-9, 2) == "0"
