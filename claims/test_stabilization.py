"""
Stabilisation: do image tokens settle in the first third of the depth, while text goes on changing?

Protocol   A caption is teacher-forced; nothing is edited. Numbers of a scene's image tokens and of
           its words are taken at the input of every layer; what the last layer writes is left out,
           since nobody reads it. Words are the question and the answer; the template is the same
           for all. Layers between which a profile has its range, and those where it turns, are
           found on validation scenes.
Measured   Settled is a mean profile that in no sixth of what follows a third of the depth is
           farther from its end than 15 % of its range. Half of the scenes might still rise and half
           fall: so their own profiles are asked as well (A1.scenes, A3.scenes). The late share is
           what a scene's own profile moves after a third of the depth. Entropy and dimension depend
           on how many tokens there are: where image and words are compared, as many image tokens
           are drawn as there are words. A8 puts norms and the sizes of updates in the places of
           dimension, which so few words don't have, and of curvature, which A6 asks.
Controls   The twins, random weights and the model's own weights in disorder, "stabilise" too, their
           entropy falls and flattens, and their updates stand at right angles to each other. A
           profile that hardly changes has nothing to settle from. Curvature and A8 meet the
           norm-matched twin as well: random weights whose image tokens are as long at every layer
           as the model's, since a layer turns long states less than short ones whatever it adds.
           Random weights lose dimension by themselves: the model has to lose more.
Pooled     A4 alone: the words of one question are too few for an estimate of their dimension, so
           those of all scenes are taken together, a thousand from 128 scenes, and as many image
           tokens. At the input they are some fifty words over and over, and repetitions are
           removed; the profile begins after the first layer, where a word's nearest neighbours are
           itself in other scenes.
Not asked  A7, that all models agree, is no claim about one model: it is what a row shows across its
           columns.
"""

from math import ceil, pi

from claims.papers import DEPTH
from vtmetrics import (
    ANSWER,
    IMAGE,
    QUESTION,
    all_of,
    at_least,
    at_most,
    claim,
    mean_profile,
    over_depth,
    pooled,
)
from vtmetrics.protocols import extremes_on, late_share, near, settles, steady, zigzag_on

WORDS = QUESTION | ANSWER
FEW = IMAGE.like(WORDS)
DEGREES = 180 / pi
RQ1 = DEPTH.at("RQ1, three metrics over depth")
EARLY = at_most(0, "how we read “rapid”: all but 15 % of the change in a third of the depth")
HALF = at_least(0.5, "half of the scenes: what the median scene does")
MORE = at_least(0.1, "a tenth of the whole movement, a difference that one would see in a plot")
CHANGES = at_least(0.1, "a tenth of a nat or of a dimension: less is no change to settle from")
STEADY = at_most(0, "within five degrees, three from a right angle: how we read “near-constant”")

METRICS = ["matrix_entropy", "norm_mean", "relative_update"]


@claim("A1.mean", source=RQ1, reported="rapid stabilization", expected=EARLY, twin=True)
def test_the_entropy_of_the_image_settles_early(model, captions, validation_captions):
    """In the mean, the matrix entropy of image tokens has settled after a third of the depth."""
    return settled(model, captions, validation_captions, over_depth("matrix_entropy", IMAGE))


@claim("A1.scenes", source=RQ1, reported="rapid stabilization", expected=HALF, twin=True)
def test_the_entropy_of_most_images_settles_early(model, captions, validation_captions):
    """In half of the scenes by themselves, the entropy has
    settled after a third of the depth: no mean of rising and falling ones.
    """
    return settled_scenes(model, captions, validation_captions, over_depth("matrix_entropy", IMAGE))


@claim("A3.settles", source=RQ1, reported="early convergence", expected=EARLY, twin=True)
def test_the_dimension_of_the_image_settles_early(model, captions, validation_captions):
    """In the mean, the dimension of image tokens (TwoNN) has settled after a third of the depth."""
    return settled(model, captions, validation_captions, over_depth("two_nn", IMAGE))


@claim("A3.scenes", source=RQ1, reported="early convergence", expected=HALF, twin=True)
def test_the_dimension_of_most_images_settles_early(model, captions, validation_captions):
    """In half of the scenes by themselves, the dimension has settled after a third of the depth."""
    return settled_scenes(model, captions, validation_captions, over_depth("two_nn", IMAGE))


def settled(model, captions, validation, reading):
    """How far the mean profile of image tokens is from its end, beyond 15 % of its range."""
    curves = model.observe(captions, reading)
    ends = extremes_on(model.observe(validation, reading))
    return settles(curves, ends, 0.15).sensitive_to(ends.span(mean_profile(curves)), CHANGES)


def settled_scenes(model, captions, validation, reading):
    """Which scenes' own profiles are within 15 % of their range of their end."""
    curves = model.observe(captions, reading)
    ends = extremes_on(model.observe(validation, reading))
    return near(curves, 0.15).sensitive_to(ends.span(mean_profile(curves)), CHANGES)


@claim("A2", source=RQ1, reported="continuous fluctuation", expected=MORE, twin=True)
def test_the_entropy_of_words_changes_later_than_the_images(model, captions, validation_captions):
    """Scene by scene, more of the movement of the words'
    entropy comes after a third of the depth than of the image's.
    """
    words = model.observe(captions, over_depth("matrix_entropy", WORDS))
    image = model.observe(captions, over_depth("matrix_entropy", FEW))
    later = late_share(words) - late_share(image)
    return later.sensitive_to(movement_of_words(model, captions, validation_captions), CHANGES)


def movement_of_words(model, captions, validation):
    """How far the entropy of words moves over depth, in nats."""
    entropy = over_depth("matrix_entropy", WORDS)
    ends = extremes_on(model.observe(validation, entropy))
    return ends.span(mean_profile(model.observe(captions, entropy)))


@claim(
    "A3.compresses",
    source=RQ1,
    reported="compresses",
    expected=at_most(0, "a tenth lower than at the input"),
    twin=True,
    by=0.5,
)
def test_the_dimension_of_the_image_is_compressed(model, captions):
    """The dimension of image tokens after a third of the depth is a tenth below that of the input,
    and lower by half a dimension than random weights make it.
    """
    dimension = mean_profile(model.observe(captions, over_depth("two_nn", IMAGE)))
    deep = list(range(ceil(model.layers / 3), model.layers))
    return dimension.over(deep) - 0.9 * dimension.at(0)


@claim(
    "A4",
    source=RQ1,
    reported="alternating expansion and contraction",
    expected=at_least(1, "four turns of a dimension and more: how we read “alternating”"),
    twin=True,
)
def test_the_dimension_of_words_expands_and_contracts_by_turns(model, words, validation_words):
    """The dimension of the questions' words goes up
    and down by turns, and that of the image doesn't.
    """
    own = alternation(model, words, validation_words, QUESTION)
    image = alternation(model, words, validation_words, IMAGE.like(QUESTION))
    return own.against(image=image)


def alternation(model, words, validation, tokens):
    """How far each of four turns of the dimension goes, up and down."""
    dimension = pooled("two_nn", tokens)
    turns = zigzag_on(model.fit(validation, dimension), count=4, first=1)
    return turns.of(model.fit(words, dimension))


@claim("A5.steady", source=RQ1, reported="near-constant", expected=STEADY, twin="matched")
def test_image_tokens_turn_by_the_same_angle_in_every_layer(model, captions):
    """Between a fifth and nine tenths of the depth, the angle of successive
    image updates hardly varies, and is not that of independent updates.
    """
    angles = mean_profile(model.observe(captions, over_depth("update_angle", IMAGE)) * DEGREES)
    parts = steady(angles, 1 / 5, 9 / 10, within=5)
    return all_of(parts | {"away from a right angle": 3 - angles.read(bend, (0, 90))})


@claim(
    "A5.bent",
    source=RQ1,
    expected=at_least(3, "three degrees: nearer to 90° updates look independent"),
    twin="matched",
)
def test_the_angle_is_not_that_of_independent_updates(model, captions):
    """Between a fifth and nine tenths of the depth, successive updates of
    image tokens are not at the right angle that unrelated directions have.
    """
    angles = mean_profile(model.observe(captions, over_depth("update_angle", IMAGE)) * DEGREES)
    return angles.read(bend, (0, 90))


def bend(angles):
    """How many degrees the mean angle is from the right angle of independent updates."""
    return (inside(angles).mean(-1) - 90).abs()


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
    words = mean_profile(model.observe(captions, over_depth("update_angle", WORDS)) * DEGREES)
    image = mean_profile(model.observe(captions, over_depth("update_angle", IMAGE)) * DEGREES)
    return words.read(wobble, (0, 180)) - image.read(wobble, (0, 180))


def wobble(angles):
    """By how many degrees the angle varies."""
    return inside(angles).std(-1, correction=0)


def inside(angles):
    """The angles from a fifth to nine tenths of the depth."""
    layers = angles.shape[-1]
    return angles[..., round(0.2 * layers) : round(0.9 * layers)]


@claim("A8", source=RQ1, reported="a structural asymmetry", expected=MORE, twin="matched")
def test_words_go_on_changing_where_the_image_has_settled(model, captions, validation_captions):
    """Scene by scene, over entropy, norms and updates together,
    words move later than as many image tokens.
    """
    words = [late_share(model.observe(captions, over_depth(name, WORDS))) for name in METRICS]
    image = [late_share(model.observe(captions, over_depth(name, FEW))) for name in METRICS]
    later = (sum(words) - sum(image)) * (1 / len(METRICS))
    return later.sensitive_to(movement_of_words(model, captions, validation_captions), CHANGES)
