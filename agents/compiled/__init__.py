"""Compiled loops: environment, policy and update as one XLA program."""

from agents.compiled.training import Progress, iterate_compiled, train_compiled

__all__ = ["Progress", "iterate_compiled", "train_compiled"]
