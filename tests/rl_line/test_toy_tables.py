"""A toy-text table is read as an MDP, or refused by one ValueError that names the entry and the error."""

import re

import gymnasium as gym
import numpy as np
import pytest

from agents import QLearning, evaluate
from rl_line import TabularMDP, check_env_semantics
from rl_line.known import known_mdp

END = [(1.0, 1, 4.0, True)]
GOOD = {0: {0: END, 1: [(0.5, 0, 1.0, False), (0.5, 1, 2.0, True)]}, 1: {0: END, 1: END}}
MOVE = "(probability, next_state, reward, terminated)"


class Table(gym.Env):
    """No more than attributes."""

    def __init__(self, **attributes):
        self.__dict__.update(attributes)


def with_move(move):
    return {0: {0: [move], 1: END}, 1: {0: END, 1: END}}


@pytest.mark.parametrize("start", ["initial_state_distrib", "isd"])
@pytest.mark.parametrize("table", [GOOD, [list(row.values()) for row in GOOD.values()]], ids=["keys", "lists"])
def test_a_table_of_any_shape_is_read(table, start):
    mdp = known_mdp(Table(P=table, **{start: [1.0, 0.0]}))
    assert mdp.successor[0].tolist() == [[1, 0], [0, 1]]
    assert mdp.probability[0].tolist() == [[1.0, 0.0], [0.5, 0.5]]
    assert mdp.reward[0].tolist() == [[4.0, 0.0], [1.0, 2.0]]
    assert mdp.terminal.tolist() == [False, True]
    assert mdp.start.tolist() == [1.0, 0.0]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (3.5, "P is 3.5, expected states numbered from 0"),
        ("price", "P is 'price', expected states numbered from 0"),
        ({}, "P is {}, expected states numbered from 0"),
        ({0: GOOD[0], 2: GOOD[1]}, "P has no key 1, expected states numbered from 0 to 1"),
        ({"a": GOOD[0], "b": GOOD[1]}, "P has no key 0"),
        ({0: {0: END, 2: END}, 1: GOOD[1]}, "P[0] has no key 1, expected actions numbered from 0 to 1"),
        ({0: {0: END}, 1: GOOD[1]}, "P[1] has 2 actions, expected 1 as P[0] has"),
        ({0: GOOD[0], 1: {}}, "P[1] is {}, expected actions numbered from 0"),
        ({0: GOOD[0], 1: None}, "P[1] is None, expected actions numbered from 0"),
        ({0: {0: [], 1: END}, 1: GOOD[1]}, f"P[0][0] is [], expected a list of moves {MOVE}"),
        ({0: {0: 7, 1: END}, 1: GOOD[1]}, f"P[0][0] is 7, expected a list of moves {MOVE}"),
        (with_move((1.0, 1, 0.0)), f"P[0][0][0] is (1.0, 1, 0.0), expected {MOVE}"),
        (with_move((1.0, 2, 0.0, True)), "P[0][0][0] is (1.0, 2, 0.0, True), expected a next state from 0 to 1"),
        (with_move((1.0, -1, 0.0, True)), "P[0][0][0] is (1.0, -1, 0.0, True), expected a next state from 0 to 1"),
        (with_move((1.0, 0.5, 0.0, True)), "expected a next state from 0 to 1"),
        (with_move((1.0, "1", 0.0, True)), "expected a next state from 0 to 1"),
        (with_move((1.0, (0, 1), 0.0, True)), "expected a next state from 0 to 1"),
        (with_move((0.5, 1, 0.0, True)), "P[0][0][0] is (0.5, 1, 0.0, True), expected probabilities that sum to 1"),
        (with_move((-1.0, 1, 0.0, True)), "expected a probability of at least 0"),
        (with_move((np.nan, 1, 0.0, True)), "expected a probability of at least 0"),
        (with_move((1.0, 1, np.inf, True)), "expected a finite reward"),
        (with_move((1.0, 1, None, True)), "expected a finite reward"),
        (with_move((1.0, 1, 10**400, True)), "expected a finite reward"),
        (with_move((1.0, 1, 0.0, "no")), "expected True or False at its end"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_by_its_entry(table, said):
    env = Table(P=table, isd=[1.0, 0.0])
    assert known_mdp(env) is None
    with pytest.raises(ValueError, match=re.escape(said)):
        TabularMDP.from_toy_text(env)


@pytest.mark.parametrize("start", [[1.0], 0, "ab", [[1], [0, 1]], [np.nan, 1.0], [0.5, 0.4], [2.0, -1.0]], ids=str)
def test_a_start_that_is_no_distribution_is_refused(start):
    with pytest.raises(ValueError, match=r"the start distribution is .*, expected 2 probabilities that sum to 1"):
        TabularMDP.from_toy_text(Table(P=GOOD, isd=start))


def test_a_start_in_a_terminal_state_is_refused_by_its_number():
    with pytest.raises(ValueError, match=r"start gives 0\.25 to state 1, but the states \[1\] are terminal"):
        TabularMDP.from_toy_text(Table(P=GOOD, isd=[0.75, 0.25]))


def test_only_what_is_missing_is_called_missing():
    for attributes, said in [
        ({"P": GOOD}, "has no `initial_state_distrib`, expected"),
        ({"isd": [1.0, 0.0]}, "has no `P`, expected"),
        ({}, "has no `P` and `initial_state_distrib`, expected"),
    ]:
        with pytest.raises(ValueError, match=said):
            TabularMDP.from_toy_text(Table(**attributes))


def test_the_check_of_an_environment_says_what_is_wrong_with_its_table():
    env = Table(P={0: {0: []}}, isd=[1.0], observation_space=gym.spaces.Discrete(1))
    with pytest.raises(ValueError, match=r"P\[0\]\[0\] is \[\], expected a list of moves"):
        check_env_semantics(env)


class Unready(gym.Env):
    """A simulator whose attributes are there only while it is connected."""

    observation_space, action_space = gym.spaces.Discrete(2), gym.spaces.Discrete(2)

    @property
    def P(self):
        raise RuntimeError("not connected")

    def reset(self, *, seed=None, options=None):
        return 0, {}

    def step(self, action):
        return 1, 3.0, True, False, {}


def test_a_table_that_cannot_be_read_is_named_and_does_not_stand_in_the_way_of_a_sample():
    env, agent = Unready(), QLearning(2, 2)
    assert evaluate(env, agent, episodes=2).value == 3.0
    for use in (TabularMDP.from_toy_text, check_env_semantics, lambda env: evaluate(env, agent, exact=True)):
        with pytest.raises(ValueError, match=r"`P` of <Unready.* cannot be read \(RuntimeError: not connected\)"):
            use(env)
