"""Updates from single transitions on plain numbers: as a tabular agent's `update`, several times as fast."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from agents.core import Transition
from agents.settings import level_at
from agents.tabular.tables import check_states
from rl_line.system.arrays import reals
from rl_line.system.numbers import real


class Tabular(Protocol):
    """Attributes of a tabular agent that `learn_one` uses."""

    gamma: float
    alpha: Any
    q: NDArray[np.float64]
    counts: NDArray[np.int64]
    time: int
    episodes: int
    masks: Any
    _on_a_row: ClassVar[Any]

    @property
    def policy(self) -> Callable[..., Any]:
        """Its exploration."""

    @property
    def clock(self) -> int:
        """Time of the policy."""

    @property
    def bootstrap(self) -> Callable[..., Any]:
        """Values of S'."""

    def _learn_lanes(self, transition: Transition) -> dict[str, float]: ...


def learn_one(agent: Tabular, fields: tuple[Any, ...]) -> dict[str, float]:
    """`learn` from the fields of a transition; a single one in plain numbers, equal to `update` to the last bit."""
    state, action, reward, following, terminated, truncated, then, lane = fields
    if not (type(state) is type(action) is type(following) is int and (then is None or type(then) is int)):
        check_cells(agent.q, fields)
        if any(map(np.ndim, (state, action, following, then))):
            return agent._learn_lanes(Transition(*fields))
        state, action, following = int(state), int(action), int(following)
        then = None if then is None else int(then)
    elif state | action | following | (then or 0) < 0:
        check_cells(agent.q, fields)
    if type(terminated) is not bool or type(truncated) is not bool:
        _check_ends(terminated=terminated, truncated=truncated)
    try:
        count, old = agent.counts.item(state, action) + 1, agent.q.item(state, action)
        agent.q.item(following, then or 0)  # IndexError outside of the table, also if the value is not used
        if terminated:
            value = 0.0
        elif agent._on_a_row is not None:
            value = agent._on_a_row(agent.q[following].tolist(), then)
        else:
            value = _value(agent, Transition(state, action, reward, following, terminated, truncated, then, lane))
    except (IndexError, OverflowError):
        check_cells(agent.q, fields)
        raise
    if type(reward) is not float or reward - reward != 0.0:  # another kind of number, nan or infinite
        reward = real(reward=reward)
    error = reward + agent.gamma * value - old
    step_size = min(float(level_at(agent.alpha, float(count))), 1.0) if callable(agent.alpha) else agent.alpha
    agent.q[state, action], agent.counts[state, action] = old + step_size * error, count
    agent.time += 1
    if terminated or truncated:
        agent.episodes += 1
    return {"td_error": abs(error)}


def check_cells(table: NDArray[Any], transition: tuple[Any, ...]) -> None:
    """Raises ValueError unless the states and actions of a transition, or of its fields, lie in a table [S, A]."""
    step = Transition(*transition)
    next_action = 0 if step.next_action is None else step.next_action
    parts = {"action": step.action, "next_observation": step.next_observation, "next_action": next_action}
    check_states(table, observation=step.observation, **parts)


def _check_ends(**flags: Any) -> None:
    """Raises ValueError unless the flags of a single transition, by name, are single numbers."""
    for name, flag in flags.items():
        reals((), **{name: flag})


def _value(agent: Tabular, step: Transition) -> float:
    """Bootstrapped value of an S' that is not terminal."""
    q, counts = agent.q[step.next_observation], agent.counts[step.next_observation]
    if agent.masks is not None:
        return float(agent.masks.values(agent.bootstrap, agent.policy, step, q, agent.clock, counts))
    return float(agent.bootstrap(q, step.next_action, lambda q: agent.policy(q, agent.clock, counts)))
