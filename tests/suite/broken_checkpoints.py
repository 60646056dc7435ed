"""Ways to break a checkpoint: each takes the folder of a sound one, and leaves what people really have."""

import json
import shutil

from safetensors.torch import load_file, save_file

WHOLE, INDEX = "model.safetensors", "model.safetensors.index.json"
LAYER = "layers.3.mlp.up_proj.weight"
EXECUTED = "executed"
REMOTE = f"""
from pathlib import Path
Path(__file__).with_name("{EXECUTED}").touch()
class Remote: ...
"""


def weights(change):
    def change_file(where):
        held = load_file(where / WHOLE)
        name = next(name for name in held if "language_model" in name and name.endswith(LAYER))
        change(held, name)
        save_file(held, where / WHOLE, metadata={"format": "pt"})

    return change_file


def config(file="config.json", **told):
    """With these entries in place of its own; double underscores lead into a part."""

    def change_file(where):
        known = json.loads((where / file).read_text())
        for path, value in told.items():
            *parts, last = path.split("__")
            part = known
            for name in parts:
                part = part[name]
            part[last] = value
        (where / file).write_text(json.dumps(known))

    return change_file


def without(*names):
    def remove(where):
        for name in names:
            (where / name).unlink()

    return remove


def holding(name, text):
    return lambda where: (where / name).write_text(text)


def cut_off(where):
    whole = (where / WHOLE).read_bytes()
    (where / WHOLE).write_bytes(whole[: len(whole) // 2])


def missing_shard(where):
    held = load_file(where / WHOLE)
    names = sorted(held)
    parts = {"model-1-of-2.safetensors": names[::2], "model-2-of-2.safetensors": names[1::2]}
    save_file({name: held[name] for name in names[::2]}, where / "model-1-of-2.safetensors")
    told = {"weight_map": {name: file for file, kept in parts.items() for name in kept}}
    (where / INDEX).write_text(json.dumps(told))
    (where / WHOLE).unlink()


def pickled(where):
    (where / WHOLE).rename(where / "pytorch_model.bin")


def empty(where):
    shutil.rmtree(where)
    where.mkdir()


def adapter_alone(where):
    empty(where)
    (where / "adapter_config.json").write_text("{}")
    (where / "adapter_model.safetensors").write_bytes(b"")


def remote_processor(where):
    (where / "remote.py").write_text(REMOTE)
    config(auto_map={"AutoConfig": "remote.Remote", "AutoModelForImageTextToText": "remote.Remote"})(where)
    config("processor_config.json", processor_class="Remote", auto_map={"AutoProcessor": "remote.Remote"})(
        where
    )


def remote_model(where):
    remote_processor(where)
    config(model_type="remote")(where)


def foreign_tokenizer(where):
    """Of another family: its words have other numbers, many of which the net has no row for."""
    told = json.loads((where / "tokenizer.json").read_text())
    words = told["model"]["vocab"]
    told["model"]["vocab"] = {word: number + 300 * (number > 20) for word, number in words.items()}
    told["added_tokens"] = [each for each in told["added_tokens"] if each["id"] <= 20]
    (where / "tokenizer.json").write_text(json.dumps(told))


def tokenizer_with_another_image_token(where):
    text = (where / "tokenizer.json").read_text()
    marks = "<image>", "<reserved_9>"
    for old, new in ((marks[0], "\0"), marks[::-1], ("\0", marks[1])):
        text = text.replace(json.dumps(old)[1:-1] if old != "\0" else old, new)
    (where / "tokenizer.json").write_text(text)


def _misshapen(held, name):
    held[name] = held[name][:-1].clone()


def _overflown(held, name):
    held[name][0, 0] = float("nan")


def _with_more(held, name):
    held[name.replace("layers.3", "layers.99")] = held[name].clone()


#: what becomes of a sound checkpoint, and what is said of it
USAGE = {
    "a cut-off file": (cut_off, "lacks a whole model.safetensors"),
    "a missing shard": (missing_shard, "lacks a whole model-2-of-2.safetensors"),
    "pickle only": (pickled, "wants a directory with *.safetensors"),
    "no processor": (without("processor_config.json"), "lacks a processor"),
    "no chat template": (without("chat_template.jinja"), "lacks a chat template"),
    "no configuration": (without("config.json"), "has none to read"),
    "a bad configuration": (holding("config.json", '{"model_type":'), "has none to read"),
    "an empty folder": (empty, "has none to read"),
    "an adapter alone": (adapter_alone, "holds an adapter, to be merged first"),
    "a quantisation": (config(quantization_config={"quant_method": "fp8"}), "are quantised by fp8"),
    "remote code": (remote_model, "is of type 'remote'"),
    "a text model": (holding("config.json", '{"model_type": "llama"}'), "is of type 'llama'"),
    "an unknown family": (config(model_type="florence2"), "is of type 'florence2': its text model reads"),
}
UNLOADED = {
    "a missing tensor": (weights(lambda held, name: held.pop(name)), "it has none that fit"),
    "extra tensors": (weights(_with_more), "its config.json has no such part"),
    "wrong shapes": (weights(_misshapen), "it has none that fit"),
    "NaN weights": (weights(_overflown), f"{LAYER} holds NaN or infinity"),
    "a foreign tokenizer": (foreign_tokenizer, "wants the net's own tokenizer, this one has"),
    "a broken chat template": (holding("chat_template.jinja", "{% for %}"), "TemplateSyntaxError: Expected"),
    "a processor of nothing": (holding("processor_config.json", "{}"), "OSError: Can't load image processor"),
    "a configuration of nothing": (config(text_config=3), "Validation error for field 'text_config'"),
    "a remote processor": (remote_processor, "contains custom code"),
}
