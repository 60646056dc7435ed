"""Do the metrics say the same where torch, not numpy, multiplies and solves?"""

import pytest
import torch

from tests.metrics.clouds import gaussian
from tests.metrics.test_contract import OF_AMOUNTS, OF_STATES, OF_TOKENS, some
from vtmetrics.metrics import (
    cka,
    geometry,
    gram,
    js,
    linear,
    neighbours,
    null,
    plateau,
    position_angle,
    trajectory,
    trend,
)

DEVICES = ["cuda"] if torch.cuda.is_available() else []
TOKENS, STATES, CHOSEN = gaussian(3, 12, 20), gaussian(3, 4, 12, 20), some(3, 12)
MEASURES = (
    {name: lambda put, m=m: m(put(TOKENS), CHOSEN) for name, m in OF_TOKENS.items()}
    | {name: lambda put, m=m: m(put(STATES), CHOSEN) for name, m in OF_STATES.items()}
    | {name: lambda put, m=m: m(put(TOKENS[..., 0].abs()), put(CHOSEN)) for name, m in OF_AMOUNTS.items()}
    | {
        "cka": lambda put: cka(put(TOKENS), put(TOKENS.cos()), CHOSEN),
        "js": lambda put: js(put(TOKENS), put(TOKENS.cos())),
        "null": lambda put: null(position_angle, put(TOKENS), kind="shuffled", mask=CHOSEN, draws=2),
        "profile": lambda put: plateau(put(TOKENS)) + trend(put(TOKENS)),
        "geometry": lambda put: torch.stack(list(geometry(put(TOKENS), CHOSEN, k=4).values())[:-5]),
    }
)


LARGE = gaussian(330, 1050)
KINDS = {
    "Gaussian": LARGE,
    "float32": LARGE.float(),
    "far from zero": LARGE + 1e4,
    "of low rank": gaussian(330, 5) @ gaussian(5, 1050, seed=1),
    "with duplicates": torch.cat([LARGE[:200], LARGE[:130]]),
    "more than features": LARGE[:, :200],
    "of several sets": torch.stack([LARGE, LARGE.cumsum(0)]),
}
OF_SIGMA = ("effective_rank", "participation_ratio_sigma")


@pytest.fixture(params=["as if", *DEVICES])
def put(request, monkeypatch):
    """Puts tensors on the accelerator, or denies numpy the work on the CPU."""
    if request.param == "as if":
        for module in (linear, linear, gram, neighbours, trajectory):
            monkeypatch.setattr(module, "on_host", lambda x: False)  # noqa: ARG005 - whatever it is
        return lambda tensor: tensor
    return lambda tensor: tensor.to(request.param)


@pytest.fixture(scope="module")
def expected():
    """What the CPU says, with numpy."""
    return {name: measure(lambda tensor: tensor) for name, measure in MEASURES.items()}


@pytest.mark.parametrize("name", MEASURES)
def test_an_accelerator_says_what_the_cpu_says(name, expected, put):
    found = MEASURES[name](put)

    assert torch.allclose(found.cpu(), expected[name], rtol=1e-9, equal_nan=True)


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_large_sets_are_no_exception(kind, masked, put, monkeypatch):
    """Products in parts, tridiagonal matrices and neighbours in groups are for the CPU alone."""
    tokens = KINDS[kind]
    chosen = torch.arange(330) % 7 > 0 if masked else None

    found = geometry(put(tokens), chosen)

    monkeypatch.undo()
    for name, value in geometry(tokens, chosen).items():
        digits = 1e-5 if name in OF_SIGMA else 1e-6 if name.startswith("position") else 1e-9
        assert torch.allclose(found[name].cpu(), value, rtol=digits, equal_nan=True), name
