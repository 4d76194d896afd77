"""The checkup of an environment: does it do exactly what its transition table says?"""

from rl_line.env_checkup.check import check_env_semantics
from rl_line.env_checkup.findings import FINDINGS, Finding

__all__ = ["FINDINGS", "Finding", "check_env_semantics"]
