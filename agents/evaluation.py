"""Expected return of an actor: exact where the MDP is known, else from a sample of episodes."""

from __future__ import annotations

from typing import Any, NamedTuple

import gymnasium as gym
import numpy as np
from gymnasium.wrappers import OrderEnforcing, PassiveEnvChecker, RecordEpisodeStatistics, RecordVideo, TimeLimit

from agents.core import Actor
from agents.loop import interact
from rl_line.dp import expected_return
from rl_line.mdp import known_mdp

# Wrappers that leave observations, actions and rewards as they are.
_TRANSPARENT = (OrderEnforcing, PassiveEnvChecker, RecordEpisodeStatistics, RecordVideo, TimeLimit)


class Evaluation(NamedTuple):
    """The expected return of a policy: exact where `episodes` is 0, else a mean and its 95 % interval."""

    value: float
    low: float
    high: float
    episodes: int


def evaluate(
    env: gym.Env[Any, Any],
    actor: Actor,
    *,
    episodes: int = 100,
    gamma: float = 1.0,
    explore: bool = False,
    seed: int | None = None,
) -> Evaluation:
    """The expected return of an actor's policy from the start, within the environment's time limit.

    It is exact, and costs no step, if the environment's MDP is known, no wrapper changes it, and the actor has
    `action_probabilities`; else it is the mean of a sample of episodes with Student's interval.

    Args:
        env: a single environment; it is reset if a sample is needed.
        actor: what acts.
        episodes: the size of the sample, at least 2.
        gamma: the discount of the return; 1 for the plain sum of rewards.
        explore: whether to judge the policy with its exploration.
        seed: of the environment, for its first reset.
    """
    if isinstance(env, gym.vector.VectorEnv):
        raise TypeError(f"{env} is a vector environment, expected a single one; pass e.g. gymnasium.make(env.spec.id).")
    exact = _exact_return(env, actor, gamma=gamma, explore=explore)
    if exact is not None:
        return Evaluation(exact, exact, exact, 0)
    if episodes < 2:
        raise ValueError(f"episodes={episodes!r}, expected at least 2 for an interval; pass e.g. episodes=100.")
    from scipy.special import stdtrit

    returns, total, weight = [], 0.0, 1.0
    for transition in interact(env, actor, seed=seed, explore=explore):
        total, weight = total + weight * float(transition.reward), weight * gamma
        if transition.terminated or transition.truncated:
            returns.append(total)
            total, weight = 0.0, 1.0
            if len(returns) == episodes:
                break
    mean = float(np.mean(returns))
    half = float(stdtrit(episodes - 1, 0.975) * np.std(returns, ddof=1) / np.sqrt(episodes))
    return Evaluation(mean, mean - half, mean + half, episodes)


def _exact_return(env: gym.Env[Any, Any], actor: Actor, *, gamma: float, explore: bool) -> float | None:
    probabilities = getattr(actor, "action_probabilities", None)
    inner, limits = env, []
    while isinstance(inner, gym.Wrapper):
        if type(inner) not in _TRANSPARENT:
            return None
        if isinstance(inner, TimeLimit):
            limits.append(inner._max_episode_steps)
        inner = inner.env
    mdp = known_mdp(inner)
    if mdp is None or probabilities is None:
        return None
    policy = probabilities(np.arange(mdp.num_states), explore=explore)
    return expected_return(mdp, policy, gamma, horizon=min(limits, default=None))
