"""RewardLine-v0 step by step: moves, the table, and refused arguments."""

from collections import Counter

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.error import InvalidAction, ResetNeeded

from rl_line import LEFT, RIGHT
from rl_line.env import RewardLineEnv


class Uniform:
    """Stands in for a generator that draws one number for ever."""

    def __init__(self, value):
        self.value = value

    def random(self):
        return self.value


def test_rewards_are_paid_on_arrival():
    env = gym.make("RewardLine-v0")
    assert env.reset() == (0, {"prob": 1.0})
    certain = {"prob": 1.0}
    assert env.step(RIGHT) == (1, 2.0, False, False, certain)
    assert env.step(LEFT) == (0, 0.0, False, False, certain)
    assert env.step(RIGHT) == (1, 2.0, False, False, certain)
    assert env.step(RIGHT) == (2, 0.0, False, False, certain)
    assert env.step(RIGHT) == (3, 9.0, True, False, certain)


def test_a_bump_pays_again():
    env = gym.make("RewardLine-v0", rewards=(5, 0, 7), terminals=())
    env.reset()
    assert [env.step(action)[:2] for action in (LEFT, LEFT, RIGHT, RIGHT, RIGHT)] == [
        (0, 5.0), (0, 5.0), (1, 0.0), (2, 7.0), (2, 7.0),
    ]  # fmt: skip


def test_info_has_the_probability_of_the_branch_taken():
    env = RewardLineEnv(slip=0.25, reward_noise=1)
    env.reset(options={"state": 2})
    env.np_random = Uniform(0.9)  # past the 0.75 of the move meant: it slips, and pays less
    assert env.step(RIGHT) == (1, 1.0, False, False, {"prob": 0.125})


@pytest.mark.parametrize("keywords", [{}, {"slip": 0.25}, {"reward_noise": 1}, {"slip": 0.25, "reward_noise": 1}])
def test_outcomes_follow_the_table_exactly(keywords):
    env = RewardLineEnv(**keywords)
    for state in range(3):
        for action in (LEFT, RIGHT):
            seen = Counter()
            for eighth in range(8):  # every probability here is a multiple of an eighth
                env.s, env.np_random = state, Uniform((eighth + 0.5) / 8)
                observation, reward, terminated, _, info = env.step(action)
                seen[info["prob"], observation, reward, terminated] += 1
            assert {branch: branch[0] * 8 for branch in env.P[state][action]} == dict(seen)


@pytest.mark.parametrize("uniform", [0.0, np.nextafter(1.0, 0.0)])
def test_an_impossible_branch_is_never_taken(uniform):
    env = RewardLineEnv(slip=1)
    env.reset(options={"state": 1})
    env.np_random = Uniform(uniform)
    assert env.step(RIGHT) == (0, 0.0, False, False, {"prob": 1.0})


def test_starts_follow_their_distribution_exactly():
    env = RewardLineEnv(start=(0.25, 0, 0.75, 0))
    starts = []
    for quarter in range(4):
        env.np_random = Uniform((quarter + 0.5) / 4)
        starts.append(env.reset()[0])
    assert starts == [0, 2, 2, 2]


def test_the_table_has_the_format_of_toy_text():
    table = RewardLineEnv(slip=0.25).P
    toy_text = gym.make("FrozenLake-v1").unwrapped.P
    assert [type(table), type(table[0]), type(table[0][0])] == [dict, dict, list]
    assert [type(toy_text), type(toy_text[0]), type(toy_text[0][0])] == [dict, dict, list]
    assert {tuple(map(type, move)) for row in table.values() for moves in row.values() for move in moves} == {
        (float, int, float, bool)
    }
    assert table[1][RIGHT] == [(0.75, 2, 0.0, False), (0.25, 0, 0.0, False)]
    assert table[2][LEFT] == [(0.75, 1, 2.0, False), (0.25, 3, 9.0, True)]
    assert table[3][LEFT] == [(1.0, 3, 0.0, True)]


def test_a_toy_text_planner_solves_the_line():
    env, gamma = gym.make("RewardLine-v0").unwrapped, 0.8
    v = np.zeros(4)
    for _ in range(50):
        q = [[sum(p * (r + gamma * v[to] * (not end)) for p, to, r, end in env.P[s][a]) for a in (0, 1)] for s in env.P]
        v = np.max(q, axis=1)
    np.testing.assert_allclose(q[:3], [[6.208, 7.76], [6.208, 7.2], [7.76, 9]], atol=1e-12)
    assert env.initial_state_distrib.tolist() == [1, 0, 0, 0]


@pytest.mark.parametrize("state", [0, 1, 2, np.int64(1), np.uint8(2), np.array(1)])
def test_reset_starts_in_the_state_asked_for(state):
    env = gym.make("RewardLine-v0")
    observation, info = env.reset(options={"state": state})
    assert (type(observation), observation, info) == (int, int(state), {"prob": 1.0})
    assert env.step(RIGHT)[0] == observation + 1
    assert env.reset(options={})[0] == 0


@pytest.mark.parametrize("state", [3, 4, -1, 1.0, True, None, "1", [1], [0, 1], np.array([1]), [[0], [0, 1]]], ids=repr)
def test_reset_refuses_what_is_no_state_to_start_in(state):
    with pytest.raises((ValueError, TypeError), match=r"expected \w+ state.* from 0 to 3") as caught:
        gym.make("RewardLine-v0").reset(options={"state": state})
    assert repr(state) in str(caught.value)
    assert '"state": 1' in str(caught.value)


def test_reset_refuses_options_it_does_not_know():
    with pytest.raises(ValueError, match=r"'stat': 1.*state"):
        gym.make("RewardLine-v0").reset(options={"stat": 1})


@pytest.mark.parametrize("action", [1, np.int64(1), np.uint8(1), np.int8(1), np.array(1), np.array(1, np.uint8)])
def test_every_kind_of_integer_is_an_action(action):
    env = gym.make("RewardLine-v0")
    env.reset()
    assert env.step(action)[:2] == (1, 2.0)
    assert env.step(np.uint8(0))[:2] == (0, 0.0)


BAD_ACTIONS = [
    1.0, np.float64(1), True, np.True_, np.int64(2), 2, -1, 2**70, None, "1", b"1", (), [1], (0, 1), np.array([1]),
    np.array([[0]]), np.array(1.0), np.array(True), float("nan"), 1j, [[0], [0, 1]],
]  # fmt: skip


@pytest.mark.parametrize("action", BAD_ACTIONS, ids=repr)
def test_anything_else_is_refused_and_changes_nothing(action):
    env = RewardLineEnv()
    env.reset()
    with pytest.raises(InvalidAction, match=r"expected the integer 0 \(left\) or 1 \(right\)") as caught:
        env.step(action)
    assert str(action) in str(caught.value) or repr(action) in str(caught.value)
    assert env.step(RIGHT)[:2] == (1, 2.0)


def test_a_step_before_reset_or_after_the_end_needs_a_reset():
    for env in (RewardLineEnv(), gym.make("RewardLine-v0")):
        with pytest.raises(ResetNeeded, match="reset"):
            env.step(LEFT)
        env.reset(options={"state": 2})
        assert env.step(RIGHT)[2]
        for _ in range(2):
            with pytest.raises(ResetNeeded, match="after the episode ended with observation 3"):
                env.step(RIGHT)
        env.reset()
        assert env.step(RIGHT)[0] == 1


def test_an_unknown_render_mode_is_refused():
    with pytest.raises(ValueError, match=r"render_mode='rgb'.*expected one of \(None, .*e\.g\. render_mode="):
        RewardLineEnv(render_mode="rgb")
