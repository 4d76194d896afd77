"""Expected return of an actor: exact where the MDP is known, else from a sample of episodes."""

from __future__ import annotations

from typing import Any, NamedTuple

import gymnasium as gym
import numpy as np
from gymnasium.wrappers import RecordEpisodeStatistics, RecordVideo, TimeLimit
from numpy.typing import NDArray

from agents.core import Actor, as_actor, as_env
from agents.loop import interact
from rl_line.dp import expected_return
from rl_line.dp.markov_chain import policy_chain, reached
from rl_line.known import as_mdp, wrappers
from rl_line.mdp import TabularMDP
from rl_line.system.kinds import flag, spelled
from rl_line.system.numbers import real, seed_from, whole

_ENDLESS = 1_000_000  # steps after which an episode without a time limit counts as endless
_RECORDING = (RecordEpisodeStatistics, RecordVideo)


class Evaluation(NamedTuple):
    """The expected return of a policy: exact where `episodes` is 0, else a mean and its 95 % interval."""

    value: float
    low: float
    high: float
    episodes: int

    def __str__(self) -> str:
        if self.episodes == 0:
            return f"{self.value:.6g} (exact)"
        return f"{self.value:.6g} (95 % interval {self.low:.6g} to {self.high:.6g}, from {self.episodes:,} episodes)"

    def _repr_html_(self) -> str:
        return f"<pre>{self}</pre>"


class _Problem(NamedTuple):
    """Everything that an exact return depends on."""

    mdp: TabularMDP
    policy: NDArray[np.float64]  # [S, A]
    horizon: int | None


@spelled
def evaluate(
    env: gym.Env[Any, Any] | str,
    actor: Actor,
    *,
    episodes: int = 100,
    gamma: float = 1.0,
    explore: bool = False,
    seed: int | None = None,
    exact: bool | None = None,
) -> Evaluation:
    """The expected return of an actor's policy from the start, within the environment's time limit.

    The value is exact, without any step, if the environment's MDP is known, no wrapper changes or records it, and the
    actor has `action_probabilities` and, if it is masked, the masks of all states it can reach. Otherwise the value is
    the mean of sampled episodes, with Student's interval.

    Args:
        env: a single environment, or the id of one; it is reset if a sample is needed.
        actor: chooses the actions.
        episodes: number of sampled episodes, at least 2.
        gamma: the discount of the return; 1 for the plain sum of rewards.
        explore: whether to judge the policy with its exploration.
        seed: seed of the environment's first reset.
        exact: True for the exact value even where a wrapper records, False for a sample; None decides as above.

    Raises:
        ValueError: `exact=True` where no exact value can be computed, or a sampled episode does not end within a
            million steps in an environment without a time limit.
    """
    single = as_env(env)
    if isinstance(single, gym.vector.VectorEnv):
        raise TypeError(f"{env} is a vector environment, expected a single one; pass e.g. gymnasium.make(env.spec.id).")
    if exact is not None and not isinstance(exact, (bool, np.bool_)):
        raise TypeError(f"exact={exact!r}, expected True, False or None; pass e.g. exact=None.")
    as_actor(actor)
    flag(explore=explore)
    gamma, seed = real(0, 1, kind="a discount", gamma=gamma), seed_from(seed)
    problem = None if exact is False else _problem(single, actor, explore=explore, asked=bool(exact))
    episodes = whole(0 if problem else 2, episodes=episodes)
    if problem is not None:
        value = expected_return(problem.mdp, problem.policy, gamma, horizon=problem.horizon)
        return Evaluation(value, value, value, 0)
    return _sampled(single, actor, episodes, gamma, explore=explore, seed=seed)


def _sampled(env: Any, actor: Actor, episodes: int, gamma: float, *, explore: bool, seed: int | None) -> Evaluation:
    """Mean return of `episodes` episodes, with Student's 95 % interval."""
    from scipy.special import stdtrit

    limited = any(isinstance(wrapper, TimeLimit) for wrapper in wrappers(env))
    returns, total, weight, length = list[float](), 0.0, 1.0, 0
    for transition in interact(env, actor, seed=seed, explore=explore):
        length += 1
        if length > _ENDLESS and not limited:
            raise ValueError(
                f"episode {len(returns) + 1} has lasted {_ENDLESS:,} steps in {env}, expected an end; pass e.g. "
                "gymnasium.wrappers.TimeLimit(env, 1_000), or train the agent for longer."
            )
        total, weight = total + weight * float(transition.reward), weight * gamma
        if transition.terminated or transition.truncated:
            returns.append(total)
            total, weight, length = 0.0, 1.0, 0
            if len(returns) == episodes:
                break
    mean = float(np.mean(returns))
    half = float(stdtrit(episodes - 1, 0.975) * np.std(returns, ddof=1) / np.sqrt(episodes))
    return Evaluation(mean, mean - half, mean + half, episodes)


def _problem(env: gym.Env[Any, Any], actor: Actor, *, explore: bool, asked: bool) -> _Problem | None:
    """The MDP, policy and horizon of an exact return; if one is unknown, None, or ValueError if `asked`."""
    around = wrappers(env)
    if not asked and any(isinstance(wrapper, _RECORDING) for wrapper in around):
        return None
    try:
        mdp = _mdp(env)
        probabilities = getattr(actor, "action_probabilities", None)
        if probabilities is None:
            raise ValueError(f"{actor!r} has no `action_probabilities`")
    except ValueError as error:
        if asked:
            raise ValueError(f"exact=True, but there is no exact way: {error} Pass exact=None for a sample.") from error
        return None
    policy = probabilities(np.arange(mdp.num_states), explore=explore)
    if unknown := _without_mask(mdp, policy, actor):
        if asked:
            raise ValueError(
                f"exact=True, but {unknown} of the states that the agent may reach have no action mask yet; train it "
                "for longer, or pass exact=None for a sample."
            )
        return None
    limits = [wrapper._max_episode_steps for wrapper in around if isinstance(wrapper, TimeLimit)]
    return _Problem(mdp, policy, min(limits, default=None))


def _without_mask(mdp: TabularMDP, policy: NDArray[np.float64], actor: Any) -> int:
    """Number of states that a masked actor's policy reaches without a known mask."""
    masks = getattr(actor, "masks", None)
    if masks is None:
        return 0
    return int((reached(policy_chain(mdp, policy)[0], mdp.start) & ~mdp.terminal & ~masks.known).sum())


def _mdp(env: gym.Env[Any, Any]) -> TabularMDP:
    """The MDP of an environment as an actor sees it; ValueError if it is not known."""
    mdp = as_mdp(env)
    for name, space, size in [
        ("observations", env.observation_space, mdp.num_states),
        ("actions", env.action_space, mdp.num_actions),
    ]:
        if not isinstance(space, gym.spaces.Discrete) or (space.n, space.start) != (size, 0):
            raise ValueError(f"{name} are of {space}, not the {size} of the table, counted from 0.")
    return mdp
