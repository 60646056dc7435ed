"""Shares of tokens by kind, and what two kinds have in common, in every scene."""

from dataclasses import replace

import pytest

from vtmetrics import (
    ALIVE,
    BACKGROUND,
    DEAD,
    IMAGE,
    INSIDE,
    Model,
    across_images,
    clustered,
    in_common,
    prune,
    share,
)
from vtmetrics.edits.picked_tokens import dominant
from vtmetrics.inputs.encoding import encode
from vtmetrics.metrics import anchor_clusters, cosine_similarity
from vtmetrics.nets.spec import Spec
from vtmetrics.readings.block import Block

LOOSE = dominant(0.3)


@pytest.fixture(scope="module")
def model(directory):
    return Model(Spec(directory.name, "any", str(directory), embedded=True))


@pytest.fixture(scope="module")
def entering(net_and_processor, scenes):
    """The image tokens of each scene as they enter, one scene at a time."""
    alone = [Block(*net_and_processor, [encode(net_and_processor[1], scene)]) for scene in scenes]
    return {scene.id: block.entering(IMAGE)[0] for scene, block in zip(scenes, alone, strict=True)}


def test_a_share_is_counted(model, scenes, entering):
    found = model.observe(scenes, share(clustered(0.9, 0)))
    assert (found.kind, found.range) == ("number", (0.0, 1.0))
    for scene, states in entering.items():
        labels = anchor_clusters(states, tau=0.9)
        assert found.values[scene] == pytest.approx(float((labels == 0).double().mean()))


def test_none_of_a_kind_is_a_share_of_nothing_and_nothing_has_no_share(model, scenes):
    """Without dead tokens no token is dead, and of the dead none is anything."""
    none = dominant(1.0)
    why = "no cluster of image tokens is dominant: none is dead"
    assert set(model.observe(scenes, share(none)).values.values()) == {0.0}
    assert set(model.observe(scenes, share(IMAGE, of=none)).excluded.values()) == {why}
    assert set(model.observe(scenes, share(IMAGE - none)).values.values()) == {1.0}
    assert set(model.observe(scenes, share(IMAGE, of=INSIDE & BACKGROUND)).excluded.values()) == {
        f"the scene has no tokens of {INSIDE & BACKGROUND}"
    }


def test_shares_of_parts_add_up(model, scenes):
    parts = [model.observe(scenes, share(some)) for some in (LOOSE, IMAGE - LOOSE)]
    for scene in parts[0].values:
        assert sum(float(part.values[scene]) for part in parts) == pytest.approx(1)


def test_what_two_kinds_have_in_common_is_dices_index(model, scenes):
    """One of a kind with itself, the same both ways, and of parts what counts say."""
    alike, one, other = (
        model.observe(scenes, in_common(*pair)) for pair in ((IMAGE, IMAGE), (INSIDE, IMAGE), (IMAGE, INSIDE))
    )
    size = model.observe(scenes, share(INSIDE))
    assert set(alike.values.values()) == {1.0}
    assert one.values == other.values
    for scene, part in size.values.items():
        assert one.values[scene] == pytest.approx(2 * float(part) / (1 + float(part)))
    apart = model.observe(scenes, in_common(INSIDE, BACKGROUND))
    assert set(apart.values.values()) == {0.0}


def test_a_kind_that_is_empty_has_nothing_in_common_with_another(model, scenes):
    """Where both are empty nothing can be said."""
    none = dominant(1.0)
    assert set(model.observe(scenes, in_common(none, IMAGE)).values.values()) == {0.0}
    both = model.observe(scenes, in_common(none, none))
    assert set(both.excluded.values()) == {"no cluster of image tokens is dominant: none is dead"}


def test_where_objects_are_not_known_nothing_is_counted(model, scenes):
    bare = replace(scenes[0], id="bare", boxes=())
    for reading in (share(INSIDE), share(BACKGROUND), in_common(INSIDE, IMAGE)):
        found = model.observe([bare], reading)
        assert found.excluded == {"bare": "no image token is known to be in a box of the scene"}


def test_two_images_are_compared_by_the_mean_of_a_kind(model, scenes, net_and_processor):
    """Which tokens are of the kind is seen in each image by itself."""
    net, processor = net_and_processor
    found = model.observe(scenes, across_images(clustered(0.9, 0)))
    for scene in scenes:
        states = [
            Block(net, processor, [encode(processor, one)]).entering(IMAGE)[0] for one in (scene, scene.donor)
        ]
        means = [held[anchor_clusters(held, tau=0.9) == 0].mean(0) for held in states]
        assert found.values[scene.id] == pytest.approx(float(cosine_similarity(*means)), abs=1e-5)


def test_an_image_without_a_kind_or_a_donor_is_left_out(model, scenes):
    alone = replace(scenes[0], id="alone", donor=None)
    found = model.observe([alone, *scenes[1:3]], across_images(IMAGE))
    assert found.excluded == {"alone": "the scene has no donor"}
    assert len(found.values) == 2
    none = model.observe(scenes[:2], across_images(dominant(1.0)))
    assert set(none.excluded.values()) == {"no cluster of image tokens is dominant: none is dead"}


@pytest.mark.parametrize("reading", [share(DEAD), in_common(DEAD, ALIVE), across_images(DEAD)])
def test_what_enters_is_seen_in_a_plain_run(model, scenes, reading):
    with pytest.raises(ValueError, match=r"not under truncate\(0, DEAD\)"):
        model.observe(scenes[:1], reading, prune(DEAD))


def test_readings_have_one_text_each():
    assert str(share(DEAD)) == "share(DEAD, IMAGE):1"
    assert str(in_common(DEAD, ALIVE)) == "in_common(DEAD, IMAGE & ~DEAD):1"
    assert str(across_images(DEAD)) == "across_images(DEAD):1"
