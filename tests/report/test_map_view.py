"""Token maps on a page: what lies with the evidence, linked from claims, within its room, never unsafe."""

import base64
import io

import pytest
from PIL import Image

from tests.report.page_evidence import lay_map
from tests.report.page_reader import read
from tests.report.sample_evidence import sample
from vtmetrics.report.page.map_view import MOST_OF_MAPS, map_views
from vtmetrics.report.page.page_source import page_source_of
from vtmetrics.report.page.web_page import web_page


def test_token_maps_that_lie_with_the_evidence_are_shown_with_their_numbers(tmp_path):
    lay_map(tmp_path / "maps", "first")
    page = web_page(page_source_of(sample(), tmp_path))
    (image,) = read(page).of("img")
    assert base64.b64decode(image["src"].partition(",")[2]) == (tmp_path / "maps" / "first.png").read_bytes()
    assert image["alt"].endswith("1 alive, 1 dead, 0 sink")
    assert "<tr><th>0<td>2<td>4<td>–<td>.250<td>.500<td>–<td>“&lt;b&gt;” 2<td>–" in page
    told = [
        "1 alive, 1 dead in the dark, 0 sinks bright",
        "norm at layer 0, from 2 to 4",
        "attention at layer 0, from .25 to .5",
        "norm at layer 1, from 1 to 1",
    ]
    assert [one["aria-label"] for one in read(page).of("svg") if "aria-label" in one][-4:] == told
    words = '<caption>Nearest words by EMBEDS at layer 1</caption><tbody><tr><td>·<td class="dead">†&lt;b&gt;'
    assert words in page
    assert "Token maps of internvl3-small, qwen2.5-vl-small: " in page.partition('id="left"')[2]


def test_a_map_is_linked_from_the_claims_of_its_model(tmp_path):
    rows = sample()
    lay_map(tmp_path / "maps", "first", model=rows[0].model)
    page = web_page(page_source_of(rows, tmp_path))
    asked = page.count('class="m" id="') / len({row.model for row in rows})  # all models the same
    assert page.count('<a href="#map-1">Token maps of ') == asked > 0
    assert f"Token maps of {rows[0].model}" not in page.partition('id="left"')[2]


@pytest.mark.parametrize("letters", ["", "no base 64!", "PHN2Zz4=", 3, base64.b64encode(b"\x89PNG").decode()])
def test_a_map_shows_its_picture_only_if_it_is_one(tmp_path, letters):
    """Letters that are no letters are refused; what is neither form of picture is not shown."""
    lay_map(tmp_path / "maps", "first", picture=letters)
    if letters in ("no base 64!", 3):
        with pytest.raises(ValueError, match="a token map wants the JSON that `maps` writes"):
            web_page(page_source_of(sample(), tmp_path))
        return
    page = web_page(page_source_of(sample(), tmp_path))
    assert "map-1-p" not in page


def test_what_is_no_map_is_refused_or_left_out(tmp_path):
    lay_map(tmp_path / "maps", "drawn", content=b"<svg onload=alert(1)>")
    page = web_page(page_source_of(sample(), tmp_path))
    assert read(page).of("img") == []
    assert "no room, or no drawing: drawn" in page
    lay_map(tmp_path / "maps", "other", kinds=3)
    with pytest.raises(ValueError, match="a token map wants the JSON that `maps` writes"):
        web_page(page_source_of(sample(), tmp_path))


@pytest.mark.slow
def test_maps_have_as_much_room_as_they_may_take(tmp_path):
    """Of many large ones some are shown, and the others named; the first of all stays where it is."""
    tokens = {"sheets": [0] * 576, "kinds": ["alive"] * 576, "rectangles": [[0, 0, 30, 30]] * 576}
    layers = {"norms": [[1.0] * 576] * 33, "received": [[1.0] * 576] * 32}
    words = {"words": {"EMBEDS": [[[0]] * 576] * 33}}
    drawing = io.BytesIO()
    Image.effect_noise((420, 420), 90).save(drawing, "PNG")
    for number in range(12):
        lay_map(tmp_path / "maps", f"{number:02}", drawing.getvalue(), **tokens, **layers, **words)
    views, left_out = map_views(tmp_path)
    assert 0 < len(views) < 12
    assert left_out == [f"{number:02}" for number in range(len(views), 12)]
    without = len(web_page(page_source_of(sample())).encode())
    assert len(web_page(page_source_of(sample(), tmp_path)).encode()) - without < MOST_OF_MAPS + 150_000
