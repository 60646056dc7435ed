"""A checkpoint: its anatomy, twins, digest, and how it is loaded."""

from vtmetrics.nets.adapter import CONFIG, WEIGHTS, Training, files_of, training_of, without_peft_warnings
from vtmetrics.nets.anatomy import Anatomy, anatomy_of
from vtmetrics.nets.checkpoints import kind_of, lacking, quantised
from vtmetrics.nets.contract import PER_TOKEN
from vtmetrics.nets.digest import digest_of
from vtmetrics.nets.download import GIB, fetch
from vtmetrics.nets.elsewhere import weights_elsewhere
from vtmetrics.nets.families import FAMILIES, OWN, REFUSED
from vtmetrics.nets.hub_cache import cached_at, fetch_command, hub, snapshots
from vtmetrics.nets.in_memory import Held, is_held, load_alone, load_once, register, release
from vtmetrics.nets.loading import DTYPES, load, processor_of, quiet
from vtmetrics.nets.named_checkpoint import REPOSITORY, NotCachedError, checkpoint_spec, why_unfit
from vtmetrics.nets.numerics_wanted import ATTENTIONS, DEVICE_MAPS, check_numerics
from vtmetrics.nets.out_of_memory import (
    forget_calls,
    give_back,
    is_out_of_memory,
    memory_for,
    memory_told,
)
from vtmetrics.nets.prompt_offsets import offsets_kept
from vtmetrics.nets.soundness import is_exact
from vtmetrics.nets.spare_memory import bytes_in, spare_bytes
from vtmetrics.nets.spec import TWIN_KINDS, Spec

__all__ = [
    "ATTENTIONS",
    "CONFIG",
    "DEVICE_MAPS",
    "DTYPES",
    "FAMILIES",
    "GIB",
    "OWN",
    "PER_TOKEN",
    "REFUSED",
    "REPOSITORY",
    "TWIN_KINDS",
    "WEIGHTS",
    "Anatomy",
    "Held",
    "NotCachedError",
    "Spec",
    "Training",
    "anatomy_of",
    "bytes_in",
    "cached_at",
    "check_numerics",
    "checkpoint_spec",
    "digest_of",
    "fetch",
    "fetch_command",
    "files_of",
    "forget_calls",
    "give_back",
    "hub",
    "is_exact",
    "is_held",
    "is_out_of_memory",
    "kind_of",
    "lacking",
    "load",
    "load_alone",
    "load_once",
    "memory_for",
    "memory_told",
    "offsets_kept",
    "processor_of",
    "quantised",
    "quiet",
    "register",
    "release",
    "snapshots",
    "spare_bytes",
    "training_of",
    "weights_elsewhere",
    "why_unfit",
    "without_peft_warnings",
]
