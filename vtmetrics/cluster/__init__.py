"""More than one machine: jobs as JSON, workers behind an executor, and a lab that sends them out."""

from vtmetrics.cluster.cluster_lab import ClusterLab, settled
from vtmetrics.cluster.crew import Crew
from vtmetrics.cluster.executors import KINDS, crew_of
from vtmetrics.cluster.gpu_groups import groups_of, take_group
from vtmetrics.cluster.job import Answer, Job, code_told, read_answer
from vtmetrics.cluster.replica import greet, work

__all__ = [
    "KINDS",
    "Answer",
    "ClusterLab",
    "Crew",
    "Job",
    "code_told",
    "crew_of",
    "greet",
    "groups_of",
    "read_answer",
    "settled",
    "take_group",
    "work",
]
