"""What these claims say together, for the report."""

from claims.papers import JOINT
from vtmetrics.evidence import JointRow


def pytest_claim_joint_rows() -> tuple[JointRow, ...]:
    """Rows of the papers that stand if several claims do."""
    return JOINT
