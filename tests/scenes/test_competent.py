"""The fixture `competent`: every task of a claim is asked first, as the model can show it."""

import pytest

from tests.claims.answer_sheet import AnswerSheet
from vtmetrics.edits import PLAIN, truncate
from vtmetrics.model import Model
from vtmetrics.nets.spec import Spec
from vtmetrics.unmeasured import NotMeasured

BLIND = truncate(0)
BOTH = {
    "correct of color.word": {PLAIN: 0.9, BLIND: 0.1},
    "accuracy of color.caption": {PLAIN: 0.9, BLIND: 0.3},
}


@pytest.fixture(name="words")
def asked():
    """The scenes of a claim, which nobody looks at here."""


@pytest.fixture(name="captions")
def described():
    """Likewise."""


@pytest.fixture(name="chains")
def reasoned():
    """Likewise."""


@pytest.fixture
def model(request, tmp_path):
    """A made-up model that answers as the test says."""
    (tmp_path / "config.json").write_text('{"num_hidden_layers": 12}', encoding="utf-8")
    return Model(Spec("made up", "llava", str(tmp_path), embedded=True), AnswerSheet(request.param))


@pytest.mark.usefixtures("words", "captions")
@pytest.mark.parametrize("model", [BOTH], indirect=True)
def test_every_task_is_asked_captions_word_by_word(model, request):
    """With the image and without; a caption is seldom right to the last word."""
    request.getfixturevalue("competent")
    assert model.lab.left == set()


@pytest.mark.usefixtures("chains")
@pytest.mark.parametrize("model", [{"greedy(64) of count.chain": {PLAIN: "I see nothing"}}], indirect=True)
def test_chains_are_known_by_what_the_model_concludes_itself(model, request):
    with pytest.raises(NotMeasured, match="not competent in chains"):
        request.getfixturevalue("competent")
    assert model.lab.left == set()


@pytest.mark.usefixtures("words", "model")
@pytest.mark.parametrize(
    ("model", "why"),
    [
        ({"correct of color.word": {PLAIN: 0.2}}, "not competent in words"),
        ({"correct of color.word": {PLAIN: 0.9, BLIND: 0.9}}, "nothing to lose"),
        ({"correct of color.word": {PLAIN: 0.5, BLIND: 0.0}}, "undecided whether it is competent"),
    ],
    indirect=["model"],
)
def test_who_cannot_do_it_or_does_not_look_is_not_measured(why, request):
    with pytest.raises(NotMeasured, match=why):
        request.getfixturevalue("competent")
