"""Folders that look like checkpoints, without a weight worth loading."""

import json

#: a file of one number: eight bytes for the length of its header, the header, the number
HEADER = b'{"one":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'
WEIGHTS = len(HEADER).to_bytes(8, "little") + HEADER + bytes(4)


def checkpoint(where, kind):
    where.mkdir(parents=True, exist_ok=True)
    (where / "config.json").write_text(json.dumps({"model_type": kind}))
    (where / "model.safetensors").write_bytes(WEIGHTS)
    for name in ("processor_config.json", "tokenizer.json", "chat_template.jinja"):
        (where / name).write_text("{}")
