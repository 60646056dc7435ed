"""How much a run tells at its end: a line a claim, or by -v why, or by --cases every case."""

import re


def test_a_line_tells_a_claim_and_only_more_letters_tell_more(suite):
    """Why and in what run by -v; with no letter at all, or with -q, neither."""
    for options, told in ((), False), (("-q",), False), (("-v",), True), (("--cases",), True):
        text = suite.run("-m", "qwen", *options).stdout.str()
        assert re.search(r"^A1 .* The model answers\.$", text, re.MULTILINE) or told
        assert ("What this run was" in text) == told
        assert ("-v tells figures in full" in text) != told


def test_two_models_stand_in_the_order_of_the_command_with_their_difference(suite):
    """Scene by scene: both were asked about the same ones."""
    for name in ("a", "b"):
        suite.pytester.mkdir(name)
    text = suite.run("--model=b", "--model=a", "-k", "not untrained and not scrambled").stdout.str()
    assert re.search(r"^ +1 b +2 a +2 − 1 ", text, re.MULTILINE)
    assert re.search(r"^A1 .* = 0 .*The model answers", text, re.MULTILINE)
    assert "= comparison" not in text
