"""The loop of `agents.train` as one XLA program: environment, policy and update, for many lanes and many agents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.compiled.deep import iterate_dqn
from agents.compiled.random_numbers import key_of
from agents.compiled.rollout import World
from agents.compiled.tabular import iterate_tabular
from agents.deep.dqn import DQN
from agents.logs import Row
from agents.tabular.agent import TabularAgent
from rl_line.mdp import TabularMDP
from rl_line.system.kinds import several, spelled
from rl_line.system.notebooks import bar
from rl_line.system.numbers import MOST, as_array, whole


class Progress(NamedTuple):
    """Progress of a run after `step` steps of every lane: tables [G, S, A], and means since the last report."""

    step: int
    q: NDArray[np.float32]
    row: Row


@spelled
def train_compiled(
    mdp: TabularMDP,
    agents: TabularAgent | DQN | Sequence[TabularAgent],
    *,
    steps: int,
    num_envs: int = 1,
    max_episode_steps: int | None = 100,
    seed: int | Sequence[int] = 0,
    every: int | None = None,
) -> list[Row]:
    """Trains a tabular agent, many independent ones at once, or a `DQN`, on an MDP; they learn in place.

    Tabular agents are of one class, and may differ in float settings (gamma, alpha, lambda), in the numbers of
    their policy and in initial values. The lanes of one agent share its table, whose cells move by the mean of
    their errors. Random numbers are drawn by (seed, step, purpose), so the results do not depend on `every`.
    Runs that differ only in seeds and initial values are compiled once.

    Args:
        mdp: for example `env.unwrapped.mdp`, or `TabularMDP.from_toy_text(env)`.
        agents: one agent or several.
        steps: steps of every lane.
        num_envs: lanes of every agent.
        max_episode_steps: steps after which an episode is truncated; None for no limit.
        seed: seed of all random numbers; or one for each agent, which then learns as it would alone with that seed.
        every: steps between two rows; by default a hundredth of `steps`.

    Returns:
        Rows of `step`, `episodes` (finished since the last row), their mean `return` (nan if none), and `td_error`, or
        of a `DQN` `loss`.

    Raises:
        TypeError: no `TabularMDP`, or an agent without a compiled form, e.g. one that overrides `learn`.
        ValueError: one agent several times, or agents of different classes, shapes or policies.
    """
    settings: dict[str, Any] = {"num_envs": num_envs, "max_episode_steps": max_episode_steps, "seed": seed}
    rows = []
    steps = whole(1, MOST, steps=steps)
    every = max(1, steps // 100) if every is None else every
    with bar(total=steps, unit="step") as shown:
        for progress in iterate_compiled(mdp, agents, steps=steps, every=every, **settings):
            shown.update(progress.step - shown.n)
            rows.append(progress.row)
    return rows


@spelled
def iterate_compiled(
    mdp: TabularMDP,
    agents: TabularAgent | DQN | Sequence[TabularAgent],
    *,
    steps: int,
    every: int,
    num_envs: int = 1,
    max_episode_steps: int | None = 100,
    seed: int | Sequence[int] = 0,
) -> Iterator[Progress]:
    """Iterator form of `train_compiled`: the progress every `every` steps."""
    limit = MOST if max_episode_steps is None else whole(1, MOST, max_episode_steps=max_episode_steps)
    if not isinstance(mdp, TabularMDP):
        raise TypeError(
            f"mdp={mdp!r}, expected a TabularMDP; pass e.g. env.unwrapped.mdp, or TabularMDP.from_toy_text(env)."
        )
    steps, every = whole(1, MOST, steps=steps), whole(1, MOST, every=every)
    num_envs = whole(1, MOST, num_envs=num_envs)
    if isinstance(agents, DQN):
        world = World(mdp, (num_envs,), limit, key_of(whole(None, seed=seed)))
        for row in iterate_dqn(world, agents, steps=steps, every=every):
            yield Progress(int(row["step"]), agents.q_values(np.arange(mdp.num_states))[None], row)
        return
    group = (
        list(agents) if isinstance(agents, Iterable) and not isinstance(agents, (str, bytes, np.ndarray)) else [agents]
    )
    world = World(mdp, (num_envs,), limit, key_of(_seeds(seed, len(group))))
    for q, row in iterate_tabular(world, group, steps=steps, every=every):
        yield Progress(int(row["step"]), q, row)


def _seeds(seed: Any, count: int) -> int | list[int]:
    """One seed for all agents, or one for each."""
    if as_array(seed).ndim == 0:
        return whole(None, seed=seed)
    seeds = [whole(None, seed=one) for one in several("pass e.g. seed=range(3)", seed=seed)]
    if len(seeds) != count:
        raise ValueError(f"{len(seeds)} seeds for {count} agents, expected one each, or one for all; pass e.g. seed=0.")
    return seeds
