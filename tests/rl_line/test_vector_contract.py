"""RewardLineVectorEnv as others use it: made by name, reset, seeded, and with refused arguments."""

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.error import InvalidAction, ResetNeeded
from gymnasium.vector import AutoresetMode

from rl_line import LEFT, RIGHT, reward_line
from rl_line.drawing import render
from rl_line.vector import RewardLineVectorEnv


def plain(returned):
    """An environment's answer as plain Python values that can be compared."""
    if isinstance(returned, dict):
        return {key: plain(value) for key, value in returned.items()}
    return returned.tolist() if isinstance(returned, np.ndarray) else [plain(value) for value in returned]


@pytest.mark.parametrize("dtype", [int, np.int32, np.uint8, np.uint64])
def test_reset_starts_where_it_is_asked_to(dtype):
    env = RewardLineVectorEnv(3, rewards=np.arange(300), slip=0)
    for again in range(2):
        for asked, expected in [(dtype(200), [200] * 3), (np.array([200, 0, 7], dtype), [200, 0, 7])]:
            observation, info = env.reset(options={"state": asked})
            assert (observation.dtype, observation.tolist()) == (np.int64, expected), again
            assert (info["prob"].tolist(), info["_prob"].tolist()) == ([1.0] * 3, [True] * 3)
            assert env.step([RIGHT] * 3)[0].tolist() == [state + 1 for state in expected]


@pytest.mark.parametrize("state", [3, -1, 1.0, True, None, [0, 1, 3], [0, 1], [[0], [1], [2]], [[0], [0, 1], [0]]])
def test_reset_refuses_what_is_no_state_to_start_in(state):
    with pytest.raises((ValueError, TypeError), match=r"expected (a|one) state"):
        RewardLineVectorEnv(3).reset(options={"state": state})


@pytest.mark.parametrize("mask", [[True, False, True], np.ones(3), np.ones(2, bool), np.zeros(3, bool), True], ids=repr)
def test_a_reset_mask_is_a_bool_per_lane_with_some_true(mask):
    env = RewardLineVectorEnv(3)
    env.reset()
    with pytest.raises((ValueError, TypeError), match="expected a bool array of shape"):
        env.reset(options={"reset_mask": mask})


def test_a_step_before_reset_needs_a_reset():
    with pytest.raises(ResetNeeded, match="before reset"):
        RewardLineVectorEnv(2).step([LEFT, LEFT])


def test_a_lane_that_was_never_reset_needs_a_reset():
    def reset_the_other_and_step_both(env):
        env.reset(options={"reset_mask": np.array([True, False])})
        env.step([LEFT, LEFT])

    with pytest.raises((ResetNeeded, ValueError), match="reset"):
        reset_the_other_and_step_both(RewardLineVectorEnv(2))


def test_without_autoreset_finished_lanes_need_a_reset():
    env = RewardLineVectorEnv(3, autoreset_mode=AutoresetMode.DISABLED)
    env.reset(options={"state": [2, 0, 2]})
    terminated = env.step([RIGHT, RIGHT, RIGHT])[2]
    with pytest.raises(ResetNeeded, match=r"\[0, 2\] finished.*reset_mask"):
        env.step([LEFT] * 3)
    assert env.reset(options={"reset_mask": terminated})[0].tolist() == [0, 1, 0]
    assert env.step([RIGHT] * 3)[0].tolist() == [1, 2, 1]


def test_a_seed_makes_it_reproducible():
    def run(seed):
        env = RewardLineVectorEnv(5, max_episode_steps=9, slip=0.25, reward_noise=0.5, start=(0.25, 0.5, 0.25, 0))
        return plain([env.reset(seed=seed), *(env.step([0, 1, t % 2, 1, 1]) for t in range(50))])

    assert run(3) == run(3) != run(4)


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int32, np.uint64, np.int64])
def test_every_kind_of_integer_is_an_action(dtype):
    env = RewardLineVectorEnv(3)
    env.reset()
    assert env.step(np.array([0, 1, 1], dtype))[0].tolist() == [0, 1, 1]


BAD_ACTIONS = [
    [0, True, 1], (np.True_, 0, 1),
    [0, 1], [0, 1, 1, 0], [[0], [1], [1]], [[0], [1, 0], [1]], 1, None, [0.0, 1.0, 1.0], [True, False, True],
    ["0", "1", "1"], [0, None, 1], [0, 2, 1], [2, 2, 1], [0, -1, 1], [0, 2**63, 1], np.array([0, 255, 1], np.uint8),
]  # fmt: skip


@pytest.mark.parametrize("action", BAD_ACTIONS, ids=repr)
def test_anything_else_is_refused_and_changes_nothing(action):
    env = RewardLineVectorEnv(3)
    env.reset()
    with pytest.raises(InvalidAction, match="expected"):
        env.step(action)
    assert env.step([1, 1, 0])[0].tolist() == [1, 1, 0]


def test_a_bad_action_is_named_with_its_lane():
    env = RewardLineVectorEnv(3)
    env.reset()
    with pytest.raises(InvalidAction, match=r"actions\[1\]=2, expected 0 \(left\) or 1 \(right\)"):
        env.step([0, 2, 1])


BAD_KEYWORDS = [
    ("num_envs", 0), ("num_envs", 2.2), ("num_envs", True), ("num_envs", float("nan")),
    ("max_episode_steps", 0), ("max_episode_steps", 2.5),
    ("autoreset_mode", "next"), ("render_mode", "human"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), BAD_KEYWORDS)
def test_bad_input_is_refused_by_name_with_what_was_expected(name, value):
    with pytest.raises((ValueError, TypeError), match=f"{name}={value!r}, expected"):
        RewardLineVectorEnv(**{name: value})


@pytest.mark.parametrize("mode", [*AutoresetMode, *(mode.value for mode in AutoresetMode)], ids=str)
def test_make_vec_makes_it_and_its_spec_makes_it_again(mode):
    made = gym.make_vec(
        "RewardLine-v0", num_envs=3, vectorization_mode="vector_entry_point", autoreset_mode=mode, mirror=True, slip=0.1
    )
    for env in (made, gym.make_vec(made.spec), gym.make_vec("rl_line:RewardLine-v0", 3, autoreset_mode=mode)):
        assert isinstance(env, RewardLineVectorEnv)
        assert (env.num_envs, env.max_episode_steps) == (3, 100)
        assert env.autoreset_mode is env.metadata["autoreset_mode"] is AutoresetMode(mode)
    again = gym.make_vec(made.spec)
    assert again.mdp.to_toy_text() == made.mdp.to_toy_text()
    assert plain(again.reset(seed=1)) == plain(made.reset(seed=1))
    assert plain(again.step([0, 1, 0])) == plain(made.step([0, 1, 0]))


@pytest.mark.parametrize("mode", ["ansi", "rgb_array"])
def test_it_draws_one_picture_per_lane(mode):
    env = gym.make_vec("RewardLine-v0", num_envs=2, render_mode=mode)
    with pytest.raises(ResetNeeded, match="reset"):
        env.render()
    env.reset(options={"state": [0, 2]})
    draw = render.ansi if mode == "ansi" else render.rgb_array
    pictures = env.render()
    assert isinstance(pictures, tuple)
    assert [np.array_equal(p, draw(reward_line(), s)) for p, s in zip(pictures, (0, 2), strict=True)] == [True, True]


@pytest.mark.parametrize("mode", ["NextStep", "SameStep"])
def test_a_picture_tells_its_lanes_step_and_last_action(mode):
    env = gym.make_vec("RewardLine-v0", num_envs=2, render_mode="ansi", autoreset_mode=mode)
    env.reset(options={"state": [1, 1]})
    told = []
    for actions in ([LEFT, RIGHT], [RIGHT, RIGHT], [RIGHT, LEFT]):  # the second lane ends in its second step
        given = np.array(actions)
        env.step(given)
        given[:] = LEFT
        told.append([picture.splitlines()[0] for picture in env.render()])
    assert [one for one, _ in told] == [
        f"step {k}, last action: {a}" for k, a in enumerate(("left", "right", "right"), 1)
    ]
    ended = ["step 2, last action: right", "step 0, last action: none yet", "step 1, last action: left"]
    assert [other for _, other in told] == [
        "step 1, last action: right",
        *(ended[:2] if mode == "NextStep" else ended[1:]),
    ]
