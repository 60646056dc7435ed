"""Floating-point operations of a LLaVA, by formula: what a removal promises to save."""


def share(net, sizes, *, tower=False, layers=None):
    """What is left of a plain pass's operations, or how many passes more layers than one has are."""
    whole = [sizes[0]] * (layers or len(sizes))
    return operations(net, sizes, tower=tower) / operations(net, whole, tower=tower)


def share_frozen(net, whole, asking, fed, since):
    """What is left where from a layer on so many of all tokens ask others, and so many are fed forward."""
    text = net.config.text_config
    width, ffn = text.hidden_size, text.intermediate_size
    left = 2 * (2 * asking + 2 * whole) * width**2 + 4 * whole * asking * width + 6 * fed * width * ffn
    frozen, plain = text.num_hidden_layers - since, _layer(whole, width, ffn, 3)
    all_ = operations(net, [whole] * text.num_hidden_layers, tower=False)
    return (all_ - frozen * (plain - left)) / all_


def operations(net, sizes, *, tower):
    """Floating-point operations of layers that see so many tokens, one row of logits, and the tower."""
    text, vision = net.config.text_config, net.config.vision_config
    patches = (vision.image_size // vision.patch_size) ** 2 + 1
    image = vision.num_hidden_layers * _layer(patches, vision.hidden_size, vision.intermediate_size, 2)
    head = 2 * text.hidden_size * text.vocab_size
    return tower * image + head + sum(_layer(n, text.hidden_size, text.intermediate_size, 3) for n in sizes)


def _layer(n, width, ffn, matrices):
    return 2 * n * (4 * width**2 + matrices * width * ffn) + 4 * n**2 * width
