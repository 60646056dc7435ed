"""Digests: each part of what a line is made from shows in its own digest, and in no other."""

import ast
from dataclasses import replace

import pytest

from fixtures.calibration import definitions, digest
from fixtures.calibration.digest import TABLES
from fixtures.calibration.wanted import Effort, Wanted, stale, wanted
from fixtures.claim_catalogue import source
from fixtures.planted.behaviour import Move
from fixtures.planted.plant import RECIPES
from fixtures.planted.scripted import SCRIPTS, Loss
from tests.calibration.test_line import line

WANTED = Wanted("C1.half", "right", ("early",))
EFFORT = Effort()
CACHES = (
    *(definitions._named, definitions._module_text),
    *(digest._claim, digest._rules, digest._drawing, digest._scenes, digest._planted, digest._planting),
)


@pytest.fixture
def forget():
    """What was read is read again, and so it is for those who come after."""

    def clear():
        for cached in CACHES:
            cached.cache_clear()

    yield clear
    clear()


def defined(monkeypatch, module, text):
    """Let a module define something else."""
    node = ast.parse(text).body[0]
    name = node.name if isinstance(node, ast.FunctionDef) else node.targets[0].id
    monkeypatch.setitem(source(module).defined, name, node)


def rewritten(monkeypatch, module):
    """Let a module hold one statement more."""
    told = source(module)
    more = ast.Module([*told.tree.body, *ast.parse("more = 1").body], [])
    monkeypatch.setitem(vars(told), "tree", more)


CHANGES = {
    "a constant of the claim's": (
        "claims",
        lambda patch: defined(patch, "claims.test_truncation", "HALF = truncate(1 / 3)"),
    ),
    "how an answer is read": (
        "claims",
        lambda patch: defined(patch, "vtmetrics.readings.answers", "def _correct(run): return 1.0"),
    ),
    "an interval": ("rules", lambda patch: rewritten(patch, "vtmetrics.statistics.exact_bounds")),
    "the rule of controls": ("rules", lambda patch: rewritten(patch, "vtmetrics.evidence.control_rule")),
    "what is planted": (
        "models",
        lambda patch: patch.setitem(
            RECIPES,
            "early",
            replace(RECIPES["early"], plan=replace(RECIPES["early"].plan, image={0: Move(turn=1.0)})),
        ),
    ),
    "how it is planted": (
        "models",
        lambda patch: defined(patch, "fixtures.planted.wiring", "def _look(heads): return None"),
    ),
    "which scenes there are": (
        "scenes",
        lambda patch: patch.setattr(digest, "_content", lambda *asked: [str(asked)]),
    ),
    "how samples are drawn": ("drawing", lambda patch: rewritten(patch, "fixtures.calibration.population")),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_shows_in_the_digest_of_its_part_alone(change, forget, monkeypatch):
    before = WANTED.made_from(EFFORT)
    part, act = CHANGES[change]
    with monkeypatch.context() as patch:
        forget()
        act(patch)
        now = WANTED.made_from(EFFORT)
    assert {name for name in now if now[name] != before[name]} == {part}


def test_what_others_are_made_of_changes_nothing(forget, monkeypatch):
    before = WANTED.made_from(EFFORT)
    forget()
    defined(monkeypatch, "claims.test_truncation", "STEPS = [PLAIN]")
    monkeypatch.setitem(RECIPES, "late", RECIPES["ignored"])
    assert WANTED.made_from(EFFORT) == before


def test_words_about_a_model_change_nothing(forget, monkeypatch):
    wanted = Wanted("D2", "right", ("lost_for_good",))
    before = wanted.made_from(EFFORT)
    forget()
    monkeypatch.setitem(SCRIPTS, "lost_for_good", replace(SCRIPTS["lost_for_good"], truth="in other words"))
    assert wanted.made_from(EFFORT) == before
    forget()
    monkeypatch.setitem(SCRIPTS, "lost_for_good", replace(SCRIPTS["lost_for_good"], cut=Loss(end=0.8)))
    assert wanted.made_from(EFFORT) != before


def test_a_course_is_made_of_all_its_students(forget, monkeypatch):
    wanted = Wanted("E1.truth", "right", ("all_comes_back",))
    before = wanted.made_from(EFFORT)
    forget()
    monkeypatch.setitem(RECIPES, "early_learner", RECIPES["late_learner"])
    assert wanted.made_from(EFFORT)["models"] != before["models"]


def test_another_effort_makes_another_line():
    assert WANTED.made_from(EFFORT) != WANTED.made_from(replace(EFFORT, far=41))
    assert WANTED.made_from(EFFORT)["scenes"] != WANTED.made_from(replace(EFFORT, pool=47))["scenes"]


def test_tables_of_models_are_where_it_is_said():
    """Else all plans would count for every model."""
    assert [place for place in sorted(TABLES) if place[1] not in source(place[0]).defined] == []


def test_a_line_is_stale_if_it_is_missing_or_made_from_something_else():
    now = {one: one.made_from(EFFORT) for one in wanted()[:3]}
    first, second, _ = now
    kept = [
        replace(line(one.role, claim=one.claim), made_from=made)
        for one, made in ((first, now[first]), (second, now[second] | {"rules": "older", "models": "older"}))
    ]
    told = stale(kept, EFFORT)
    assert first not in told
    assert [*told.values()][:2] == ["rules, models", "missing"]
