"""Figures of episodes: the states that an agent goes through."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import gymnasium as gym
import numpy as np

from agents.core import as_env
from agents.loop import interact
from rl_line.drawing.render import arrival_rewards
from rl_line.known import Known, as_mdp
from rl_line.system.arrays import reals
from rl_line.system.axes import new_axes
from rl_line.system.extras import brought_by
from rl_line.system.kinds import spelled
from rl_line.system.numbers import whole

with brought_by("plot"):
    from matplotlib.axes import Axes
    from matplotlib.ticker import MaxNLocator

_MOST_LABELS = 30  # largest number of steps with room for labels


def episode_path(mdp: Known, states: Sequence[int], *, ax: Axes | None = None, **line: Any) -> Axes:
    """The states of an episode of a line against its steps; terminal states dashed.

    Up to 30 steps have their reward beside them.
    """
    mdp = as_mdp(mdp)
    ax = ax or new_axes()
    given = reals((None,), states=states)
    if not np.isin(given, np.arange(mdp.num_states)).all():
        raise ValueError(
            f"states={states!r:.200}, expected states from 0 to {mdp.num_states - 1}; pass e.g. [0, 1, 2]."
        )
    visited = given.astype(np.int64)
    paid, labels = arrival_rewards(mdp)[visited], visited + 1
    ax.plot(labels, marker="o", **line)
    moves = [*np.diff(labels).tolist(), 0]
    told = len(moves) <= _MOST_LABELS + 1
    for step, (move, following) in enumerate(pairwise(moves if told else []), start=1):
        through = move * following > 0  # beside the line, where its direction does not change
        offset = (-7 * move, 3) if through else (0, -8 if (move or -following) < 0 else 8)
        ax.annotate(
            f"{paid[step]:+.3g}",
            (step, labels[step]),
            xytext=offset,
            textcoords="offset points",
            ha=("right" if move > 0 else "left") if through else "center",
            va="top" if offset[1] < 0 else "bottom",
        )
    for state in (np.flatnonzero(mdp.terminal) + 1).tolist():
        ax.axhline(state, color="black", linestyle="--", linewidth=1)
        ax.annotate("end", (0.02, state + 0.05), xycoords=("axes fraction", "data"), va="bottom")
    beside = "  (beside it: reward on arriving)" if told else ""
    ax.set(xlabel="steps", ylabel=f"state{beside}", yticks=np.arange(mdp.num_states) + 1)
    ax.set_ylim(0.5, mdp.num_states + 0.5)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.grid(alpha=0.3)
    return ax


@spelled
def visited_states(env: Any, actor: Any, *, steps: int, seed: int | None = None) -> list[int]:
    """The states of a greedy episode of an actor, for `episode_path`; at most `steps` steps.

    Args:
        env: an environment with states as observations.
        actor: chooses the actions.
        steps: largest number of steps.
        seed: seed of the environment.
    """
    states, world = list[int](), as_env(env)
    if isinstance(world, gym.vector.VectorEnv):
        raise TypeError(f'env={world}, expected an environment with one agent; pass e.g. "RewardLine-v0".')
    for transition in interact(world, actor, steps=whole(steps=steps), seed=seed, explore=False):
        states = states or [int(transition.observation)]
        states.append(int(transition.next_observation))
        if transition.terminated or transition.truncated:
            break
    return states
