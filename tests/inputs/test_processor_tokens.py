"""What processors call their tokens, and what they write of their own: known, or refused in a sentence."""

from types import SimpleNamespace

import pytest

from tests.families.painted import ANSWER, SIZES, checkpoint, scene
from tests.families.pictured import build
from vtmetrics.inputs import encode, image_token_of
from vtmetrics.nets.loading import processor_of

# of transformers itself, as it makes an array of a tensor
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
PICTURE = scene(SIZES[0])


class Ending:
    """A processor that does something to a text or to what becomes of it."""

    def __init__(self, processor, behind="", lacking="", most=9):
        self.processor, self.behind, self.lacking, self.most = processor, behind, lacking, most

    def __getattr__(self, name):
        return getattr(self.processor, name)

    def __call__(self, *, text, **told):
        if len(told["images"]) > self.most:
            raise IndexError("tuple index out of range")
        given = self.processor(text=[f"{one}{self.behind}" for one in text], **told)
        return {name: value for name, value in given.items() if name != self.lacking}


@pytest.mark.parametrize("kind", ["ovis2", "chameleon", "glm_ocr"])
def test_image_tokens_are_those_that_the_net_reads(kind):
    """Not what a template writes for them."""
    net, processor = checkpoint(kind)
    assert image_token_of(processor) == net.config.image_token_id


def test_an_image_token_without_a_number_is_looked_up_by_its_name():
    names = {"image_token": "<image>"}
    words = SimpleNamespace(convert_tokens_to_ids=["<pad>", "<image>"].index)
    assert image_token_of(SimpleNamespace(tokenizer=words, **names)) == 1
    vars(words).update(names)
    assert image_token_of(SimpleNamespace(tokenizer=words)) == 1


def test_a_processor_without_a_name_for_image_tokens_is_refused():
    with pytest.raises(ValueError, match="a name for image tokens, a SimpleNamespace and its tokenizer have"):
        image_token_of(SimpleNamespace(tokenizer=SimpleNamespace()))


def test_what_separates_question_and_answer_stands_between_them():
    """Chameleon's processor would write it behind the answer."""
    _, processor = checkpoint("chameleon")
    row, mute = (encode(processor, PICTURE, answered=said) for said in (True, False))
    ids = row.inputs["input_ids"][0]
    assert ids[: mute.length].equal(mute.inputs["input_ids"][0])
    assert ids[mute.length - 1] == processor.tokenizer.sep_token_id
    assert processor.tokenizer.decode(ids[mute.length :]).strip() == ANSWER


def test_a_processor_that_ends_a_text_itself_is_refused():
    _, processor = checkpoint("vipllava")
    assert encode(Ending(processor), PICTURE).masks["answer"].any()
    with pytest.raises(ValueError, match="to end a text with the answer, 'a cat', a Ending ends it with"):
        encode(Ending(processor, " so"), PICTURE)


def test_a_processor_that_does_not_say_where_its_tokens_stand_is_refused():
    _, processor = checkpoint("vipllava")
    with pytest.raises(ValueError, match="to tell which characters its tokens are, a Ending does not"):
        encode(Ending(processor, lacking="offset_mapping"), PICTURE)


def test_a_processor_that_writes_prompts_of_its_own_is_refused(tmp_path):
    """ShieldGemma's asks about three policies, whatever it is told."""
    build("shieldgemma2", tmp_path)
    processor = processor_of(tmp_path, "shieldgemma2")
    with pytest.raises(ValueError, match="the one prompt it is given, a ShieldGemma2Processor writes 3"):
        encode(processor, PICTURE)


def test_several_images_that_a_processor_does_not_take_are_refused_by_their_sizes():
    """What fails with one picture is a fault of another kind, and goes on as it is."""
    _, processor = checkpoint("vipllava")
    two = scene(SIZES[0], images=2)
    wanted = "scene one has images of 16 × 16 and 16 × 16 in one prompt, which a Ending does not take: tuple"
    with pytest.raises(ValueError, match=wanted):
        encode(Ending(processor, most=1), two)
    with pytest.raises(IndexError):
        encode(Ending(processor, most=0), PICTURE)
