"""Loops tell masked agents what the environment allows; without masks, or without a way to honour them, they refuse."""

from functools import partial

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode, SyncVectorEnv
from gymnasium.wrappers import TimeLimit

import agents
from agents import UCB, EpsilonGreedy, QLearning, Softmax, evaluate, sample_average, train
from rl_line import dp, reward_line
from rl_line.known import as_mdp

POLICIES = [EpsilonGreedy(0.3), Softmax(0.5), UCB(2.0)]


class Maze(gym.Env):
    """Five states, two actions that lead anywhere; masked, they are two of four, and the others do not exist."""

    def __init__(self, masked):
        rng = np.random.default_rng(3)
        self.following, self.reward = rng.integers(5, size=(5, 2)), rng.normal(size=(5, 2))
        self.allowed = np.array([[0, 1, 0, 1], [1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 0, 1], [0, 0, 0, 0]])
        self.masked, self.observation_space = masked, gym.spaces.Discrete(5)
        self.action_space = gym.spaces.Discrete(4 if masked else 2)

    def info(self):
        return {"action_mask": self.allowed[self.state].astype(np.int8)} if self.masked else {}

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.state = int(self.np_random.integers(4))
        return self.state, self.info()

    def step(self, action):
        if self.masked:
            assert self.allowed[self.state][action], "a forbidden action"
            action = np.flatnonzero(self.allowed[self.state]).tolist().index(action)
        reward, self.state = float(self.reward[self.state, action]), int(self.following[self.state, action])
        return self.state, reward, self.state == 4, False, self.info()


def maze(masked, limit=6):
    return TimeLimit(Maze(masked), limit)


def assert_as_without_forbidden_actions(make, kind, policy, steps, **settings):
    """Both agents hold the same numbers, the masked one in the cells that are allowed."""
    masked, plain = (
        kind.for_env(make(asked), gamma=0.7, seed=1, policy=policy, masked=asked, **settings) for asked in (True, False)
    )
    for agent in (masked, plain):
        train(make(agent.masked), agent, steps, seed=2)
    allowed = Maze(masked=True).allowed.astype(bool)
    assert plain.counts.sum() > 0
    np.testing.assert_array_equal(masked.q[allowed], plain.q[:4].ravel())
    np.testing.assert_array_equal(masked.counts[allowed], plain.counts[:4].ravel())
    assert masked.counts[~allowed].sum() == 0


@pytest.mark.parametrize("policy", POLICIES, ids=["epsilon", "softmax", "ucb"])
@pytest.mark.parametrize("kind", agents.TABULAR)
def test_a_masked_agent_learns_what_it_learns_where_forbidden_actions_do_not_exist(kind, policy):
    assert_as_without_forbidden_actions(maze, kind, policy, 300, alpha=sample_average)


@pytest.mark.parametrize("mode", AutoresetMode)
@pytest.mark.parametrize("kind", agents.TABULAR)
def test_so_it_does_in_every_lane(kind, mode):
    def lanes(masked):
        return SyncVectorEnv([partial(maze, masked, 3)] * 4, autoreset_mode=mode)

    assert_as_without_forbidden_actions(lanes, kind, POLICIES[0], 60)


class Hall(gym.Env):
    """A step from state 0 to state 1, where the first of three actions is forbidden."""

    observation_space, action_space = gym.spaces.Discrete(2), gym.spaces.Discrete(3)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        return 0, {"action_mask": np.array([1, 1, 1], np.int8)}

    def step(self, action):
        return 1, 1.0, False, False, {"action_mask": np.array([0, 1, 1], np.int8)}


@pytest.mark.parametrize("mode", [None, *AutoresetMode])
def test_the_mask_of_a_state_in_which_an_episode_is_cut_off_is_told_before_the_bootstrap(mode):
    env = TimeLimit(Hall(), 1)
    if mode is not None:
        env = SyncVectorEnv([lambda: TimeLimit(Hall(), 1)] * 2, autoreset_mode=mode)
    agent = QLearning.for_env(env, gamma=0.5, alpha=1.0, masked=True, seed=0)
    agent.q[1] = 9.0, 1.0, 3.0
    train(env, agent, 1)
    assert agent.q[0].max() == 1.0 + 0.5 * 3.0


def taxi():
    return gym.make(next(name for name in ("Taxi-v4", "Taxi-v3") if name in gym.registry))


def test_a_masked_agent_reaches_the_exact_optimum_of_taxi():
    env = taxi()
    agent = QLearning.for_env(env, gamma=0.99, alpha=1.0, epsilon=0.7, masked=True, seed=0)
    train(env, agent, 60_000, seed=0)
    mdp = as_mdp(env)
    found = evaluate(env, agent, gamma=0.99)
    assert (found.value, found.episodes) == (pytest.approx(mdp.start @ dp.policy_iteration(mdp, 0.99).v), 0)
    assert agent.counts[~agent.masks.allowed].sum() == 0


def test_evaluation_is_exact_only_once_the_masks_of_all_states_that_may_come_are_known():
    env = taxi()
    agent = QLearning.for_env(env, gamma=0.99, masked=True, seed=0)
    # 25 x 4 x 3 with a passenger who waits away from the destination, and 25 x 4 with one in the taxi.
    with pytest.raises(ValueError, match=r"^exact=True, but 400 of the states .* no action mask yet; train it"):
        evaluate(env, agent, exact=True)
    assert evaluate(env, agent, episodes=2).episodes == 2


@pytest.mark.parametrize("make", [gym.make, partial(gym.make_vec, num_envs=2)])
def test_an_environment_without_masks_is_refused(make):
    env = make("rl_line:RewardLine-v0")
    with pytest.raises(ValueError, match=r"gives no action_mask with info .*, expected one with every reset and step"):
        train(env, QLearning.for_env(env, masked=True), 10)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"action_mask": np.array([0, 1, 1])}, r"^action_mask=.*expected \(2, 3\) numbers of 0 or 1"),
        ({"action_mask": None}, "^action_mask=None at"),
        ({}, "gives no action_mask with info"),
    ],
)
@pytest.mark.parametrize("name", ["action_mask", "final_info"])
def test_lanes_without_a_mask_for_each_are_refused(given, words, name):
    class Odd(SyncVectorEnv):
        def step(self, actions):
            *rest, info = super().step(actions)
            kept = {key: part for key, part in info.items() if key != name}
            return *rest, {**kept, **(given if name == "action_mask" else {name: given} if given else {})}

    env = Odd([lambda: TimeLimit(Hall(), 1)] * 2, autoreset_mode=AutoresetMode.SAME_STEP)
    with pytest.raises(ValueError, match=words):
        train(env, QLearning.for_env(env, gamma=0.5, masked=True), 5)


def test_what_honours_no_masks_refuses_them():
    with pytest.raises(TypeError, match="QLearning with masked=True has no compiled form"):
        agents.train_compiled(reward_line(), QLearning(4, 2, masked=True), steps=10)
    dqn = agents.DQN.for_env("rl_line:RewardLine-v0")
    for make in (dqn.for_env, lambda env, masked: agents.DQN(dqn.model, masked=masked)):
        with pytest.raises(TypeError, match="DQN has no argument 'masked': only tabular agents honour action masks"):
            make("rl_line:RewardLine-v0", masked=True)
