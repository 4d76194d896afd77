"""RewardLineVectorEnv against Gymnasium's SyncVectorEnv, lane by lane."""

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode

from rl_line import LEFT, RIGHT
from rl_line.vector import RewardLineVectorEnv

MODES = NEXT_STEP, SAME_STEP, DISABLED = AutoresetMode.NEXT_STEP, AutoresetMode.SAME_STEP, AutoresetMode.DISABLED
LANES, STEPS = 5, 230

LINES = {
    "course": {},
    "mirrored": {"mirror": True, "step_reward": -1},
    "endless": {"terminals": ()},
    "trap": {"rewards": (1, 2, 3, 4, 5), "terminals": (0, 2), "start": 1},
    "slip": {"slip": 0.25},
    "noise": {"reward_noise": 0.5},
    "slip and noise": {"slip": 0.25, "reward_noise": 0.5, "rewards": range(6)},
    "start drawn": {"start": (0.25, 0.5, 0.25, 0)},
    "all drawn": {"slip": 0.25, "reward_noise": 0.5, "start": (0.25, 0.5, 0.25, 0)},
}


class Uniforms:
    """Stands in for a generator: draws row `t` of a table [T, LANES], all of it or one lane's."""

    def __init__(self, table, lane=None):
        self.table, self.lane, self.t = table, lane, 0

    def random(self, size=None):
        return self.table[self.t, self.lane] if size is None else self.table[self.t, :size].copy()


def pair(mode, *, limit=-1, start=0, **line):
    """Our environment and Gymnasium's, with the generators that they draw the same numbers from."""
    keywords = {"num_envs": LANES, "max_episode_steps": limit, "start": start, **line}
    ours = gym.make_vec("RewardLine-v0", autoreset_mode=mode, **keywords)
    theirs = gym.make_vec(
        "RewardLine-v0", vectorization_mode="sync", vector_kwargs={"autoreset_mode": mode}, **keywords
    )
    table = np.random.default_rng(0).random((STEPS, LANES))
    if start != 0:  # how many starts are drawn at once is not the same: one number for all lanes
        table[1:] = table[1:, :1]
    ours.np_random = Uniforms(table)
    for lane, env in enumerate(theirs.envs):
        env.unwrapped.np_random = Uniforms(table, lane)
    return ours, theirs, [ours.np_random, *(env.unwrapped.np_random for env in theirs.envs)]


def assert_same(ours, theirs):
    """Equal in type, dtype, shape and every value."""
    assert type(ours) is type(theirs)
    if isinstance(theirs, dict):
        assert set(ours) == set(theirs)
        for key in theirs:
            assert_same(ours[key], theirs[key])
    elif isinstance(theirs, tuple):
        for one, other in zip(ours, theirs, strict=True):
            assert_same(one, other)
    else:
        assert ours.dtype == theirs.dtype
        assert ours.tolist() == theirs.tolist()
        assert list(map(type, ours.tolist())) == list(map(type, theirs.tolist()))


def arrays(returned):
    """All arrays in what an environment returned."""
    if isinstance(returned, np.ndarray):
        return [returned]
    values = returned.values() if isinstance(returned, dict) else returned
    return [array for value in values for array in arrays(value)]


def actions(seed=1):
    """[STEPS, LANES]: the first lane always left, the second always right, the others at random."""
    drawn = np.random.default_rng(seed).integers(0, 2, (STEPS, LANES))
    drawn[:, 0], drawn[:, 1] = LEFT, RIGHT
    return drawn


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
@pytest.mark.parametrize("limit", [1, 3, 100, -1])
@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.name)
def test_every_lane_does_what_gymnasium_does(mode, limit, line):
    ours, theirs, generators = pair(mode, limit=limit, **line)
    assert_same(ours.reset(), theirs.reset())
    for t, action in enumerate(actions()[1:], start=1):
        for generator in generators:
            generator.t = t
        step = ours.step(action)
        assert_same(step, theirs.step(action))
        finished = step[2] | step[3]
        if mode == DISABLED and finished.any():
            asked = [ours.reset(options={"reset_mask": finished}), theirs.reset(options={"reset_mask": finished})]
            assert_same(*asked)
    assert ours.observation_space == theirs.observation_space
    assert ours.action_space == theirs.action_space
    assert ours.metadata["autoreset_mode"] is mode


@pytest.mark.parametrize("mode", [NEXT_STEP, SAME_STEP], ids=lambda mode: mode.name)
@pytest.mark.parametrize("line", ["course", "all drawn"])
def test_a_reset_of_some_lanes_in_mid_run_does_what_gymnasium_does(mode, line):
    ours, theirs, generators = pair(mode, limit=4, **LINES[line])
    assert_same(ours.reset(), theirs.reset())
    masks = np.random.default_rng(2).random((STEPS, LANES)) < 0.4
    for t, (action, mask) in enumerate(zip(actions()[1:], masks[1:], strict=True), start=1):
        for generator in generators:
            generator.t = t
        assert_same(ours.step(action), theirs.step(action))
        if t % 3 == 0 and mask.any():
            options = [{"reset_mask": mask.copy(), "state": t % 2} for _ in range(2)]
            assert_same(ours.reset(options=options[0]), theirs.reset(options=options[1]))


def test_the_limit_on_the_same_step_as_termination_sets_both():
    for mode in MODES:
        env = RewardLineVectorEnv(2, max_episode_steps=3, autoreset_mode=mode)
        env.reset()
        for _ in range(3):
            observation, reward, terminated, truncated, info = env.step([RIGHT, LEFT])
        assert [terminated.tolist(), truncated.tolist(), reward.tolist()] == [[True, False], [True, True], [9.0, 0.0]]
        if mode == SAME_STEP:
            assert (observation.tolist(), info["final_obs"].tolist()) == ([0, 0], [3, 0])
        else:
            assert observation.tolist() == [3, 0]
        if mode == NEXT_STEP:
            observation, reward, terminated, truncated, _ = env.step([RIGHT, RIGHT])
            assert [x.tolist() for x in (observation, reward)] == [[0, 0], [0.0, 0.0]]
            assert not (terminated | truncated).any()


@pytest.mark.parametrize("limit", [254, 255, 256, 257])
@pytest.mark.parametrize("mode", [NEXT_STEP, SAME_STEP], ids=lambda mode: mode.name)
def test_long_limits_are_counted_exactly(mode, limit):
    env = RewardLineVectorEnv(1, max_episode_steps=limit, terminals=(), autoreset_mode=mode)
    env.reset()
    action = np.array([LEFT])
    assert not any(env.step(action)[3][0] for _ in range(limit - 1))
    assert [env.step(action)[3].tolist() for _ in range(3)] == [[True], [False], [False]]


def test_lanes_that_start_anew_together_draw_their_own_start():
    env = RewardLineVectorEnv(4, start=(0.25, 0.5, 0.25, 0), max_episode_steps=1, autoreset_mode=SAME_STEP)
    env.np_random = Uniforms(np.array([[0.1, 0.3, 0.6, 0.9]]))
    assert env.reset()[0].tolist() == [0, 1, 1, 2]
    assert env.step([LEFT] * 4)[0].tolist() == [0, 1, 1, 2]


@pytest.mark.parametrize("mode", [NEXT_STEP, SAME_STEP], ids=lambda mode: mode.name)
@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_what_was_returned_is_the_callers_for_ever(mode, line):
    env, twin = (RewardLineVectorEnv(LANES, max_episode_steps=4, autoreset_mode=mode, **line) for _ in range(2))
    kept, scribbled_on = [env.reset(seed=0)], [twin.reset(seed=0)]
    copies = [array.copy() for array in arrays(kept[0])]
    for action in actions()[:40]:
        for array in arrays(scribbled_on[-1]):
            array[:] = 1
        kept.append(env.step(action))
        scribbled_on.append(twin.step(action))
        assert_same(scribbled_on[-1], kept[-1])
        copies += [array.copy() for array in arrays(kept[-1])]
    assert [array.tolist() for array in arrays(kept)] == [array.tolist() for array in copies]


def test_what_is_passed_in_is_neither_kept_nor_changed():
    env = RewardLineVectorEnv(3)
    state, mask, action = np.array([0, 1, 2]), np.array([True, True, True]), np.array([1, 1, 0])
    options = {"state": state, "reset_mask": mask}
    observation, info = env.reset(options=options)
    env.step(action)
    assert [x.tolist() for x in (state, mask, action)] == [[0, 1, 2], [True] * 3, [1, 1, 0]]
    assert set(options) == {"state", "reset_mask"}
    assert not any(np.shares_memory(x, y) for x in (state, mask) for y in arrays((observation, info)))
