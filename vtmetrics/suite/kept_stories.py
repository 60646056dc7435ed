"""Kept stories: what a page shows of each cell, kept beside the evidence while it is measured."""

import math
import shlex
import sys
import warnings
from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

import pytest

from vtmetrics.edits import PLAIN
from vtmetrics.evidence import (
    MOST_KEPT,
    CellStory,
    ClaimStory,
    Place,
    ShownCourse,
    ShownScene,
    drop_cell_story,
    keep_cell_story,
    keep_claim_story,
    keep_joint_row,
    keep_picture,
)
from vtmetrics.inputs import Scene
from vtmetrics.lab import Note
from vtmetrics.model import Model
from vtmetrics.readings import AnswerBundle, Fit, TextBundle
from vtmetrics.statistics import Finding, Fitted, Measured, Scores
from vtmetrics.suite.claim_items import claim_of, handle_of, joint_rows_of
from vtmetrics.suite.scores_folder import FOLDER
from vtmetrics.suite.transcripts import SCENES_SHOWN, distances, told_of_scenes
from vtmetrics.suite.verdicts import FINDING, cell_of

#: courses of a cell that are kept, the first asked for first
MOST_COURSES = 6
#: standard errors that a pointwise band of 95 % reaches
ERRORS_REACHED = 1.96


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Forget what an earlier run has kept of the cell."""
    folder = item.config.stash[FOLDER]
    if claim_of(item) is not None and folder is not None:
        with suppress(OSError):  # where nothing can be written, `_kept` says so
            drop_cell_story(_place(item), folder)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Keep what the page shows, while the model that has answered is loaded."""
    called = yield
    folder, finding = pyfuncitem.config.stash[FOLDER], pyfuncitem.stash.get(FINDING, None)
    if folder is not None and claim_of(pyfuncitem) is not None:
        try:
            _keep(pyfuncitem, finding, folder)
        except OSError as error:  # what was measured is reported all the same
            warnings.warn(f"{folder} keeps no story of {_place(pyfuncitem)}: {error}", stacklevel=2)
    return called


def _place(item: pytest.Item) -> Place:
    cell = cell_of(item)
    return Place(cell.claim.id, cell.case, cell.model.spec.name, cell.model.spec.twin)


def _keep(item: pytest.Function, finding: Finding | None, folder: Path) -> None:
    place, module = _place(item), sys.modules.get(item.obj.__module__)
    protocol = ((module.__doc__ if module else None) or item.obj.__globals__.get("__doc__") or "").strip()
    test = item.nodeid.partition("[")[0]
    told = ClaimStory(place.claim, protocol[: 4 * MOST_KEPT], test, _options(item.config))
    keep_claim_story(told, folder)
    for row in joint_rows_of(item.config):
        if place.claim in row.claims:
            keep_joint_row(row, folder)
    model = handle_of(item)
    if finding is None or not isinstance(model, Model):
        return
    with _unnoted(model) as notes:
        courses = tuple(_courses(model, notes, finding.scores))[:MOST_COURSES]
        scenes = () if place.twin else tuple(_scenes(model, notes, finding.scores, folder))
    keep_cell_story(CellStory(place, courses, scenes), folder)


def _options(config: pytest.Config) -> str:
    """What the run was told beside its claims and models, as one would type it again."""
    names = ("scenes", "scenes_from", "scenes_beside", "gpu", "dtype", "attention", "device")
    given = {name: config.getoption(name, default=None) for name in names}
    told = (
        f"--{name.replace('_', '-')}{'' if value is True else '=' + shlex.quote(str(value))}"
        for name, value in given.items()
        if value
    )
    return " ".join(told)


@contextmanager
def _unnoted(model: Model) -> Iterator[list[Note]]:
    """What the claim has asked; what is asked here is not noted."""
    notes, model.lab.journal = model.lab.journal, None
    try:
        yield notes or []
    finally:
        model.lab.journal = notes


def _scenes(model: Model, notes: Sequence[Note], found: Measured, folder: Path) -> Iterator[ShownScene]:
    """Those whose scores are farthest from the others', with the answers to each edit and the picture."""
    there = {scene.id: scene for _, scenes, *_ in notes for scene in scenes if _judges(found, scene)}
    away = distances(found, there.values())
    first = sorted(away, key=lambda name: (-away[name], name))[:SCENES_SHOWN]
    asked: dict[tuple[Scene, str], dict[str, str]] = defaultdict(dict)
    for spec, scenes, edits, reading, bundle in notes:
        kept = [scene for scene in scenes if scene.id in first]
        if isinstance(bundle, AnswerBundle | TextBundle) and kept:
            for scene, how, told in told_of_scenes(model, (spec, kept, edits, reading, bundle)):
                asked[scene, how] |= told
    answered = {scene.id for scene, _ in asked}
    asked |= {(there[name], ""): {} for name in first if name not in answered}  # of states alone
    for (scene, how), told in sorted(asked.items(), key=lambda one: first.index(one[0][0].id)):
        value = found.values.get(scene.id) if isinstance(found, Scores) else None
        yield _shown(scene, how, told, None if value is None else float(value), folder)


def _shown(scene: Scene, how: str, told: Mapping[str, str], score: float | None, folder: Path) -> ShownScene:
    plain = {edit: said for edit, said in told.items() if edit == str(PLAIN)}
    answers = tuple((edit, said[:MOST_KEPT]) for edit, said in (plain | dict(told)).items())
    picture = keep_picture(scene.images[0], folder) if scene.images else ""
    prompt, gold = scene.prompt[:MOST_KEPT], scene.answer[:MOST_KEPT]
    return ShownScene(scene.id, prompt, gold, score, answers, how, picture)


def _courses(model: Model, notes: Iterable[Note], found: Measured) -> Iterator[ShownCourse]:
    """How what was read of states runs over depth, on the scenes that the claim is judged by."""
    known: set[tuple[str, str]] = set()
    for spec, scenes, edits, reading, bundle in notes:
        judged = [scene for scene in scenes if _judges(found, scene)]
        if not judged or spec != model.spec or isinstance(bundle, AnswerBundle | TextBundle):
            continue
        for edit in edits:
            name = str(edit.on(model.layers))
            if (reading, name) in known:
                continue
            curves = _of_fit(model, scenes, edit, bundle) if isinstance(bundle, Fit) else None
            course = curves or _of_scenes(model, judged, (edit, reading, bundle))
            if course is not None:
                known.add((reading, name))
                yield ShownCourse(reading, name, *course)


def _judges(found: Measured, scene: Scene) -> bool:
    """Whether the claim's number is made of this scene; validation scenes only choose layers."""
    if isinstance(found, Scores):
        return scene.id in found.values
    if isinstance(found, Fitted):
        return scene.group in found.replicates
    return any(_judges(part, scene) for part in getattr(found, "parts", {}).values())


#: means, and from where to where they may lie
Band = tuple[tuple[float | None, ...], tuple[float | None, ...], tuple[float | None, ...]]


def _of_scenes(model: Model, scenes: Sequence[Scene], asked: Any) -> Band | None:
    """The mean over groups, with the band of its standard error; None of what has no value for each layer."""
    edit, reading, bundle = asked
    if isinstance(bundle, Fit):
        return None
    rows = model.lab.ask(model.spec, model.digest, scenes, [edit], reading, bundle)
    groups: dict[str, list[tuple[float, ...]]] = defaultdict(list)
    for scene in scenes:
        value = rows[edit, scene.digest].value
        if isinstance(value, tuple):
            groups[scene.group].append(value)
    means = [tuple(map(fmean, zip(*kept, strict=True))) for kept in groups.values()]
    if not means or len({len(curve) for curve in means}) > 1:
        return None
    layers = [[number for number in layer if math.isfinite(number)] for layer in zip(*means, strict=True)]
    errors = [stdev(layer) / math.sqrt(len(layer)) if len(layer) > 1 else 0.0 for layer in layers]
    return _band([fmean(layer) if layer else math.nan for layer in layers], errors)


def _of_fit(model: Model, scenes: Sequence[Scene], edit: Any, fit: Fit) -> Band:
    """The statistic of all scenes in every layer, with the band of its jackknife error."""
    curves, _ = model.lab.fit(model.spec, model.digest, scenes, edit, fit)
    whole, *without = curves.tolist()
    count = len(without)
    means = [fmean(layer) for layer in zip(*without, strict=True)] if without else whole
    squares = [
        sum((one[layer] - means[layer]) ** 2 for one in without) if without else 0.0
        for layer in range(len(whole))
    ]
    return _band(whole, [math.sqrt(square * (count - 1) / count) if count else 0.0 for square in squares])


def _band(means: Sequence[float], errors: Sequence[float]) -> Band:
    pairs = list(zip(means, errors, strict=True))
    low, high = ([mean + sign * ERRORS_REACHED * error for mean, error in pairs] for sign in (-1, 1))
    return _finite(means), _finite(low), _finite(high)


def _finite(numbers: Sequence[float]) -> tuple[float | None, ...]:
    return tuple(number if math.isfinite(number) else None for number in numbers)
