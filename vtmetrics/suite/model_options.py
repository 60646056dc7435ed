"""Options of the models of a run: which revision of one is meant, and what cannot be meant."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from vtmetrics.nets import REPOSITORY


def pytest_addoption(parser: pytest.Parser) -> None:
    """What a run may be told about its models, beside --model itself."""
    group = parser.getgroup("claims")
    group.addoption(
        "--revision", metavar="REVISION", help="which branch, tag or 40 digits of --model=ORG/NAME is meant"
    )


def at_revision(texts: Sequence[str], revision: str | None) -> list[str]:
    """What --model and --revision mean together: a revision is of one repository."""
    if revision is None:
        return list(texts)
    named = [REPOSITORY.fullmatch(text) for text in texts if not Path(text).is_dir()]
    if len(texts) != 1 or not named or named[0] is None or named[0]["revision"]:
        raise pytest.UsageError(
            f"--revision wants one --model=ORG/NAME, got {', '.join(texts) or 'no --model'}; "
            "several are told apart by --model=ORG/NAME@REVISION"
        )
    return [f"{texts[0]}@{revision}"]
