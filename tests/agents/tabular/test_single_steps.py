"""The Python loop's faster path for single steps is `update`, and the public calls, to the last bit."""

from functools import cache

import gymnasium as gym
import numpy as np
import pytest

import agents
from agents import UCB, EpsilonGreedy, Linear, PerEpisode, QLearning, Softmax, Transition, sample_average, train
from agents.tabular.one_step import on_a_row
from rl_line import TabularMDP

SETTINGS = [
    {},
    {"alpha": sample_average, "initial_value": 3.0},
    {"gamma": 1.0, "alpha": 1.0, "policy": EpsilonGreedy(Linear(1.0, 0.1, steps=50))},
    {"gamma": 0.3, "policy": Softmax(0.7)},
]


@cache
def random_mdp(seed):
    """States, actions and outcomes in random numbers; the last state is terminal."""
    rng = np.random.default_rng(seed)
    states, actions, width = rng.integers(2, 8), rng.integers(1, 12), rng.integers(1, 4)
    shape = (states, actions, width)
    probability = rng.dirichlet(np.ones(width), size=shape[:2])
    terminal = np.arange(states) == states - 1
    start = np.where(terminal, 0.0, 1 / (states - 1))
    return TabularMDP(rng.integers(states, size=shape), probability, rng.normal(size=shape), terminal, start)


@cache
def some_actions(seed):
    """Allowed actions [S, A] in that MDP: about half of them, and one in every state."""
    allowed = np.random.default_rng(seed).random(random_mdp(seed).probability.shape[:2]) < 0.5
    allowed[:, seed % allowed.shape[1]] = True
    return allowed


@cache
def story(seed, length=200, masked=False):
    """Transitions in that MDP of a uniform policy of all actions or of some, a few of them cut off."""
    return list(transitions(random_mdp(seed), seed, length, some_actions(seed) if masked else None))


def transitions(mdp, seed, length, allowed):
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
        for transition in story(seed):
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
        mdp, allowed = random_mdp(seed), some_actions(seed)
        one, batch = (kind(mdp.num_states, mdp.num_actions, seed=seed, masked=True, **settings) for _ in range(2))
        one.allow(np.arange(mdp.num_states), allowed)
        for state, mask in enumerate(allowed):
            batch.allow(state, mask)
        for transition in story(seed, masked=True):
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


class Walk(gym.Env):
    """An MDP as an environment that tells masks [S, A], cut off by chance; state 0 ends no episode."""

    def __init__(self, mdp, allowed):
        self.mdp, self.masks = mdp, allowed.astype(np.int8)

    def reset(self, **options):
        super().reset(**options)
        self.state = 0
        return 0, {"action_mask": self.masks[0]}

    def step(self, action):
        outcome = self.mdp.step(self.state, action, self.np_random.random())
        self.state = int(outcome.next_state)
        cut, info = bool(self.np_random.random() < 0.1), {"action_mask": self.masks[self.state]}
        return self.state, float(outcome.reward), bool(outcome.terminated), cut, info


class Asked:
    """An agent by its public calls alone, each of which is counted."""

    def __init__(self, agent):
        self.agent, self.on_policy, self.masked, self.allow = agent, agent.on_policy, agent.masked, agent.allow
        self.acts = self.learns = 0

    def act(self, observation, *, explore):
        self.acts += 1
        return self.agent.act(observation, explore=explore)

    def learn(self, transition):
        self.learns += 1
        return self.agent.learn(transition)


@pytest.mark.parametrize("masked", [False, True], ids=["all", "masked"])
@pytest.mark.parametrize(
    "settings", [*SETTINGS, {"policy": UCB()}, {"policy": EpsilonGreedy(PerEpisode(Linear(1.0, 0.0, steps=20)))}]
)
@pytest.mark.parametrize("kind", agents.TABULAR)
def test_a_training_is_its_public_calls_to_the_last_bit(kind, settings, masked):
    for seed in range(2):
        mdp, allowed = random_mdp(seed), some_actions(seed)
        one, other = (kind(mdp.num_states, mdp.num_actions, seed=seed, masked=masked, **settings) for _ in range(2))
        rows = train(Walk(mdp, allowed), one, steps=60, seed=seed)
        asked = Asked(other)
        assert rows == train(Walk(mdp, allowed), asked, steps=60, seed=seed)
        assert len(rows) >= 3
        assert asked.learns == 60 <= asked.acts
        for name, array in one.state().items():
            np.testing.assert_array_equal(array, other.state()[name])


def test_an_act_or_a_learn_of_ones_own_is_asked_at_every_step():
    calls = []

    class Right(QLearning):
        def act(self, observation, *, explore=False):
            calls.append("act")
            return 1

    class Still(QLearning):
        def learn(self, transition):
            calls.append("learn")
            return {}

    train("RewardLine-v0", Right(4, 2), steps=5)
    train("RewardLine-v0", still := Still(4, 2), steps=5)
    assert calls == ["act"] * 5 + ["learn"] * 5
    assert still.counts.sum() == 0
    agent = QLearning(4, 2)
    agent.act = lambda observation, *, explore: 1
    agent.learn = lambda transition: {}
    assert [row["length"] for row in train("RewardLine-v0", agent, steps=6)] == [3, 3]  # right is the shortest way
    assert agent.counts.sum() == 0


class Constant(gym.Env):
    """Observations 0, but for the first one."""

    def __init__(self, first):
        self.first = first

    def reset(self, **_):
        return self.first, {}

    def step(self, action):
        return 0, 0.0, False, False, {}


@pytest.mark.parametrize("first", [-1, 2, 2**70])
def test_a_first_observation_outside_the_table_is_refused_in_a_training(first):
    with pytest.raises(ValueError, match=f"observation {first}, expected states from 0 to 1"):
        train(Constant(first), QLearning(2, 2), steps=1)


def test_an_observation_outside_the_table_is_refused_in_a_training():
    with pytest.raises(ValueError, match="next_observation 2, expected states from 0 to 1"):
        train("RewardLine-v0", QLearning(2, 2, policy=EpsilonGreedy(1.0), seed=0), steps=100, seed=0)


@pytest.mark.parametrize("given", [{"next_observation": 2}, {"next_action": 2}, {"next_observation": 2**70}])
@pytest.mark.parametrize("terminated", [False, True])
def test_what_follows_lies_in_the_table_although_its_value_is_not_used(given, terminated):
    agent = QLearning(2, 2)
    ending = Transition(0, 1, 1.0, 1, terminated, False)._replace(**given)
    (name, value), *_ = given.items()
    with pytest.raises(ValueError, match=f"{name} {value}, expected states from 0 to 1 and actions from 0 to 1"):
        agent.learn(ending)
    assert not agent.counts.any()
