"""Is an agent right? The checkup trains it on lines whose exact answers are known, and names its bug."""

from agents.checkup.behaviour import Check
from agents.checkup.cases import parametrize_with_probes
from agents.checkup.evidence import PASS, SUSPECTED, UNCLEAR
from agents.checkup.report import Report
from agents.checkup.verdict import CHECKS, Train, checkup

__all__ = ["CHECKS", "PASS", "SUSPECTED", "UNCLEAR", "Check", "Report", "Train", "checkup", "parametrize_with_probes"]
