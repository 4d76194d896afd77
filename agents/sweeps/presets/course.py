"""The trials of the preset `course`: every tabular agent on four problems, with its exact regret."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from itertools import product
from typing import Any, NamedTuple

import gymnasium as gym
import numpy as np

from agents.sweeps.regret import regrets, uniform_regret
from rl_line.known import as_mdp
from rl_line.mdp import TabularMDP
from rl_line.system.kinds import one_of

Row = dict[str, Any]


class Problem(NamedTuple):
    """A problem of the course, and the settings of all agents on it."""

    steps: int  # training steps of each agent
    limit: int  # steps after which an episode is truncated
    alphas: tuple[float, ...] = (0.05, 0.2, 0.5, 1.0)
    epsilons: tuple[float, ...] = (0.1, 0.3)
    gammas: tuple[float, ...] = (0.8, 0.9, 0.95, 0.99)
    at_once: int = 100  # seeds in one program, so that tables fit into the cache of a core


SEEDS = 100
PROBLEMS: Mapping[str, Problem] = {
    "Taxi-v4": Problem(10_000, 200, alphas=(0.2, 0.5, 1.0), gammas=(0.9, 0.99), at_once=10),
    "CliffWalking-v1": Problem(5_000, 200),
    "FrozenLake-v1": Problem(10_000, 100),
    "RewardLine-v0": Problem(500, 100, gammas=(0.7, 0.8, 0.85, 0.9, 0.95, 0.99)),
}


def course_trial(*, env: str, agent: str, problem: Problem | None = None, seeds: int = SEEDS) -> list[Row]:
    """Rows of one agent on one problem: the regret after training, for every alpha, epsilon, gamma and seed.

    Agents learn in the compiled loop, all settings in one program. `regret` is J* - J of the greedy policy for the
    agent's own discount, `relative_regret` its share of the regret of random actions.
    An agent whose values diverged to nan counts as acting at random: leaving it out would flatter its settings.

    Args:
        env: the id of an environment whose MDP is known.
        agent: the name of a tabular agent.
        problem: settings and steps; by default the course's.
        seeds: number of seeds of each setting, a multiple of `problem.at_once`.
    """
    one_of("agent", agent, tuple(kind.__name__ for kind in _agents().TABULAR))
    if problem is None:
        one_of("env", env, tuple(PROBLEMS))
        problem = PROBLEMS[env]
    (kind,) = (kind for kind in _agents().TABULAR if kind.__name__ == agent)
    mdp = as_mdp(gym.make(env))
    settings = list(product(problem.alphas, problem.epsilons, problem.gammas))
    scale = {gamma: uniform_regret(mdp, gamma) for gamma in problem.gammas}
    rows = []
    for first in range(0, seeds, problem.at_once):
        numbers = range(first, min(first + problem.at_once, seeds))
        group = [_agent(kind, mdp, *setting, seed) for setting in settings for seed in numbers]
        _train(mdp, group, problem, seed=first)
        rows += list(_rows(mdp, group))
    given = {"env": env, "agent": agent}
    return sorted(
        ({**given, **row, "relative_regret": row["regret"] / scale[row["gamma"]]} for row in rows),
        key=lambda row: (row["alpha"], row["epsilon"], row["gamma"], row["seed"]),
    )


def course_settings() -> list[dict[str, Any]]:
    """Every tabular agent on every problem, the longest trials first."""
    return [{"env": env, "agent": kind.__name__} for env in PROBLEMS for kind in _agents().TABULAR]


def _agents() -> Any:
    """The package `agents`, imported late: it imports the statistics of sweeps itself."""
    return import_module("agents")


def _agent(kind: Any, mdp: TabularMDP, alpha: float, epsilon: float, gamma: float, seed: int) -> Any:
    return kind(mdp.num_states, mdp.num_actions, gamma, alpha, _agents().EpsilonGreedy(epsilon), seed=seed)


def _train(mdp: TabularMDP, group: list[Any], problem: Problem, *, seed: int) -> None:
    """Trains all agents at once; an error for agents without a compiled form."""
    steps, limit = problem.steps, problem.limit
    _agents().train_compiled(mdp, group, steps=steps, every=steps, max_episode_steps=limit, seed=seed)


def _rows(mdp: TabularMDP, group: list[Any]) -> Iterator[Row]:
    """The settings and the regret of every agent."""
    states = np.arange(mdp.num_states)
    for gamma in {agent.gamma: None for agent in group}:
        those = [agent for agent in group if agent.gamma == gamma]
        for agent in those:
            agent.q[np.isnan(agent.q).any(axis=1)] = 0.0  # diverged: all actions are tied
        missed = regrets(mdp, [agent.action_probabilities(states) for agent in those], gamma)
        for agent, one in zip(those, missed.tolist(), strict=True):
            yield {
                "alpha": agent.alpha,
                "epsilon": agent.policy.epsilon,
                "gamma": gamma,
                "seed": agent.seed,
                "regret": one,
            }
