"""The house rules that a machine can check."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("vtmetrics", "claims", "fixtures", "tests")
MODULES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
FORBIDDEN = {
    "vtmetrics": {"claims", "fixtures", "tests", "pytest", "rich", "hypothesis", "skdim"},
    "claims": {"fixtures", "tests", "torch", "transformers", "numpy"},
    "fixtures": {"claims", "tests"},
    "tests": {"claims"},
}
METRICS_NEED = {"torch", "numpy", "scipy", "sacrebleu", "vtmetrics"}
VAGUE = {"utils", "helpers", "base", "manager", "common", "misc"}


def named(path):
    return str(path.relative_to(ROOT))


def imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def functions(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def statements(function):
    """Statements of a body, nested ones too, the docstring aside."""
    inside = [node for node in ast.walk(function) if isinstance(node, ast.stmt)]
    return len(inside) - 1 - (ast.get_docstring(function) is not None)


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_module_imports_downwards_only(path):
    """The library knows nothing of pytest, claims know nothing of torch, and nobody knows the claims."""
    folder = path.relative_to(ROOT).parts[0]
    tops = {name.partition(".")[0] for name in imports(path)}
    assert not tops & FORBIDDEN[folder]


@pytest.mark.parametrize("path", sorted((ROOT / "vtmetrics" / "metrics").glob("*.py")), ids=named)
def test_metrics_are_plain_torch_numpy_and_scipy(path):
    others = {name.partition(".")[0] for name in imports(path)} - METRICS_NEED
    assert others <= set(sys.stdlib_module_names)


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_module_has_one_noun_and_fits_on_a_few_screens(path):
    assert path.stem not in VAGUE
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 250


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_function_can_be_read_at_a_glance(path):
    long = {f.name: f.end_lineno - f.lineno + 1 for f in functions(path) if f.end_lineno - f.lineno >= 45}
    assert not long


@pytest.mark.parametrize("path", sorted((ROOT / "claims").glob("*.py")), ids=named)
def test_a_claim_measures_in_five_statements(path):
    assert {f.name: statements(f) for f in functions(path) if statements(f) > 5} == {}


TWINS = {"twin", "matched", "scrambled"}


@pytest.mark.parametrize("path", sorted((ROOT / "claims").glob("test_*.py")), ids=named)
def test_a_claim_neither_asserts_nor_knows_its_twin(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Assert)]
    assert not [n for n in ast.walk(tree) if isinstance(n, ast.Attribute) and n.attr in TWINS]


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
