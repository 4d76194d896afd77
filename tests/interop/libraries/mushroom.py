"""Tables of MushroomRL, in an environment of its kind around the one that is given."""

import numpy as np
from mushroom_rl.algorithms.value import (
    SARSA,
    DoubleQLearning,
    ExpectedSARSA,
    QLearning,
    SpeedyQLearning,
    WeightedQLearning,
)
from mushroom_rl.core import Core, Environment, MDPInfo
from mushroom_rl.policy import EpsGreedy
from mushroom_rl.utils.parameters import Parameter
from mushroom_rl.utils.spaces import Discrete


class Given(Environment):
    """A Gymnasium environment as one of MushroomRL, which counts the steps of an episode up to its horizon itself."""

    def __init__(self, env, *, gamma, seed, absorbing=lambda terminated, truncated: terminated):
        self._env, self._seed, self._absorbing = env, seed, absorbing
        spaces = Discrete(int(env.observation_space.n)), Discrete(int(env.action_space.n))
        super().__init__(MDPInfo(*spaces, gamma=gamma, horizon=env.spec.max_episode_steps))

    def reset(self, state=None):
        seed, self._seed = self._seed, None
        return np.array([self._env.reset(seed=seed)[0]])

    def step(self, action):
        observation, reward, terminated, truncated, info = self._env.step(int(action[0]))
        return np.array([observation]), reward, self._absorbing(terminated, truncated), info


def trained(env, *, gamma, steps, seed, kind, step_size=0.1, **settings):
    np.random.seed(seed)  # noqa: NPY002 - the only seed that MushroomRL has
    environment = Given(env, gamma=gamma, seed=seed, **settings)
    agent = kind(environment.info, EpsGreedy(Parameter(0.3)), Parameter(step_size))
    Core(agent, environment).learn(n_steps=steps, n_steps_per_fit=1, quiet=True)
    return agent


def q_learning(env, *, gamma, steps, seed):
    return trained(env, gamma=gamma, steps=steps, seed=seed, kind=QLearning)


def sarsa(env, *, gamma, steps, seed):
    return trained(env, gamma=gamma, steps=steps, seed=seed, kind=SARSA)


def expected_sarsa(env, *, gamma, steps, seed):
    return trained(env, gamma=gamma, steps=steps, seed=seed, kind=ExpectedSARSA)


def double_q_learning(env, *, gamma, steps, seed):
    return trained(env, gamma=gamma, steps=steps, seed=seed, kind=DoubleQLearning)


def weighted_q_learning(env, *, gamma, steps, seed):
    return trained(env, gamma=gamma, steps=steps, seed=seed, kind=WeightedQLearning)


def speedy_q_learning(env, *, gamma, steps, seed):
    return trained(env, gamma=gamma, steps=steps, seed=seed, kind=SpeedyQLearning)


# --- planted bugs, as users make them ---


def q_learning_that_takes_cuts_for_ends(env, *, gamma, steps, seed):
    """The `done` of an older interface as the flag of an absorbing state."""
    return trained(
        env,
        gamma=gamma,
        steps=steps,
        seed=seed,
        kind=QLearning,
        absorbing=lambda terminated, truncated: terminated or truncated,
    )


def sarsa_told_another_gamma(env, *, gamma, steps, seed):
    """The discount of the environment's description left at its usual value."""
    return trained(env, gamma=0.99, steps=steps, seed=seed, kind=SARSA)


class OfRestsAlone(DoubleQLearning):
    """Does not learn from the last step of an episode."""

    def _update(self, state, action, reward, next_state, absorbing):
        if not absorbing:
            super()._update(state, action, reward, next_state, absorbing)


def double_q_learning_without_ends(env, *, gamma, steps, seed):
    return trained(env, gamma=gamma, steps=steps, seed=seed, kind=OfRestsAlone)
