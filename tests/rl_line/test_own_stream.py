"""An environment's random numbers are its own, also where an agent of a user has a generator with the same seed."""

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from rl_line import RewardLineEnv, RewardLineVectorEnv, dp
from sequence_tasks import SequenceEnv, SequenceTask, as_series

TASK = SequenceTask(as_series(np.arange(200.0)), 3)
MADE = {
    "single": lambda: RewardLineEnv(slip=0.2),
    "vector": lambda: RewardLineVectorEnv(3, slip=0.2),
    "sequence": lambda: SequenceEnv(TASK, random_start=True),
}


@pytest.mark.parametrize("make", MADE.values(), ids=MADE)
def test_no_number_is_a_user_s(make):
    env = make()
    env.reset(seed=3)
    theirs = np.random.default_rng(3).random(1000)
    spawned = [np.random.default_rng(one).random(1000) for one in np.random.SeedSequence(3).spawn(3)]
    assert not np.isin(env.np_random.random(1000), [theirs, *spawned]).any()


@pytest.mark.parametrize("make", MADE.values(), ids=MADE)
def test_a_seed_is_kept_and_gives_the_same_numbers_again(make):
    env = make()
    drawn = []
    for seed in (3, 3, 4):
        env.reset(seed=seed)
        assert env.np_random_seed == seed
        drawn.append(env.np_random.random(5).tolist())
        before = env.np_random
        env.reset()
        assert env.np_random is before, "without a seed the stream goes on"
    assert drawn[0] == drawn[1] != drawn[2]


def test_one_lane_draws_what_a_single_environment_does():
    one, lane = RewardLineEnv(slip=0.5, terminals=()), RewardLineVectorEnv(1, slip=0.5, terminals=())
    one.reset(seed=5)
    lane.reset(seed=5)
    walk = [1, 0, 1, 1, 0] * 20
    assert [one.step(action)[0] for action in walk] == [int(lane.step([action])[0][0]) for action in walk]


def test_gymnasium_s_check_is_passed_with_chance_in_it():
    check_env(gym.make("RewardLine-v0", slip=0.2, reward_noise=1.0).unwrapped, skip_render_check=True)


class OwnQLearning:
    """A user's agent: a table, and a generator made in the plain way, of which it takes one number a step."""

    def __init__(self, seed):
        self.rng, self.q = np.random.default_rng(seed), np.zeros((4, 2))

    def act(self, state):
        uniform = self.rng.random()
        return int(uniform < 0.25) if uniform < 0.5 else int(self.q[state, 1] > self.q[state, 0])

    def learn(self, state, action, reward, following, ended):
        target = reward + (0.0 if ended else 0.8 * max(self.q[following].tolist()))
        self.q[state, action] += 0.05 * (target - self.q[state, action])


def test_exploration_of_a_user_s_agent_is_not_tied_to_the_noise_of_rewards():
    env = RewardLineEnv(reward_noise=2.0)
    exact = dp.policy_iteration(env.mdp, 0.8).q[0, 1]  # 2 + 0.8 * (0 + 0.8 * 9) = 7.76
    assert exact == pytest.approx(7.76)
    errors = []
    for seed in range(30):
        agent, state = OwnQLearning(seed), env.reset(seed=seed)[0]
        for _ in range(2_000):
            action = agent.act(state)
            following, reward, ended, *_ = env.step(action)
            agent.learn(state, action, reward, following, ended)
            state = env.reset()[0] if ended else following
        errors.append(agent.q[0, 1] - exact)
    assert abs(np.mean(errors)) < 4 * np.std(errors) / np.sqrt(len(errors))
