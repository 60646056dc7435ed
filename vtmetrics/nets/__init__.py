"""A checkpoint: its anatomy, twins, digest, and how it is loaded."""

from vtmetrics.nets.adapter import CONFIG, WEIGHTS, Training, files_of, training_of, without_peft_warnings
from vtmetrics.nets.anatomy import FAMILIES, FAMILY_OF, OWN, Anatomy, anatomy_of
from vtmetrics.nets.digest import digest_of
from vtmetrics.nets.in_memory import Held, is_held, load_alone, load_once, register, release
from vtmetrics.nets.loading import load, processor_of, quiet
from vtmetrics.nets.spec import Spec

__all__ = [
    "CONFIG",
    "FAMILIES",
    "FAMILY_OF",
    "OWN",
    "WEIGHTS",
    "Anatomy",
    "Held",
    "Spec",
    "Training",
    "anatomy_of",
    "digest_of",
    "files_of",
    "is_held",
    "load",
    "load_alone",
    "load_once",
    "processor_of",
    "quiet",
    "register",
    "release",
    "training_of",
    "without_peft_warnings",
]
