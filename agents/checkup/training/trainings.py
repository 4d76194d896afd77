"""Runs a training function on a line, stops it if it takes too long, and keeps its result."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from gymnasium.error import ResetNeeded

from agents.checkup.reading.reading import member, read
from agents.checkup.rules.experience import Trace
from agents.checkup.training.evidence import Evidence, Run
from agents.checkup.training.lines import Line, probe
from agents.checkup.training.recording import Stopped

EXCESS = 4  # limit, as a multiple of the requested steps, for trainings that count episodes or whole rollouts


class OutOfTimeError(Exception):
    """The budget of the checkup was over; the message gives the seconds per step.

    Attributes:
        known: the evidence of the line so far, or None.
    """

    known: Evidence | None = None


@dataclass
class Trainer:
    """Runs a training function, counts its steps, and stops it when the seconds are over."""

    train: Callable[..., Any]
    seconds: float
    most: int = 1_000_000  # steps in all
    make: Callable[[Line], Any] = probe
    steps: int = 0  # steps taken so far
    by_actions: bool = False  # whether to ignore values
    _began: float = field(default_factory=lambda: time.perf_counter())

    def affords(self, steps: int) -> bool:
        """True where at least `steps` steps are left."""
        return self.steps + steps <= self.most

    def check(self, before: str) -> None:
        """Raises OutOfTimeError `before` something was done, if that took as long as all trainings may."""
        if time.perf_counter() > self._began + 2 * self.seconds:
            raise OutOfTimeError(f"stopped: the time was over before {before}")

    def run(self, line: Line, *, seed: int, steps: int) -> Run:
        """Trains a new agent on a line.

        Raises:
            ResetNeeded: the agent goes on after the end of an episode; the message gives the step.
            OutOfTimeError: the time was over before the training ended.
            RuntimeError: the training raised another error; the message gives the error and the line.
            TypeError: the agent cannot be read.
        """
        recording = self.make(line)
        agent = self.trained(recording, line, seed=seed, steps=steps)
        learned = read(agent, num_states=line.mdp.num_states, num_actions=line.mdp.num_actions)
        if self.by_actions:
            learned = learned._replace(q=None, values=None)
        trace = Trace.of(recording.rows)
        return Run(seed, steps, learned, trace, agent, recording.resets, len(recording.mutated))

    def trained(self, recording: Any, line: Line, *, seed: int, steps: int, env: Any = None) -> Any:
        """The agent trained in a recorded environment, or in `env`, a wrapper around it; raises as `run` does."""
        agent = self._stopped(recording, line, seed=seed, steps=steps, env=recording if env is None else env)
        return member(agent, (line.mdp.num_states, line.mdp.num_actions))

    def _stopped(self, recording: Any, line: Line, *, seed: int, steps: int, env: Any) -> Any:
        """The agent of a training that is stopped if it takes too long, or the error with its line."""
        most = EXCESS * steps + 1_000
        recording.stop(self._began + self.seconds, most)
        try:
            return self._trained(env, recording, line, seed=seed, steps=steps)
        except Stopped as stop:
            per_step = (time.perf_counter() - self._began) / max(1, self.steps + len(recording.rows))
            many = f": it took more steps than the {steps} it was given; let it `yield` its agent before its loop"
            raise OutOfTimeError(f"{stop}{many * (len(recording.rows) >= most)} ({per_step:.2g} s a step)") from None
        except ResetNeeded as error:
            raise ResetNeeded(f"{error} {_where(recording)}") from error
        except Exception as error:  # other people's code
            raise RuntimeError(
                f"train raised {type(error).__name__} on line {line.id}, of {line.mdp.num_states} states, with "
                f"gamma={line.gamma}, steps={steps}, seed={seed}: {error}"
            ) from error
        finally:
            self.steps += len(recording.rows)
            recording.stop(None, None)

    def _trained(self, env: Any, recording: Any, line: Line, *, seed: int, steps: int) -> Any:
        """The agent returned by a function, or the last one that a generator yields before `steps` steps are taken."""
        agent = self.train(env, gamma=line.gamma, steps=steps, seed=seed)
        if not inspect.isgenerator(agent):
            return agent
        generator, agent = agent, None
        recording.stop(self._began + self.seconds, steps)
        try:
            for agent in generator:  # noqa: B007 the last one is kept
                if len(recording.rows) >= steps:
                    break
        except Stopped:
            if len(recording.rows) < steps:
                raise
        generator.close()
        return agent


def _where(env: Any) -> str:
    """Text about the step after the end of an episode."""
    if not env.rows:
        return "It was never reset."
    last = env.steps[-1]
    ended = "terminated" if last.terminated else "been cut off"
    return f"In step {len(env.rows) + 1} it acts in state {last.next_observation + 1}, where the episode had {ended}."
