"""The catalogue of faults: 216 in 13 classes that a suite of this kind meets, and which are injected where.

A number beyond those of its class is a fault that was thought of later.
"""

from importlib import import_module
from pathlib import Path

from tests.faults.injection import Injected

HERE = Path(__file__).parent
#: by its letter, what a class is about, and how many faults of the list it has
CLASSES = {
    "A": ("evidence on the disk", 28),
    "B": ("killed runs, and resuming", 16),
    "C": ("concurrency and merging", 14),
    "D": ("checkpoints", 22),
    "E": ("pictures", 20),
    "F": ("records of scenes", 14),
    "G": ("numbers", 24),
    "H": ("running out of memory", 12),
    "I": ("hostile text in reports", 20),
    "J": ("names, paths and configurations", 12),
    "K": ("workers", 16),
    "L": ("repeatability", 10),
    "M": ("offline", 8),
}
CHECKPOINTS, WORKERS, MEMORY = (
    "tests/suite/test_broken_checkpoints.py",
    "tests/suite/test_workers.py",
    "tests/lab/test_memory.py",
)
SCHEDULER, ENGINES, TUNED, NETS = (
    "tests/suite/test_scheduler.py",
    "tests/cluster/test_conformance.py",
    "tests/lab/test_tuned.py",
    "tests/nets/test_out_of_memory.py",
)
NO_NUMBER = "not loaded, with the reason in one sentence"
#: those that tests of other folders inject: what is done, what becomes of it, and where
ELSEWHERE = {
    "B12": (
        "workers where there were none",
        "cells as before, each once",
        "tests/suite/test_evidence_file.py",
    ),
    "C11": ("two workers and none", "the same evidence", "tests/suite/test_evidence_file.py"),
    "D2": ("remote code in auto_map", "refused; it is not run and nobody is asked", CHECKPOINTS),
    "D3": ("a file of weights that is cut off", "refused before anything is loaded", CHECKPOINTS),
    "D4": ("a part of the weights that is missing", "refused before anything is loaded", CHECKPOINTS),
    "D5": ("weights that the configuration has no part for", NO_NUMBER, CHECKPOINTS),
    "D6": ("a layer without weights", NO_NUMBER, CHECKPOINTS),
    "D7": ("weights of another shape", NO_NUMBER, CHECKPOINTS),
    "D11": ("NaN among the weights", NO_NUMBER, CHECKPOINTS),
    "D14": ("the tokenizer of another model", NO_NUMBER, CHECKPOINTS),
    "D16": ("no chat template", "refused before anything is loaded", CHECKPOINTS),
    "D17": ("no processor", "refused before anything is loaded", CHECKPOINTS),
    "D19": ("an adapter for other weights", "refused in one sentence", TUNED),
    "D21": (
        "a branch in place of 40 digits",
        "part of the model's name, or what is there is told",
        "tests/suite/test_named_models.py",
    ),
    "D22": ("a repository that wants a password (401)", "one sentence", "tests/nets/test_download.py"),
    "H1": ("“CUDA out of memory”", "recognised", NETS),
    "H2": ("“CUDA error: out of memory”", "recognised", NETS),
    "H3": ("CUBLAS_STATUS_ALLOC_FAILED", "recognised", NETS),
    "H4": ("an allocation on the processor that fails", "recognised", NETS),
    "H5": ("another error", "raised as it is", NETS),
    "H6": ("no room for one scene", "missing, with the reason; no other scene is", MEMORY),
    "H7": ("a failed batch that holds memory", "given back before the next is tried", MEMORY),
    "H8": ("a batch that is too large", "all rows of the block in batches of one size", MEMORY),
    "H10": ("no room for a net while it is loaded", "said, and half of it is gone", NETS),
    "H11": ("a run that failed", "its net is gone before the next is loaded", NETS),
    "K1": ("SIGKILL of a worker, once", "reported once, all else is finished", WORKERS),
    "K2": ("a test that kills each worker", "not sent to another", SCHEDULER),
    "K3": ("SIGKILL of the last worker", "the verdicts that lack are named", WORKERS),
    "K4": ("a worker that is gone", "every claim is accounted for", WORKERS),
    "K5": ("what a worker sends", "plain text alone", WORKERS),
    "K7": ("tests of several models and workers", "each model is loaded by one worker", SCHEDULER),
    "K8": ("workers: none, one for each accelerator", "as many as were asked for", SCHEDULER),
    "K11": ("SIGKILL of a worker of a cluster amid a block", "all cells, the same bytes", ENGINES),
    "K14": ("a worker that is slow", "no other job waits for it", ENGINES),
    "K17": ("a worker with other code than the driver's", "refused", ENGINES),
    "K12": ("a worker that ends in order", "nothing is lost", SCHEDULER),
    "K13": ("evidence that comes twice", "counted once", "tests/suite/test_ledger.py"),
    "K16": (
        "shards in any order, in one folder or several, one of them lacking",
        "the bytes of one run, or refused",
        "tests/suite/test_shards.py",
    ),
    "L3": ("one run, and shards", "the same bytes", "tests/suite/test_shards.py"),
    "M2": ("offline, with the model in the cache", "found", "tests/nets/test_named_checkpoint.py"),
    "M3": ("no name is resolved", "one sentence", "tests/nets/test_download.py"),
    "M4": ("the hub refuses (429)", "one sentence", "tests/nets/test_download.py"),
    "M6": (
        "a revision that is gone",
        "refused; those that are there are told",
        "tests/suite/test_named_models.py",
    ),
}
#: those of the list that have no code of ours to hit, or that no test injects, and why
NOT_INJECTED = {
    "D18": "tied weights are tied by transformers; nothing of ours reads them",
    "F8": "no set of paired questions is read, so that --limit splits no pair",
    "F9": "no set of paired questions is read",
    "H9": "nothing is allocated when a model is let go",
    "H12": "two workers on one accelerator are not there to be had",
    "K6": "rows are as large as they are; no test sends a gigabyte",
    "K9": "the scheduler is ours, whatever --dist says",
    "K10": "no group of xdist is used",
    "K15": "workers of ours have no time to live",
    "M5": "a proxy is huggingface_hub's own affair",
    "M7": "no data set of the hub is read",
}


def injected() -> dict[str, tuple[Injected, str]]:
    """Every fault that a test of this folder injects, with its module."""
    found: dict[str, tuple[Injected, str]] = {}
    for file in sorted(HERE.glob("test_*.py")):
        table = getattr(import_module(f"tests.faults.{file.stem}"), "INJECTED", {})
        for fault, told in table.items():
            assert fault not in found, f"{fault} is injected by {found[fault][1]} and by {file.name}"
            found[fault] = told, f"tests/faults/{file.name}"
    return found


def listed() -> list[str]:
    """The numbers of the list, in order."""
    return [f"{letter}{number}" for letter, (_, size) in CLASSES.items() for number in range(1, size + 1)]
