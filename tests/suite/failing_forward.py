"""A model that fails on chosen pictures: its tower stops with an error, always or for the first times."""

import torch

from fixtures.scenes.draw import draw
from fixtures.scenes.task_names import TASKS
from vtmetrics.nets import in_memory

SCENES = 24


def chosen(count):
    """The first pictures of the scenes that a claim about letters is given."""
    return [scene.images[0] for scene in draw(TASKS["letters"], "test", SCENES)[:count]]


def failing(count, times=None):
    """`load`, of which the nets fail on so many pictures, so many times each."""
    real, failures = in_memory.load, []

    def load(*given, **told):
        net, processor = real(*given, **told)
        poor = [
            processor.image_processor(image, return_tensors="pt")["pixel_values"][0]
            for image in chosen(count)
        ]

        def stop(_, pixels, named):
            shown = named["pixel_values"] if "pixel_values" in named else pixels[0]
            met = [at for at, one in enumerate(poor) if any(torch.equal(one, row) for row in shown)]
            if met and (times is None or failures.count(met[0]) < times):
                failures.append(met[0])
                raise IndexError("index 7 is out of bounds for dimension 0 with size 5")

        net.base_model.vision_tower.register_forward_pre_hook(stop, with_kwargs=True)
        return net, processor

    return load
