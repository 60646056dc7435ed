"""A tiny Llama in GGUF: a writer of that format, and a file whose words are bytes."""

import struct

import numpy as np

F32, Q4_1, Q8_0 = 0, 3, 8
CONTROL, NORMAL = 3, 1
LAYERS, WIDTH, INNER, HEADS, KEYS = 2, 64, 96, 4, 2


def text(value):
    told = value.encode()
    return struct.pack("<Q", len(told)) + told


def value(told):
    """A value of metadata with its type before it."""
    if isinstance(told, bool):
        return struct.pack("<I?", 7, told)
    if isinstance(told, int):
        return struct.pack("<II", 4, told)
    if isinstance(told, float):
        return struct.pack("<If", 6, told)
    if isinstance(told, str):
        return struct.pack("<I", 8) + text(told)
    inner = [value(one) for one in told]
    return struct.pack("<I", 9) + inner[0][:4] + struct.pack("<Q", len(told)) + b"".join(x[4:] for x in inner)


def written(facts, tensors, version=3):
    """The bytes of a file: `tensors` holds (type, shape with rows first, raw bytes) by name."""
    head = b"GGUF" + struct.pack("<IQQ", version, len(tensors), len(facts))
    head += b"".join(text(name) + value(told) for name, told in facts.items())
    body = b""
    for name, (kind, shape, raw) in tensors.items():
        sizes = struct.pack(f"<{len(shape)}Q", *reversed(shape))
        head += text(name) + struct.pack("<I", len(shape)) + sizes + struct.pack("<IQ", kind, len(body))
        body += raw + b"\0" * (-len(raw) % 32)
    return head + b"\0" * (-len(head) % 32) + body


def quantised(rng, kind, shape):
    """Random blocks whose scales are small numbers."""
    count = int(np.prod(shape)) // 32
    scales = rng.uniform(0.001, 0.02, (count, 1)).astype("<f2").view(np.uint8)
    if kind == Q8_0:
        return np.hstack([scales, rng.integers(0, 256, (count, 32), np.uint8)]).tobytes()
    least = rng.uniform(-0.15, 0.0, (count, 1)).astype("<f2").view(np.uint8)
    return np.hstack([scales, least, rng.integers(0, 256, (count, 16), np.uint8)]).tobytes()


def words():
    """Seventeen control tokens, then the 256 bytes as byte-level BPE writes them, and two merged words."""
    control = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", *[f"<r{place}>" for place in range(13)]]
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [code for code in range(256) if code not in printable]
    codes = [chr(code) for code in printable] + [chr(256 + place) for place in range(len(others))]
    return [*control, "<empty_output>", *codes, "re", "red"], len(control) + 1


def facts():
    tokens, control = words()
    return {
        "general.architecture": "llama",
        "llama.context_length": 2048,
        "llama.embedding_length": WIDTH,
        "llama.block_count": LAYERS,
        "llama.feed_forward_length": INNER,
        "llama.attention.head_count": HEADS,
        "llama.attention.head_count_kv": KEYS,
        "llama.rope.freq_base": 100000.0,
        "llama.attention.layer_norm_rms_epsilon": 1e-5,
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.token_type": [CONTROL] * control + [NORMAL] * (len(tokens) - control),
        "tokenizer.ggml.merges": ["r e", "re d"],
        "general.quiet": True,
    }


def tiny_llama(seed=0):
    """The bytes of a whole file, with all three types in it."""
    rng = np.random.default_rng(seed)
    ones = np.ones(WIDTH, "<f4").tobytes()
    small = WIDTH // HEADS * KEYS
    shapes = {
        "attn_q": (WIDTH, WIDTH),
        "attn_k": (small, WIDTH),
        "attn_v": (small, WIDTH),
        "attn_output": (WIDTH, WIDTH),
        "ffn_gate": (INNER, WIDTH),
        "ffn_up": (INNER, WIDTH),
        "ffn_down": (WIDTH, INNER),
    }
    vocabulary = (len(words()[0]), WIDTH)
    tensors = {"token_embd.weight": (Q8_0, vocabulary, quantised(rng, Q8_0, vocabulary))}
    for layer in range(LAYERS):
        for name in ("attn_norm", "ffn_norm"):
            tensors[f"blk.{layer}.{name}.weight"] = (F32, (WIDTH,), ones)
        for name, shape in shapes.items():
            tensors[f"blk.{layer}.{name}.weight"] = (Q4_1, shape, quantised(rng, Q4_1, shape))
    return written(facts(), {**tensors, "output_norm.weight": (F32, (WIDTH,), ones)})
