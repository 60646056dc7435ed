"""The picture over depth shows what the model has been asked, and nothing where nothing was said."""

from dataclasses import replace

import numpy as np
import pytest

from fixtures.models.profile_plot import drawn, line, main, within_image
from fixtures.models.registry import HERE, named
from fixtures.scenes.pytest_fixtures import asked
from vtmetrics.model import Model
from vtmetrics.statistics.scores import Scores


def scores(*curves):
    """A curve for each scene, every scene a group of its own."""
    names = [f"scene {number}" for number in range(len(curves))]
    values = dict(zip(names, map(np.array, curves), strict=True))
    return Scores(values, {name: name for name in names}, "number", (0, 10))


def test_a_line_is_the_mean_with_the_middle_half_of_the_scenes():
    told = line("words", scores([0, 1], [1, 2], [2, 3], [3, 4], [4, 5]), factor=2, first=3)
    assert told.mean.tolist() == [4, 6]
    assert told.low.tolist() == [2, 4]
    assert told.high.tolist() == [6, 8]
    assert told.layers.tolist() == [3, 4]


def test_a_line_of_nothing_is_refused():
    empty = Scores({}, {"one": "one"}, "number", (0, 1), missing={"one": "lost"})
    with pytest.raises(ValueError, match="of words there is none"):
        line("words", empty)


def test_rows_are_numbers_and_columns_are_models():
    one, two = line("words", scores([0.0, 1.0])), line("words", scores([5.0, 6.0]), first=1)
    figure = drawn(
        {"norm": {"mine": [one], "untrained": [two]}, "angle": {"mine": [two], "untrained": [one]}}
    )
    upper_left, upper_right, *_ = figure.axes
    assert (upper_left.get_title(), upper_right.get_title()) == ("mine", "untrained")
    assert upper_left.get_ylabel() == "norm"
    assert upper_right.lines[0].get_xydata().tolist() == [[1, 5], [2, 6]]


@pytest.mark.slow
def test_the_command_draws_a_model_and_its_twins(tmp_path):
    main([str(HERE / "weights" / "llava-0"), "--out", str(tmp_path / "profiles.svg"), "--scenes", "2"])
    told = (tmp_path / "profiles.svg").read_text(encoding="utf-8")
    assert told.count("<path") > 100


def test_captions_of_more_words_than_image_tokens_are_left_out():
    model = Model(named(str(HERE / "weights" / "llava-0"), gpu=False))
    short, other = asked("captions", "test", 2, embedded=True)
    wordy = replace(short, prompt=" ".join([short.prompt] * 30))
    assert list(within_image(model, [wordy, other])) == [other]
