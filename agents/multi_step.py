"""Tabular agents that learn from more than the last transition: n-step returns, traces, whole episodes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.core import Transition
from agents.tabular import QLearning, Sarsa, TabularAgent

# What is kept between transitions is kept for every lane of a vector environment, by its number as a text.


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
        errors = [0.0]
        for lane, step in _lanes(transition):
            episode = self._memory.setdefault(lane, [])
            episode.append([int(step.observation), int(step.action), float(step.reward)])
            if step.terminated or step.truncated:
                del self._memory[lane]
                target = 0.0 if step.terminated else float(self.value_of_next(step))
                cells = [(state, action) for state, action, _ in episode]
                for t in reversed(range(len(episode))):
                    target = episode[t][2] + self.gamma * target
                    if cells[t] not in cells[:t]:
                        errors.append(self.move(*cells[t], target))
            self.time += 1
        return {"td_error": float(np.mean(errors))}


def _learn_windows(agent: TabularAgent, transition: Transition, n: int) -> dict[str, float]:
    errors = [0.0]
    for lane, step in _lanes(transition):
        window = agent._memory.setdefault(lane, [])
        window.append([int(step.observation), int(step.action), float(step.reward)])
        ended = step.terminated or step.truncated
        value = 0.0 if step.terminated else float(agent.value_of_next(step))
        while len(window) == n or (ended and window):
            target = value
            for _, _, reward in reversed(window):
                target = reward + agent.gamma * target
            state, action, _ = window.pop(0)
            errors.append(agent.move(state, action, target))
        agent.time += 1
    return {"td_error": float(np.mean(errors))}


def _learn_traces(agent: TabularAgent, transition: Transition, decay: float, *, cut: bool) -> dict[str, float]:
    errors = []
    for lane, step in _lanes(transition):
        cell = int(step.observation), int(step.action)
        trace: NDArray[np.float64] = np.array(agent._memory.get(lane, np.zeros_like(agent.q)))
        if cut and agent.q[cell] < agent.q[cell[0]].max():
            trace[:] = 0.0
        value = 0.0 if step.terminated else agent.value_of_next(step)
        error = float(step.reward + agent.gamma * value - agent.q[cell])
        trace[cell] += 1.0
        agent.counts[cell] += 1
        agent.q += agent.step_size(np.maximum(agent.counts, 1)) * error * trace
        ended = step.terminated or step.truncated
        agent._memory[lane] = (trace * (0.0 if ended else agent.gamma * decay)).tolist()
        agent.time += 1
        errors.append(abs(error))
    return {"td_error": float(np.mean(errors))}


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
