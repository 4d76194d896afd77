"""The line as an MDP: effects of every keyword of `reward_line`, and refused values."""

from itertools import combinations

import gymnasium as gym
import numpy as np
import pytest

from rl_line import LEFT, PRESETS, RIGHT, reward_line
from rl_line.env import RewardLineEnv
from rl_line.line import check_keywords

NAN, INFINITY = float("nan"), float("inf")


def outcomes(mdp, state, action):
    """{(next state, reward): probability} of one move, without the impossible ones."""
    branches = zip(mdp.successor[state, action], mdp.reward[state, action], mdp.probability[state, action], strict=True)
    return {(int(to), float(paid)): float(p) for to, paid, p in branches if p > 0}


def assert_same_mdp(one, other):
    for name in ("successor", "probability", "reward", "terminal", "start"):
        assert getattr(one, name).tolist() == getattr(other, name).tolist(), name


def test_the_course_line_pays_on_arrival():
    mdp = reward_line()
    assert mdp.successor[:, :, 0].tolist() == [[0, 1], [0, 2], [1, 3], [3, 3]]
    assert mdp.reward[:3, :, 0].tolist() == [[0, 2], [0, 0], [2, 9]]
    assert mdp.probability.tolist() == np.ones((4, 2, 1)).tolist()
    assert mdp.terminal.tolist() == [False, False, False, True]
    assert mdp.start.tolist() == [1, 0, 0, 0]
    assert (LEFT, RIGHT) == (0, 1)


def test_a_terminal_state_stays_and_is_paid_nothing():
    mdp = reward_line((5, 1, 7), terminals=(0, 2), start=1, step_reward=3, slip=0.5, reward_noise=1)
    for state in (0, 2):
        for action in (LEFT, RIGHT):
            assert outcomes(mdp, state, action) == {(state, 0.0): 1.0}


def test_the_presets_hold_the_course_line_and_the_treasure_hunt():
    assert_same_mdp(reward_line(**PRESETS["course"]), reward_line((0, 2, 0, 9)))
    hunt = reward_line(**PRESETS["treasure_hunt"])
    assert hunt.reward[:5, :, 0].tolist() == [[0, 0], [0, 0], [0, 0], [0, 0], [0, 1]]
    assert np.flatnonzero(hunt.terminal).tolist() == [5]
    assert np.flatnonzero(hunt.start).tolist() == [0]


def test_a_bump_arrives_where_it_started_and_pays_again():
    mdp = reward_line((3, 1, 4), terminals=())
    assert outcomes(mdp, 0, LEFT) == {(0, 3.0): 1.0}
    assert outcomes(mdp, 2, RIGHT) == {(2, 4.0): 1.0}


def test_slip_moves_the_other_way():
    mdp = reward_line(slip=0.25)
    assert outcomes(mdp, 2, RIGHT) == {(3, 9.0): 0.75, (1, 2.0): 0.25}
    assert outcomes(mdp, 2, LEFT) == {(1, 2.0): 0.75, (3, 9.0): 0.25}
    assert outcomes(mdp, 0, LEFT) == {(0, 0.0): 0.75, (1, 2.0): 0.25}


def test_slip_one_swaps_the_actions():
    swapped, plain = reward_line(slip=1), reward_line()
    for state in range(4):
        assert outcomes(swapped, state, LEFT) == outcomes(plain, state, RIGHT)
        assert outcomes(swapped, state, RIGHT) == outcomes(plain, state, LEFT)


def test_reward_noise_is_plus_or_minus_with_equal_chance():
    assert outcomes(reward_line(reward_noise=0.5), 2, RIGHT) == {(3, 9.5): 0.5, (3, 8.5): 0.5}


def test_slip_and_noise_and_step_reward_combine():
    mdp = reward_line(slip=0.25, reward_noise=1, step_reward=-0.5)
    expected = {(3, 9.5): 0.375, (3, 7.5): 0.375, (1, 2.5): 0.125, (1, 0.5): 0.125}
    assert outcomes(mdp, 2, RIGHT) == expected


def test_step_reward_is_added_to_every_move_and_to_bumps():
    mdp = reward_line(step_reward=-1)
    assert mdp.reward[:3, :, 0].tolist() == [[-1, 1], [-1, -1], [1, 8]]


def test_a_mirrored_line_swaps_its_ends_but_not_its_actions():
    mdp = reward_line(mirror=True)
    assert mdp.successor[:, :, 0].tolist() == [[0, 0], [0, 2], [1, 3], [2, 3]]
    assert mdp.reward[1:, :, 0].tolist() == [[9, 2], [0, 0], [2, 0]]
    assert mdp.terminal.tolist() == [True, False, False, False]
    assert mdp.start.tolist() == [0, 0, 0, 1]


def test_mirror_flips_rewards_start_and_terminals_together():
    keywords = {"slip": 0.2, "step_reward": -1, "reward_noise": 0.5}
    flipped = reward_line((1, 2, 3, 4), start=(0.25, 0.75, 0, 0), terminals=(2,), mirror=True, **keywords)
    assert_same_mdp(flipped, reward_line((4, 3, 2, 1), start=(0, 0, 0.75, 0.25), terminals=(1,), **keywords))


SUBSETS = [subset for size in range(4) for subset in combinations(range(4), size)]


@pytest.mark.parametrize("terminals", SUBSETS, ids=str)
def test_any_subset_of_the_states_can_be_terminal(terminals):
    start = min(set(range(4)) - set(terminals))
    for listed in (terminals, set(terminals), frozenset(terminals)):
        assert np.flatnonzero(reward_line(start=start, terminals=listed).terminal).tolist() == list(terminals)


def test_terminals_none_is_no_terminal_and_negative_ones_count_from_the_end():
    assert not reward_line(terminals=None).terminal.any()
    assert reward_line(terminals=np.array([-2, -1])).terminal.tolist() == [False, False, True, True]


def test_start_is_a_state_or_a_distribution():
    assert reward_line(start=2).start.tolist() == [0, 0, 1, 0]
    assert reward_line(start=np.int64(1)).start.tolist() == [0, 1, 0, 0]
    assert reward_line(start=(0.5, 0.25, 0.25, 0)).start.tolist() == [0.5, 0.25, 0.25, 0]


def test_two_states_are_a_line():
    assert reward_line((0, 1)).successor[:, :, 0].tolist() == [[0, 1], [1, 1]]


def test_ten_thousand_states_are_a_line():
    mdp = reward_line(np.arange(10_000), slip=0.25)
    assert mdp.num_states == 10_000
    assert outcomes(mdp, 9_998, RIGHT) == {(9_999, 9_999.0): 0.75, (9_997, 9_997.0): 0.25}


def test_the_caller_can_change_his_rewards_later():
    rewards = np.array([0.0, 1.0, 2.0])
    mdp = reward_line(rewards)
    rewards[:] = 7
    assert mdp.reward[:2, :, 0].tolist() == [[0, 1], [0, 2]]


BAD = [
    ("rewards", (0, NAN, 0, 9), "finite"),
    ("rewards", (0, INFINITY), "finite"),
    ("rewards", (0, -INFINITY), "finite"),
    ("rewards", (1,), "at least 2"),
    ("rewards", (), "at least 2"),
    ("rewards", 5, "at least 2"),
    ("rewards", [[0, 1], [2, 3]], "one number per state"),
    ("rewards", [[0, 1], 2], "number"),
    ("rewards", "0209", "numbers"),
    ("rewards", (0, None), "numbers"),
    ("rewards", None, "numbers"),
    ("start", 3, "terminal"),
    ("start", (0.5, 0, 0, 0.5), "terminal"),
    ("start", 4, "from 0 to 3"),
    ("start", -1, "from 0 to 3"),
    ("start", 1.0, "from 0 to 3"),
    ("start", True, "expected"),
    ("start", "first", "expected"),
    ("start", (0.5, 0.6, 0, 0), "sum to 1"),
    ("start", (0.5, 0.4, 0, 0), "sum to 1"),
    ("start", (0, 0, 0, 0), "sum to 1"),
    ("start", (1.5, -0.5, 0, 0), "negative|at least 0|from 0 to 1"),
    ("start", (NAN, 1, 0, 0), "finite"),
    ("start", (0.5, 0.5), "4"),
    ("start", [[0], [1, 2]], "expected"),
    ("terminals", (4,), "from -4 to 3"),
    ("terminals", (-5,), "from -4 to 3"),
    ("terminals", (0, 1, 2, 3), "start"),
    ("terminals", (1.0,), "states"),
    ("terminals", (True, False, False, True), "states"),
    ("terminals", "last", "states"),
    ("terminals", [[0], [1, 2]], "states"),
    ("slip", -0.1, "from 0 to 1"),
    ("slip", 1.5, "from 0 to 1"),
    ("slip", NAN, "finite"),
    ("slip", "often", "number"),
    ("slip", None, "number"),
    ("slip", (0.1, 0.2), "one number"),
    ("step_reward", INFINITY, "finite"),
    ("step_reward", "-1", "number"),
    ("reward_noise", NAN, "finite"),
    ("reward_noise", None, "number"),
    ("mirror", "yes", "True or False"),
    ("mirror", None, "True or False"),
]


@pytest.mark.parametrize(("name", "value", "expected"), BAD, ids=lambda value: str(value)[:24])
def test_bad_input_is_refused_by_name_with_what_was_expected_and_an_example(name, value, expected):
    with pytest.raises((ValueError, TypeError), match=expected) as caught:
        reward_line(**{name: value})
    assert f"{name}={value!r}" in str(caught.value)
    assert f"e.g. {name}=" in str(caught.value)


@pytest.mark.parametrize("mode", ["single", "vector"])
@pytest.mark.parametrize(
    ("unknown", "meant"),
    [("reward", "rewards"), ("terminal", "terminals"), ("slippery", "slip"), ("noise", "reward_noise")],
)
def test_an_unknown_keyword_is_answered_with_the_one_meant(mode, unknown, meant):
    make = gym.make if mode == "single" else gym.make_vec
    with pytest.raises(TypeError, match=f"has no argument {unknown!r}. Did you mean {meant!r}"):
        make("RewardLine-v0", **{unknown: 1})


def test_an_unknown_keyword_like_no_other_is_answered_with_all_known_ones():
    with pytest.raises(TypeError, match=r"'qqq'\. Known: render_mode, rewards, start, terminals, slip, step_rew"):
        check_keywords(RewardLineEnv, {"qqq": 1})
