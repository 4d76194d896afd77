"""Leakage: does a forecast change with values that were not known at its time, and what is the likeliest cause?"""

from sequence_tasks.leakage.checking import Leakage, check_leakage

__all__ = ["Leakage", "check_leakage"]
