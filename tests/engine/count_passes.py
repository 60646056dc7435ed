"""Floating-point operations of a LLaVA, by formula: what a removal promises to save."""


def share(net, sizes, *, tower=False):
    """What is left of a plain pass's operations."""
    whole = [sizes[0]] * len(sizes)
    return operations(net, sizes, tower=tower) / operations(net, whole, tower=tower)


def operations(net, sizes, *, tower):
    """Floating-point operations of layers that see so many tokens, one row of logits, and the tower."""
    text, vision = net.config.text_config, net.config.vision_config
    patches = (vision.image_size // vision.patch_size) ** 2 + 1
    image = vision.num_hidden_layers * _layer(patches, vision.hidden_size, vision.intermediate_size, 2)
    head = 2 * text.hidden_size * text.vocab_size
    return tower * image + head + sum(_layer(n, text.hidden_size, text.intermediate_size, 3) for n in sizes)


def _layer(n, width, ffn, matrices):
    return 2 * n * (4 * width**2 + matrices * width * ffn) + 4 * n**2 * width
