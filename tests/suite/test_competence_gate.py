"""What a model can do is asked before claims about right answers, told once, and no claim."""

import json

import pytest

from tests.suite.claim_suite import SUPPORTED
from tests.suite.test_settled import cases
from vtmetrics.evidence.evidence import is_ability

#: practice scenes of which so many are right with the image, and so many without it
GATE = """
from types import SimpleNamespace

from vtmetrics.suite import require_competence


def practice(seen, blind, count):
    told = ((number < seen, number < blind) for number in range(count))
    return [
        SimpleNamespace(id=f"practice {number}", group=str(number), known={}, seen=seen, blind=blind)
        for number, (seen, blind) in enumerate(told)
    ]


@pytest.fixture
def competent(request, model):
    {asked}
"""
CLAIM = """
@cited("A1")
@pytest.mark.usefixtures("competent")
def test_answers(model):
    '''The model answers.'''
    return model.share(0.9)
"""
SECOND = CLAIM.replace("A1", "A2").replace("test_answers", "test_answers_again")


def gate(**tasks):
    """A fixture that asks about these tasks."""
    asked = [
        f"require_competence(request.node, model, {task!r}, practice{told})" for task, told in tasks.items()
    ]
    return GATE.replace("{asked}", "\n    ".join(asked))


ABLE, OPEN, UNABLE = (120, 30, 128), (70, 30, 128), (20, 10, 128)


def abilities(suite):
    return [row for row in suite.rows() if is_ability(row)]


def test_the_first_line_of_a_model_tells_what_it_can_do(suite):
    """Once, whoever asked; of its twins nothing is told."""
    suite.write(gate(letters=ABLE), CLAIM, SECOND)
    done = suite.run("--evidence=kept", "-m", "qwen")
    assert done.ret == 0
    done.stdout.fnmatch_lines(
        [
            "2 claims, 1 model and twins, on 100 scenes",
            "Competence on validation scenes: right answers (those that the image adds)",
            "1 qwen-2 can do letters .94 (.70)",
            "1 qwen-2 * 2 *",
        ]
    )
    assert [(row.case, row.role) for row in abilities(suite)] == [("letters", ""), ("letters", "sensitivity")]


def test_a_model_is_asked_before_its_twins(suite):
    suite.write(gate(letters=ABLE), CLAIM).run("-m", "qwen", "--evidence=kept")
    labels = [line.removeprefix("load ") for _, line in suite.loads if line.startswith("load")]
    assert labels == ["qwen-2", "qwen-2 (untrained)"]


def test_a_task_that_cannot_be_done_is_told_and_its_claims_are_not_measured(suite):
    done = suite.write(gate(letters=UNABLE), CLAIM).run("-v", "-m", "qwen", "--evidence=kept")
    assert done.ret == 5
    done.stdout.fnmatch_lines(["1 qwen-2 cannot do letters .16", "*not competent in letters*"])


def test_what_is_undecided_is_a_question_with_a_number(suite):
    """In the letter, the last line, JUnit, the table and the headline alike."""
    suite.write(gate(letters=OPEN), CLAIM)
    done = suite.run("-m", "qwen", "--evidence=kept", "--junitxml=junit.xml", "-v")
    assert done.ret == 0
    (row,) = [row for row in suite.rows() if row.claim == "A1" and not row.role]
    assert (row.verdict, row.value) == ("undecided", None)
    done.stdout.fnmatch_lines(
        [
            "*test_answers?[[]model=qwen-2]] UNDECIDED*",
            f"*; --scenes {row.needs} would tell whether 1 can be asked at all.",
            f"1 qwen-2 undecided letters .55 (.31): needs about {row.needs:,} scenes",
            "            [?] *",
            "*[?] qwen-2: undecided whether it is competent in letters: 0.55 *",
            "*1 undecided*",
        ]
    )
    assert row.needs > 128
    told, tags = cases(suite)[1]["A1"]
    assert told.startswith("undecided: undecided whether it is competent in letters")
    assert told.endswith(f"; needs about {row.needs:,} scenes")
    assert tags == ["skipped"]


def test_on_the_border_no_number_is_promised(suite):
    done = suite.write(gate(letters=(64, 10, 128)), CLAIM).run("-m", "qwen", "--evidence=kept")
    assert done.ret == 0
    done.stdout.fnmatch_lines(
        ["*1 undecided lies on the border.", "1 qwen-2 undecided letters .50 (.42): on the border"]
    )


def test_scenes_that_all_failed_say_nothing_of_what_a_model_can_do(suite):
    scenes = "[SimpleNamespace(id='a', group='a', known={}, seen=None, blind=None)]"
    asked = f"require_competence(request.node, model, 'letters', {scenes})"
    done = suite.write(GATE.replace("{asked}", asked), CLAIM).run("-m", "qwen")
    assert done.ret == 5
    done.stdout.fnmatch_lines(
        ["1 qwen-2 unknown letters: unknown whether it is competent: all 1 scenes failed:*"]
    )


def test_what_a_model_can_do_neither_refutes_nor_changes_a_run(suite):
    """It is compared with no baseline, and no claim of --explain."""
    suite.write(gate(letters=ABLE), CLAIM).run("--evidence=before")
    done = suite.write(gate(words=ABLE), CLAIM).run("--baseline=before")
    assert done.ret == 0
    done.stdout.fnmatch_lines(["Compared with the baseline: 2 as before."])
    assert suite.run("--explain=A1").ret == 0
    unable = suite.write(gate(letters=UNABLE), CLAIM, SUPPORTED.replace("A1", "A3"))
    assert unable.run().ret == 0


def test_a_file_keeps_what_other_runs_were_told_and_replaces_the_same_task(suite):
    suite.write(gate(letters=ABLE), CLAIM).run("-m", "qwen", "--evidence=kept")
    suite.write(gate(words=ABLE), SECOND).run("-m", "qwen", "--evidence=kept", "-k", "A2")
    suite.write(gate(words=(128, 30, 128)), SECOND).run("-m", "qwen", "--evidence=kept", "-k", "A2")
    told = {(row.case, row.role): row.value for row in abilities(suite)}
    assert told["letters", ""] == 120 / 128
    assert told["words", ""] == 1


@pytest.mark.slow
def test_workers_tell_it_once(suite):
    suite.write(gate(letters=ABLE), CLAIM, module="test_one")
    suite.write(gate(letters=ABLE), SECOND, module="test_two")
    done = suite.spawn("-n2", "--evidence=kept", "-k", "one or two")
    assert done.ret == 0
    assert len(abilities(suite)) == 4
    assert done.stdout.str().count("can do letters .94 (.70)") == 2


def test_what_travels_is_plain_text(suite):
    seen = []

    class Reports:
        def pytest_runtest_logreport(self, report):
            seen.extend(line for name, line in report.user_properties if name == "ability")

    suite.write(gate(letters=ABLE), CLAIM)
    suite.pytester.inline_run("claims", "-p", "no:cacheprovider", plugins=[Reports()])
    assert {json.loads(line)["case"] for line in seen} == {"letters"}
