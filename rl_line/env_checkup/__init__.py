"""The checkup of an environment: does it follow its transition table exactly?"""

from rl_line.env_checkup.check import check_env_semantics
from rl_line.env_checkup.findings import FINDINGS, Finding

__all__ = ["FINDINGS", "Finding", "check_env_semantics"]
