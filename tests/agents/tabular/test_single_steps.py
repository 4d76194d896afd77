"""The Python loop's faster path for single transitions is `update` to the last bit."""

import numpy as np
import pytest

import agents
from agents import UCB, EpsilonGreedy, Linear, QLearning, Softmax, Transition, sample_average
from agents.tabular.one_step import on_a_row
from rl_line import TabularMDP

SETTINGS = [
    {},
    {"alpha": sample_average, "initial_value": 3.0},
    {"gamma": 1.0, "alpha": 1.0, "policy": EpsilonGreedy(Linear(1.0, 0.1, steps=50))},
    {"gamma": 0.3, "policy": Softmax(0.7)},
]


def random_mdp(seed):
    """States, actions and outcomes in random numbers; the last state is terminal."""
    rng = np.random.default_rng(seed)
    states, actions, width = rng.integers(2, 8), rng.integers(1, 12), rng.integers(1, 4)
    shape = (states, actions, width)
    probability = rng.dirichlet(np.ones(width), size=shape[:2])
    terminal = np.arange(states) == states - 1
    start = np.where(terminal, 0.0, 1 / (states - 1))
    return TabularMDP(rng.integers(states, size=shape), probability, rng.normal(size=shape), terminal, start)


def story(mdp, seed, length=200, allowed=None):
    """Transitions of a uniform policy of the allowed actions [S, A], some of them cut off."""
    rng = np.random.default_rng(seed)
    allowed = np.ones(mdp.probability.shape[:2]) if allowed is None else allowed
    actions = [np.flatnonzero(row) for row in allowed]
    state, action = 0, int(rng.choice(actions[0]))
    for _ in range(length):
        outcome = mdp.step(state, action, rng.random())
        following, then = int(outcome.next_state), int(rng.choice(actions[int(outcome.next_state)]))
        ended, cut = bool(outcome.terminated), bool(rng.random() < 0.1)
        yield Transition(state, action, float(outcome.reward), following, ended, cut, then)
        state, action = (0, int(rng.choice(actions[0]))) if ended or cut else (following, then)


@pytest.mark.parametrize("settings", SETTINGS, ids=["as they are", "sample average", "undiscounted", "softmax"])
@pytest.mark.parametrize("kind", agents.TABULAR)
def test_single_transitions_and_batches_of_one_learn_the_same_numbers(kind, settings):
    for seed in range(5):
        mdp = random_mdp(seed)
        one, batch = (kind(mdp.num_states, mdp.num_actions, seed=seed, **settings) for _ in range(2))
        for transition in story(mdp, seed):
            logged = one.learn(transition)
            batched = batch.learn(Transition(*(np.array([part]) for part in transition[:-1])))
            assert logged == batched
        for name, array in one.state().items():
            np.testing.assert_array_equal(array, batch.state()[name])
        assert one.counts.sum() > 0


@pytest.mark.parametrize("settings", [*SETTINGS, {"policy": UCB()}])
@pytest.mark.parametrize("kind", agents.TABULAR)
def test_single_transitions_and_batches_of_one_learn_the_same_numbers_with_masks(kind, settings):
    for seed in range(5):
        mdp = random_mdp(seed)
        allowed = np.random.default_rng(seed).random(mdp.probability.shape[:2]) < 0.5
        allowed[:, seed % mdp.num_actions] = True
        one, batch = (kind(mdp.num_states, mdp.num_actions, seed=seed, masked=True, **settings) for _ in range(2))
        one.allow(np.arange(mdp.num_states), allowed)
        for state, mask in enumerate(allowed):
            batch.allow(state, mask)
        for transition in story(mdp, seed, allowed=allowed):
            assert one.learn(transition) == batch.learn(Transition(*(np.array([part]) for part in transition[:-1])))
        for name, array in one.state().items():
            np.testing.assert_array_equal(array, batch.state()[name])
        assert one.counts[allowed].sum() > 0 == one.counts[~allowed].sum()


def test_a_bootstrap_of_ones_own_is_not_taken_for_the_one_it_overrides():
    class Pessimist(QLearning):
        def bootstrap(self, q_next, next_action, policy, xp=np):
            return xp.min(q_next, axis=-1)

    agent = Pessimist(4, 2, gamma=0.5, alpha=1.0)
    agent.q[1] = 2.0, 6.0
    agent.learn(Transition(0, 1, 1.0, 1, False, False))
    assert agent.q[0, 1] == 1.0 + 0.5 * 2.0


def test_a_rule_on_a_row_is_what_single_transitions_learn():
    class Ten(QLearning):
        @on_a_row(lambda row, next_action: 10.0)
        def bootstrap(self, q_next, next_action, policy, xp=np):
            return xp.max(q_next, axis=-1)

    agent = Ten(4, 2, gamma=0.5, alpha=1.0)
    agent.learn(Transition(0, 1, 1.0, 1, False, False))
    assert agent.q[0, 1] == 6.0
