"""What edits cost and save, against plain runs, bare hooks, peers that are installed, and counted operations.

    OMP_NUM_THREADS=1 python -m pytest tests/engine/bench_engine.py -p no:xdist -s

Medians of per-round ratios of processor time; one thread, float32, random weights; nothing is asserted.
"""

import sys

import pytest
import torch
import transformers as hf

from tests.engine.count_passes import share, share_frozen
from tests.engine.interleaved import Race
from tests.engine.peers import bridged_variants, nnsight_variants
from tests.engine.small_nets import IMAGE as PLACEHOLDER
from vtmetrics.edits.edit import NOISE, PLAIN, freeze, substitute, truncate
from vtmetrics.edits.tokens import IMAGE, READOUT
from vtmetrics.engine import Record, capture, edited, encoded, sources, sweep
from vtmetrics.inputs.layout import Layout

LAYERS, TEXT, ROUNDS = 12, 32, 31
PATCH = 4
SIZES = {"228 tokens": (256, 14), "608 tokens": (512, 24)}


def build(width, across, ffn=None):
    """A LLaVA of 12 layers for images of across · across tokens."""
    common = {"hidden_size": width, "intermediate_size": ffn or width * 11 // 4, "num_attention_heads": 8}
    text = hf.LlamaConfig(**common, num_hidden_layers=LAYERS, vocab_size=1000, num_key_value_heads=8)
    tower = {"hidden_size": 64, "intermediate_size": 128, "num_attention_heads": 4, "num_hidden_layers": 3}
    vision = hf.CLIPVisionConfig(**tower, image_size=across * PATCH, patch_size=PATCH)
    config = hf.LlavaConfig(vision_config=vision, text_config=text, image_token_index=PLACEHOLDER)
    torch.manual_seed(0)
    return hf.LlavaForConditionalGeneration(config).eval().requires_grad_(requires_grad=False)


def prompt(across):
    """One row: 8 tokens, the image, 24 tokens."""
    size = across**2 + TEXT
    ids = torch.randint(2, 80, (1, size))
    image = torch.zeros(1, size, dtype=torch.bool)
    image[:, 8 : 8 + across**2] = True
    ids[image] = PLACEHOLDER
    readout = torch.zeros_like(image)
    readout[:, -1] = True
    layout = Layout({"image": image, "readout": readout}, torch.ones_like(image), ("scene",))
    pixels = torch.randn(1, 3, across * PATCH, across * PATCH)
    return {"input_ids": ids, "pixel_values": pixels, "use_cache": False, "logits_to_keep": 1}, layout


def run(net, inputs, layout, edit, **given):
    def call():
        with edited(net, edit, layout, **given):
            return net(**inputs)

    return call


def hooked(net, inputs, rows):
    """Bare torch hooks that copy the image's rows before every layer and before the norm."""
    parts = (*net.get_decoder().layers, net.get_decoder().norm)

    def call():
        taken = []
        hooks = [
            part.register_forward_pre_hook(lambda _, args: taken.append(args[0][0].index_select(0, rows)))
            for part in parts
        ]
        net(**inputs)
        for hook in hooks:
            hook.remove()

    return call


def swapped(net, inputs, rows, by, at):
    """A bare torch hook that puts the image's rows of one layer into another."""
    layers, kept = net.get_decoder().layers, {}

    def put(_, args):
        return (args[0].index_copy(1, rows, kept["rows"]),)

    def call():
        hooks = [
            layers[by].register_forward_pre_hook(lambda _, args: kept.update(rows=args[0][:, rows])),
            layers[at].register_forward_pre_hook(put),
        ]
        net(**inputs)
        for hook in hooks:
            hook.remove()

    return call


def race(benchmark, variants, rounds=ROUNDS):
    """Let the variants take turns, and say what came of it."""
    found = Race(variants)
    benchmark.pedantic(found.round, rounds=rounds, iterations=1)
    sys.stdout.write("\n" + "\n".join(found.told()) + "\n")
    benchmark.extra_info.update({name: found.ratio(name) for name in found.seconds})
    return found


def observed(net, inputs, layout):
    rows = layout.masks["image"][0].nonzero().squeeze(1)
    records = {"image": Record(IMAGE)}
    return {
        "plain": lambda: net(**inputs),
        "bare hooks: capture": hooked(net, inputs, rows),
        "engine: capture": run(net, inputs, layout, PLAIN, record=records),
        "bare hooks: substitute": swapped(net, inputs, rows, 2, 6),
        "engine: substitute": run(net, inputs, layout, substitute(IMAGE, by=2, at=6)),
        "engine: substitute noise": run(net, inputs, layout, substitute(IMAGE, by=NOISE, at=6)),
        **nnsight_variants(net, inputs, rows),
        **bridged_variants(net, inputs, rows),
    }


def test_cost_of_a_layer(benchmark):
    """A net so small that only what the engine itself does is seen: width 32, 144 image tokens."""
    net = build(32, 12)
    inputs, layout = prompt(12)
    opened = build(32, 12)  # another net, so that its hooks stay while the first runs without
    with edited(opened, PLAIN, layout, record={"image": Record(IMAGE)}):
        variants = {
            **observed(net, inputs, layout),
            "engine: capture, once entered": lambda: opened(**inputs),
        }
        found = race(benchmark, variants, rounds=101)
    for name in list(found.seconds)[1:]:
        sys.stdout.write(f"{name:34} {found.microseconds(name, LAYERS):8.0f} µs a layer" + "\n")


@pytest.mark.parametrize("size", SIZES)
def test_cost_of_capture_and_substitution(benchmark, size):
    width, across = SIZES[size]
    net = build(width, across)
    inputs, layout = prompt(across)
    race(benchmark, observed(net, inputs, layout))


@pytest.mark.parametrize("size", SIZES)
def test_savings_of_real_removal(benchmark, size):
    """Beside counted operations, and beside plain passes of the lengths that remain: less is slower.

    Images are encoded once, as the handle does it, but for the last two; one position is read.
    """
    width, across = SIZES[size]
    net = build(width, across)
    inputs, layout = prompt(across)
    ahead, words = encoded(net, inputs), inputs["input_ids"][:, ~layout.masks["image"][0]]
    image, whole = across**2, across**2 + TEXT
    cuts = {
        "truncate at L/4": (truncate(3), [whole] * 3 + [TEXT] * 9),
        "truncate at L/2": (truncate(6), [whole] * 6 + [TEXT] * 6),
        "truncate at 1": (truncate(1), [whole] + [TEXT] * 11),
        "half at L/4": (truncate(3, IMAGE.sample(0.5)), [whole] * 3 + [whole - image // 2] * 9),
    }
    frozen = {  # how many of each layer's tokens ask others, and how many pass its feed-forward network
        "freeze the image from L/4": (freeze(IMAGE, first=3), TEXT, TEXT),
        "freeze its attention alone": (freeze(IMAGE, ffn=False, first=3), TEXT, whole),
        "freeze its ffn alone": (freeze(IMAGE, attention=False, first=3), whole, TEXT),
    }
    variants = {
        "plain": lambda: net(**ahead),
        "text alone": lambda: net(input_ids=words, use_cache=False, logits_to_keep=1),
        **{name: run(net, ahead, layout, edit, read=READOUT) for name, (edit, _) in cuts.items()},
        "L/4, every position read": run(net, ahead, layout, truncate(3)),
        **{name: run(net, ahead, layout, edit) for name, (edit, _, _) in frozen.items()},
        "plain, with the tower": lambda: net(**inputs),
        "L/4, with the tower": run(net, inputs, layout, truncate(3), read=READOUT),
    }
    found = race(benchmark, variants, rounds=21)
    for name, (_, sizes) in cuts.items():
        tell(name, share(net, sizes), found.ratio(name)[0])
    for name, (_, asking, fed) in frozen.items():
        tell(name, share_frozen(net, whole, asking, fed, since=3), found.ratio(name)[0])
    _, quarter = cuts["truncate at L/4"]
    tell("L/4, every position read", share(net, quarter), found.ratio("L/4, every position read")[0])
    tell("plain passes of L/4's lengths", share(net, quarter), 0.25 + 0.75 * found.ratio("text alone")[0])
    both = found.ratio("L/4, with the tower", to="plain, with the tower")[0]
    tell("L/4, with the tower", share(net, quarter, tower=True), both)


def tell(name, counted, ratio):
    sys.stdout.write(
        f"{name:34} counted × {counted:.3f}, took × {ratio:.3f}: had {counted / ratio:.2f}" + "\n"
    )


@pytest.mark.parametrize("size", SIZES)
def test_cost_of_a_depth_sweep(benchmark, size):
    """All cuts but the trivial ones, as separate runs and as one sweep, in plain passes."""
    width, across = SIZES[size]
    net = build(width, across)
    inputs, layout = prompt(across)
    inputs = {name: value for name, value in inputs.items() if name not in ("use_cache", "logits_to_keep")}
    cuts = [truncate(k) for k in range(1, LAYERS)]
    found = race(
        benchmark,
        {
            "plain": lambda: net(**inputs, use_cache=False, logits_to_keep=1),
            "separate": lambda: [run(net, {**inputs, "logits_to_keep": 1}, layout, cut)() for cut in cuts],
            "sweep": lambda: list(sweep(net, inputs, layout, cuts, keep=1)),
            "sweep, together": lambda: list(sweep(net, inputs, layout, cuts, keep=1, together=True)),
        },
        rounds=5,
    )
    shared = [across**2 + TEXT] * (LAYERS - 1)  # up to the last cut, and the text alone behind each
    behind = [TEXT for k in range(1, LAYERS) for _ in range(k, LAYERS)]
    counted = share(net, [*shared, *behind], layers=LAYERS)
    for name in ("sweep", "sweep, together"):
        tell(name, counted, found.ratio(name)[0])


def test_cost_of_a_substitution_matrix(benchmark):
    """Every layer's states at every layer, the smaller net; the bank's pass is part of the sweep."""
    net = build(*SIZES["228 tokens"])
    inputs, layout = prompt(SIZES["228 tokens"][1])
    inputs = {name: value for name, value in inputs.items() if name not in ("use_cache", "logits_to_keep")}
    cells = [substitute(IMAGE, by=a, at=b) for a in range(LAYERS) for b in range(LAYERS)]
    needed = {source for cell in cells for source in sources(cell, LAYERS)}

    def separate():
        bank = capture(net, inputs, layout, needed)
        return [run(net, {**inputs, "logits_to_keep": 1}, layout, cell, bank=bank)() for cell in cells]

    def together():
        bank = capture(net, inputs, layout, needed)
        return list(sweep(net, inputs, layout, cells, bank, keep=1))

    found = race(benchmark, {"separate": separate, "sweep": together}, rounds=3)
    assert found.seconds
