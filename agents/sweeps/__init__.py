"""Sweeps: many agents with many settings and seeds, and honest statistics of their results."""
