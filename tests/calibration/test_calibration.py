"""Calibration, a quick part of it: planted models and scripts, the real claims, few scenes and verdicts."""

import pytest

from fixtures.calibration.calibrate import calibrate, keep, main
from fixtures.calibration.calibration import BorderlessError, Calibration
from fixtures.calibration.line import BORDER, CONTROLS, KEPT, NOISY, ROW, read
from fixtures.calibration.wanted import Effort, Wanted, wanted
from tests.calibration.derivations import DERIVATIONS

pytestmark = pytest.mark.slow

#: one of planted weights and one of planted texts
CLAIMS = ("B1.input", "D1.steps")
POOL = 24
EFFORT = Effort(far=4, border=8, pool=POOL)
FAR = ("right", "wrong", "null")
#: two claims together on what makes both true, and on what makes them true for another reason
STORY = [Wanted("D1", "row", ("steps_go",)), Wanted("D1", "row null", ("any_goes",))]


@pytest.fixture(scope="module")
def lines():
    """Each claim in all its roles, and a row."""
    asked = [one for one in wanted() if one.claim in CLAIMS]
    return list(calibrate([*asked, *STORY], EFFORT))


def told(lines, *roles):
    return {(line.claim, line.role): line for line in lines if line.role in roles}


def test_every_role_of_every_claim_is_there(lines):
    roles = (*FAR, *BORDER, *CONTROLS, *NOISY)
    assert told(lines, *roles).keys() == {(claim, role) for claim in CLAIMS for role in roles}
    assert len(lines) == len(CLAIMS) * len(roles) + len(STORY)


def test_verdicts_are_those_that_are_kept(lines):
    """A fresh and smaller pool of the same scenes: nothing that is far from a border depends on it."""
    kept = told(read(KEPT), *FAR)
    for place, line in told(lines, *FAR).items():
        assert line.right == 1, line
        assert set(line.glyphs) & set(kept[place].glyphs), kept[place]


def test_the_null_fools_only_who_asks_for_no_control(lines):
    nulls = told(lines, "null").values()
    assert [(line.fooled, line.wrong) for line in nulls] == [(1, 0)] * len(CLAIMS)


def test_the_border_lies_between_two_mixtures(lines):
    """They differ by one scene, and are judged wrongly as seldom as intervals promise."""
    found = told(lines, *BORDER)
    for claim in CLAIMS:
        inside, outside = (found[claim, role] for role in BORDER)
        assert 0 < abs(inside.value - outside.value) < 2 / POOL
        assert (inside.inside, outside.inside) == (True, False)
        assert inside.holds
        assert outside.holds


def test_controls_at_their_border_fool_nobody(lines):
    """One scene more, and a control that is beaten does as well; neither is judged wrongly."""
    found = told(lines, *CONTROLS).values()
    assert [(line.inside, line.holds) for line in found] == [(True, True)] * len(found)
    numbers = {(line.claim, line.role): line.numbers for line in found}
    assert all(numbers[claim, "beaten"] != numbers[claim, "matched"] for claim in CLAIMS)


def test_a_row_is_true_of_its_story_and_vacuous_of_what_others_do_as_well(lines):
    """It has no number of its own, and all claims of the row that the paper states are judged."""
    story, null = (told(lines, role)["D1", role] for role in ROW)
    assert (story.right, null.right) == (1, 1)
    assert (story.value, story.inside, story.numbers) == (None, None, {})
    assert [one.claims for one in STORY] == [("D1.steps", "D1.words")] * 2


def test_noise_moves_numbers_and_fools_nobody(lines):
    plain, noisy = told(lines, *FAR), told(lines, *NOISY)
    assert [line for line in noisy.values() if not line.holds] == []
    for claim in CLAIMS:
        assert noisy[claim, "unsure right"].value != plain[claim, "right"].value


@pytest.mark.parametrize(
    ("claim", "role", "number"),
    [
        (*place, number)
        for place, some in DERIVATIONS.items()
        for number in range(len(some))
        if place[0] in CLAIMS
    ],
)
def test_numbers_follow_from_what_was_planted(lines, claim, role, number):
    derived = DERIVATIONS[claim, role][number]
    for arms in told(lines, role)[claim, role].numbers.values():
        assert derived.low(arms) <= arms[derived.arm] <= derived.high(arms), derived.why


@pytest.mark.parametrize(("least", "found"), [(-1, "neither"), (3, 2), (9, "both")])
def test_a_border_lies_where_one_unit_more_decides(least, found):
    """And where there is none, it is said at which ends it holds."""
    asked = Calibration(Wanted("D1.steps", "inside", ("steps_go", "any_goes")), [], {}, EFFORT)
    if isinstance(found, int):
        assert asked._border(lambda many: many < least, 8) == found
    else:
        with pytest.raises(BorderlessError, match=f"no border lies between .* it holds at {found} ends?"):
            asked._border(lambda many: many < least, 8)


def test_a_new_line_takes_the_place_of_the_old_one(lines, tmp_path):
    """In the order in which they are wanted, whoever writes first; what nobody wants any more goes."""
    file = tmp_path / "lines.jsonl"
    mine = [line for line in lines if line.claim in CLAIMS]
    for line in (*reversed(mine), mine[0]):
        keep(line, file)
    places = [(one.claim, one.role) for one in wanted() if one.claim in CLAIMS]
    assert [(line.claim, line.role) for line in read(file)] == places
    assert sorted(read(file), key=str) == sorted(mine, key=str)


@pytest.mark.parametrize("words", [[], ["--all"]])
def test_only_what_is_stale_is_made_anew_unless_all_is(words, monkeypatch, capsys):
    """And a line that cannot be made is told, with a status of its own."""
    mine = [one for one in wanted() if one.claim == "B1.input"]
    asked = []

    def made(lines, *_):
        asked.extend(lines)
        yield BorderlessError("there is no border")

    monkeypatch.setattr("fixtures.calibration.calibrate.stale", lambda *_: {mine[3]: "rules"})
    monkeypatch.setattr("fixtures.calibration.calibrate.calibrate", made)
    assert main(["B1.input", *words]) == 1
    assert asked == (mine if words else [mine[3]])
    assert capsys.readouterr().err == "there is no border\n"
