"""Do other people's programs give the same numbers?"""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest
import skdim
import torch

from tests.metrics.clouds import gaussian
from vtmetrics.metrics import gride, levina_bickel, matrix_entropy, two_nn

REFERENCE = Path(skdim.__file__).parent / "tests" / "reference"
FIXTURES = json.loads((REFERENCE / "fixtures.json").read_text())
NAMES = ("ball5_in10", "sphere4_in5")


@pytest.fixture(scope="module")
def datasets():
    """The point sets whose values scikit-dimension carries, made by its own generator."""
    spec = importlib.util.spec_from_file_location("reference_data", REFERENCE / "data.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return {name: torch.from_numpy(points) for name, points in module.id_datasets().items()}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("estimate", "program", "key"),
    [
        (two_nn, "dadapy", "twonn_base_mu0.9"),
        (lambda x: two_nn(x, definition="mle", discard=0), "dadapy", "twonn_ml"),
        (levina_bickel, "intrinsicDimension", "mle_k20"),
        (lambda x: levina_bickel(x, k=5), "intrinsicDimension", "mle_k5"),
        (lambda x: levina_bickel(x, definition="mean"), "intrinsicDimension", "mle_k20_mean"),
    ],
)
def test_dimensions_are_those_of_dadapy_and_r(datasets, name, estimate, program, key):
    assert estimate(datasets[name]).value.item() == pytest.approx(FIXTURES[program][name][key], rel=1e-9)


@pytest.mark.parametrize("name", NAMES)
def test_gride_is_that_of_dadapy_at_every_scale(datasets, name):
    """To what DADApy's search finds; at the first scale it is the closed form of TwoNN."""
    expected = FIXTURES["dadapy"][name]["gride_range64_ids"]

    found = [gride(datasets[name], n1=2**scale).value.item() for scale in range(len(expected))]

    assert found == pytest.approx(expected, rel=1e-8)
    first = two_nn(datasets[name], definition="mle", discard=0).value.item()
    assert found[0] == pytest.approx(first, rel=1e-12)


@pytest.mark.parametrize("shape", [(40, 8), (60, 30), (200, 128)])
def test_dimensions_are_those_of_scikit_dimension(shape):
    """In fewer features than 26 it searches a tree, in more it uses inner products."""
    tokens = gaussian(*shape)
    x = tokens.numpy()

    assert two_nn(tokens).value.item() == pytest.approx(skdim.id.TwoNN().fit(x).dimension_, rel=1e-9)
    mle = skdim.id.TwoNN(method="mle").fit(x).dimension_
    assert two_nn(tokens, definition="mle").value.item() == pytest.approx(mle, rel=1e-9)
    for n1, n2 in ((1, 2), (2, 8), (8, 16)):
        expected = skdim.id.GRIDE(n1=n1, n2=n2).fit(x).dimension_
        assert gride(tokens, n1=n1, n2=n2).value.item() == pytest.approx(expected, rel=1e-9)
    for theirs, ours in (("mle", "mackay"), ("mean", "mean"), ("median", "median")):
        expected = skdim.id.MLE().fit(x, n_neighbors=20, comb=theirs).dimension_
        assert levina_bickel(tokens, definition=ours).value.item() == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("shape", [(64, 200), (200, 64)])
def test_entropy_is_that_of_an_svd_to_twelve_digits(shape):
    tokens = gaussian(*shape)
    x = tokens - tokens.mean(0)
    p = np.linalg.svd((x / x.norm(dim=1, keepdim=True)).numpy(), compute_uv=False) ** 2
    p = p[p > 1e-20 * p[0]] / p.sum()

    assert matrix_entropy(tokens).item() == pytest.approx(-(p * np.log(p)).sum(), rel=1e-12)
