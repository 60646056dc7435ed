"""The layers of a token map on a page: colours where tokens lie, clear elsewhere, words in their places."""

import base64
import io

import pytest
from PIL import Image

from vtmetrics.report.page.map_layers import (
    BRIGHTEST,
    DARKEST,
    MAP_SIDE,
    MOST_CELLS,
    MOST_LAYERS,
    kinds_layer,
    map_layers,
)


def told(layers=1, **other):
    """Two tokens beside each other, the right fifth of the picture shown by none."""
    data = {
        "size": [30, 30],
        "sheets": [0, 0],
        "rectangles": [[0, 0, 15, 30], [15, 0, 25, 30]],
        "kinds": ["alive", "dead"],
        "norms": [[2.0, 4.0]] * (layers + 1),
        "received": [[0.25, 0.5]] * layers,
        "texts": ["<b>", "much too long for a cell"],
        "words": {"EMBEDS": [[[0], [1]]] * (layers + 1), "HEAD": [[[None], []]] * (layers + 1)},
    }
    return data | other


def pixels(layer, places):
    with Image.open(io.BytesIO(base64.b64decode(layer.content))) as drawn:
        assert drawn.size == (layer.width * layer.sheets, layer.height)
        return [drawn.convert("RGBA").getpixel(place) for place in places]


def test_the_least_is_dark_the_most_bright_and_nothing_clear():
    first, last = map_layers(told())
    norm, attention = first.drawn
    assert pixels(norm, [(10, 40), (60, 40)]) == [(*DARKEST, 255), (*BRIGHTEST, 255)]
    assert pixels(norm, [(90, 40)])[0][3] == 0
    assert attention.words == "attention at layer 0, from .25 to .5"
    assert [one.words for one in last.drawn] == ["norm at layer 1, from 2 to 4"]


def test_of_what_is_alive_the_picture_is_seen():
    kinds = kinds_layer(told())
    alive, dead = pixels(kinds, [(10, 40), (60, 40)])
    assert alive[3] == 0
    assert dead == (*DARKEST, 255)
    assert kinds.words == "1 alive, 1 dead in the dark, 0 sinks bright"


def test_sheets_stand_side_by_side():
    one = kinds_layer(told(sheets=[0, 1], kinds=["dead", "sink"]))
    assert (one.sheets, one.width) == (2, MAP_SIDE)
    assert pixels(one, [(10, 40), (MAP_SIDE + 60, 40)]) == [(*DARKEST, 255), (*BRIGHTEST, 255)]


def test_words_stand_where_their_tokens_lie():
    """Tokens come as they come: the grid is of their places."""
    swapped = told(rectangles=[[15, 0, 30, 30], [0, 0, 15, 30]])
    first, *_ = map_layers(swapped)
    embeds, head = first.words
    assert embeds.rows == ((("dead", "†", "much too l"), ("alive", "", "<b>")),)
    assert head.rows == ((("dead", "†", "·"), ("alive", "", "·")),)
    assert embeds.caption == "Nearest words by EMBEDS at layer 0"
    above, below = ([word for _, _, word in row] for row in _rows_of_a_square())
    assert (above, below) == (["a", "b"], ["c", "·"])


def _rows_of_a_square():
    boxes = [[15, 0, 30, 15], [0, 15, 15, 30], [0, 0, 15, 15], [15, 15, 30, 30]]
    square = told(
        rectangles=boxes,
        sheets=[0] * 4,
        kinds=["alive"] * 4,
        norms=[[1.0] * 4] * 2,
        received=[[1.0] * 4],
        texts=["a", "b", "c"],
        words={"EMBEDS": [[[1], [2], [0], []]] * 2},
    )
    first, *_ = map_layers(square)
    return first.words[0].rows


def test_words_stand_on_the_sheet_of_their_token():
    first, *_ = map_layers(told(sheets=[0, 1]))
    assert [(one.caption, one.rows) for one in first.words if "EMBEDS" in one.caption] == [
        ("Nearest words by EMBEDS at layer 0, sheet 1", ((("alive", "", "<b>"),),)),
        ("Nearest words by EMBEDS at layer 0, sheet 2", ((("dead", "†", "much too l"),),)),
    ]


def test_every_layer_shows_its_own_numbers_and_words():
    """Of the words told of a token it is the first, which is the nearest."""
    data = told(
        layers=2,
        norms=[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]],
        received=[[0.1, 0.2], [0.3, 0.4]],
        texts=["a", "b", "c", "d"],
        words={"EMBEDS": [[[0, 3], [1, 3]], [[1, 3], [2, 3]], [[2, 3], [0, 3]]]},
    )
    found = list(map_layers(data))
    assert [[drawn.words for drawn in one.drawn] for one in found] == [
        ["norm at layer 0, from 1 to 2", "attention at layer 0, from .1 to .2"],
        ["norm at layer 1, from 3 to 4", "attention at layer 1, from .3 to .4"],
        ["norm at layer 2, from 5 to 6"],
    ]
    rows = [one.words[0].rows[0] for one in found]
    assert [[word for *_, word in row] for row in rows] == [["a", "b"], ["b", "c"], ["c", "a"]]


@pytest.mark.parametrize("layers", [1, 15, 40, 100])
def test_a_deep_model_has_its_first_and_last_layer_and_no_more_than_there_is_room_for(layers):
    shown = [one.layer for one in map_layers(told(layers))]
    assert (shown[0], shown[-1]) == (0, layers)
    assert len(shown) <= MOST_LAYERS + 1


def test_many_tokens_have_words_in_fewer_layers():
    """As many cells as there is room for, in the last layer too."""
    many = 600
    data = told(
        layers=20,
        rectangles=[[place, 0, place + 1, 30] for place in range(many)],
        sheets=[0] * many,
        kinds=["alive"] * many,
        norms=[[1.0] * many] * 21,
        received=[[1.0] * many] * 20,
        words={"EMBEDS": [[[0]] * many] * 21, "HEAD": [[[0]] * many] * 21},
    )
    worded = [one.layer for one in map_layers(data) if one.words]
    assert len(worded) * 2 * many <= MOST_CELLS + 2 * many
    assert worded[-1] == 20
