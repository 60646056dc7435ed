"""All faults, and their table in the manual."""

from pathlib import Path

from fixtures.documents import filled
from tests.mutants.faults_of_batches import OF_BATCHES
from tests.mutants.faults_of_complexity import OF_COMPLEXITY
from tests.mutants.faults_of_decoupling import OF_DECOUPLING
from tests.mutants.faults_of_edits import OF_EDITS
from tests.mutants.faults_of_evidence import OF_EVIDENCE
from tests.mutants.faults_of_grounding import OF_GROUNDING
from tests.mutants.faults_of_intervals import OF_INTERVALS
from tests.mutants.faults_of_layers import OF_LAYERS
from tests.mutants.faults_of_partition import OF_PARTITION
from tests.mutants.faults_of_probes import OF_PROBES
from tests.mutants.faults_of_protocols import OF_PROTOCOLS
from tests.mutants.faults_of_readers import OF_READERS
from tests.mutants.faults_of_readings import OF_READINGS
from tests.mutants.faults_of_reasoning import OF_REASONING
from tests.mutants.faults_of_recovery import OF_RECOVERY
from tests.mutants.faults_of_reports import OF_JOINT_ROWS, OF_MAPS
from tests.mutants.faults_of_sinks import OF_SINKS
from tests.mutants.faults_of_states import OF_STATES
from tests.mutants.faults_of_statistics import OF_STATISTICS
from tests.mutants.faults_of_tokens import OF_TOKENS
from tests.mutants.faults_of_truncation import OF_TRUNCATION

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "mutants.md"
FAULTS = (
    *OF_COMPLEXITY,
    *(*OF_TRUNCATION, *OF_REASONING, *OF_STATES, *OF_TOKENS, *OF_PARTITION, *OF_SINKS, *OF_RECOVERY),
    *(*OF_DECOUPLING, *OF_LAYERS, *OF_READERS),
    *OF_GROUNDING,
    *OF_PROBES,
    *(*OF_INTERVALS, *OF_STATISTICS, *OF_EVIDENCE, *OF_PROTOCOLS, *OF_EDITS, *OF_READINGS),
    *(*OF_BATCHES, *OF_JOINT_ROWS, *OF_MAPS),
)


def written() -> str:
    """The page with the table of all faults."""
    return filled(PAGE, {"faults": table})


def table() -> str:
    """One line a fault: what is wrong, of which kind, where, and which tests catch it."""
    lines = ["| fault | kind | in | caught by |", "|---|---|---|---|"]
    for fault in FAULTS:
        tests = ", ".join(f"`{test.removeprefix('tests/')}`" for test in fault.caught_by)
        lines.append(f"| {fault.name} | {fault.kind} | `{fault.file}` | {tests} |")
    return "\n".join([f"{len(FAULTS)} faults, and the tests that have to catch each:", "", *lines])
