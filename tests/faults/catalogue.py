"""The catalogue of faults: 216 in 13 classes that a suite of this kind meets, and which are injected where.

A number beyond those of its class is a fault that was thought of later.
"""

from collections.abc import Iterator
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
#: those that tests of other folders inject: in which file, what is done, and what becomes of it
ELSEWHERE_TOLD = """
tests/cluster/test_conformance.py
  K11 | SIGKILL of a worker of a cluster amid a block  | all cells, the same bytes
  K14 | a worker that is slow                          | no other job waits for it
  K17 | a worker with other code than the driver's     | refused
tests/lab/test_faults.py
  B22 | a model that fails on every scene              | raised as it is (F, with its traceback)
tests/lab/test_memory.py
  H6  | no room for one scene                          | missing, with the reason; no other scene is
  H7  | a failed batch that holds memory               | given back before the next is tried
  H8  | a batch that is too large                      | all rows of the block in batches of one size
tests/lab/test_tuned.py
  D19 | an adapter for other weights                   | refused in one sentence
tests/models/test_smol_gguf.py
  D25 | a GGUF file that is aligned to 2.5 bytes       | refused in one sentence
tests/nets/test_download.py
  D22 | a repository that wants a password (401)       | one sentence
  M3  | no name is resolved                            | one sentence
  M4  | the hub refuses (429)                          | one sentence
tests/nets/test_named_checkpoint.py
  M2  | offline, with the model in the cache           | found
tests/nets/test_out_of_memory.py
  H1  | “CUDA out of memory”                           | recognised
  H2  | “CUDA error: out of memory”                    | recognised
  H3  | CUBLAS_STATUS_ALLOC_FAILED                     | recognised
  H4  | an allocation on the processor that fails      | recognised
  H5  | another error                                  | raised as it is
  H10 | no room for a net while it is loaded           | said, and half of it is gone
  H11 | a run that failed                              | its net is gone before the next is loaded
tests/suite/test_broken_checkpoints.py
  D2  | remote code in auto_map                        | refused; it is not run and nobody is asked
  D3  | a file of weights that is cut off              | refused before anything is loaded
  D4  | a part of the weights that is missing          | refused before anything is loaded
  D5  | weights that the configuration has no part for | not loaded, with the reason in one sentence
  D6  | a layer without weights                        | not loaded, with the reason in one sentence
  D7  | weights of another shape                       | not loaded, with the reason in one sentence
  D11 | NaN among the weights                          | not loaded, with the reason in one sentence
  D14 | the tokenizer of another model                 | not loaded, with the reason in one sentence
  D16 | no chat template                               | refused before anything is loaded
  D17 | no processor                                   | refused before anything is loaded
tests/suite/test_evidence_file.py
  B12 | workers where there were none                  | cells as before, each once
  C11 | two workers and none                           | the same evidence
tests/suite/test_failed_scenes.py
  B19 | a model that fails on a scene once             | tried again, and right
  B20 | a model that always fails on 1 of 24 scenes    | recorded and told; the verdict stands
  B21 | a model that always fails on 2 of 24 scenes    | beyond 5 %: ?, with the reason; tried again
  H13 | no room beside scenes, as to time a pass       | not measured, with the reason
tests/suite/test_ledger.py
  K13 | evidence that comes twice                      | counted once
tests/suite/test_named_models.py
  D21 | a branch in place of 40 digits                 | part of the model's name, or what is there is told
  M6  | a revision that is gone                        | refused; those that are there are told
tests/suite/test_scheduler.py
  K2  | a test that kills each worker                  | not sent to another
  K7  | tests of several models and workers            | each model is loaded by one worker
  K8  | workers: none, one for each accelerator        | as many as were asked for
  K12 | a worker that ends in order                    | nothing is lost
tests/suite/test_shards.py
  K16 | shards in any order, in one folder or several, one of them lacking | the bytes of one run, or refused
  L3  | one run, and shards                            | the same bytes
tests/suite/test_workers.py
  K1  | SIGKILL of a worker, once                      | reported once, all else is finished
  K3  | SIGKILL of the last worker                     | the verdicts that lack are named
  K4  | a worker that is gone                          | every claim is accounted for
  K5  | what a worker sends                            | plain text alone
"""
#: those of the list that have no code of ours to hit, or that no test injects, and why
NOT_INJECTED_TOLD = """
  D18 | tied weights are tied by transformers; nothing of ours reads them
  F8  | no set of paired questions is read, so that --limit splits no pair
  F9  | no set of paired questions is read
  H9  | nothing is allocated when a model is let go
  H12 | two workers on one accelerator are not there to be had
  K6  | rows are as large as they are; no test sends a gigabyte
  K9  | the scheduler is ours, whatever --dist says
  K10 | no group of xdist is used
  K15 | workers of ours have no time to live
  M5  | a proxy is huggingface_hub's own affair
  M7  | no data set of the hub is read
"""


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


def _elsewhere() -> Iterator[tuple[str, tuple[str, str, str]]]:
    """The lines of the table; those that begin at the edge name the file of all that follow."""
    where = ""
    for line in ELSEWHERE_TOLD.strip().splitlines():
        if line.startswith(" "):
            fault, done, outcome = (part.strip() for part in line.split(" | "))
            yield fault, (done, outcome, where)
        else:
            where = line


def _not_injected() -> Iterator[tuple[str, str]]:
    for line in NOT_INJECTED_TOLD.strip().splitlines():
        fault, why = line.split(" | ")
        yield fault.strip(), why


ELSEWHERE = dict(_elsewhere())
NOT_INJECTED = dict(_not_injected())
