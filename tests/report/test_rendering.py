"""What holds of every report, whatever evidence it gets."""

import random
import re
import unicodedata
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.report.evidence_row import BORDERS, row
from tests.report.sample_evidence import LLAVA, longest, sample
from vtmetrics.evidence.conclusion import conclude
from vtmetrics.report import rendering
from vtmetrics.report.rendering import Detail

render = partial(rendering.render, detail=Detail.REASONS)

quick = settings(derandomize=True, deadline=None, max_examples=60)
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
ROLES = ["", "untrained", "control:noise", "sensitivity", "beside:cosine", "untrained:control:noise"]
VERDICTS = ["supported", "refuted", "undecided", "failed", "not measured", "nonsense"]
texts = st.text(st.characters(), max_size=80) | st.sampled_from(
    [
        "\x1b[2J",
        "\x1b]8;;http://x\x07y",
        "[link=http://x]y[/link]",
        "[/nope]",
        ":smiley:",
        "\u202eabc",
        "日本語" * 30,
    ]
)
numbers = st.floats(-1e7, 1e7) | st.floats(-1, 1)
rows = st.builds(
    row,
    claim=st.sampled_from(["B1", "B1.level", "B2", "C10"]) | texts,
    model=st.sampled_from(["llava-small", "org/qwen"]) | texts,
    role=st.sampled_from(ROLES) | texts,
    verdict=st.sampled_from(VERDICTS),
    value=st.none() | numbers,
    reach=st.floats(0, 10),
    expected=st.sampled_from(list(BORDERS)),
    case=st.sampled_from(["", "depth=1/2"]) | texts,
    statement=texts,
    paper=texts,
    question=texts,
    reported=texts,
    because=texts,
    note=st.none() | texts,
    reasons=st.none() | texts,
    needs=st.none() | st.integers(1, 10_000),
    missing=st.integers(0, 20),
    excluded=st.integers(0, 20),
    source=texts,
    versions=texts,
    twin_controls=st.booleans(),
    embedded=st.booleans(),
)


@quick
@given(st.lists(rows, max_size=8), st.integers(40, 220), st.booleans(), st.sampled_from(Detail))
def test_no_line_is_wider_than_told(evidence, width, color, detail):
    text = COLOUR.sub("", render(evidence, width=width, color=color, detail=detail, also=["x" * 300]))
    assert max(map(cell_len, text.splitlines())) <= width


@quick
@given(st.lists(rows, min_size=1, max_size=6), st.sampled_from(Detail))
def test_no_text_reaches_the_terminal_as_anything_but_letters(evidence, detail):
    """Nor as markup: an unclosed tag would raise, a link would be an escape sequence."""
    told = [found.note for found in evidence if found.note]
    plain = render(evidence, color=False, detail=detail, also=told)
    colour = COLOUR.sub("", render(evidence, color=True, detail=detail, also=told))
    for text in (plain, colour):
        kinds = {unicodedata.category(char) for char in text if char != "\n"}
        assert not kinds & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@quick
@given(st.lists(rows, max_size=8), st.randoms(use_true_random=False), st.sampled_from(Detail))
def test_the_order_of_the_rows_never_matters(evidence, chance, detail):
    mixed = list(evidence)
    chance.shuffle(mixed)
    assert render(mixed, detail=detail) == render(evidence, detail=detail)


@pytest.mark.parametrize("width", [80, 120, 200])
def test_every_cell_shows_its_glyph(width):
    """The stanza of a claim has as many of each glyph as it has cells of it."""
    evidence = sample()
    text = render(evidence, width=width, color=False)
    for claim in {found.claim for found in evidence}:
        about = [found for found in evidence if found.claim == claim]
        columns = {(found.model, found.twin) for found in about}
        expected = [
            conclude([found for found in about if found.model == model], twin).glyph
            for model, twin in columns
        ]
        cells = "".join(re.findall(rf"^{re.escape(claim)} .*(?:\n .*)*", text, re.MULTILINE))
        for glyph in set(expected):
            assert cells.count(glyph) >= expected.count(glyph), (claim, glyph)


def test_random_orders_of_a_whole_run_are_one_report():
    evidence = sample()
    random.Random(1).shuffle(evidence)
    assert render(evidence) == render(sample())


def test_colour_is_all_that_colour_changes():
    told = COLOUR.sub("", render(sample(), color=True))
    assert [line.rstrip() for line in told.splitlines()] == render(sample(), color=False).splitlines()


def test_claims_stand_in_natural_order():
    text = render([row(claim) for claim in ("C10", "B2", "C3", "A1")], color=False)
    assert re.findall(r"^[A-C]\d+", text, re.MULTILINE) == ["A1", "B2", "C3", "C10"]


def test_parts_of_a_catalogue_row_stand_as_their_module_asks_them():
    parts = [row("B1.specificity", position=10), row("B1.level", position=20)]
    text = render(parts, color=False)
    assert text.index("B1.specificity") < text.index("B1.level") < text.index("B1 overall")


def test_markup_is_text():
    assert "[link=http://x.test]y[/link] [/nope] :smiley:" in render(
        [row(statement="[link=http://x.test]y[/link] [/nope] :smiley:")], color=True
    )


def test_embedded_models_alone_are_no_evidence():
    warning = "no evidence about a 7B model"
    assert warning in render([row()])
    assert warning not in render([row(), row(model="org/real", embedded=False)])


def test_real_models_come_before_embedded_ones():
    text = render([row(model="a"), row(model="z", embedded=False)], color=False)
    assert "1 z" in text
    assert "2 a" in text


def test_what_could_not_run_is_said():
    assert "3 checkpoints need weights" in render([row()], also=["3 checkpoints need weights"])
    assert render([], color=False) == "Nothing was measured.\n"


def test_no_evidence_still_says_what_could_not_run():
    assert render([], color=False, also=["why"]) == "Nothing was measured.\nwhy\n"


def test_a_narrower_page_than_forty_columns_is_refused():
    with pytest.raises(ValueError, match="at least 40 columns, got 39"):
        render([row()], width=39)


def test_what_is_cut_ends_in_an_ellipsis():
    """A name that has no room is cut where it is a heading, and told in full at the end."""
    text = render(longest(), width=80, color=False)
    assert "1 InternVL3_5-241B-A28B-I…" in text
    assert (
        "OpenGVLab/InternVL3_5-241B-A28B-Instruct-hf-pruned-by-half" in text.partition("What this run was")[2]
    )


def test_scenes_that_would_settle_it_are_counted_in_scenes():
    """Four scenes a group: 30 groups are 120 scenes."""
    undecided = row(verdict="undecided", needs=30, groups=16, scenes=64)
    assert "--scenes 120 would settle about 1 of 1 undecided" in render([undecided])


def test_scenes_that_will_be_lost_are_asked_for_too():
    """Half of them had no score: twice as many have to be asked about."""
    undecided = row(verdict="undecided", needs=200, groups=100, scenes=100, excluded=97, missing=3)
    assert "--scenes 400 would settle about 1 of 1 undecided" in render([undecided])


def test_as_many_are_promised_as_their_prospects_add_up_to():
    """With the number that one of them asks for, and from how many to how many it may be."""
    near = [row(f"B{number}", verdict="undecided", value=0.94, needs=500) for number in range(4)]
    far = row("B9", verdict="undecided", value=0.93, reach=0.03, needs=900)
    assert "--scenes 900 would settle about 3 of 5 undecided (2 to 5)." in render([*near, far], color=False)


def test_what_lies_on_the_border_is_promised_nothing():
    border = [row(f"C{number}", verdict="undecided", value=0.9501) for number in range(2)]
    lost = row("D1", verdict="undecided", missing=20, needs=300)
    undecided = row(verdict="undecided", value=0.94, needs=500)
    assert "2 undecided lie on the border." in render(border, color=False)
    text = render([undecided, border[0]], color=False, width=120)
    assert "--scenes 500 would settle about 1 of 1 undecided; 1 more lies on the border." in text
    assert "more scenes would not settle the 1 undecided" in render([lost], color=False)


def test_nobody_is_told_to_ask_about_more_than_ten_thousand_scenes():
    undecided = row(verdict="undecided", value=0.94, needs=9000, scenes=512)
    assert "--scenes 10000 would settle" in render([undecided])


def test_a_scene_is_lost_once_in_all_cases():
    cases = [row(case=f"at={at}", excluded=at, missing=1, reasons="1 × out of memory") for at in (3, 7, 5)]
    assert "· llava-small: 1 scene failed, 7 scenes left out: 1 × out of memory" in render(cases, color=False)


def test_what_no_weights_were_measured_of_has_no_digest():
    """A claim that was not measured has no digest in its row."""
    unmeasured = row("B2", verdict="not measured", value=None, digest="")
    assert "digest 3f2a9c0d1e4b…" in render([row(), unmeasured], color=False)
    assert "digest" not in render([unmeasured], color=False)


def test_a_level_is_told_as_exactly_as_it_is_meant():
    text = render([row(level=1 - 0.05 / 3)], color=False)
    assert "[low, high]: 98.33 % confidence" in text
    assert "[low, high]: 95 % confidence" in render([row()], color=False)


def test_a_model_that_was_not_asked_has_an_empty_cell():
    """The other model's glyph stays under its name."""
    lines = render([row("B1"), row("B2", model="other")], color=False).splitlines()
    where = next(line.index("2 other") for line in lines if f"1 {LLAVA} " in line and "2 other" in line)
    first, second = [line for line in lines if re.match(r"    +✓ ", line) and "[" in line]
    assert first.index("✓") < where == second.index("✓")


def test_twins_stand_last_and_apart():
    text = render([row(role="scrambled"), row(role="untrained"), row()], color=False)
    heading = next(line for line in text.splitlines() if f"1 {LLAVA}" in line and "untrained" in line)
    assert heading.split() == ["1", LLAVA, "untrained", "1", "scrambled", "1"]


def test_of_what_has_to_hold_together_the_weakest_part_is_named():
    whole = row(claim="A1", verdict="refuted", value=0.4, expected="≤ 0", part="layer 4 above the end")
    parts = [
        row(claim="A1", role=f"part:layer {layer} above the end", expected="≤ 0", **found)
        for layer, found in [
            (4, {"value": 0.4, "verdict": "refuted"}),
            (5, {"value": -0.3, "verdict": "supported"}),
        ]
    ]
    folded = render([whole, *parts], width=100, color=False)
    assert "✗ llava-small: of what has to hold together, shown is layer 4 above the end" in folded
    assert "layer 5" not in folded
    unfolded = render([whole, *parts], width=100, color=False, detail=Detail.CASES)
    assert unfolded.index("part layer 4") < unfolded.index("part layer 5")
