"""The MDP as data: its checks, its sources, and its step function."""

import re
from typing import NamedTuple

import gymnasium as gym
import numpy as np
import pytest

from rl_line.known import known_mdp
from rl_line.line import reward_line
from rl_line.mdp import TabularMDP

JUST_BELOW_ONE = np.nextafter(1.0, 0.0)
# Two states: the first goes on or ends with 1/4 and 3/4, action 1 ends for sure.
GOOD = {
    "successor": [[[0, 1], [1, 0]], [[1, 1], [1, 1]]],
    "probability": [[[0.25, 0.75], [1, 0]], [[1, 0], [1, 0]]],
    "reward": [[[-1, 5], [2, 99]], [[0, 0], [0, 0]]],
    "terminal": [False, True],
    "start": [1, 0],
}


def newest(*names):
    """The first of these environments that the installed Gymnasium makes."""
    return next(name for name in names if name in gym.registry)


TOY_TEXT = {
    "slippery lake": ("FrozenLake-v1", {}),
    "firm lake": ("FrozenLake-v1", {"is_slippery": False}),
    "large lake": ("FrozenLake-v1", {"map_name": "8x8"}),
    "cliff": (newest("CliffWalking-v1", "CliffWalking-v0"), {}),
    "taxi": (newest("Taxi-v4", "Taxi-v3"), {}),
}


class Tape(NamedTuple):
    """A generator that plays given uniforms."""

    uniforms: list

    def random(self):
        return self.uniforms.pop()


class Table(gym.Env):
    """No more of a toy-text environment than its tables."""

    def __init__(self, table, start):
        self.P, self.initial_state_distrib = table, np.array(start)


def random_dense(rng, states=6, actions=3):
    """A transition cube with impossible moves, rewards, terminal states and a start distribution."""
    transition = rng.random((states, actions, states)) * (rng.random((states, actions, states)) < 0.6)
    transition[:, :, 0] += 0.1
    terminal = np.arange(states) >= states - 2
    start = np.where(terminal, 0.0, rng.random(states))
    return (
        transition / transition.sum(-1, keepdims=True),
        rng.normal(size=transition.shape),
        terminal,
        start / start.sum(),
    )


def as_dense(mdp):
    """p(s' | s, a) and r(s, a, s') by adding up the outcomes one by one."""
    transition, reward = np.zeros((2, mdp.num_states, mdp.num_actions, mdp.num_states))
    for index, p in np.ndenumerate(mdp.probability):
        cell = (*index[:2], mdp.successor[index])
        transition[cell] += p
        reward[cell] += p * mdp.reward[index]
    return transition, np.divide(reward, transition, out=np.zeros_like(reward), where=transition > 0)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("successor", [0, 1], "successor has shape (2,)"),
        ("successor", np.zeros((2, 0, 2)), "successor has shape (2, 0, 2)"),
        ("successor", [[[0, 2], [1, 0]], [[1, 1], [1, 1]]], "0..2, expected states 0..1"),
        ("successor", [[[0, -1], [1, 0]], [[1, 1], [1, 1]]], "-1..1, expected states 0..1"),
        ("probability", [1, 0], "probability has shape (2,)"),
        ("probability", [[[0.25, 0.7], [1, 0]], [[1, 0], [1, 0]]], "0.95"),
        ("probability", [[[-0.25, 1.25], [1, 0]], [[1, 0], [1, 0]]], "at least 0"),
        ("probability", [[[np.nan, 1], [1, 0]], [[1, 0], [1, 0]]], "nan"),
        ("reward", [[[0, np.inf], [0, 0]], [[0, 0], [0, 0]]], "reward holds inf"),
        ("reward", [[[0, np.nan], [0, 0]], [[0, 0], [0, 0]]], "reward holds nan"),
        ("reward", [0.0], "reward has shape (1,)"),
        ("terminal", [1], "terminal has shape (1,)"),
        ("start", [1, 0, 0], "start has shape (3,)"),
        ("start", [0.5, 0], "start sums to [0.5] over its last axis, expected numbers of at least 0 that sum to 1"),
        ("start", [0, 1], "[1] are terminal"),
    ],
)
def test_a_table_that_makes_no_mdp_is_refused_by_name(name, value, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        TabularMDP(**{**GOOD, name: value})


def test_the_arrays_are_copies_that_cannot_be_written():
    given = np.array(GOOD["reward"], dtype=float)
    mdp = TabularMDP(**{**GOOD, "reward": given})
    given[:] = 77
    assert mdp.reward[0, 0].tolist() == [-1, 5]
    for name in GOOD:
        with pytest.raises(ValueError, match="read-only"):
            getattr(mdp, name)[...] = 0


@pytest.mark.parametrize("seed", range(20))
def test_from_dense_keeps_every_transition_and_reward(seed):
    transition, reward, terminal, start = random_dense(np.random.default_rng(seed))
    mdp = TabularMDP.from_dense(transition, reward, terminal, start)
    back, paid = as_dense(mdp)
    np.testing.assert_allclose(back[~terminal], transition[~terminal], atol=1e-15)
    np.testing.assert_allclose(paid[~terminal], np.where(transition > 0, reward, 0)[~terminal], atol=1e-12)
    assert (mdp.successor[terminal] == np.flatnonzero(terminal)[:, None, None]).all()
    assert not mdp.reward[terminal].any()
    np.testing.assert_array_equal(mdp.start, start)
    assert mdp.successor.shape[2] == np.count_nonzero(transition[~terminal], axis=2).max()


@pytest.mark.parametrize("name", ["transition", "reward", "terminal", "start"])
@pytest.mark.parametrize("shape", [(4,), (6, 6), (6, 4, 6)], ids=str)
def test_from_dense_refuses_shapes_that_do_not_fit(name, shape):
    given = dict(
        zip(("transition", "reward", "terminal", "start"), random_dense(np.random.default_rng(0)), strict=True)
    )
    with pytest.raises(ValueError, match=r"expected|must|shape"):
        TabularMDP.from_dense(**{**given, name: np.zeros(shape)})


@pytest.mark.parametrize("name", TOY_TEXT)
def test_the_same_uniforms_walk_the_same_way_as_gymnasiums_own_environment(name):
    identifier, settings = TOY_TEXT[name]
    env = gym.make(identifier, **settings).unwrapped
    mdp = TabularMDP.from_toy_text(env)
    rng = np.random.default_rng(0)
    state, _ = env.reset(seed=0)
    episodes = 0
    for _ in range(1_500):
        action, uniform = int(rng.integers(mdp.num_actions)), rng.random()
        env.np_random = Tape([uniform])
        observation, reward, terminated, _, _ = env.step(action)
        outcome = mdp.step(state, action, uniform)
        assert (outcome.next_state, outcome.reward, outcome.terminated) == (observation, reward, terminated)
        state = observation
        if terminated or rng.random() < 0.01:
            start = rng.random()
            env.np_random = Tape([start])
            episodes += 1
            state, _ = env.reset()
            assert mdp.start_state(start) == state
    assert episodes > 5


@pytest.mark.parametrize("name", TOY_TEXT)
def test_what_from_toy_text_reads_to_toy_text_writes(name):
    identifier, settings = TOY_TEXT[name]
    env = gym.make(identifier, **settings)
    mdp = known_mdp(env)
    table = mdp.to_toy_text()
    for state in np.flatnonzero(~mdp.terminal).tolist():
        expected = {action: [tuple(move) for move in moves] for action, moves in env.unwrapped.P[state].items()}
        # Taxi's table goes on from states where the ride has ended elsewhere; no episode visits them.
        flagged = {a: [(*m[:3], bool(mdp.terminal[m[1]])) for m in moves] for a, moves in expected.items()}
        assert table[state] == flagged
    again = TabularMDP.from_toy_text(Table(table, mdp.start))
    for field in GOOD:
        np.testing.assert_array_equal(getattr(again, field), getattr(mdp, field))


def test_a_toy_text_table_has_no_impossible_moves():
    stay = [(1.0, 1, 0.0, True)]
    first = {0: [(0.25, 0, -1.0, False), (0.75, 1, 5.0, True)], 1: [(1.0, 1, 2.0, True)]}
    assert TabularMDP(**GOOD).to_toy_text() == {0: first, 1: {0: stay, 1: stay}}


def test_a_state_that_ends_only_some_episodes_is_refused():
    ends, goes_on = [(1.0, 2, 0.0, True)], [(1.0, 2, 0.0, False)]
    table = {0: {0: ends, 1: [(1.0, 1, 0.0, False)]}, 1: {0: goes_on, 1: goes_on}, 2: {0: goes_on, 1: goes_on}}
    with pytest.raises(ValueError, match="state 2 ends an episode on some moves but not after state 1, action 0"):
        TabularMDP.from_toy_text(Table(table, [1, 0, 0]))
    assert TabularMDP.from_toy_text(Table({**table, 1: {0: ends, 1: ends}}, [1, 0, 0])).terminal.tolist() == [0, 0, 1]


def test_only_environments_with_tables_have_an_mdp():
    env = gym.make("CartPole-v1")
    assert known_mdp(env) is None
    with pytest.raises(ValueError, match="no `P` and `initial_state_distrib`"):
        TabularMDP.from_toy_text(env)


@pytest.mark.parametrize(
    ("uniform", "outcome"),
    [
        (0.0, (0, -1, False)),
        (np.nextafter(0.25, 0), (0, -1, False)),
        (0.25, (1, 5, True)),
        (JUST_BELOW_ONE, (1, 5, True)),
    ],
)
def test_an_outcome_owns_its_share_of_the_uniforms_closed_below(uniform, outcome):
    assert TabularMDP(**GOOD).step(0, 0, uniform) == outcome


@pytest.mark.parametrize(
    "row", [(0, 1, 0), (0, 0, 1), (1, 0, 0), (0, 0.5, 0.5), (0.1, 0.2, 0.7), (0.7, 0.3 - 1e-10, 0)]
)
def test_an_impossible_outcome_is_never_chosen(row):
    uniforms = [0.0, 5e-324, *np.linspace(0, 1, 999, endpoint=False), 1 - 1e-10, 1 - 1e-12, JUST_BELOW_ONE]
    mdp = TabularMDP(
        [[[0, 1, 2]], [[1] * 3], [[2] * 3]], [[row], [row], [row]], np.zeros((3, 1, 3)), [0] * 3, [0.2, 0.3, 0.5]
    )
    arrived = mdp.step(np.zeros(len(uniforms), dtype=int), 0, np.array(uniforms)).next_state
    assert set(arrived.tolist()) == {int(s) for s in np.flatnonzero(row)}
    started = TabularMDP(mdp.successor, mdp.probability, mdp.reward, mdp.terminal, row).start_state(np.array(uniforms))
    assert set(started.tolist()) == {int(s) for s in np.flatnonzero(row)}


@pytest.mark.parametrize("shape", [(), (1,), (7,), (2, 3, 4)])
@pytest.mark.parametrize("slip", [0.0, 0.3])
def test_a_batch_of_steps_is_the_steps_one_by_one(shape, slip):
    mdp, rng = reward_line(slip=slip, reward_noise=0.5), np.random.default_rng(1)
    states, actions, uniforms = rng.integers(3, size=shape), rng.integers(2, size=shape), rng.random(shape)
    batch = mdp.step(states, actions, uniforms)
    assert [np.shape(field) for field in batch] == [shape] * 3
    for index in np.ndindex(shape):
        single = mdp.step(int(states[index]), int(actions[index]), float(uniforms[index]))
        assert single == tuple(field[index] for field in batch)
    rows = mdp.branch(states * 2 + actions, uniforms)
    np.testing.assert_array_equal(mdp.outcome(rows).reward, batch.reward)


def test_after_the_end_nothing_is_paid_wherever_it_leads():
    stays, restarts = TabularMDP(**GOOD).after_end(), TabularMDP(**GOOD).after_end(0)
    for uniform in (0.0, 0.5, JUST_BELOW_ONE):
        assert stays.step(1, 0, uniform) == (1, 0, True)
        assert restarts.step(1, 0, uniform) == (0, 0, False)
        assert restarts.step(0, 0, uniform) == stays.step(0, 0, uniform)


def test_a_line_is_known_by_its_own_mdp_and_has_one_start():
    env = gym.make("rl_line:RewardLine-v0")
    assert known_mdp(env) is env.unwrapped.mdp
    assert (reward_line(start=1).only_start, reward_line(start=[0.5, 0, 0.5, 0]).only_start) == (1, None)


@pytest.mark.parametrize("as_type", [np.int8, np.uint8, np.uint64])
def test_states_of_few_bits_are_stepped_as_others(as_type):
    long = reward_line(rewards=range(120), slip=0.1)
    states, actions, uniform = np.array([100, 50, 118]), np.array([1, 0, 1]), np.array([0.05, 0.5, 0.95])
    stepped = long.step(states.astype(as_type), actions.astype(as_type), uniform)
    assert stepped.next_state.tolist() == [101, 49, 117]  # the last one slips
    assert stepped.reward.tolist() == [101, 49, 117]
