"""Executors with the shape of the builtin `map`: processes of this machine, and a Ray cluster."""

from agents.sweeps.executors.processes import process_map
from agents.sweeps.executors.rays import ray_map

__all__ = ["process_map", "ray_map"]
