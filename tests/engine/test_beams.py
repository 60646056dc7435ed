"""Beams: an edited search finds what a search by the oracle finds, which has no cache to reorder."""

import pytest
import torch

from tests.engine.plain_beam_search import following, search
from tests.engine.small_nets import LAYERS, RECIPES, UNSAID, VOCABULARY, net
from tests.engine.test_kv_cache import lengths
from tests.engine.test_oracle import CLOSE, NAMED, batch, edit_of
from vtmetrics.edits.edit import PLAIN, substitute, truncate
from vtmetrics.edits.steps import NOISE
from vtmetrics.edits.tokens import IMAGE, READOUT
from vtmetrics.engine import Record, capture, edited, kv_cache, sources

pytestmark = pytest.mark.usefixtures("no_gradients")

NEW, WIDTH = 6, 3
ENDS = list(range(2, 90, 4))


def searched(model, edit, inputs, layout, width=WIDTH, new=NEW, **how):
    """What generate() finds under an edit."""
    bank = capture(model, inputs, layout, sources(edit, LAYERS))
    told = {"do_sample": False, "suppress_tokens": UNSAID, "return_dict_in_generate": True, **how}
    with edited(model, edit, layout, bank, read=READOUT, beams=width):
        return model.generate(**inputs, num_beams=width, max_new_tokens=new, output_scores=True, **told)


def check(family, steps, attention="sdpa", rows="ragged rows", ends=()):
    """The same tokens and the same score in every row, and no near tie on the way; how long the texts are."""
    model, (inputs, layout) = net(family, attention), batch(family, rows)
    how = {"eos_token_id": list(ends), "pad_token_id": 0} if ends else {}
    found = searched(model, edit_of(steps), inputs, layout, **how)
    said = found.sequences[:, layout.length :].tolist()
    sizes = set()
    for row, (tokens, score) in enumerate(zip(said, found.sequences_scores.tolist(), strict=True)):
        follow = following(model, inputs, layout.masks, steps, row)
        wanted, margin = search(follow, NEW, WIDTH, ends)
        assert margin > CLOSE
        assert tuple(tokens[: len(wanted.tokens)]) == wanted.tokens
        assert score == pytest.approx(wanted.score, abs=CLOSE)
        sizes.add(len(wanted.tokens))
    return sizes


@pytest.mark.parametrize("steps", NAMED.values(), ids=NAMED)
def test_every_kind_of_edit_acts_on_every_beam(steps):
    """On ragged rows, whose beams go on from one prompt."""
    check("llava", steps)


@pytest.mark.parametrize("kind", ["truncate", "prune", "substitute", "freeze while decoding"])
def test_eager_attention_searches_alike(kind):
    check("llava", NAMED[kind], "eager")


@pytest.mark.parametrize("kind", ["truncate", "substitute"])
def test_texts_that_end_are_ranked_by_their_mean(kind):
    """Rows end at different steps, and go on beside each other until the last one has."""
    assert len(check("llava", NAMED[kind], ends=ENDS)) > 1


@pytest.mark.parametrize("family", [family for family in RECIPES if family != "llava"])
def test_every_family_searches_under_edits(family):
    check(family, NAMED["composed"])


def test_a_plain_search_is_the_nets_own():
    model, (inputs, layout) = net("llava"), batch("llava", "ragged rows")
    own = model.generate(
        **inputs, num_beams=WIDTH, max_new_tokens=NEW, do_sample=False, suppress_tokens=UNSAID
    )
    assert torch.equal(searched(model, PLAIN, inputs, layout).sequences, own)


def test_a_search_as_wide_as_the_vocabulary_finds_the_most_likely_pair():
    """Which begins with another than the most likely word."""
    model, (inputs, layout) = net("llava"), batch("llava", "one row", seed=1)
    follow = following(model, inputs, layout.masks, NAMED["truncate"], 0)
    words = torch.arange(UNSAID[0])
    first = follow(torch.zeros(1, 0, dtype=torch.long))[0, words]
    best = divmod(int((first[:, None] + follow(words[:, None])).argmax()), VOCABULARY)
    found = searched(model, truncate(3), inputs, layout, width=VOCABULARY, new=2)
    assert tuple(found.sequences[0, -2:].tolist()) == best
    assert best[0] != int(first.argmax())


def test_a_search_notices_an_edit_that_is_not_there():
    model, (inputs, layout) = net("llava"), batch("llava", "ragged rows")
    plain, cut = (searched(model, edit, inputs, layout).sequences for edit in (PLAIN, truncate(3)))
    assert not torch.equal(plain, cut)


def test_a_search_notices_a_cache_that_is_not_reordered(monkeypatch):
    """Short layers too: what a beam has written is what its next token reads."""
    monkeypatch.setattr(kv_cache._short(), "reorder_cache", lambda *_: None)
    with pytest.raises(AssertionError):
        check("llava", NAMED["prune"])


def test_every_beam_lacks_the_tokens_of_its_prompt():
    """What is cached is as short as without beams; what is drawn by the row is the row's own."""
    model, (inputs, layout) = net("llava"), batch("llava", "one row")
    found = searched(model, truncate(2), inputs, layout)
    assert lengths(found.past_key_values) == [length + NEW - 1 for length in (24, 24, 8, 8, 8, 8)]
    drawn, (_, ragged) = IMAGE.sample(5), batch("llava", "ragged rows")
    wide = ragged.repeated(WIDTH)
    assert torch.equal(drawn.mask(wide), drawn.mask(ragged).repeat_interleave(WIDTH, 0))
    assert not torch.equal(drawn.mask(wide)[0], drawn.mask(wide)[WIDTH])


def test_beams_of_one_prompt_start_from_the_same_noise():
    model, (inputs, layout) = net("llava"), batch("llava", "ragged rows")
    edit, record = substitute(IMAGE, by=NOISE, at=2), {"image": Record(IMAGE)}
    with edited(model, edit, layout, record=record) as run:
        model(**inputs)
    alone = run.recorded["image"][2]
    with edited(model, edit, layout, record=record, beams=WIDTH) as run:
        model.generate(**inputs, num_beams=WIDTH, max_new_tokens=2, do_sample=False)
    beams = run.recorded["image"][2]
    assert len(beams) == WIDTH * len(alone)
    assert all(torch.allclose(one, alone[place // WIDTH], atol=CLOSE) for place, one in enumerate(beams))


def test_a_search_has_a_beam():
    model, (_, layout) = net("llava"), batch("llava", "one row")
    with (
        pytest.raises(ValueError, match="a row is repeated at least once, not 0 times"),
        edited(model, PLAIN, layout, beams=0),
    ):
        pass
