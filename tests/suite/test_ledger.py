"""The ledger keeps evidence as soon as it comes."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.suite.fake_models import Fake
from vtmetrics.evidence.claim_case import ClaimCase, RunFacts
from vtmetrics.evidence.evidence import read_evidence, write_evidence
from vtmetrics.evidence.paper_claim import Paper, claim
from vtmetrics.nets.spec import Spec
from vtmetrics.statistics.interval import at_least
from vtmetrics.suite.ledger import Ledger, older


@claim("A1", source=Paper("P", "1", "P").at("1"), reported="", expected=at_least(0.5, "half"))
def measured():
    """The model answers."""


def row(model, why):
    return ClaimCase(
        measured.claim, "", Fake(Spec(model, "llava", "nowhere")), RunFacts("python", "today")
    ).unmeasured(why)


def report(test, *told, failed=False):
    properties = [(name, row(test, why).to_json()) for name, why in told]
    return SimpleNamespace(
        nodeid=test, user_properties=properties, failed=failed, longrepr="worker gw0 crashed"
    )


@pytest.fixture
def ledger(tmp_path):
    return Ledger(tmp_path / "new" / "evidence.jsonl", collected=("a", "b", "c"))


def kept(ledger):
    return [(told.model, told.note) for told in read_evidence(ledger.file)]


def test_evidence_is_in_the_file_before_the_next_test_begins(ledger):
    ledger.take(report("b", ("started", "lost")))
    assert not ledger.file.exists()
    ledger.take(report("b", ("evidence", "first")))
    assert kept(ledger) == [("b", "first")]
    ledger.take(report("a", ("evidence", "second"), ("evidence", "third")))
    assert kept(ledger) == [("b", "first"), ("a", "second"), ("a", "third")]


def test_an_older_file_is_replaced_with_the_first_new_evidence(ledger):
    ledger.file.parent.mkdir()
    ledger.file.write_text("older\n", encoding="utf-8")
    ledger.take(report("a", ("started", "lost")))
    assert ledger.file.read_text(encoding="utf-8") == "older\n"
    ledger.take(report("a", ("evidence", "new")))
    assert kept(ledger) == [("a", "new")]


def test_what_was_not_measured_anew_is_kept_from_the_first_moment(ledger):
    """A cell never stands in the file twice, even if the run is killed."""
    write_evidence([row("a", "older"), row("z", "older"), row("b", "older")], ledger.file)
    ledger.older = older(ledger.file)
    ledger.take(report("b", ("evidence", "new")))
    assert kept(ledger) == [("a", "older"), ("z", "older"), ("b", "new")]
    ledger.take(report("a", ("evidence", "new")))
    assert kept(ledger) == [("z", "older"), ("a", "new"), ("b", "new")]
    ledger.close(lambda cell: cell[2] == "z")
    assert kept(ledger) == [("a", "new"), ("b", "new")]


def test_at_the_end_evidence_stands_in_the_order_of_the_run(ledger):
    ledger.take(report("b", ("evidence", "second")))
    ledger.take(report("a", ("evidence", "first")))
    ledger.close(lambda _: True)
    assert kept(ledger) == [("a", "first"), ("b", "second")]


def test_a_report_that_repeats_evidence_adds_none(ledger):
    for _ in ("call", "teardown"):
        ledger.take(report("a", ("evidence", "once")))
    assert kept(ledger) == [("a", "once")]


def test_a_crash_leaves_the_row_that_was_started(ledger):
    ledger.take(report("a", ("started", "no verdict")))
    ledger.take(report("a", failed=True))
    assert kept(ledger) == [("a", "worker gw0 crashed")]
    assert ledger.broken == {"a"}
    assert ledger.lost == ["b", "c"]


def test_a_crash_before_anything_started_is_known_by_its_test(ledger):
    ledger.take(report("a", failed=True))
    assert ledger.rows == []
    assert ledger.broken == {"a"}
    assert ledger.lost == ["b", "c"]


def test_what_another_run_wrote_meanwhile_is_kept(ledger):
    other = Ledger(ledger.file, collected=("c",))
    ledger.take(report("a", ("evidence", "first")))
    other.take(report("c", ("evidence", "theirs")))
    ledger.take(report("b", ("evidence", "second")))
    other.close(lambda _: False)
    ledger.close(lambda _: False)
    assert sorted(kept(ledger)) == [("a", "first"), ("b", "second"), ("c", "theirs")]
    assert [file.name for file in ledger.file.parent.iterdir()] == ["evidence.jsonl"]


def test_a_full_disk_leaves_whole_lines_and_is_noted(ledger, monkeypatch):
    ledger.take(report("a", ("evidence", "first")))
    real = Path.open

    def full(path, mode="r", **told):
        if mode == "a":
            path.write_text(path.read_text() + '{"claim": "A1", "ca')
            raise OSError(28, "No space left on device")
        return real(path, mode, **told)

    monkeypatch.setattr(Path, "open", full)
    ledger.take(report("b", ("evidence", "second")))
    assert kept(ledger) == [("a", "first")]
    assert ledger.unkept == "--evidence: [Errno 28] No space left on device"
    assert len(ledger.rows) == 2
