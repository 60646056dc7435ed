"""Loading: a checkpoint in hub layout, through transformers' public path and offline."""

# ruff: noqa: PLC0415 - transformers are imported only to load

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

from vtmetrics.nets.checkpoints import quantised, read_json, why_unread

_KEEP_OUT = {"trust_remote_code": False, "local_files_only": True}
#: what older checkpoints hold beside weights, and a tower's head that makes no image token
_BESIDE = ("rotary_emb.inv_freq", "position_ids", "vision_model.head.")
DTYPES = ("float32", "bfloat16", "float16")


def load(
    path: str | Path,
    *,
    dtype: str = "float32",
    device: str = "cpu",
    attention: str = "sdpa",
    device_map: str = "",
) -> tuple[Any, Any]:
    """The net, in eval mode and without gradients, and its processor.

    With a device map, accelerate says which part of the net is where, and the device is not asked.
    """
    from transformers import AutoModelForImageTextToText

    if dtype not in DTYPES:
        raise ValueError(f"a dtype is one of {', '.join(DTYPES)}, got {dtype!r}")
    where = Path(path)
    family = family_of(where)
    if not any(where.glob("*.safetensors")):
        raise ValueError(f"{where} has no *.safetensors file: weights in other formats are not read")
    processor = processor_of(where, family)
    numerics = {"dtype": dtype, "attn_implementation": attention}
    # quantised weights are packed where they are to be, and can't be moved
    place = device_map or ({"": device} if quantised(where) else None)
    spread = {"device_map": place} if place else {}
    # what does not fit is told by name below, not as an error that points to a table elsewhere
    found = {"output_loading_info": True, "ignore_mismatched_sizes": True}
    try:
        with quiet():
            net, told = AutoModelForImageTextToText.from_pretrained(
                where, use_safetensors=True, **found, **numerics, **spread, **_KEEP_OUT
            )
    except ValueError as error:
        if "does not support an attention implementation" not in str(error):
            raise
        raise ValueError(f"a {family} wants another attention than {attention}: --attention eager") from error
    _check_complete(where, told)
    placed = net if spread else net.to(device)
    return placed.eval().requires_grad_(requires_grad=False), processor


def _check_complete(where: Path, told: Mapping[str, Any]) -> None:
    """Refuse weights that are lacking or left over: of another architecture than the configuration says."""
    unfit = [name for name, *_ in told["mismatched_keys"]]
    if lacking := sorted([*told["missing_keys"], *unfit]):
        raise ValueError(
            f"{where} wants weights for {lacking[0]} (and {len(lacking) - 1} more), it has none that fit"
        )
    over = sorted(name for name in told["unexpected_keys"] if not any(part in name for part in _BESIDE))
    if over:
        raise ValueError(
            f"{where} has weights for {over[0]} (and {len(over) - 1} more), its config.json has no such part"
        )


@contextmanager
def quiet() -> Iterator[None]:
    """Without the bars that transformers draws over everybody else's output."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()


def family_of(where: Path) -> str:
    """The model_type of the checkpoint's configuration, if transformers can answer about images with it."""
    from transformers.models.auto.modeling_auto import MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES

    if not where.is_dir():
        raise ValueError(f"a model is a directory in hub layout, {where} is none")
    config = where / "config.json"
    if not config.is_file():
        raise ValueError(f"a model's directory has a config.json, {where} has none")
    told = json.loads(config.read_text(encoding="utf-8"))
    family = told.get("model_type")
    if family not in MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES:
        raise ValueError(f"{where} is of type {family!r}, which transformers can't ask about images")
    if unread := why_unread(where):
        raise ValueError(f"a model wants {unread}")
    return str(family)


def processor_of(where: Path, family: str) -> Any:
    """The checkpoint's processor; where torchvision is missing, without the part for videos that needs it."""
    import transformers
    from transformers.models.auto.processing_auto import PROCESSOR_MAPPING_NAMES
    from transformers.utils import is_torchvision_available

    name = PROCESSOR_MAPPING_NAMES.get(family) or _named_processor(where)
    wanted = getattr(transformers, name, None)
    try:
        if wanted is None or is_torchvision_available() or "video_processor" not in wanted.get_attributes():
            return transformers.AutoProcessor.from_pretrained(where, **_KEEP_OUT)
        return without_video(wanted).from_pretrained(where, **_KEEP_OUT)
    except ImportError as error:
        told = " ".join(str(error).split()).partition(". ")[0]
        raise ImportError(told) from error


def _named_processor(where: Path) -> str:
    """The class of processors that a checkpoint names itself: some types have none of their own."""
    files = (where / name for name in ("processor_config.json", "preprocessor_config.json"))
    told: Any = next((read_json(file) for file in files if file.is_file()), {})
    return str(told.get("processor_class", "")) if isinstance(told, dict) else ""


class NoVideos:
    """What stands for a processor's part for videos where it is asked for numbers: all of them are None."""

    model_input_names = ()

    def __getattr__(self, name: str) -> None:
        if name.startswith("_"):
            raise AttributeError(name)


class _Made(type):
    """What makes a class of processors forget, once one is made, what stood for its part for videos."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        made = super().__call__(*args, **kwargs)
        made.video_processor = None
        return made


def _without(method: Callable[..., Any]) -> Callable[..., Any]:
    """The same method; that of some classes asks the part for videos for numbers though no video came."""

    @wraps(method)
    def called(self: Any, *args: Any, **kwargs: Any) -> Any:
        self.video_processor = NoVideos()
        try:
            return method(self, *args, **kwargs)
        finally:
            self.video_processor = None

    return called


def without_video(wanted: Any) -> Any:
    """The same class of processors, whose `video_processor` is None instead of one that needs torchvision."""
    names = wanted.get_attributes()
    others = [name for name in names if name != "video_processor"]
    # transformers reads what to load off get_attributes, and what to pass on off the signature of __init__
    reader: Any = type(wanted.__name__, (wanted,), {"get_attributes": classmethod(lambda _: others)})

    def arguments(_: Any, *args: Any, **kwargs: Any) -> list[Any]:
        found: list[Any] = reader._get_arguments_from_pretrained(*args, **kwargs)  # noqa: SLF001 - no other way
        found.insert(names.index("video_processor"), NoVideos())
        return found

    def checked(self: Any, name: str, value: Any) -> Any:
        if isinstance(value, NoVideos):
            return None
        return wanted.check_argument_for_proper_class(self, name, value)

    body = {
        "apply_chat_template": _without(wanted.apply_chat_template),
        "_get_arguments_from_pretrained": classmethod(arguments),
        "check_argument_for_proper_class": checked,
    }
    return _Made(wanted.__name__, (wanted,), body)
