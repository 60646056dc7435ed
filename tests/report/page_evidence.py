"""Evidence for pages: that of four models and many claims, with scores, curves and scenes of each cell."""

import base64
import io
import json
import math
from dataclasses import replace

from PIL import Image

from tests.report.evidence_row import row
from vtmetrics.evidence.kept_picture import keep_picture
from vtmetrics.evidence.scene_scores import SceneScores, keep_scene_scores
from vtmetrics.evidence.story import (
    CellStory,
    ClaimStory,
    ShownCourse,
    ShownScene,
    keep_cell_story,
    keep_claim_story,
)
from vtmetrics.report.page.page_source import page_source_of
from vtmetrics.statistics.scores import Scores

MODELS = ("llava-small", "llava-small-1", "internvl3-small", "qwen2.5-vl-small")
FAMILIES = ("llava", "llava", "internvl", "qwen")
SCENES = 128
LAYERS = 12
#: as many as in the paper with the most
CLAIMS_A_QUESTION = 9
VERDICTS = ("supported", "refuted", "undecided", "not measured")
ARMS = (
    ("control:another_image", "refuted", 0.4, {}),
    ("control:noise", "undecided", 0.94, {"needs": 340}),
    ("difference:another_image", "supported", 0.5, {"expected": "≥ 0.1", "kind": "difference"}),
    ("sensitivity", "supported", 0.6, {"expected": "≥ 0.1"}),
    ("untrained", "refuted", 0.2, {}),
    ("scrambled", "refuted", 0.3, {}),
    ("untrained:control:noise", "refuted", 0.2, {}),
)
PROTOCOL = """Substitution: does it matter which layer an image token comes from?

Protocol   Image states of one layer stand in for those of another while the answer is forced.
Measured   Per scene, whether the answer stays; groups are pictures.
Controls   Another image's states and noise of the same norms.
"""


def many_rows(claims, models=MODELS):
    """So many claims of each model, with arms, twins and, of every fifth claim, three cases."""
    return [one for number in range(claims) for name in models for one in _cell_rows(number, name)]


def _cell_rows(number, name):
    told = {
        "statement": f"With the image states of a layer {number} earlier, answers about the image stay.",
        "question": f"Question {number // CLAIMS_A_QUESTION}: does it matter where a token comes from?",
        "position": number,
        "paper": f"Paper {number % 3} et al. 2026",
        "arxiv": f"2604.0942{number % 3}",
        "reported": None if number % 10 == 7 else "about 1.0",
        "family": FAMILIES[MODELS.index(name)] if name in MODELS else "llava",
    }
    claim, verdict = (
        f"T{number}.level",
        VERDICTS[(number + MODELS.index(name)) % 4] if name in MODELS else "refuted",
    )
    for case in ("by=0.25", "by=0.5", "by=0.75") if number % 5 == 0 else ("",):
        if verdict == "not measured":
            yield row(claim, name, "", verdict, None, case=case, note="nothing to lose", **told)
            continue
        needs = {"needs": 340} if verdict == "undecided" else {}
        yield row(claim, name, "", verdict, 0.2 + 0.007 * (number % 100), case=case, **told, **needs)
        for role, found, value, own in ARMS:
            yield row(claim, name, role, found, value, case=case, **(told | own))


def kept_of(rows, pictures=()):
    """Scores, curves of every fourth claim and, with pictures, three scenes of each cell."""
    scores, cells, claims = {}, {}, {}
    for one in rows:
        if one.role not in ("", "untrained", "scrambled") or one.value is None:
            continue
        place, number = one.cell, one.position
        courses = (_course(number, len(place.twin)),) if number % 4 == 0 else ()
        shown = tuple(_scene(number, place, turn, pictures) for turn in range(3)) if pictures else ()
        cells[place] = CellStory(place, courses, () if one.twin else shown)
        claims[one.claim] = ClaimStory(
            one.claim, PROTOCOL, f"claims/test_t.py::test_{number}", "--scenes=128"
        )
        if not one.twin:
            scores[place] = SceneScores(place, _scores(number), "0" * 16)
    return scores, cells, claims


def source_of_many(claims, folder, *, pictures=True):
    """What a page is made of, without a file for each cell."""
    rows = many_rows(claims)
    names = kept_pictures(folder) if pictures else ()
    scores, cells, stories = kept_of(rows, names)
    return replace(page_source_of(rows), scores=scores, cells=cells, claims=stories, folder=folder)


def kept_pictures(folder):
    return [keep_picture(_picture(number), folder) for number in range(40)]


def keep_beside(rows, folder):
    """The same in files."""
    scores, cells, claims = kept_of(rows, kept_pictures(folder))
    for kept, keep in ((scores, keep_scene_scores), (cells, keep_cell_story), (claims, keep_claim_story)):
        for one in kept.values():
            keep(one, folder)


def _scores(number):
    values = {f"{scene:016x}": float((scene * (number + 3)) % 7 > 1) for scene in range(SCENES)}
    return Scores(values, {scene: scene for scene in values}, "share", (0, 1))


def _course(number, shift):
    values = tuple(math.sin(layer / (2 + number % 5)) + shift for layer in range(LAYERS + 1))
    return ShownCourse(
        "matrix_entropy(IMAGE):1",
        "PLAIN",
        values,
        tuple(value - 0.05 for value in values),
        tuple(value + 0.05 for value in values),
    )


def _scene(number, place, turn, pictures):
    answers = (
        ("PLAIN", "the triangle is cyan"),
        (
            f"substitute(IMAGE, by={number % 9}, at=6)",
            "the triangle is cyan" if turn else "the square is red",
        ),
        ("substitute(IMAGE, by=DONOR, at=6)", f"the circle {number} is green"),
    )
    picture = pictures[(number + turn) % len(pictures)]
    name = f"color/test/{number}/{turn} {place.model}"
    return ShownScene(
        name, "what color is the triangle ? one sentence", "the triangle is cyan", 1.0, answers, "", picture
    )


def _picture(number):
    """Noise, which no format makes small."""
    return Image.effect_noise((72, 72), 90).convert("RGB").rotate(number) if number % 2 else _plain(number)


def _plain(number):
    return Image.new("RGB", (72, 72), (number, 20, 20))


def _letters(picture):
    written = io.BytesIO()
    picture.save(written, "PNG")
    return base64.b64encode(written.getvalue()).decode()


def lay_map(folder, name, content=None, **told):
    """The two files of a token map, of two tokens in one layer."""
    folder.mkdir(exist_ok=True)
    data = {
        "model": "llava-small",
        "question": "what?",
        "picture": _letters(_plain(40)),
        "size": [30, 30],
        "sheets": [0, 0],
        "rectangles": [[0, 0, 15, 30], [15, 0, 25, 30]],
        "kinds": ["alive", "dead"],
        "norms": [[2.0, 4.0], [1.0, None]],
        "received": [[0.25, 0.5]],
        "texts": ["<b>"],
        "words": {"EMBEDS": [[[0], [0]], [[None], [0]]]},
    }
    (folder / f"{name}.json").write_text(json.dumps(data | told), encoding="utf-8")
    if content is None:
        _plain(1).save(folder / f"{name}.png")
    else:
        (folder / f"{name}.png").write_bytes(content)
