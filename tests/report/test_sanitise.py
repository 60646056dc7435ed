"""Text of others can be read, and does nothing else."""

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vtmetrics.report.sanitise import plain, quoted

ATTACKS = {
    "clear the screen": "\x1b[2J",
    "write the clipboard": "\x1b]52;c;aGk=\x07",
    "a hyperlink": "\x1b]8;;http://x.test\x1b\\click\x1b]8;;\x1b\\",
    "the window's title": "\x1b]0;owned\x07",
    "eight-bit control sequence": "\x9b31m",
    "overwrite the line": "good\rbad",
    "backspaces": "good\b\b\b\bbad",
    "right to left": "\u202egnp.exe",
    "an isolate": "\u2067abc\u2069",
    "invisible": "a\u200bb\u2060c\ufeffd",
    "a lone surrogate": "\udc80",
    "a null byte": "\0",
    "tags": "\U000e0041",
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
@pytest.mark.parametrize("safe", [plain, quoted])
def test_an_attack_is_spelt_out(attack, safe):
    told = safe(f"before {attack} after")
    assert told.isprintable()
    assert "before" in told
    assert "after" in told


@settings(derandomize=True, deadline=None)
@given(st.text(st.characters()))
@example("\x1b" * 1000)
def test_only_letters_come_through(text):
    for told in (plain(text), quoted(text)):
        assert not {unicodedata.category(char) for char in told} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
        told.encode("utf-8")


def test_plain_text_stays_as_it_is():
    told = "Über 95 % – “naïve” 日本語 ✓ [link=x]y[/link] [/nope] 👍🏽"
    assert plain(told) == told


def test_white_space_becomes_one_space():
    assert plain(" two\n lines\tand\u2028more ") == "two lines and more"


def test_a_long_text_ends_in_an_ellipsis():
    told = plain("x" * 1_000_000)
    assert len(told) == 600
    assert told.endswith("x…")


def test_an_answer_shows_its_line_breaks_and_leading_space():
    assert quoted(" red\nand blue ") == "“ red↵and blue ”"
