"""Tables of any number of actions, and values on the map of a toy-text environment."""

import gymnasium as gym
import numpy as np
import pytest

from rl_line import dp, policy_text, q_grid, q_table, reward_line
from rl_line.drawing.grids import on_grid


def newest(*names):
    return gym.make(next(name for name in names if name in gym.registry))


def cliff():
    return newest("CliffWalking-v1", "CliffWalking-v0")


def taxi():
    return newest("Taxi-v4", "Taxi-v3")


def lake(*rows):
    return gym.make("FrozenLake-v1", desc=rows, is_slippery=False)


def test_a_table_of_four_actions_names_them_and_counts_states_as_the_environment_does():
    exact = dp.policy_iteration(env := lake("SFG"), 0.5).q  # bumps stay: 0.5 x 0.5 in the first, 0.5 x 1 in the second
    assert q_table(env, exact=exact).splitlines() == [
        "                                       exact",
        "state     left      down     right        up",
        "    0    0.250     0.250     0.500*    0.250",
        "    1    0.250     0.500     1.000*    0.500",
    ]
    assert policy_text(dp.optimal_actions(env, 0.5), env) == "0 right, 1 right"


def test_actions_without_names_are_numbered():
    assert q_table(mine=[[0, 2, 1, 2]]).splitlines() == [
        "                                        mine",
        "state        0         1         2         3",
        "    0    0.000     2.000*    1.000     2.000*",
    ]
    assert policy_text([[0, 1, 1, 0], [0, 0, 0, 0], [0, 0, 0, 1]]) == "0 1 or 2, 2 3"


def test_a_line_keeps_its_names_and_labels():
    exact = dp.policy_iteration(reward_line(), 0.8).q
    assert q_table(gym.make("rl_line:RewardLine-v0"), exact=exact) == q_table(exact=exact)
    assert "    1    6.208     7.760*" in q_table(exact=exact)
    assert policy_text(dp.optimal_actions(reward_line(), 0.8)) == "1 right, 2 right, 3 right"


class Learner:
    """An agent with a table."""

    q = np.zeros((4, 2))


@pytest.mark.parametrize(
    ("given", "tables", "told"),
    [
        ((), {}, r"given nothing, expected tables by name; pass e\.g\. q_table\(learned=agent\.q\)"),
        ((Learner.q,), {}, "given only a ndarray, expected tables by name"),
        ((Learner(),), {}, "given only a Learner, expected tables by name"),
        ((), {"learned": Learner()}, r"learned=<.*Learner.*>, expected numbers \[S, A\]; pass its `q`"),
        ((), {"a": [1, 2]}, r"a=\[1, 2\], expected numbers \[S, A\]; pass e\.g\. a=agent\.q"),
        ((), {"a": [["x", "y"]]}, r"a=\[\['x', 'y'\]\], expected numbers"),
        ((), {"a": [[1, 2], [3]]}, r"a=\[\[1, 2\], \[3\]\], expected numbers"),
        ((), {"a": [[1, 2]], "b": [[1, 2, 3]]}, r"the shapes {'a': \(1, 2\), 'b': \(1, 3\)}, expected all the same"),
    ],
)
def test_what_is_no_table_is_refused_with_what_to_pass(given, tables, told):
    with pytest.raises(ValueError, match=told):
        q_table(*given, **tables)


@pytest.mark.parametrize("best", [[1, 0], "left", [["left"]]])
def test_a_policy_is_a_mask(best):
    with pytest.raises(ValueError, match=r"best=.*, expected a mask \[S, A\]"):
        policy_text(best)


def test_a_lake_shows_where_to_go_and_what_it_is_worth():
    env = lake("SFF", "HFG")
    grid = on_grid(env, dp.policy_iteration(env, 0.5).q)
    assert grid.best.tolist() == [["→", "↓→", "↓"], ["end", "→", "end"]]
    assert grid.value[0].tolist() == [0.25, 0.5, 1.0]
    assert np.isnan(grid.value[1]).tolist() == [True, False, True]


def test_the_cliff_is_walked_along_its_edge():
    env = cliff()
    grid = on_grid(env, dp.policy_iteration(env, 1.0).q)
    assert grid.best.shape == (4, 12)
    assert grid.best[3].tolist() == ["↑"] * 10 + ["→", "end"]  # from the last cell of the cliff the goal is beside it
    assert grid.value[3, 0] == -13
    assert grid.best[2].tolist() == ["→"] * 11 + ["↓"]
    assert grid.value[2].tolist() == list(range(-12, 0))


def test_a_taxi_goes_for_its_passenger_on_the_map_of_a_state():
    env = taxi()
    q = dp.policy_iteration(env, 1.0).q
    red_to_green = env.unwrapped.encode(2, 2, 0, 1)
    grid = on_grid(env, q, state=red_to_green)
    assert grid.best[0, 0] == "P"
    assert (
        grid.value[0, 0] == 20 - 1 - 8
    )  # it picks up, and drives eight cells round one wall: two down, four to the right, two up
    riding = on_grid(env, q, state=env.unwrapped.encode(2, 2, 4, 1))
    assert (riding.best[0, 4], riding.value[0, 4]) == ("D", 20)


def test_a_grid_is_as_wide_as_its_map():
    lines = q_grid(cliff(), np.zeros((48, 4))).splitlines()
    assert len(lines) == 4
    assert lines[0] == " ↑→↓←  0.000" * 12


@pytest.mark.parametrize(
    ("env", "q", "error", "said"),
    [
        (cliff, np.zeros((48, 2)), ValueError, r"q has shape \(48, 2\), expected \(48, 4\) for .*CliffWalking"),
        (cliff, [["a"] * 4] * 48, ValueError, r"expected numbers \[S, A\]; pass e\.g\. q=agent\.q"),
        (cliff, Learner(), ValueError, r"expected numbers \[S, A\]; pass its `q`"),
        (lambda: gym.make("rl_line:RewardLine-v0"), np.zeros((4, 2)), TypeError, "has no map, expected FrozenLake"),
    ],
)
def test_what_has_no_map_is_refused(env, q, error, said):
    with pytest.raises(error, match=said):
        q_grid(env(), q)


def test_a_state_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="state=500, expected a whole number from 0 to 499"):
        q_grid(taxi(), np.zeros((500, 6)), state=500)


def test_the_figure_shows_what_the_text_does():
    from agents.plots import q_grid as draw

    env = lake("SFF", "HFG")
    axes = draw(env, dp.policy_iteration(env, 0.5).q)
    shown = {text.get_position(): text.get_text() for text in axes.texts}
    assert shown == {
        (0, 0): "→\n0.25", (1, 0): "↓→\n0.5", (2, 0): "↓\n1", (0, 1): "end", (1, 1): "→\n1", (2, 1): "end",
    }  # fmt: skip
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("column", "row")
    axes.figure.draw_without_rendering()


def test_cells_of_many_arrows_or_long_numbers_do_not_touch_each_other():
    env, q = lake("SFF", "HFG"), np.zeros((6, 4))
    assert [line.split() for line in q_grid(env, q).splitlines()] == [
        ["←↓→↑", "0.000"] * 3,
        ["end", "←↓→↑", "0.000", "end"],
    ]
    q[0, 1] = 1234567.0
    first, second = q_grid(env, q).splitlines()
    assert first.split() == ["↓", "1234567.000", *["←↓→↑", "0.000"] * 2]
    assert first.index("0.000") + 5 == second.index("0.000") + 5, "below each other"
