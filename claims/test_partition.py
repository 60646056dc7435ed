"""Partition: do image tokens enter the language model as dead ones, sinks and alive ones?

Protocol   Nothing is edited, and tokens are looked at as they enter. Dead are those of the
           dominant cluster (see Prunability). Sinks of the vision tower are twice as long behind
           its last block as the median image token, and longer by ten times the median deviation;
           the paper asks for a norm of 75 in the one tower that it has. Sinks of the language
           model have, at the input of its third layer, a massive coordinate of the prompt's first
           token: a tenth of the energy of both, as 20 times the root mean square is at 4,096
           coordinates, and far from what other image tokens have there. The rest of the image is
           alive.
Measured   Shares of the image's tokens, scene by scene; how far two sets of them are the same:
           twice those of both, through the sum of either. Of two pictures, the cosine of the mean
           token of a kind; the row of the input embeddings that is nearest to that mean, and the
           tokens that have it among their three nearest (G9). Scenes without such tokens are left
           out, but of shares of the image.
Controls   The untrained and the scrambled twin: random towers too map flat ground to one point.
Pictures   The paper's are photographs. Here the ground is flat, and flat ground is alike: what
           shares are comes from the pictures as well.
Not asked  That dead tokens of two pictures are more alike than others are: where they are most of
           the image, a centred cosine gives all others a common direction. G7 and X10, how much
           attention sinks receive, stand with Sinks. G11, that two sizes of one model agree, is no
           claim about one model: two columns of a run show it. smol-llava and tiny-llava have the
           same tower before different language models, not two sizes of one.
"""

import pytest

from claims.papers import LENS
from vtmetrics import (
    ALIVE,
    DEAD,
    SINK_LLM,
    SINK_VIT,
    across_images,
    at_least,
    at_most,
    between,
    claim,
    clustered,
    in_common,
    share,
    word_across,
)
from vtmetrics.edits import massive

SINK = SINK_VIT | SINK_LLM
LARGEST, ANY = clustered(0.9, 0), clustered(0.9)
SINKS = LENS.at("4.1")
LATE = LENS.at("4.2")
SAME = at_least(0.95, "how we read “nearly identical across images”")


@claim(
    "G1.alive",
    source=LENS.at("Abstract and 1"),
    reported="≈ 60 %",
    expected=between(0.5, 0.7, "ten points around the paper's share"),
    twin=True,
)
def test_six_tokens_in_ten_are_alive(model, captions):
    """Of the image's tokens, between a half and seven tenths are alive."""
    return model.observe(captions, share(ALIVE - SINK))


@claim(
    "G1.dead",
    source=LENS.at("5.1 and Appendix B.1"),
    reported="≈ 30 %",
    expected=between(0.2, 0.4, "ten points around the paper's share"),
    twin=True,
)
def test_three_tokens_in_ten_are_dead(model, captions):
    """Of the image's tokens, between two and four tenths are dead."""
    return model.observe(captions, share(DEAD - SINK))


@claim(
    "G1.sink",
    source=LENS.at("1: 40 % are sinks or dead, and 5.1"),
    reported="≈ 10 %",
    expected=between(0.03, 0.2, "ten points around 40 less 30, and more than none at 128 scenes"),
    twin=True,
)
def test_one_token_in_ten_is_a_sink(model, captions):
    """Of the image's tokens, some and at most a fifth are attention sinks."""
    return model.observe(captions, share(SINK))


@claim(
    "G2",
    source=LENS.at("2, Figure 1 and Appendix B.1"),
    reported="far more tokens than all remaining clusters combined",
    expected=at_least(0.1, "a tenth of the image more: how we read “far more”"),
    twin=True,
)
def test_one_cluster_is_larger_than_all_others_together(model, captions):
    """The largest cluster has more tokens than all other clusters of two or more together."""
    first, others = (model.observe(captions, share(some)) for some in (LARGEST, ANY - LARGEST))
    return first - others


@claim(
    "G3",
    source=LENS.at("2, Figure 1 and Appendix B.2"),
    reported="> 0.98, variance < 1e-4",
    expected=SAME,
    twin=True,
)
def test_the_dominant_cluster_is_the_same_in_every_image(model, captions):
    """The mean of the dominant cluster has a cosine of .95 with that of another image's."""
    return model.observe(captions, across_images(DEAD))


@claim(
    "G4",
    source=LENS.at("Appendix B.3"),
    reported="largely insensitive to the threshold",
    expected=at_least(0.8, "four fifths of both sets in common"),
    twin=True,
)
@pytest.mark.parametrize("tau", [0.8, 0.95])
def test_the_cluster_is_the_same_at_other_thresholds(model, captions, tau):
    """At a cosine of .8 or .95, the largest cluster is mostly that at .9."""
    return model.observe(captions, in_common(clustered(tau, 0), LARGEST))


@claim(
    "G5",
    source=SINKS,
    reported="> 0.99 in all of 1,000 images, variance < 1e-5",
    expected=at_least(0.97, "how we read “nearly identical”, with room for other towers"),
    twin=True,
)
def test_sinks_of_the_tower_are_the_same_in_every_image(model, captions):
    """The mean of the tower's sinks has a cosine of at least .97 with that of another image's."""
    return model.observe(captions, across_images(SINK_VIT))


@claim(
    "G6",
    source=SINKS,
    reported="fall into the cluster of highest cross-image similarity",
    expected=at_least(0.8, "four fifths of them"),
    twin=True,
)
def test_sinks_of_the_tower_lie_in_the_largest_cluster(model, captions):
    """Of the tower's sinks, four fifths lie in the image's largest cluster."""
    inside, anywhere = (
        model.observe(captions, share(tokens, of=SINK_VIT)) for tokens in (LARGEST, ANY)
    )
    return inside.beside(in_any_cluster=anywhere)


@claim(
    "G8.late",
    source=LATE,
    reported="exhibit sink-like behavior only after layer 2",
    expected=at_most(0.1, "a tenth of them"),
    twin=True,
)
def test_no_token_is_a_sink_before_the_third_layer(model, captions):
    """Of the language model's sinks, hardly any has
    a massive coordinate at the input of the second layer.
    """
    return model.observe(captions, share(massive(1), of=SINK_LLM))


@claim(
    "G8.traced",
    source=LATE,
    reported="> 0.95 already as they enter, variance < 1e-4",
    expected=at_least(0.9, "how we read “high cross-image similarity”"),
    twin=True,
)
def test_what_becomes_a_sink_is_the_same_in_every_image(model, captions):
    """The mean of tokens that will be sinks of the language model
    has, as they enter, a cosine of at least .9 with that of another image's.
    """
    return model.observe(captions, across_images(SINK_LLM))


@claim(
    "G9",
    source=LENS.at("3.2, 4.3, and the released code"),
    reported="a reference word identifies the tokens (rows 1141, 26673 and 30296 of one model)",
    expected=at_least(0.8, "four fifths of both sets in common"),
    twin=True,
)
@pytest.mark.parametrize("group", ["dead", "vit", "llm"])
def test_a_word_finds_the_tokens_of_a_group(model, captions, group):
    """The tokens that have the word of another image's group among their three nearest
    are this image's group.
    """
    kinds = {"dead": DEAD, "vit": SINK_VIT, "llm": SINK_LLM}
    return model.observe(captions, word_across("finds", kinds[group], k=3))


@claim(
    "G10",
    source=LENS.at("Appendix C.1"),
    reported="no dead tokens in Qwen2.5-VL, InternVL3 and Qwen3-VL (no number)",
    expected=at_most(0.1, "less than a tenth of the image"),
    twin=True,
)
def test_no_cluster_repeats(model, captions):
    """No cluster of image tokens holds a tenth of the image."""
    return model.observe(captions, share(LARGEST))
