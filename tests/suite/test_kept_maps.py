"""Token maps that a run keeps beside its evidence: of three scenes a model, and at no claim's expense."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from fixtures.planted.plant import plant
from fixtures.scenes.draw import draw
from tests.report.sample_evidence import sample
from tests.suite.claim_suite import MODELS
from vtmetrics import Lab, Model, NotMeasured
from vtmetrics.evidence import merge_evidence, write_evidence
from vtmetrics.lab import disk
from vtmetrics.nets.spec import Spec
from vtmetrics.suite import kept_maps
from vtmetrics.suite.kept_maps import SCENES_MAPPED, keep_maps
from vtmetrics.suite.scores_folder import FOLDER
from vtmetrics.suite.verdicts import FINDING

WEIGHTS = Path(__file__).parents[2] / "fixtures/models/weights"
MAPPED = MODELS.replace(
    '"fixtures.scenes.pytest_fixtures"\n',
    '"fixtures.scenes.own_options", "fixtures.scenes.pytest_fixtures", "fixtures.scenes.mapped_scenes"\n',
)
ASKED = '''
from vtmetrics import correct

@cited("A1")
def test_answers(model, words):
    """The model answers."""
    return model.answer(words, correct)
'''


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    where = tmp_path_factory.mktemp("partitioned")
    plant("partitioned", "llava", where)
    return Model(Spec("org/mine", "llava", str(where), embedded=True), Lab())


@pytest.fixture(scope="module")
def scenes():
    return draw("words", "test", SCENES_MAPPED, size=72)


def kept(folder):
    return sorted(file.name for file in folder.glob("*"))


def test_every_scene_has_its_files_and_says_what_they_were_made_from(model, scenes, tmp_path):
    keep_maps(model, scenes, tmp_path)
    assert kept(tmp_path) == [f"org-mine-{n}.{kind}" for n in (1, 2, 3) for kind in ("json", "png")]
    told = json.loads((tmp_path / "org-mine-2.json").read_text(encoding="utf-8"))
    assert told["made_from"] == f"{model.digest} {scenes[1].digest}"
    assert told["question"] == scenes[1].prompt


def test_what_is_there_stays_and_what_is_of_another_scene_or_damaged_is_drawn(
    model, scenes, tmp_path, monkeypatch
):
    keep_maps(model, scenes[:2], tmp_path)
    (tmp_path / "org-mine-2.json").write_text('{"made', encoding="utf-8")
    drawn = []
    draw_map = kept_maps.map_of
    monkeypatch.setattr(
        kept_maps, "map_of", lambda model, scene: drawn.append(scene) or draw_map(model, scene)
    )
    keep_maps(model, scenes[:2], tmp_path)
    assert drawn == [scenes[1]]
    keep_maps(model, scenes[1:], tmp_path)
    assert drawn == [scenes[1], *scenes[1:]]


def test_a_disk_that_gets_full_leaves_the_older_map_whole(model, scenes, tmp_path, monkeypatch):
    """A page refuses half a map, and with it all that was measured."""
    keep_maps(model, scenes[:1], tmp_path)
    before = {file.name: file.read_bytes() for file in tmp_path.glob("*")}

    def half(file, content):
        file.write_bytes(content[: len(content) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(disk, "write_synced", half)
    with pytest.raises(OSError, match="No space left"):
        keep_maps(model, scenes[1:2], tmp_path)
    assert {name: (tmp_path / name).read_bytes() for name in before} == before


def test_of_a_model_whose_places_nobody_knows_nothing_is_kept(model, scenes, tmp_path, monkeypatch):
    def unknown(*_):
        raise NotMeasured("where image tokens lie is not known")

    monkeypatch.setattr(kept_maps, "map_of", unknown)
    keep_maps(model, scenes, tmp_path / "maps")
    assert not (tmp_path / "maps").exists()


def test_each_model_has_its_maps_once_and_its_twins_none(tmp_path, monkeypatch):
    """After its first claim that found something, of as many scenes as are kept and no more."""
    kept = []
    hook = SimpleNamespace(pytest_claim_mapped_scenes=lambda **_: list("abcde"))
    config = SimpleNamespace(stash=pytest.Stash(), hook=hook)
    kept_maps.pytest_configure(config)
    config.stash[FOLDER] = tmp_path
    monkeypatch.setattr(kept_maps, "claim_of", lambda item: item.model)
    monkeypatch.setattr(kept_maps, "handle_of", lambda item: item.model)
    monkeypatch.setattr(kept_maps, "keep_maps", lambda *told: kept.append(told))
    one, other, twin = (
        Model(Spec(name, "llava", "nowhere", twin=twin), Lab())
        for name, twin in (("one", ""), ("other", ""), ("one", "untrained"))
    )
    for model, found in ((one, False), (twin, True), (one, True), (one, True), (other, True)):
        item = SimpleNamespace(config=config, stash=pytest.Stash(), model=model)
        if found:
            item.stash[FINDING] = "found"
        kept_maps.pytest_runtest_teardown(item)
    assert kept == [(each, list("abc"), tmp_path / "maps") for each in (one, other)]


def test_folders_that_are_merged_keep_their_maps(model, scenes, tmp_path):
    for name, shown in (("one", scenes[:1]), ("two", scenes[1:])):
        (tmp_path / name).mkdir()
        write_evidence(sample()[:1], tmp_path / name / "evidence.jsonl")
        keep_maps(model, shown, tmp_path / name / "maps")
    first = (tmp_path / "one" / "maps" / "org-mine-1.json").read_bytes()
    merge_evidence(tmp_path / "one", [tmp_path / "two"])
    assert kept(tmp_path / "one" / "maps") == kept(tmp_path / "two" / "maps")
    assert (tmp_path / "one" / "maps" / "org-mine-1.json").read_bytes() == first


@pytest.mark.slow
def test_a_run_keeps_them_of_the_users_own_pictures(suite, tmp_path):
    """Of the model and not of its twins; a folder that can't hold them costs a warning and no verdict."""
    lines = []
    for number in range(5):
        Image.new("RGB", (72, 72), (number, 0, 0)).save(tmp_path / f"{number}.png")
        asked = {"image": f"{number}.png", "question": "what color ?", "answer": "red", "task": "words"}
        lines.append(json.dumps({**asked, "split": "test"}))
    (tmp_path / "mine.jsonl").write_text("\n".join(lines), encoding="utf-8")
    suite.pytester.makeconftest(MAPPED)
    suite.write(ASKED)
    run = (f"--model={WEIGHTS / 'llava-1'}", f"--scenes-from={tmp_path / 'mine.jsonl'}", "-k", "not matched")
    suite.spawn(*run, "--evidence=kept")
    folder = suite.pytester.path / "kept" / "maps"
    assert kept(folder) == [f"llava-1-{n}.{kind}" for n in (1, 2, 3) for kind in ("json", "png")]
    assert {json.loads(file.read_text())["question"] for file in folder.glob("*.json")} == {"what color ?"}
    (suite.pytester.path / "full").mkdir()
    (suite.pytester.path / "full" / "maps").write_text("no folder", encoding="utf-8")
    done = suite.spawn(*run, "--evidence=full")
    assert "keeps no token maps of llava-1" in done.stdout.str()
    assert {(row.claim, row.verdict) for row in suite.rows("full")} == {
        (row.claim, row.verdict) for row in suite.rows()
    }
