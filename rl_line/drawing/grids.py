"""Action values on the map of a toy-text environment: the best actions of every cell, as arrows, and their value."""

from __future__ import annotations

from typing import Any, NamedTuple

import gymnasium as gym
import numpy as np
from gymnasium.envs.toy_text import CliffWalkingEnv, FrozenLakeEnv, TaxiEnv
from numpy.typing import ArrayLike, NDArray

from rl_line.dp.solution import nearly_best
from rl_line.drawing.actions import action_names
from rl_line.drawing.tables import action_values
from rl_line.known import known_mdp
from rl_line.system.kinds import instance, spelled
from rl_line.system.numbers import whole

_ARROWS = {"left": "←", "right": "→", "up": "↑", "down": "↓", "pick up": "P", "drop off": "D"}


class Grid(NamedTuple):
    """Values of the states on a map, [rows, columns] each."""

    value: NDArray[np.float64]  # of the best action; nan in cells that end an episode
    best: NDArray[np.str_]  # the best actions as arrows, P to pick up, D to drop off; "end" in terminal cells


@spelled
def q_grid(env: Any, q: ArrayLike, *, state: int | None = None) -> str:
    """Action values [S, A] as text on the map of FrozenLake, CliffWalking or Taxi: best actions and their value.

    Args:
        env: the environment.
        q: action values.
        state: state of a Taxi, for the passenger's place and the destination of the map; by default a start state.

    >>> import gymnasium
    >>> from rl_line import dp
    >>> lake = gymnasium.make("FrozenLake-v1", desc=["SFF", "HFG"], is_slippery=False)
    >>> print(q_grid(lake, dp.policy_iteration(lake, 0.5).q))
       →  0.250  ↓→  0.500   ↓  1.000
            end   →  1.000        end
    """
    grid = on_grid(env, q, state=state)
    texts = [[f"{value:.3f}" for value in row] for row in grid.value.tolist()]
    # Wide enough that cells do not touch.
    left = max(4, 1 + max((len(arrows) for arrows in grid.best.ravel().tolist() if arrows != "end"), default=0))
    right = max(6, *(len(text) for row in texts for text in row))
    rows = [
        "".join(
            f"{arrows:>{left + 1 + right}}" if arrows == "end" else f"{arrows:>{left}} {text:>{right}}"
            for arrows, text in zip(best, row, strict=True)
        )
        for best, row in zip(grid.best, texts, strict=True)
    ]
    return "\n".join(row.rstrip() for row in rows)


def on_grid(env: Any, q: ArrayLike, *, state: int | None = None) -> Grid:
    """The grid that `q_grid` prints.

    Raises:
        TypeError: an environment without a map.
        ValueError: values of another shape, or a state that does not exist.
    """
    instance("env", env, gym.Env, 'pass e.g. gymnasium.make("FrozenLake-v1")')
    if not isinstance(env.unwrapped, (TaxiEnv, FrozenLakeEnv, CliffWalkingEnv)):
        raise TypeError(f"{env} has no map, expected FrozenLake, CliffWalking or Taxi; q_table shows any table.")
    shape = int(env.observation_space.n), int(env.action_space.n)
    values = action_values("q", q)
    if values.shape != shape:
        raise ValueError(
            f"q has shape {values.shape}, expected {shape} for {env}; pass the values of one of its agents."
        )
    state = None if state is None else whole(0, shape[0] - 1, state=state)
    states = _states(env.unwrapped, state)
    mdp, names = known_mdp(env), action_names(env, shape[1])
    ends = np.zeros(states.shape, dtype=np.bool_) if mdp is None else mdp.terminal[states]
    best = nearly_best(values[states].reshape(-1, shape[1]).astype(np.float64)).reshape(*states.shape, -1)
    arrows = [
        "end"
        if ended
        else "".join(_ARROWS.get(name, name) for name, is_best in zip(names, row, strict=True) if is_best)
        for row, ended in zip(best.reshape(-1, shape[1]), ends.ravel(), strict=True)
    ]
    highest = np.where(ends, np.nan, values[states].max(axis=-1).astype(np.float64))
    return Grid(highest, np.array(arrows).reshape(states.shape))


def _states(inner: Any, state: int | None) -> NDArray[np.int64]:
    """The state [rows, columns] of every cell of a map."""
    if isinstance(inner, TaxiEnv):
        shown = int(np.argmax(inner.initial_state_distrib)) if state is None else state
        _, _, passenger, destination = inner.decode(shown)
        taxi: Any = inner
        cells = [[taxi.encode(row, column, passenger, destination) for column in range(5)] for row in range(5)]
        return np.array(cells, dtype=np.int64)
    if isinstance(inner, FrozenLakeEnv):
        return np.arange(np.size(inner.desc)).reshape(np.shape(inner.desc))
    return np.arange(int(np.prod(inner.shape))).reshape(inner.shape)
