"""Numbers are read once, in one way: whole ones may be floats, and other values are refused by name."""

import math

import numpy as np
import pytest

from rl_line import RewardLineVectorEnv, TabularMDP, dp, reward_line
from rl_line.system.numbers import number, real, whole

NOT_WHOLE = [
    2.5,
    math.nan,
    math.inf,
    -math.inf,
    -5,
    "3",
    None,
    True,
    [3],
    np.array([3]),
    1 + 0j,
    np.ma.masked,
    [[1], [1, 2]],
]


@pytest.mark.parametrize("given", [3, 3.0, np.int8(3), np.float32(3), np.uint64(3), np.array(3), np.array(3.0)])
def test_any_kind_of_whole_number_is_read(given):
    assert whole(steps=given) == 3
    assert type(whole(steps=given)) is int


def test_a_whole_number_may_be_of_any_size():
    assert whole(steps=10**30) == 10**30
    assert whole(steps=1e4) == 10_000
    assert math.isnan(number(10**400))


@pytest.mark.parametrize("given", NOT_WHOLE, ids=repr)
def test_what_is_no_whole_number_is_refused_by_name(given):
    with pytest.raises(ValueError, match=r"steps=.*, expected a whole number of at least 0; pass e\.g\. steps=10\."):
        whole(0, steps=given)
    if given not in (2.5, -5):
        with pytest.raises(ValueError, match=r"share=.*, expected a number that is finite; pass e\.g\. share=0\.1\."):
            real(share=given)


def test_bounds_are_part_of_what_is_expected():
    assert [whole(2, 4, lanes=n) for n in (2, 3, 4)] == [2, 3, 4]
    for n in (1, 5, 10**30):
        with pytest.raises(ValueError, match=f"lanes={n}, expected a whole number from 2 to 4"):
            whole(2, 4, lanes=n)
    with pytest.raises(ValueError, match="alpha=0, expected a step size above 0 and up to 1"):
        real(0, 1, above=True, kind="a step size", alpha=0)
    with pytest.raises(ValueError, match="tolerance=-1, expected a number of at least 0, and finite"):
        real(0, tolerance=-1)
    with pytest.raises(ValueError, match="value=nan, expected a number that is finite"):
        real(value=math.nan)
    assert real(0, 1, below=True, share=0.0) == 0.0
    for value, limits, message in [
        (-0.1, {"below": True}, "from 0 and below 1"),
        (1.0, {"below": True}, "from 0 and below 1"),
        (0.0, {"above": True, "below": True}, "above 0 and below 1"),
        (10**400, {}, "from 0 to 1"),
    ]:
        with pytest.raises(ValueError, match=rf"expected a number {message}; pass e\.g\. share=0\.8\."):
            real(0, 1, share=value, **limits)


@pytest.mark.parametrize("least_and_most", [(None,), (1,), (20,), (0, 5), (-9, -3), (30, 40)], ids=str)
def test_the_example_of_an_error_is_accepted(least_and_most):
    with pytest.raises(ValueError, match=r"expected a whole number.*; pass e\.g\. count=") as error:
        whole(*least_and_most, count=2.5)
    whole(*least_and_most, count=int(str(error.value).rpartition("=")[2].rstrip(".")))


def test_a_masked_number_is_none():
    assert math.isnan(number(np.ma.masked_array(3.0, mask=True)))
    assert number(np.ma.masked_array(3.0, mask=False)) == 3.0


@pytest.mark.parametrize("tolerance", [math.nan, -1e-9, math.inf, "small"])
def test_value_iteration_ends_or_refuses_its_tolerance(tolerance):
    with pytest.raises(ValueError, match=r"tolerance=.*, expected a number of at least 0"):
        dp.value_iteration(reward_line(), 0.8, tolerance=tolerance)


@pytest.mark.parametrize("gamma", [math.nan, "0.8", None, True, np.array([0.8])], ids=repr)
def test_a_discount_is_one_number(gamma):
    for solve in (dp.policy_iteration, dp.value_iteration, dp.optimal_actions):
        with pytest.raises(ValueError, match=r"gamma=.*, expected a discount from 0 to 1"):
            solve(reward_line(), gamma)


def test_a_horizon_may_be_a_whole_float():
    always_right = np.ones(4, int)  # pays 2 and 0 in two steps
    assert dp.expected_return(reward_line(), always_right, 1.0, horizon=2.0) == 2.0
    assert dp.finite_horizon(reward_line(), 2.0).v.shape == (3, 4)
    for horizon in (math.nan, 2.5, -1):
        with pytest.raises(ValueError, match=r"horizon=.*, expected a whole number of at least 0"):
            dp.expected_return(reward_line(), always_right, 1.0, horizon=horizon)


def test_lanes_and_limits_may_be_whole_floats():
    env = RewardLineVectorEnv(3.0, max_episode_steps=2.0)
    assert env.reset()[0].tolist() == [0, 0, 0]
    assert [env.step(np.zeros(3, int))[3].tolist() for _ in range(2)] == [[False] * 3, [True] * 3]


@pytest.mark.parametrize(
    "settings",
    [
        {"rewards": (0, math.nan, 9)},
        {"rewards": np.ma.masked_array([0.0, 2.0, 9.0], mask=[0, 1, 0])},
        {"slip": math.nan},
        {"slip": np.ma.masked},
        {"reward_noise": math.nan},
        {"step_reward": math.nan},
        {"start": (math.nan, 1, 0, 0)},
    ],
    ids=str,
)
def test_a_line_of_what_is_no_number_is_refused(settings):
    (name,) = settings
    with pytest.raises(ValueError, match=rf"{name}=.* is not finite"):
        reward_line(**settings)


GOOD = {
    "successor": [[[1]], [[1]]], "probability": [[[1.0]], [[1.0]]], "reward": [[[3.0]], [[0.0]]],
    "terminal": [False, True], "start": [1.0, 0.0],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("successor", [[[math.nan]], [[1]]], "successor holds nan, expected states as integers"),
        ("successor", [[["1"]], [["1"]]], "successor is .*, expected an array of states as integers"),
        ("reward", [[["3"]], [[0.0]]], "reward is .*, expected an array of numbers"),
        ("reward", np.ma.masked_array(GOOD["reward"], mask=[[[True]], [[False]]]), "reward holds nan, expected finite"),
        ("probability", None, "probability is None, expected an array of numbers"),
        ("terminal", [0.5, 1.0], r"terminal holds 0\.5, expected True or False"),
        ("terminal", [math.nan, 1.0], "terminal holds nan, expected True or False"),
        ("start", [[1.0], [0.0, 0.0]], "start is .*, expected an array of numbers"),
    ],
)
def test_an_mdp_of_what_is_no_number_is_refused(name, value, said):
    assert TabularMDP(**GOOD).num_states == 2
    with pytest.raises(ValueError, match=said):
        TabularMDP(**{**GOOD, name: value})
