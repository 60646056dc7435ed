"""Sessions: what may be run, each with one command. They share one environment, made on first use."""

import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import nox

HERE = Path(__file__).parent
SHARED = HERE / ".nox" / "shared"
BIN = SHARED / ("Scripts" if os.name == "nt" else "bin")
REGISTRY = tomllib.loads((HERE / "fixtures" / "models" / "registry.toml").read_text(encoding="utf-8"))
ONE_THREAD = {"OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}

nox.options.default_venv_backend = "none"
nox.options.sessions = ["lint", "types", "tests", "claims"]


def run(session, *command, env=None, **options):
    """Run a program of the shared environment, which is made anew when what it holds has changed."""
    pinned = [HERE / "pyproject.toml", HERE / "constraints.txt"]
    wanted = hashlib.sha256(b"".join(path.read_bytes() for path in pinned)).hexdigest()
    stamp = SHARED / "holds"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        session.log("making the shared environment (about two minutes, 2 GB with torch for processors)")
        subprocess.run([sys.executable, "-m", "venv", "--clear", SHARED], check=True)  # noqa: S603
        extras = f"{HERE}[claims,tests,lint]"
        pip = [BIN / "python", "-m", "pip", "install", "--quiet", "-c", HERE / "constraints.txt"]
        subprocess.run([*pip, "--editable", extras], check=True)  # noqa: S603
        stamp.write_text(wanted, encoding="utf-8")
    program, *arguments = command
    session.run(str(BIN / program), *arguments, env=ONE_THREAD | (env or {}), external=True, **options)


@nox.session
def lint(session):
    """Ruff, all rules but those that pyproject.toml names."""
    run(session, "ruff", "check", ".")
    run(session, "ruff", "format", "--check", ".")


@nox.session
def types(session):
    """Mypy, strict."""
    run(session, "mypy")


@nox.session
def tests(session):
    """Does our own code do what it says? Warnings are errors here."""
    run(session, "pytest", "tests", "-W", "error", "-n", "2", *session.posargs)


@nox.session
def wheel(session):
    """Build the wheel into dist/; run from one a claim in a foreign repository, and the README's notebook."""
    shutil.rmtree(HERE / "build", ignore_errors=True)  # what is left there would be packed too
    offline = ("--no-deps", "--no-build-isolation", "--quiet")
    run(session, "python", "-m", "pip", "wheel", *offline, "--wheel-dir", "dist", ".")
    run(session, "pytest", "tests/suite/test_foreign_repository.py", *session.posargs)


@nox.session
def claims(session):
    """Measure the embedded models, print the report, compare it with the committed baseline."""
    _claims(session)


def _claims(session, *selection, **options):
    kept = sorted((HERE / "fixtures" / "baseline").glob("*.jsonl"))
    own = any(word.startswith("--model") for word in session.posargs)
    baseline = [] if own else [f"--baseline={path}" for path in kept]
    command = ("pytest", "claims", *_workers(session.posargs), *selection, *baseline, *session.posargs)
    run(session, *command, **options)


def _workers(arguments):
    """Two on processors, one for each accelerator, since each loads a model; none beside --cluster."""
    if any(word.startswith("--cluster") for word in arguments):
        return []
    return ["-n", "auto" if any(word.startswith(("--gpu", "--device")) for word in arguments) else "2"]


EMBEDDED = {line["family"] for line in REGISTRY["model"] if "weights" in line}
NOTHING_MEASURED = 5  # as vtmetrics.suite says it

for family in dict.fromkeys(line["family"] for line in REGISTRY["model"]):

    @nox.session(name=f"claims({family})")
    def claims_of_family(session, family=family):
        """Measure one family; of most no weights are committed, and the report says what they need."""
        codes = [0] if family in EMBEDDED else [0, NOTHING_MEASURED]
        _claims(session, "-m", family, success_codes=codes)


@nox.session
def intervals(session):
    """Coverage and error rates of the intervals, and what more scenes settle, by simulation (an hour)."""
    evidence = (f"tests/evidence/test_{name}.py" for name in ("needs", "prospect"))
    protocols = (f"tests/protocols/test_{name}.py" for name in ("competence", "safe_depth"))
    simulated = ("tests/statistics", *protocols, *evidence)
    run(session, "pytest", *simulated, "-s", *session.posargs, env={"VTMETRICS_SLOW": "1"})


@nox.session
def foreign(session):
    """Small checkpoints of sixteen model types, whole or sharded, through the whole suite (two hours)."""
    files = "tests/suite/test_foreign_checkpoints.py"
    run(session, "pytest", files, *session.posargs, env={"VTMETRICS_SLOW": "1"})


@nox.session
def properties(session):
    """The metric library's properties, 1,000 examples each (minutes)."""
    quick = [f"--ignore=tests/metrics/test_{name}.py" for name in ("mutants", "degenerate")]
    run(session, "pytest", "tests/metrics", *quick, *session.posargs, env={"HYPOTHESIS_PROFILE": "slow"})


@nox.session
def oracle(session):
    """The intervention engine against an oracle that shares no code with it, many random cases (minutes)."""
    run(
        session, "pytest", "tests/engine/test_oracle.py", *session.posargs, env={"HYPOTHESIS_PROFILE": "slow"}
    )


@nox.session
def families(session):
    """All types that transformers asks about images, built small, against the oracle; the table (minutes)."""
    run(session, "python", "-m", "tests.families.walk", *session.posargs)
    python = _beside(session, "smolvlm")
    env = ONE_THREAD | {"PYTHONPATH": str(HERE), "VTMETRICS_SLOW": "1"}
    session.run(python, "-m", "tests.families.painted", env=env, external=True)
    places = ("-m", "pytest", "tests/engine/test_token_places.py", "-p", "no:cacheprovider")
    session.run(python, *places, env=env, external=True)


@nox.session
def calibration(session):
    """How often verdicts are right on planted models, where lines are stale (half an hour for all)."""
    run(session, "python", "-m", "fixtures.calibration.calibrate", *session.posargs)


@nox.session
def simulations(session):
    """How often verdicts on profiles are wrong, by simulation; the table (three quarters of an hour)."""
    run(session, "python", "-m", "fixtures.simulation.simulate", *session.posargs)


@nox.session
def faults(session):
    """All faults of docs/faults.md, also those that end whole runs; the table (minutes)."""
    run(session, "pytest", "tests/faults", *session.posargs, env={"VTMETRICS_SLOW": "1"})
    run(session, "python", "-m", "tests.faults.table")


@nox.session
def mutants(session):
    """Faults put into our own source, one at a time, and whether the tests catch them (20 minutes)."""
    run(session, "python", "-m", "tests.mutants.run", *session.posargs)


@nox.session
def recovery(session):
    """Train all adapters of the claims about training anew, and judge these claims (more than 40 minutes)."""
    trained = "recovery or injection or finetuning or adaptation"
    run(session, "pytest", "claims", "-k", trained, "--train", *session.posargs)


@nox.session
def fuzz(session):
    """Let a fuzzer find bytes that end in anything but a refusal (two minutes a target, or as told)."""
    python = _beside(session, "fuzz")
    told = session.posargs or ["all", "120"]
    session.run(
        python, "-m", "tests.faults.fuzz", *told, env=ONE_THREAD | {"PYTHONPATH": str(HERE)}, external=True
    )


@nox.session
def cluster(session):
    """Every kind of workers through its conformance test, with the extra installed; the table (minutes)."""
    python = _beside(session, "cluster")
    env = ONE_THREAD | {"PYTHONPATH": str(HERE)}
    tests = ("-m", "pytest", "tests/cluster", "tests/suite/test_cluster_option.py", "-p", "no:cacheprovider")
    session.run(python, *tests, *session.posargs, env=env, external=True)
    session.run(python, "-m", "tests.cluster.table", env=env, external=True)


def _beside(session, extra):
    """The interpreter of an environment that has an extra, and sees what the shared one holds."""
    own = HERE / ".nox" / extra
    python = own / ("Scripts" if os.name == "nt" else "bin") / "python"
    run(session, "python", "-c", "import vtmetrics")  # the shared environment is there
    found = [str(BIN / "python"), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    shared = subprocess.run(found, check=True, capture_output=True, text=True).stdout  # noqa: S603
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", own], check=True)  # noqa: S603
    where = [str(python), *found[1:]]
    site = Path(subprocess.run(where, check=True, capture_output=True, text=True).stdout.strip())  # noqa: S603
    (site / "shared.pth").write_text(shared, encoding="utf-8")
    extras = tomllib.loads((HERE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pip = ("-m", "pip", "install", "--quiet", "-c", str(HERE / "constraints.txt"))
    session.run(str(python), *pip, *extras["optional-dependencies"][extra], external=True)
    return str(python)


@nox.session
def browser(session):
    """A real headless browser on the page: requests, filters, keys, accessibility, safety (minutes)."""
    chromium = _chromium(session)
    own, folder = HERE / ".nox" / "browser", HERE / ".nox" / "pages"
    extras = tomllib.loads((HERE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    python = own / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", own], check=True)  # noqa: S603
    wanted = extras["optional-dependencies"]["browser"]
    pip = ("-m", "pip", "install", "--quiet", "-c", str(HERE / "constraints.txt"))
    session.run(str(python), *pip, *wanted, external=True)
    folder.mkdir(parents=True, exist_ok=True)
    run(session, "python", "-m", "tests.browser.pages", str(folder))
    session.run(str(python), "-m", "tests.browser.look", str(folder), chromium, external=True)


def _chromium(session):
    """A headless browser of this machine, or Debian's, installed where that can be."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None and shutil.which("apt-get") and os.name == "posix" and os.geteuid() == 0:
        install = ("apt-get", "install", "-y", "--no-install-recommends", names[0])
        session.run(*install, external=True, success_codes=[0, 100])
        found = shutil.which(names[0])
    if found is None:
        session.error(
            f"nox -s browser wants a headless browser, none of {', '.join(names)} is here or came by apt-get"
        )
    return found


@nox.session
def bench(session):
    """Ratios to named peers, measured side by side (minutes)."""
    files = sorted(str(path) for path in (HERE / "tests").rglob("bench_*.py"))
    run(session, "pytest", *files, "-p", "no:xdist", "--benchmark-only", *session.posargs)
