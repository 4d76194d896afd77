"""Runs somebody's training while there is time, and keeps what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from gymnasium.error import ResetNeeded
from numpy.typing import NDArray

from agents.checkup.adapters import Learned, read
from agents.checkup.probes import Setting, probe
from agents.checkup.recording import Trace


class Run(NamedTuple):
    """One training."""

    seed: int
    steps: int
    learned: Learned
    counts: NDArray[np.int64]  # [S, A]
    late: NDArray[np.int64]  # [S, A], of the second half
    trace: Trace
    agent: Any
    resets: Sequence[Any] = ()  # the seed of every reset
    mutated: int = 0  # observations that the agent has changed


@dataclass
class Trainer:
    """Runs somebody's training while there is time."""

    train: Callable[..., Any]
    budget: float  # seconds
    make: Callable[[Setting], Any] = probe
    seconds_per_step: float = 0.0
    longest: int = 0  # steps of the longest training yet
    by_actions: bool = False  # its values are not looked at
    looked_late: bool = False  # so many steps changed nothing that a target network would have been synced
    _began: float = field(default_factory=lambda: time.perf_counter())

    def left(self) -> float:
        """Seconds left."""
        return self.budget - (time.perf_counter() - self._began)

    def affords(self, steps: int, *, until: float = 0.0) -> bool:
        """Whether a training of so many steps should end with so many seconds left."""
        return self.seconds_per_step * steps < self.left() - until

    def run(self, setting: Setting, *, seed: int, steps: int) -> Run:
        """Trains anew.

        Raises:
            ResetNeeded: the agent goes on after the end of an episode; the message says where.
            RuntimeError: the training raised something else; the message says what, and on which setting.
        """
        env, began = self.make(setting), time.perf_counter()
        try:
            agent = self.train(env, gamma=setting.gamma, steps=steps, seed=seed)
        except ResetNeeded as error:
            raise ResetNeeded(f"{error} {_where(env)}") from error
        except Exception as error:  # other people's code
            raise RuntimeError(
                f"train raised {type(error).__name__} on setting {setting.id} ({setting.why}), of "
                f"{setting.mdp.num_states} states, with gamma={setting.gamma}, steps={steps}, seed={seed}: {error}"
            ) from error
        mdp = setting.mdp
        learned = read(agent, num_states=mdp.num_states, num_actions=mdp.num_actions)
        learned = hidden(learned) if self.by_actions else learned
        seconds = time.perf_counter() - began
        if steps >= self.longest:
            self.longest, self.seconds_per_step = steps, seconds / steps
        shape, trace = mdp.successor.shape[:2], Trace.of(env.rows)
        counts, late = trace.counts(shape), trace[len(trace) // 2 :].counts(shape)
        return Run(seed, steps, learned, counts, late, trace, agent, env.resets, len(env.mutated))


def hidden(learned: Learned) -> Learned:
    """What was learned without its values."""
    return learned._replace(q=None, values=None)


def _where(env: Any) -> str:
    """After which step it was asked for another."""
    if not env.rows:
        return "It was never reset."
    last = env.steps[-1]
    ended = "terminated" if last.terminated else "been cut off"
    return f"In step {len(env.rows) + 1} it acts in state {last.next_observation + 1}, where the episode had {ended}."
