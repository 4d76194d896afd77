"""Environments in the shape that older scripts expect, recorded as they are."""

import gymnasium as gym
import numpy as np
import pytest

from agents.checkup.shims import old_api, one_hot
from agents.checkup.training.lines import LINES, probe
from agents.checkup.training.trainings import Trainer

LEFT, RIGHT = 0, 1


def line(**settings):
    return gym.make("rl_line:RewardLine-v0", **settings)


def test_the_old_api_says_done_at_ends_and_at_the_limit():
    env = old_api(line(max_episode_steps=4))
    assert env.reset() == 0
    steps = [env.step(action) for action in (RIGHT, LEFT, RIGHT, LEFT)]
    assert [step[:3] for step in steps] == [(1, 2, False), (0, 0, False), (1, 2, False), (0, 0, True)]
    assert [step[3].get("TimeLimit.truncated", False) for step in steps] == [False, False, False, True]
    env.reset()
    _, reward, done, info = [env.step(RIGHT) for _ in range(3)][-1]
    assert (reward, done) == (9, True)
    assert "TimeLimit.truncated" not in info


def test_a_seed_of_the_old_api_is_that_of_the_next_reset():
    inner = probe(LINES[0])
    env = old_api(inner)
    env.seed(3)
    env.reset()
    env.reset()
    env.reset(seed=5)
    assert inner.resets == [3, None, 5]


@pytest.mark.parametrize("both", [lambda env: old_api(one_hot(env)), lambda env: one_hot(old_api(env))])
def test_they_can_be_combined_in_either_order(both):
    inner = probe(LINES[0])
    env = both(inner)
    first = env.reset(seed=0)
    following, _, done, _ = env.step(RIGHT)
    assert first.tolist() == np.eye(4)[inner.steps[0].observation].tolist()
    assert following.tolist() == np.eye(4)[inner.steps[0].next_observation].tolist()
    assert done == inner.steps[0].terminated


def test_each_row_is_a_new_array():
    env = one_hot(line())
    first, info = env.reset()
    second, *others = env.step(RIGHT)
    assert first.tolist() == [1, 0, 0, 0]
    assert second.tolist() == [0, 1, 0, 0]
    assert first.dtype == np.float32
    assert isinstance(info, dict)
    assert others[:3] == [2, False, False]
    assert env.observation_space.contains(second)


def test_a_script_of_the_old_api_is_trained_recorded_and_read():
    def train(env, *, gamma, steps, seed):
        env, rng, q = old_api(env), np.random.default_rng(seed), {}
        env.seed(seed)
        state = str(env.reset())
        for _ in range(steps):
            action = int(rng.integers(2))
            following, reward, done, _ = env.step(action)
            best = 0.0 if done else max(q.get(str(following), [0.0, 0.0]))  # takes cuts for ends
            q.setdefault(state, [0.0, 0.0])[action] += 0.5 * (reward + gamma * best - q[state][action])
            state = str(env.reset() if done else following)
        return q

    run = Trainer(train, seconds=60).run(LINES[0], seed=0, steps=500)
    assert len(run.trace) == 500
    assert run.resets[0] == 0
    # From the last state but one, on to the end, which ends the episode: its reward, -3.
    assert run.learned.q[2, RIGHT] == pytest.approx(-3)
    assert run.learned.q[3].tolist() == [0, 0]


def test_states_that_do_not_begin_at_0_have_rows_too():
    class From5(gym.ObservationWrapper):
        observation_space = gym.spaces.Discrete(4, start=5)

        def observation(self, state):
            return state + 5

    assert one_hot(From5(line())).reset()[0].tolist() == [1, 0, 0, 0]


def test_rows_of_rows_are_refused():
    with pytest.raises(TypeError, match=r"observation_space is Box.*, expected Discrete"):
        one_hot(one_hot(line()))
