"""Sweeps: many trials with different settings, on one core or on a cluster, with rows on disk as they come."""

from agents.sweeps.settings import Setting, grid, random_search

__all__ = ["Setting", "grid", "random_search"]
