"""A token map: of one scene's image tokens the kind, the place, and norm, attention and words by layer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from PIL import Image
from torch import Tensor

from vtmetrics.edits import DEAD, IMAGE, PLAIN, QUESTION, SINK_LLM, SINK_VIT
from vtmetrics.engine import Record, centres, places_known
from vtmetrics.inputs import Scene, encode
from vtmetrics.maps.token_cells import TokenCells, cells_of
from vtmetrics.metrics import distinct_rows, embedding_lens
from vtmetrics.model import Model
from vtmetrics.nets import anatomy_of, load_once
from vtmetrics.readings import EMBEDS, HEAD, Block, head_of
from vtmetrics.unmeasured import NotMeasured

DEFAULT_QUESTION = "what is in this image?"
KINDS = ("alive", "dead", "sink")
#: the tokens that are sinks, by where they are seen
SINKS = {"tower": SINK_VIT, "language model": SINK_LLM}


@dataclass(frozen=True, eq=False)
class TokenMap:
    """The tokens of one image, N of them, in a model of L layers.

    `kinds` (N,) are numbers of KINDS; a token that is a sink is no dead one. `norms` (L + 1, N) are those of
    the states that each layer receives, and the final norm. `received` (L, N) is the share of what the
    question's words attend to that goes to each token: over the tokens it sums to the image's share.
    `words` (L + 1, N, k) are numbers of the tokenizer's, nearest first, −1 where there is none, by the
    embeddings and by the head. `none` says why there are no tokens of a kind.
    """

    model: str
    scene: Scene
    cells: TokenCells
    kinds: Tensor
    sinks: Mapping[str, Tensor]
    none: Mapping[str, str]
    norms: Tensor
    received: Tensor
    words: Mapping[str, Tensor]
    texts: Mapping[int, str]

    @property
    def image(self) -> Image.Image:
        """The image itself."""
        return self.scene.images[0]

    @property
    def layers(self) -> int:
        """How many layers the model has."""
        return len(self.received)


@torch.no_grad()
def map_of(model: Model, scene: Scene, words: int = 3) -> TokenMap:
    """The map of a scene's image, with so many of the nearest words of each token."""
    if len(scene.images) != 1:
        raise ValueError(f"a map wants a scene of one image, {scene.id} has {len(scene.images)}")
    if not scene.prompt.strip():
        raise ValueError(f"a map wants a question, whose words attend to the image; {scene.id} asks nothing")
    if words < 1:
        raise ValueError(f"a map has at least one word of a token, not {words}")
    place = load_once(model.spec)
    if why := places_known(place.net):
        raise NotMeasured(why)
    block = Block(place.net, place.processor, [encode(place.processor, scene, answered=False)])
    sinks, dead, none = _picked(block)
    kinds = torch.where(torch.stack([*sinks.values()]).any(0), 2, dead.long())
    norms, found = _states(block, words)
    texts = _texts(place.processor.tokenizer, torch.cat([rows.flatten() for rows in found.values()]))
    middles = centres(place.net, place.processor, scene)
    cells = cells_of(middles.cpu(), scene.images[0].size)
    name = model.spec.name
    return TokenMap(name, scene, cells, kinds, sinks, none, norms, _received(block), found, texts)


def _picked(block: Block) -> tuple[dict[str, Tensor], Tensor, dict[str, str]]:
    """Which image tokens are sinks and which are dead, and why there are none."""
    asked = {**SINKS, "dead": DEAD}
    found, none = {}, {}
    image = block.where(IMAGE)[0]
    for name, tokens in asked.items():
        found[name] = block.where(tokens)[0, image].cpu()
        why = block.lacking(tokens).get(0)
        if why is not None and why.missing is not None:
            raise NotMeasured(why.missing)
        if why is not None:
            none[name] = str(why.excluded)
    dead = found.pop("dead")
    return found, dead, none


def _states(block: Block, words: int) -> tuple[Tensor, dict[str, Tensor]]:
    """The norms of all image tokens by layer, and the rows of the vocabulary nearest to them."""
    nearest = _nearest(block.net, words)

    def take(_: int, rows: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        return rows[0].double().norm(dim=-1), *(find(rows[0]) for find in nearest.values())

    layers = block.recorded(PLAIN, Record(IMAGE, take))
    norms, *found = (torch.stack(each).cpu() for each in zip(*layers, strict=True))
    return norms, dict(zip(nearest, found, strict=True))


def _nearest(net: Any, k: int) -> dict[str, Callable[[Tensor], Tensor]]:
    """What finds the nearest rows (N, k) to tokens, by the embeddings and by the head."""
    body = anatomy_of(net)
    table = body.net.get_input_embeddings().weight
    by_embeddings = partial(embedding_lens, table=table, k=k, candidates=distinct_rows(table))
    return {
        str(EMBEDS): by_embeddings,
        str(HEAD): partial(head_of(body).most_likely, k=k),
    }


def _received(block: Block) -> Tensor:
    """The share (L, N) of what the question's words attend to that each image token has."""
    image = block.where(IMAGE)[0]

    def take(_: int, rows: tuple[Tensor, ...]) -> Tensor:
        return rows[0].double().mean((0, 1))[image.to(rows[0].device)]

    found: Tensor = torch.stack(block.recorded(PLAIN, Record(QUESTION, take, "weights"))).cpu()
    return found


def _texts(tokenizer: Any, rows: Tensor) -> dict[int, str]:
    """What the tokenizer writes for each of these numbers."""
    return {row: str(tokenizer.decode([row])) for row in sorted(set(rows.tolist())) if row >= 0}
