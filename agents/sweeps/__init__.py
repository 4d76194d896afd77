"""Sweeps: many trials with different settings, on one core or on a cluster, with rows written to disk as trials finish.

Submodules: `statistics` of few runs, `regret` against the exact optimum, `report` with tables, figures and pages, and
`presets`, repeatable sweeps by name.
"""

from agents.sweeps.compiled_trials import CompiledTrial, compiled_trials
from agents.sweeps.executors import process_map, ray_map
from agents.sweeps.folder import read_rows
from agents.sweeps.running import sweep
from agents.sweeps.settings import grid, random_search

__all__ = ["CompiledTrial", "compiled_trials", "grid", "process_map", "random_search", "ray_map", "read_rows", "sweep"]
