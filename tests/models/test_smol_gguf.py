"""The GGUF reader gives what was written, number by number, and what the `gguf` package gives."""

import numpy as np
import pytest

from fixtures.models.smol.gguf import Gguf, llama, unpermuted
from tests.models.tiny_gguf import F32, HEADS, Q4_1, Q8_0, WIDTH, facts, quantised, tiny_llama, written


def test_metadata_are_read_as_they_were_written():
    found = Gguf(tiny_llama()).metadata
    for name, value in facts().items():
        assert found[name] == (pytest.approx(value) if isinstance(value, float) else value)


def test_plain_numbers_are_read_to_the_bit():
    wanted = np.random.default_rng(0).standard_normal((3, 5)).astype("<f4")
    file = Gguf(written({"a": 1}, {"x": (F32, (3, 5), wanted.tobytes())}))
    np.testing.assert_array_equal(file.tensor("x"), wanted)


def test_low_halves_of_bytes_come_before_high_ones():
    """A block of Q4_1 with scale 2 and least value 1 whose bytes hold 3 below and 5 above."""
    scales = np.array([2, 1], "<f2").tobytes()
    file = Gguf(written({"a": 1}, {"x": (Q4_1, (1, 32), scales + bytes([0x53] * 16))}))
    np.testing.assert_array_equal(file.tensor("x"), [[7.0] * 16 + [11.0] * 16])


def test_signed_bytes_keep_their_sign():
    raw = np.array([0.5], "<f2").tobytes() + np.arange(-16, 16, dtype=np.int8).tobytes()
    file = Gguf(written({"a": 1}, {"x": (Q8_0, (1, 32), raw)}))
    np.testing.assert_array_equal(file.tensor("x"), [np.arange(-16, 16) / 2])


def test_rows_of_a_head_go_back_to_two_halves():
    """llama.cpp lets neighbours rotate together, transformers the first row with the one half a head on."""
    interleaved = np.arange(8.0)[:, None]
    np.testing.assert_array_equal(unpermuted(interleaved, 2).ravel(), [0, 2, 1, 3, 4, 6, 5, 7])


def test_only_queries_and_keys_are_reordered():
    file = Gguf(tiny_llama())
    found = llama(file)
    queries = found["layers.0.self_attn.q_proj.weight"]
    values = found["layers.0.self_attn.v_proj.weight"]
    np.testing.assert_array_equal(queries, unpermuted(file.tensor("blk.0.attn_q.weight"), HEADS))
    np.testing.assert_array_equal(values, file.tensor("blk.0.attn_v.weight"))
    assert found["embed_tokens.weight"].shape[1] == found["norm.weight"].size == WIDTH


@pytest.mark.parametrize(
    ("data", "told"),
    [(b"PK\3\4" + b"\0" * 40, "begins with"), (written({"a": 1}, {}, version=1), "version 2 or 3")],
)
def test_another_file_is_refused(data, told):
    with pytest.raises(ValueError, match=told):
        Gguf(data)


@pytest.mark.parametrize("aligned", [2.5, 0, "32"])
def test_another_alignment_is_refused(aligned):
    """The first was found by the fuzzer."""
    data = written({"general.alignment": aligned}, {"x": (F32, (1, 2), b"\0" * 8)})
    with pytest.raises(ValueError, match="a GGUF file is aligned to a whole number of bytes, got"):
        Gguf(data)


def test_another_type_of_tensor_is_refused_by_its_name():
    file = Gguf(written({"a": 1}, {"blk.0": (14, (1, 32), b"\0" * 210)}))
    with pytest.raises(ValueError, match=r"blk\.0 has GGUF type 14"):
        file.tensor("blk.0")


@pytest.mark.parametrize("kind", [F32, Q4_1, Q8_0])
def test_the_gguf_package_reads_the_same(kind, tmp_path):
    package = pytest.importorskip("gguf")
    rng = np.random.default_rng(kind)
    plain = rng.standard_normal((4, 64)).astype("<f4").tobytes()
    raw = plain if kind == F32 else quantised(rng, kind, (4, 64))
    data = written({"general.architecture": "llama"}, {"x": (kind, (4, 64), raw)})
    (tmp_path / "x.gguf").write_bytes(data)
    one = package.GGUFReader(tmp_path / "x.gguf").tensors[0]
    wanted = package.quants.dequantize(one.data, one.tensor_type).reshape(4, 64)
    np.testing.assert_array_equal(Gguf(data).tensor("x"), wanted)
