"""Numbers that more than one page tells are one number, and that of the code."""

import re

import pytest

from fixtures.calibration.line import KEPT, read
from fixtures.claim_catalogue import catalogue
from fixtures.documents import DOCS, ROOT, rendered
from tests.house.pages import TEXTS
from vtmetrics.suite.doctor import USED


def told(page, pattern):
    """The numbers of a sentence, whatever lies between its words."""
    found = re.search(pattern.replace(" ", r"\s+"), TEXTS[page])
    assert found, f"{page.name} has no sentence {pattern}"
    return tuple(map(int, found.groups()))


@pytest.fixture(scope="module")
def claims():
    return {entry.claim.id for entry in catalogue()}


@pytest.fixture(scope="module")
def planted(claims):
    return claims & {line.claim for line in read(KEPT)}


def test_so_many_claims_stand_in_the_catalogue(claims):
    assert told(ROOT / "CHANGELOG.md", r"(\d+) claims about image tokens") == (len(claims),)


def test_planted_models_are_there_for_so_many(claims, planted):
    """Both pages name those without."""
    both = (len(planted), len(claims))
    assert told(ROOT / "README.md", r"For (\d+) of the (\d+) claims there are planted models") == both
    page = DOCS / "calibration.md"
    assert told(page, r"For (\d+) of the (\d+) claims there are planted models") == both
    assert told(ROOT / "CHANGELOG.md", r"planted models for (\d+) claims") == (len(planted),)
    (named,) = re.findall(r"for all but ([^:]+):", TEXTS[page])
    assert set(re.findall(r"[A-Z]\w*(?:\.\w+)?", named)) == claims - planted


def test_the_headline_counts_a_dispute_once(claims):
    """Those of papers, our diagnostics, and the claims that share an axis with another."""
    papers, ours = map(int, re.findall(r"(\d+) (?:claims|diagnostics)", rendered())[:2])
    shared = sum(entry.claim.disputes is not None for entry in catalogue())
    assert papers + ours + shared == len(claims)
    page = DOCS / "reading-a-report.md"
    wanted = (len(claims), papers + ours, ours)
    assert told(page, r"the (\d+) claims are (\d+) in the headline, of which (\d+) are") == wanted


def test_as_many_types_have_processors_as_were_built():
    """A line of the table for each, but for those that were not built here."""
    (table,) = re.findall(r"<!-- pixels -->(.+)<!-- /pixels -->", TEXTS[DOCS / "families.md"], re.DOTALL)
    built = [line for line in table.split("\n") if line.startswith("| `") and "not built" not in line]
    assert len(built) == 50
    assert "fifty of them with processors" in " ".join(TEXTS[DOCS / "your-model.md"].split())


def test_the_default_run_takes_one_time():
    pages = (ROOT / "README.md", DOCS / "your-model.md")
    texts = (" ".join(TEXTS[page].split()) for page in pages)
    found = [re.search(r"takes about (\w+) minutes on two cores", text) for text in texts]
    assert len({match[1] for match in found}) == 1


def test_as_many_types_want_torchvision_as_the_table_says():
    """Mistral3 and twelve others; and places are known of so many."""
    (table,) = re.findall(r"<!-- pixels -->(.+)<!-- /pixels -->", TEXTS[DOCS / "families.md"], re.DOTALL)
    assert table.count("Torchvision") == 13
    assert "and twelve others" in TEXTS[DOCS / "your-model.md"]
    assert "and twelve other types" in USED["torchvision"]
    known = len(re.findall(r"\| yes \|$", table, re.MULTILINE))
    assert told(ROOT / "CHANGELOG.md", r"with the processors of (\d+) types") == (known,)
