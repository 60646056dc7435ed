"""More than one machine: jobs as JSON, workers behind an executor, and a lab that sends them out."""

from vtmetrics.cluster.cluster_lab import ClusterLab, answer_checked
from vtmetrics.cluster.crew import Crew
from vtmetrics.cluster.executors import WORKERS_NAMED, crew_of
from vtmetrics.cluster.gpu_groups import groups_of, take_group
from vtmetrics.cluster.job import Job, JobAnswer, code_told, read_answer
from vtmetrics.cluster.replica import greet, work
from vtmetrics.cluster.scale import ClusterSize, forecast_table
from vtmetrics.cluster.scale_command import EXAMPLE, answer_scale, ask_for_scale

__all__ = [
    "EXAMPLE",
    "WORKERS_NAMED",
    "ClusterLab",
    "ClusterSize",
    "Crew",
    "Job",
    "JobAnswer",
    "answer_checked",
    "answer_scale",
    "ask_for_scale",
    "code_told",
    "crew_of",
    "forecast_table",
    "greet",
    "groups_of",
    "read_answer",
    "take_group",
    "work",
]
