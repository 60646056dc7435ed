"""Hindrances: why a claim would not be measured here, as its code says before anything is loaded."""

from typing import Any

import pytest

from vtmetrics.protocols import require_accelerator
from vtmetrics.suite.claim_items import handle_of
from vtmetrics.unmeasured import NotMeasured


@pytest.hookimpl(trylast=True)
def pytest_claim_hindrance(item: pytest.Function) -> str | None:
    """A claim that takes times says so in its body, and asks for an accelerator."""
    model: Any = handle_of(item)
    if require_accelerator.__name__ in item.obj.__code__.co_names:
        try:
            require_accelerator(model)
        except NotMeasured as why:
            return str(why)
    return None
