"""
Stabilisation: do image tokens settle in the first third of the depth, while text goes on changing?

Protocol   A caption is teacher-forced; nothing is edited. Numbers of a scene's image tokens and of
           its words are taken at the input of every layer and before the final norm, never after
           it. Words are the question and the answer; the template is the same for all.
Measured   Statistics of the mean profile over depth, with a jackknife over images. What is still to
           come is the farthest that the profile is yet from where it ends, as a share of its range;
           the late share is what it moves after a third of the depth. Entropy and dimension depend
           on how many tokens there are: where image and words are compared, as many image tokens
           are drawn as there are words. A8 puts norms and the sizes of updates in the places of
           dimension, which so few words don't have, and of curvature, which A6 asks.
Controls   The untrained twin: random weights "stabilise" too, their entropy falls and flattens, and
           their updates stand at right angles to each other. A profile that hardly changes has
           nothing to settle from. Curvature and A8 meet the norm-matched twin as well: random
           weights whose image tokens are as long at every layer as the model's, since a layer turns
           long states less than short ones whatever it adds.
Pooled     A4 alone: the words of one question are too few for an estimate of their dimension, so
           those of all scenes are taken together, a thousand from 128 scenes, and as many image
           tokens. At the input they are some fifty words over and over, and repetitions are
           removed; the profile begins after the first layer, where a word's nearest neighbours are
           itself in other scenes. A profile that hardly changes swings by noise alone, which the
           interval knows.
Not asked  A7, that all models agree, is no claim about one model: it is what a row shows across its
           columns.
"""

from functools import partial
from math import ceil, inf

from claims.papers import DEPTH
from vtmetrics import (
    ANSWER,
    IMAGE,
    QUESTION,
    at_least,
    at_most,
    claim,
    mean_profile,
    over_depth,
    pooled,
)
from vtmetrics.metrics import remaining_change, total_variation

WORDS = QUESTION | ANSWER
FEW = IMAGE.like(WORDS)
RQ1 = DEPTH.at("RQ1, three metrics over depth")
EARLY = at_most(0.15, "how we read “rapid”: all but 15 % of the change in a third of the depth")
MORE = at_least(0.1, "a tenth of the whole change, a difference that one would see in a plot")
CHANGES = at_least(0.1, "a tenth of a nat or of a dimension: less is no change to settle from")

METRICS = ["matrix_entropy", "norm_mean", "relative_update"]
late = partial(remaining_change, definition="variation")


def span(profile):
    """How far apart the ends of a profile's range are."""
    return profile.amax(-1) - profile.amin(-1)


def wobble(angles):
    """By how many degrees the angle varies from a fifth
    to nine tenths of the depth; it begins at layer 2.
    """
    layers = angles.shape[-1] + 1
    first, last = round(0.2 * layers) - 1, round(0.9 * layers) - 1
    return angles.rad2deg()[..., first:last].std(-1, correction=0)


def bend(angles):
    """How many degrees the mean angle is from the right angle of independent updates."""
    return (angles.rad2deg().mean(-1) - 90).abs()


def kept(dimensions):
    """What the last two thirds of the depth keep of nine tenths of the dimension at the input."""
    third = ceil((dimensions.shape[-1] - 1) / 3)
    return dimensions[..., third:].mean(-1) - 0.9 * dimensions[..., 0]


def swings(dimensions):
    """How often a profile runs through its range,
    from the first layer's output on; 1 if it never turns.
    """
    profile = dimensions[..., 1:]
    return (total_variation(profile) / span(profile)).clamp_min(1)


@claim("A1", source=RQ1, reported="rapid stabilization", expected=EARLY, twin=True)
def test_the_entropy_of_the_image_settles_early(model, captions):
    """The matrix entropy of image tokens has settled after a third of the depth."""
    entropy = model.observe(captions, over_depth("matrix_entropy", IMAGE))
    settled = mean_profile(entropy, remaining_change, (0, 1))
    changes = mean_profile(entropy, span, (0, inf))
    return settled.sensitive_to(changes, CHANGES)


@claim("A2", source=RQ1, reported="continuous fluctuation", expected=MORE, twin=True)
def test_the_entropy_of_words_changes_later_than_the_images(model, captions):
    """More of the movement of the words' entropy comes
    after a third of the depth than of the image's.
    """
    words = model.observe(captions, over_depth("matrix_entropy", WORDS))
    image = model.observe(captions, over_depth("matrix_entropy", FEW))
    return mean_profile(words, late, (0, 1)) - mean_profile(image, late, (0, 1))


@claim("A3.settles", source=RQ1, reported="early convergence", expected=EARLY, twin=True)
def test_the_dimension_of_the_image_settles_early(model, captions):
    """The intrinsic dimension of image tokens (TwoNN) has settled after a third of the depth."""
    dimension = model.observe(captions, over_depth("two_nn", IMAGE))
    settled = mean_profile(dimension, remaining_change, (0, 1))
    changes = mean_profile(dimension, span, (0, inf))
    return settled.sensitive_to(changes, CHANGES)


@claim(
    "A3.compresses",
    source=RQ1,
    reported="compresses",
    expected=at_most(0, "a tenth lower than at the input"),
    twin=True,
)
def test_the_dimension_of_the_image_is_compressed(model, captions):
    """The dimension of image tokens after a third of
    the depth is a tenth below that of the input.
    """
    dimension = model.observe(captions, over_depth("two_nn", IMAGE))
    return mean_profile(dimension, kept, (-inf, inf))


@claim(
    "A4",
    source=RQ1,
    reported="alternating expansion and contraction",
    expected=at_least(2, "two more expansions or contractions than the image has"),
    twin=True,
)
def test_the_dimension_of_words_expands_and_contracts_by_turns(model, words):
    """The dimension of the questions' words goes up and down more often than that of the image."""
    turns = model.fit(words, pooled("two_nn", QUESTION, swings, (1, inf)))
    turns_of_image = model.fit(words, pooled("two_nn", IMAGE.like(QUESTION), swings, (1, inf)))
    return turns - turns_of_image


@claim(
    "A5.steady",
    source=RQ1,
    reported="near-constant",
    expected=at_most(5, "five degrees: how we read “near-constant”"),
    twin="matched",
)
def test_image_tokens_turn_by_the_same_angle_in_every_layer(model, captions):
    """Between a fifth and nine tenths of the depth,
    the angle of successive image updates hardly varies.
    """
    angles = model.observe(captions, over_depth("update_angle", IMAGE))
    return mean_profile(angles, wobble, (0, 180))


@claim(
    "A5.bent",
    source=RQ1,
    expected=at_least(3, "three degrees: nearer to 90° updates look independent"),
    twin="matched",
)
def test_the_angle_is_not_that_of_independent_updates(model, captions):
    """Successive updates of image tokens are not at
    the right angle that unrelated directions have.
    """
    angles = model.observe(captions, over_depth("update_angle", IMAGE))
    return mean_profile(angles, bend, (0, 90))


@claim(
    "A6",
    source=RQ1,
    reported="large and variable",
    expected=at_least(3, "three degrees: how we read “variable”"),
    twin="matched",
)
def test_words_turn_more_variably_than_the_image(model, captions):
    """Over the same depth, the angle of successive
    updates varies more for words than for image tokens.
    """
    words = model.observe(captions, over_depth("update_angle", WORDS))
    image = model.observe(captions, over_depth("update_angle", IMAGE))
    return mean_profile(words, wobble, (0, 180)) - mean_profile(image, wobble, (0, 180))


@claim("A8", source=RQ1, reported="a structural asymmetry", expected=MORE, twin="matched")
def test_words_go_on_changing_where_the_image_has_settled(model, captions):
    """Over entropy, norms and updates together, words move later than as many image tokens."""
    words = [late_share(model, captions, metric, WORDS) for metric in METRICS]
    image = [late_share(model, captions, metric, FEW) for metric in METRICS]
    return (sum(words) - sum(image)) * (1 / len(METRICS))


def late_share(model, captions, metric, tokens):
    """The share of a metric's movement over depth that comes after a third of it."""
    profile = model.observe(captions, over_depth(metric, tokens))
    return mean_profile(profile, late, (0, 1))
