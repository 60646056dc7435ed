"""Compute: does leaving image tokens out really spare what it is said to spare?

Protocol   A scene's prompt is read once, into a cache, by the language model; from layer k on,
           image tokens are gone. Images are encoded before: the vision tower costs the same under
           every edit.
Measured   FLOPs of every matrix product and attention, counted in the real pass, against the
           formula for who is present in which layer (heads of keys shared, SwiGLU, one row of
           logits); bytes that the cache holds in memory; on an accelerator, seconds of passes that
           take turns.
Controls   Masking alone: the tokens stay and nobody reads them. The answers are those of removal,
           and nothing is spared. A formula is right for nothing where truncation removes nothing: a
           tenth of the FLOPs has to go.
Not asked  F2, what is best kept at equal FLOPs: see Budget. Seconds on a processor, which others
           share, are shown and decide nothing.
"""

import pytest

from claims.papers import DEPTH
from vtmetrics import PLAIN, about, at_least, claim, truncate
from vtmetrics.protocols import require_accelerator, savings, seconds
from vtmetrics.readings import COUNTED, FORMULA, MASKED, apart, same

TRADE = DEPTH.at("compute trade-offs")
DEPTHS = pytest.mark.parametrize("depth", [1 / 4, 1 / 2, 3 / 4])
TENTH = at_least(0.1, "a tenth of the whole: less is nothing to be right about")


@claim(
    "F1.flops",
    source=TRADE,
    reported="not reported",
    expected=about(0, 0.05, "the formula, within 5 %"),
)
@DEPTHS
def test_flops_are_those_of_the_formula(model, words, depth):
    """Where image tokens leave on the way, a prefill takes the FLOPs that the formula says."""
    cut, formula, masked = (
        model.cost(words, truncate(depth), way) for way in (COUNTED, FORMULA, MASKED)
    )
    found = apart(cut.flops, formula.flops).against(
        masking_alone=apart(masked.flops, formula.flops)
    )
    spared = savings(model, words, truncate(depth))
    return found.sensitive_to(spared.pop("flops"), TENTH).beside(**spared)


@claim(
    "F1.cache",
    source=TRADE,
    reported="not reported",
    expected=at_least(0.95, "to the byte, in all scenes"),
)
@DEPTHS
def test_the_cache_holds_what_is_there(model, words, depth):
    """The cache has the bytes of the tokens that are there, layer by layer, and not one more."""
    cut, formula, masked = (
        model.cost(words, truncate(depth), way) for way in (COUNTED, FORMULA, MASKED)
    )
    found = same(cut.kv_bytes, formula.kv_bytes).against(
        masking_alone=same(masked.kv_bytes, formula.kv_bytes)
    )
    return found.sensitive_to(apart(model.cost(words).kv_bytes, cut.kv_bytes), TENTH)


@claim("F1.time", source=TRADE, reported="not reported", expected=at_least(0, "any time at all"))
@DEPTHS
def test_prefill_is_faster(model, words, depth):
    """Where image tokens leave on the way, a prefill takes less time."""
    require_accelerator(model)
    cut = truncate(depth)
    whole, short, hidden = seconds(model, words, (PLAIN, COUNTED), (cut, COUNTED), (cut, MASKED))
    found = apart(whole, short).against(masking_alone=apart(whole, hidden))
    return found.sensitive_to(savings(model, words, cut)["flops"], TENTH)
