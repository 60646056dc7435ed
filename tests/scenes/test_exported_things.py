"""Pictures of things, exported as scenes of one's own: nouns in answers, captions and boxes."""

from fixtures.scenes.export_scenes import NOUNS, export
from fixtures.scenes.own_scenes import read_own
from fixtures.scenes.pytest_fixtures import asked
from fixtures.scenes.things import THINGS


def test_pictures_of_things_come_back_with_nouns(tmp_path):
    """As many tasks as nouns are asked for, and boxes say what lies in them."""
    own = read_own([export(tmp_path, 3, large=True, things=True)])
    assert own.problems == ()
    for name, task in NOUNS.items():
        (first, second) = own.scenes(name, "test", 128, few_words=False)
        drawn = asked(task, "test", 2, embedded=False)
        assert [first.digest, second.digest] == [scene.digest for scene in drawn]
        assert {box.label for box in (*first.boxes, *second.boxes)} & set(THINGS)
