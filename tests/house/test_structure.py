"""The house rules that a machine can check, one test a rule, each with its offenders."""

import ast
import subprocess
import sys

import pytest

from tests.house.house import MODULES, ROOMS, ROOT, modules, twice

#: who shows things to people, and may know their tools
SHOWING = {"report", "suite"}
TOOLS_OF_SHOWING = {"pytest", "_pytest", "xdist", "rich", "jinja2"}
FORBIDDEN = {
    "vtmetrics": {"claims", "fixtures", "tests", "hypothesis", "skdim"},
    "claims": {"fixtures", "tests", "torch", "transformers", "numpy"},
    "fixtures": {"claims", "tests"},
    "tests": {"claims"},
}
METRICS_NEED = {"torch", "numpy", "scipy", "sacrebleu", "vtmetrics"}
HOOKING = {
    "vtmetrics/engine/approval.py",
    "vtmetrics/engine/hooks.py",
    "vtmetrics/engine/masked_tokens.py",
    "vtmetrics/engine/plain_run.py",
    "vtmetrics/engine/read_prompt.py",
    "vtmetrics/engine/record_hooks.py",
    "vtmetrics/nets/matched_twin.py",
    "vtmetrics/nets/soundness.py",
}
VAGUE = {"utils", "helpers", "base", "manager", "common", "misc"}
TWINS = {"twin", "matched", "scrambled"}
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
COMPOUND = (ast.For, ast.While, ast.With, ast.Try, ast.FunctionDef, ast.ClassDef, ast.Match)


def tops(module):
    return {name.partition(".")[0] for name in module.imports}


def rooms_known(module):
    """The rooms whose names a module imports, with the door or the inner module it takes them from."""
    parts = (name.split(".") for name in module.imports if name.startswith("vtmetrics."))
    return {(part[1], ".".join(part)) for part in parts}


def test_the_four_folders_know_each_other_one_way():
    """The library knows nobody, fixtures know the library, and nobody knows the claims."""
    assert {str(m): tops(m) & FORBIDDEN[m.folder] for m in MODULES if tops(m) & FORBIDDEN[m.folder]} == {}


def test_rooms_import_downwards_only():
    above = {
        (str(module), other)
        for module in modules("vtmetrics")
        for other, _ in rooms_known(module)
        if module.room and ROOMS.index(other) > ROOMS.index(module.room)
    }
    assert above == set()


def test_others_come_in_by_the_door():
    """`from vtmetrics.edits import IMAGE`, never from a module inside; tests may go inside."""
    climbing = {
        (str(module), place)
        for module in MODULES
        for room, place in rooms_known(module)
        if module.folder != "tests" and module.room != room and place.count(".") > 1
    }
    assert climbing == set()


def test_only_the_rooms_that_show_know_pytest_and_rich():
    knowing = {
        str(module): tops(module) & TOOLS_OF_SHOWING
        for module in modules("vtmetrics")
        if module.room not in SHOWING and tops(module) & TOOLS_OF_SHOWING
    }
    assert knowing == {}


def test_claims_import_pytest_the_doors_and_their_papers():
    allowed = {"pytest", "vtmetrics", "claims"} | set(sys.stdlib_module_names)
    assert {
        str(module): tops(module) - allowed for module in modules("claims") if tops(module) - allowed
    } == {}


def test_an_edit_is_hooked_in_one_module():
    """Elsewhere a hook only looks: at a first layer, at what a layer returns, at lengths of states."""
    hooking = {str(module) for module in modules("vtmetrics") if ".register_forward_" in module.text}
    assert hooking == HOOKING


def test_metrics_are_plain_torch_numpy_and_scipy():
    allowed = METRICS_NEED | set(sys.stdlib_module_names)
    metrics = [module for module in modules("vtmetrics") if module.room == "metrics"]
    assert {str(module): tops(module) - allowed for module in metrics if tops(module) - allowed} == {}


def test_a_module_of_the_library_has_a_name_of_its_own():
    """No two have one name, and none is hidden by what its room's door exports."""
    names = [(module.path.stem, module) for module in modules("vtmetrics") if not module.is_door]
    doors = {module.room: module.text for module in modules("vtmetrics") if module.is_door}
    hidden = {str(module) for name, module in names if f'"{name}",' in doors.get(module.room, "")}
    assert twice(names) == {}
    assert hidden == set()


def test_a_public_name_of_the_library_has_one_meaning():
    """Hooks of pytest, which gives them their names, stand in as many plugins as answer them."""
    named = [(name, module) for module in modules("vtmetrics") for name in module.defined]
    assert {name: where for name, where in twice(named).items() if not name.startswith("pytest_")} == {}


def test_every_room_has_a_door():
    rooms = {path.name for path in (ROOT / "vtmetrics").iterdir() if any(path.glob("*.py"))}
    doors = {module.room for module in modules("vtmetrics") if module.is_door and "__all__" in module.text}
    assert rooms <= set(ROOMS)
    assert doors - {""} == rooms


def test_a_module_has_one_noun_and_fits_on_a_few_screens():
    long = {str(module): len(module.text.splitlines()) for module in MODULES}
    assert {name: lines for name, lines in long.items() if lines > 250} == {}
    assert [str(module) for module in MODULES if module.path.stem in VAGUE] == []


def test_a_function_can_be_read_at_a_glance():
    long = {
        (str(module), function.name): function.end_lineno - function.lineno + 1
        for module in MODULES
        for function in module.functions
    }
    assert {place: lines for place, lines in long.items() if lines > 45} == {}


def statements(function):
    """Statements of a body, nested ones too, the docstring aside."""
    inside = [node for node in ast.walk(function) if isinstance(node, ast.stmt)]
    return len(inside) - 1 - (ast.get_docstring(function) is not None)


def comprehensions(statement):
    """How many comprehensions a statement holds, those of the statements inside it aside."""
    if isinstance(statement, COMPOUND):
        return 0
    return sum(isinstance(node, COMPREHENSIONS) for node in ast.walk(statement))


def test_a_claim_measures_in_eight_plain_statements():
    """No more than one comprehension in each, and lines that a referee reads without scrolling."""
    claims = [(module, function) for module in modules("claims") for function in module.functions]
    long = {(str(module), f.name): statements(f) for module, f in claims if statements(f) > 8}
    dense = {
        (str(module), node.lineno)
        for module in modules("claims")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.stmt) and comprehensions(node) > 1
    }
    wide = {
        (str(module), number)
        for module in modules("claims")
        for number, line in enumerate(module.text.splitlines(), 1)
        if len(line) > 100
    }
    assert (long, dense, wide) == ({}, set(), set())


def test_a_claim_neither_asserts_nor_knows_its_twin():
    nodes = [(str(module), node) for module in modules("claims") for node in ast.walk(module.tree)]
    assert [place for place, node in nodes if isinstance(node, ast.Assert)] == []
    assert [place for place, node in nodes if isinstance(node, ast.Attribute) and node.attr in TWINS] == []


@pytest.mark.slow
def test_collecting_claims_loads_no_model_library():
    """`pytest claims/ --collect-only` leaves transformers alone."""
    told = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", COLLECT], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )
    assert "transformers: False" in told.stdout, told.stdout + told.stderr


COLLECT = """
import sys, pytest
status = pytest.main(["claims", "--collect-only", "-q", "-p", "no:cacheprovider"])
assert status == 0, status
print("transformers:", "transformers" in sys.modules)
"""
