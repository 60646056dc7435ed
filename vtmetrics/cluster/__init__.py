"""More than one machine: jobs as JSON, workers behind an executor, and a lab that sends them out."""

from vtmetrics.cluster.cluster_lab import ClusterLab, answer_checked
from vtmetrics.cluster.crew import Crew
from vtmetrics.cluster.executors import WORKERS_NAMED, crew_of
from vtmetrics.cluster.gpu_groups import groups_of, take_group
from vtmetrics.cluster.job import Job, JobAnswer, code_told, read_answer
from vtmetrics.cluster.replica import greet, work

__all__ = [
    "WORKERS_NAMED",
    "ClusterLab",
    "Crew",
    "Job",
    "JobAnswer",
    "answer_checked",
    "code_told",
    "crew_of",
    "greet",
    "groups_of",
    "read_answer",
    "take_group",
    "work",
]
