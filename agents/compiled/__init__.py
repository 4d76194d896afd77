"""Compiled loops: environment, policy and update as one XLA program."""

from rl_line.system import start_tensorflow

start_tensorflow()  # before any module below imports it

from agents.compiled.training import Progress, iterate_compiled, train_compiled  # noqa: E402

__all__ = ["Progress", "iterate_compiled", "train_compiled"]
