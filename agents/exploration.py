"""Effects of exploration: value of the final policy, regret of training, steps to the first terminal state."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from agents.loop import interact
from rl_line import dp
from rl_line.known import as_mdp
from rl_line.system.numbers import whole

#: Each field of `Explored` in words, with its unit.
COLUMNS = {
    "value": "expected discounted return of the final policy, which explores  (reward units)",
    "if greedy": "the same without exploring  (reward units)",
    "regret per step": "mean over training of V*(S) - Q*(S, A), the loss by the action  (reward units)",
    "steps to the end": "steps of training until an episode first ends; all steps if none does",
}


class Explored(NamedTuple):
    """Numbers of one training, in the order of `COLUMNS`."""

    value: float
    if_greedy: float
    regret: float
    steps: int


def explored(env: Any, agent: Any, *, steps: int, seed: int | None = None) -> Explored:
    """Trains a tabular agent in an environment whose MDP is known, and judges the training and its final policy.

    Values are exact and discounted, also for policies that never end: undiscounted returns up to a time limit would
    favour agents that collect a small reward again and again until they are cut off.

    Args:
        env: an environment whose MDP is known, e.g. `RewardLine-v0`.
        agent: a tabular agent with `gamma`, e.g. `QLearning.for_env(env)`.
        steps: training steps.
        seed: seed of the environment.
    """
    steps, mdp = whole(steps=steps), as_mdp(env)
    exact = dp.policy_iteration(mdp, agent.gamma)
    regret, end = 0.0, steps
    for step, transition in enumerate(interact(env, agent, steps=steps, seed=seed), start=1):
        agent.learn(transition)
        regret += float(exact.v[transition.observation] - exact.q[transition.observation, transition.action])
        end = min(end, step) if transition.terminated else end
    states = np.arange(mdp.num_states)
    value, greedy = (
        dp.expected_return(mdp, agent.action_probabilities(states, explore=explore), agent.gamma)
        for explore in (True, False)
    )
    return Explored(value, greedy, regret / steps, end)
