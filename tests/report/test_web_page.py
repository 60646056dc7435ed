"""The page: safe whatever models say, complete without its script, small, the same for the same rows."""

import base64
import hashlib
import random
import re
from dataclasses import replace

import pytest

from tests.report.evidence_row import row
from tests.report.page_evidence import MODELS, keep_beside, many_rows, source_of_many
from tests.report.page_reader import read
from tests.report.sample_evidence import sample
from vtmetrics.evidence.evidence import write_evidence
from vtmetrics.evidence.story import CellStory, ShownScene, keep_cell_story
from vtmetrics.report.comparison_table import compare_sides
from vtmetrics.report.page.page_source import RunComparison, page_source_of, source_in
from vtmetrics.report.page.picture_shelf import PictureShelf
from vtmetrics.report.page.web_page import web_page

#: claims of the page that most tests look at
CLAIMS = 12
HOSTILE = (
    "<script>alert(1)</script> \x1b[31m \u202e\u2066 \x00 \"'><img src=x onerror=alert(2)> {{ 7*7 }} &lt;"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Some claims of four models, with all that is kept beside rows."""
    where = tmp_path_factory.mktemp("evidence")
    rows = many_rows(CLAIMS)
    write_evidence(rows, where / "evidence.jsonl")
    keep_beside(rows, where)
    return where


@pytest.fixture(scope="module")
def page(folder):
    return web_page(source_in(folder))


def test_nothing_is_loaded_and_nothing_but_its_own_script_and_style_can_act(page):
    found = read(page)
    assert {
        value for tag, _, value in found.links if tag != "a" and not value.startswith(("#", "data:image/"))
    } == set()
    outside = {value for _, _, value in found.links if "://" in value}
    assert all(re.fullmatch(r"https://arxiv\.org/abs/\d{4}\.\d{4,5}", value) for value in outside)
    assert not [
        name for _, attrs in found.elements for name in attrs if name.startswith("on") or name == "style"
    ]
    assert len(found.of("script")) == len(found.of("style")) == 1
    rules = dict(rule.strip().split(" ", 1) for rule in found.policy.split(";"))
    assert rules["default-src"] == "'none'"
    for kind in ("script", "style"):
        content = re.search(rf"<{kind}>(.*?)</{kind}>", page, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert rules[f"{kind}-src"] == f"'sha256-{digest}'"


def test_ids_are_unique_and_every_link_within_leads_somewhere(page):
    found = read(page)
    assert len(found.ids) == len(set(found.ids))
    within = {value[1:] for _, _, value in found.links if value.startswith("#")}
    named = {word for _, attrs in found.elements for word in attrs.get("aria-labelledby", "").split()}
    assert within | named <= set(found.ids)


def test_every_cell_has_a_word_and_opens(page):
    found = read(page)
    cells = [attrs for attrs in found.of("td") if attrs.get("class") == "v"]
    assert len(cells) == CLAIMS * len(MODELS)
    words = {"supported", "refuted", "undecided", "not measured", "vacuous"}
    assert {cell["data-v"] for cell in cells} <= words
    opened = re.findall(r'<td class="v"[^>]*><a href="#([^"]+)"><b class="w [a-z-]+">(.*?)</b>', page)
    links = [
        link for link, word in opened if re.fullmatch(r'<span aria-hidden="true">.</span> [a-z ]+', word)
    ]
    assert len(links) == len(set(links)) == len(cells)


def test_whatever_a_filter_asks_for_stands_in_the_grid(page):
    found = read(page)
    rows = [attrs for attrs in found.of("tr") if "data-c" in attrs]
    sections = [attrs for attrs in found.of("article") if "id" in attrs]
    assert [one["data-c"] for one in rows] == [one["id"] for one in sections]
    options = [attrs.get("value") for attrs in found.of("option")]
    assert {one["data-p"] for one in rows} <= set(options)
    assert {attrs["data-f"] for attrs in found.of("td") if "data-f" in attrs} == {"llava", "internvl", "qwen"}
    assert {attrs["value"] for attrs in found.of("input") if attrs["type"] == "checkbox"} >= {
        "refuted",
        "vacuous",
    }


def test_behind_every_figure_stands_a_table(page):
    """Beside it or, of the estimates, below it; and each says in words what it shows."""
    for figure in re.findall(r"<figure>.*?</figure>(?:\s*<details><summary>All figures)?", page, re.DOTALL):
        assert "<table>" in figure or figure.endswith("All figures")
        assert re.search(r"<title id=[^>]+>[^<]+</title><desc id=[^>]+>[^<]+</desc>", figure)


def test_it_is_complete_without_its_script(page):
    """Only the form, which needs one, is hidden."""
    hidden = [tag for tag, attrs in read(page).elements if "hidden" in attrs]
    assert hidden == ["form"]
    assert page.count("Scenes that stand out") == 3 * CLAIMS
    assert "How it is measured" in page


def test_the_same_evidence_makes_the_same_bytes_whatever_the_order_of_its_rows(folder, page):
    rows = many_rows(CLAIMS)
    random.Random(0).shuffle(rows)
    assert web_page(page_source_of(rows, folder)) == page


def test_without_anything_beside_the_rows_the_page_says_so():
    told = web_page(page_source_of(sample()))
    assert "this evidence keeps none" in told
    assert "keeps no scores of scenes" in told


def test_text_of_models_stays_text(tmp_path):
    rows = [
        replace(one, note=HOSTILE, statement=HOSTILE, reported=HOSTILE, model=HOSTILE) for one in sample()
    ]
    place = next(one.cell for one in rows if not one.role)
    scene = ShownScene(
        HOSTILE, HOSTILE, HOSTILE, 1.0, (("PLAIN", HOSTILE), (HOSTILE, "other")), HOSTILE, "../../x.png"
    )
    keep_cell_story(CellStory(place, (), (scene,)), tmp_path)
    page = web_page(page_source_of(rows, tmp_path, said=[HOSTILE]))
    found = read(page)
    assert len(found.of("script")) == 1
    assert found.of("img") == []
    assert "49" not in re.findall(r"&lt;/script&gt;[^<]{0,80}", page)[0]
    assert not set(page) & {"\x1b", "\u202e", "\u2066", "\x00"}
    assert page.count("&lt;script&gt;alert(1)") > 3
    assert {tag for tag, attrs in found.elements if any(name.startswith("on") for name in attrs)} == set()


@pytest.mark.parametrize("claim", ["A.b", "a b", '"><x', "É", "T1", "T-1"])
def test_any_id_of_a_claim_makes_an_anchor(claim):
    rows = [row(claim), row("T1"), row("T.1", verdict="refuted", value=0.2)]
    found = read(web_page(page_source_of(rows)))
    assert len(found.ids) == len(set(found.ids))
    assert all(re.fullmatch(r"[A-Za-z0-9-]+", one) for one in found.ids)


def test_two_runs_stand_side_by_side_flips_first():
    before, after = many_rows(6, MODELS[:1]), many_rows(6, MODELS[:1])
    flipped = [
        replace(one, verdict="refuted", value=0.1, low=0.05, high=0.2)
        if one.claim == "T0.level" and not one.role
        else one
        for one in after
    ]
    table = compare_sides(before, flipped, ({}, {}), {MODELS[0]: MODELS[0]})
    page = web_page(page_source_of(flipped, comparison=RunComparison("comparison: pruned with whole", table)))
    assert "comparison: pruned with whole" in page
    rows = re.search(r"<caption>All pairs</caption>.*?</table>", page, re.DOTALL)[0]
    marks = ["flipped" in one for one in rows.split("<tr>")[2:]]
    assert marks == sorted(marks, reverse=True)


def test_what_disputes_another_paper_stands_on_one_axis():
    claims = [
        row("G7", value=0.5),
        row("X10", value=0.5, verdict="refuted", disputes="G7", paper="Others 2026"),
    ]
    page = web_page(page_source_of(claims))
    assert 'id="disputes"' in page
    assert "holds for G7" in page


def test_pictures_have_a_budget_and_the_page_says_what_it_leaves_out(folder):
    shelf = PictureShelf(folder, most=3000)
    names = sorted(file.name for file in (folder / "shown").glob("*.png"))
    taken = [name for name in names if shelf.take(name)]
    assert 0 < len(taken) < len(names)
    assert set(taken) | shelf.left_out == set(names)
    assert shelf.take("../evidence.jsonl") == ""
    assert shelf.lost == {"../evidence.jsonl"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pictures", "most"), [(False, 3_000_000), (True, 8_000_000)], ids=["without", "with"]
)
def test_four_models_and_180_claims_fit_into_a_mail(tmp_path, pictures, most):
    source = source_of_many(180, tmp_path, pictures=pictures)
    assert 1_000_000 < len(web_page(source).encode()) <= most
