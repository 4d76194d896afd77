"""Tabular agents that learn from more than the last transition: n-step returns, traces, whole episodes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.core import Transition
from agents.tabular import QLearning, Sarsa, TabularAgent

# What is kept between transitions is kept for every lane of a vector environment, by its number as a text. Updates
# that an episode's end brings at once are made in order, the first ones of all lanes together, then the second ones.


@dataclass(eq=False)
class NStepQ(TabularAgent):
    """Q-learning from n rewards before the bootstrap, without correction for what the policy explores.

    Its values are those of following the policy for n - 1 steps and the best action after. Windows
    never cross an episode. Source: Sutton & Barto (2nd ed.), sections 7.1 and 7.3; Watkins (1989).

    Args:
        n: steps of reward in a target; at the end of an episode there are fewer.
    """

    n: int = 3

    bootstrap = QLearning.bootstrap

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_n(self.n)

    def learn(self, transition: Transition) -> dict[str, float]:
        """Learns every cell whose n rewards are complete, all of them where the episode ends."""
        return _learn_windows(self, transition, self.n)


@dataclass(eq=False)
class NStepSarsa(TabularAgent):
    """Sarsa from n rewards before the bootstrap: Sutton & Barto (2nd ed.), section 7.2.

    Args:
        n: steps of reward in a target; at the end of an episode there are fewer.
    """

    n: int = 3

    on_policy = True
    bootstrap = Sarsa.bootstrap

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_n(self.n)

    def learn(self, transition: Transition) -> dict[str, float]:
        """Learns every cell whose n rewards are complete, all of them where the episode ends."""
        return _learn_windows(self, transition, self.n)


@dataclass(eq=False)
class SarsaLambda(TabularAgent):
    """Sarsa with accumulating eligibility traces: Sutton & Barto (2nd ed.), section 12.7, with a table.

    Args:
        trace_decay: lambda, from 0 (Sarsa) to 1.
    """

    trace_decay: float = 0.9

    on_policy = True
    bootstrap = Sarsa.bootstrap

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_decay(self.trace_decay)

    def learn(self, transition: Transition) -> dict[str, float]:
        """Moves every cell by the error, in proportion to its trace."""
        return _learn_traces(self, transition, self.trace_decay, cut=False)


@dataclass(eq=False)
class QLambda(TabularAgent):
    """Watkins's Q(lambda): traces that an action other than the best cuts, so that it learns the optimal values.

    Source: Watkins (1989); Sutton & Barto (2nd ed.), section 12.10.

    Args:
        trace_decay: lambda, from 0 (Q-learning) to 1.
    """

    trace_decay: float = 0.9

    bootstrap = QLearning.bootstrap

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_decay(self.trace_decay)

    def learn(self, transition: Transition) -> dict[str, float]:
        """Moves every cell by the error, in proportion to its trace."""
        return _learn_traces(self, transition, self.trace_decay, cut=True)


class MonteCarlo(TabularAgent):
    """First-visit Monte Carlo control: learns from the returns of whole episodes what its exploring policy is worth.

    An episode that was cut off goes on with what its last state is worth.
    Source: Sutton & Barto (2nd ed.), section 5.4.
    """

    def bootstrap(self, q_next: Any, next_action: Any, policy: Any, xp: Any = np) -> Any:
        """The mean over the policy at S', for episodes that were cut off."""
        return xp.sum(policy(q_next) * q_next, axis=-1)

    def learn(self, transition: Transition) -> dict[str, float]:
        """Remembers the step; learns the whole episode where it ends."""
        updates = []
        for lane, step in _lanes(transition):
            episode = _remembered(self, lane, step)
            if not (step.terminated or step.truncated):
                continue
            del self._memory[lane]
            target = 0.0 if step.terminated else float(self.value_of_next(step))
            returns = []
            for _, _, reward in reversed(episode):
                target = reward + self.gamma * target
                returns.append(target)
            first: dict[tuple[int, int], int] = {}
            for t, (state, action, _) in enumerate(episode):
                first.setdefault((state, action), t)
            updates.append([(*cell, returns[-1 - t]) for cell, t in reversed(first.items())])
        return _move_all(self, transition, updates)


def _learn_windows(agent: TabularAgent, transition: Transition, n: int) -> dict[str, float]:
    updates: list[list[tuple[int, int, float]]] = []
    for lane, step in _lanes(transition):
        window = _remembered(agent, lane, step)
        ended = step.terminated or step.truncated
        value = 0.0 if step.terminated else float(agent.value_of_next(step))
        updates.append([])
        while len(window) == n or (ended and window):
            target = value
            for _, _, reward in reversed(window):
                target = reward + agent.gamma * target
            state, action, _ = window.pop(0)
            updates[-1].append((state, action, target))
    return _move_all(agent, transition, updates)


def _learn_traces(agent: TabularAgent, transition: Transition, decay: float, *, cut: bool) -> dict[str, float]:
    # Lanes that are in one cell move the table by their mean; those elsewhere one cell after the other.
    groups: dict[tuple[int, int], list[tuple[str, Transition]]] = {}
    for lane, step in _lanes(transition):
        groups.setdefault((int(step.observation), int(step.action)), []).append((lane, step))
    errors: list[float] = []
    for cell, group in groups.items():
        moves, traced = [], []
        explored = cut and agent.q[cell] < agent.q[cell[0]].max()
        for lane, step in group:
            trace: NDArray[np.float64] = np.array(agent._memory.get(lane, np.zeros_like(agent.q)))
            trace *= 0.0 if explored else 1.0
            trace[cell] += 1.0
            value = 0.0 if step.terminated else agent.value_of_next(step)
            errors.append(float(step.reward + agent.gamma * value - agent.q[cell]))
            moves.append(errors[-1] * trace)
            traced.append(trace > 0)
            ended = step.terminated or step.truncated
            agent._memory[lane] = (trace * (0.0 if ended else agent.gamma * decay)).tolist()
        agent.counts[cell] += len(group)
        mean = np.sum(moves, axis=0) / np.maximum(np.sum(traced, axis=0), 1)  # over the lanes with a trace
        agent.q += agent.step_size(np.maximum(agent.counts, 1), len(group)) * mean
    agent.time += len(errors)
    return {"td_error": float(np.mean(np.abs(errors)))}


def _remembered(agent: TabularAgent, lane: str, step: Transition) -> list[Any]:
    """The steps of a lane that are kept, this one the last."""
    steps: list[Any] = agent._memory.setdefault(lane, [])
    steps.append([int(step.observation), int(step.action), float(step.reward)])
    return steps


def _move_all(
    agent: TabularAgent, transition: Transition, updates: list[list[tuple[int, int, float]]]
) -> dict[str, float]:
    """Makes the updates (s, a, target) of every lane in order, those of all lanes at the same place at once."""
    agent.time += int(np.size(transition.action))
    errors = []
    for together in zip_longest(*updates):
        moved = [update for update in together if update is not None]
        if len(moved) == 1:
            errors.append(agent.move(*moved[0]))
        else:
            errors += [agent.move(*map(np.array, zip(*moved, strict=True)))] * len(moved)
    return {"td_error": float(np.mean(errors)) if errors else 0.0}


def _lanes(transition: Transition) -> Iterator[tuple[str, Transition]]:
    """The transitions of a batch one by one, with the number of the lane each is from."""
    if np.ndim(transition.action) == 0:
        yield "0", transition
        return
    lanes = range(len(transition.action)) if transition.lane is None else transition.lane
    for k, lane in enumerate(lanes):
        yield str(int(lane)), Transition(*(None if field is None else field[k] for field in transition))


def _check_n(n: int) -> None:
    if n < 1:
        raise ValueError(f"n={n!r}, expected at least 1 step; pass e.g. n=3.")


def _check_decay(decay: float) -> None:
    if not 0 <= decay <= 1:
        raise ValueError(f"trace_decay={decay!r}, expected from 0 to 1; pass e.g. trace_decay=0.9.")
