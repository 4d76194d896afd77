"""Does an environment do exactly what its transition table says?"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import gymnasium as gym

from rl_line.env_checkup.declared import declared_limit, own_table, spaces, wrong_spaces
from rl_line.env_checkup.exam import Exam
from rl_line.env_checkup.findings import Finding
from rl_line.env_checkup.judge import Judge
from rl_line.env_checkup.lanes import Lanes, LostError
from rl_line.mdp import TabularMDP


def check_env_semantics(
    env: gym.Env | gym.vector.VectorEnv,
    mdp: TabularMDP | None = None,
    *,
    state: Callable[[Any], int] | None = None,
    max_episode_steps: int | None = None,
    steps: int = 200_000,
    error_rate: float = 1e-6,
    seed: int = 0,
) -> list[Finding]:
    """What an environment does that its table does not; an empty list if it was right in all that was seen.

    Only `reset` and `step` are used. Every state and action that an episode can meet is tried, until `steps` are spent:
    one impossible outcome is proof, and frequencies are compared by a sequential test. Looked for are wrong starts,
    next states, rewards, flags, time limits and probabilities, seeds without effect, what outlives a reset, arrays
    that change after they are returned, and, in a vector environment, all that its autoreset mode promises.

    >>> import gymnasium, rl_line
    >>> rl_line.check_env_semantics(gymnasium.make("RewardLine-v0"))
    []
    >>> wrong = rl_line.check_env_semantics(gymnasium.make("RewardLine-v0"), rl_line.reward_line((0, 1, 0, 9)))
    >>> print(wrong[0].id, "-", wrong[0].message)  # doctest: +ELLIPSIS
    reward - state 0, action 1, step ... of the episode: arrived in 1 and was paid 2, expected 1 (seen ... times)...

    Args:
        env: the environment, single or vectorised; check a vector environment once in each autoreset mode.
        mdp: its table; None if it carries one (`mdp`, or the `P` of toy text).
        state: the state, from 0, that one observation shows; None if that is a `Discrete` space's number.
        max_episode_steps: when episodes are truncated; None if the environment says so (`TimeLimit`).
        steps: how often it is stepped at most, all lanes together, but for a few hundred checks of seeds.
        error_rate: the chance at most that a right environment is accused at all.
        seed: of the environment and of the actions.

    Returns:
        The findings, named as in `FINDINGS`; `not-covered` only says that too little was seen, and by how much.

    Raises:
        ValueError: no table is known.
        TypeError: observations are no numbers of states, and `state` is not given.
    """
    table = own_table(env) if mdp is None else mdp
    observations, actions = spaces(env)
    findings = wrong_spaces(None if state else observations, actions, table)
    if findings:
        return findings
    first = int(getattr(observations, "start", 0))
    judge = Judge(table, declared_limit(env) if max_episode_steps is None else max_episode_steps)
    lanes = Lanes(env, judge, state or (lambda observation: operator.index(observation) - first))
    exam = Exam(lanes, steps, error_rate, seed)
    try:
        exam.run()
    except LostError:
        exam.missing = []
    return exam.verdict()
