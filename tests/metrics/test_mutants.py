"""Can the properties fail? Each published bug, put into our source, is noticed by the one that is named."""

import pytest
from hypothesis import Phase, settings

from tests.metrics.bugs_of_answers import OF_ANSWERS
from tests.metrics.bugs_of_pairs import OF_PAIRS
from tests.metrics.bugs_of_rules import OF_RULES
from tests.metrics.bugs_of_tokens import OF_TOKENS


@pytest.mark.parametrize(
    "mutant", [*OF_TOKENS, *OF_PAIRS, *OF_ANSWERS, *OF_RULES], ids=lambda mutant: mutant.bug
)
def test_a_published_bug_is_noticed(mutant, monkeypatch):
    """The property holds for our source, and fails for the mutant; it needs no smallest example."""
    if hasattr(mutant.caught_by, "hypothesis"):
        first_found = settings(max_examples=20, phases=[Phase.generate], derandomize=True, deadline=None)
        monkeypatch.setattr(mutant.caught_by, "_hypothesis_internal_use_settings", first_found)
    mutant.caught_by()
    monkeypatch.setattr(mutant.target, "__code__", mutant.code())

    with pytest.raises((AssertionError, ValueError, BaseExceptionGroup)):
        mutant.caught_by()
