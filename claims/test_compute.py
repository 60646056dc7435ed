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
    expected=about(0, 0.05, "the formula, within 5 %"),
)
@DEPTHS
def test_flops_are_those_of_the_formula(model, words, depth):
    """Where image tokens leave on the way, a prefill takes the FLOPs that the formula says."""
    counted, formula, masked = costs(model, words, truncate(depth))
    error = apart(counted.flops, formula.flops)
    error_masked = apart(masked.flops, formula.flops)
    spared = savings(model, words, truncate(depth))
    spared_flops = spared.pop("flops")
    finding = error.against(masking_alone=error_masked).sensitive_to(spared_flops, TENTH)
    return finding.beside(**spared)


@claim(
    "F1.cache",
    source=TRADE,
    expected=at_least(0.95, "to the byte, in all scenes"),
)
@DEPTHS
def test_the_cache_holds_what_is_there(model, words, depth):
    """The cache has the bytes of the tokens that are there, layer by layer, and not one more."""
    counted, formula, masked = costs(model, words, truncate(depth))
    plain = model.cost(words)
    exact = same(counted.kv_bytes, formula.kv_bytes)
    exact_masked = same(masked.kv_bytes, formula.kv_bytes)
    spared = apart(plain.kv_bytes, counted.kv_bytes)
    return exact.against(masking_alone=exact_masked).sensitive_to(spared, TENTH)


def costs(model, scenes, edit):
    """What an edited prefill costs: counted, by the formula, and counted under masking alone."""
    return [model.cost(scenes, edit, way) for way in (COUNTED, FORMULA, MASKED)]


@claim("F1.time", source=TRADE, expected=at_least(0, "any time at all"))
@DEPTHS
def test_prefill_is_faster(model, words, depth):
    """Where image tokens leave on the way, a prefill takes less time."""
    require_accelerator(model)
    cut = truncate(depth)
    whole, removed, masked = seconds(model, words, (PLAIN, COUNTED), (cut, COUNTED), (cut, MASKED))
    faster = apart(whole, removed)
    faster_masked = apart(whole, masked)
    spared = savings(model, words, cut)["flops"]
    return faster.against(masking_alone=faster_masked).sensitive_to(spared, TENTH)
