"""The loop yields all transitions; policies are evaluated exactly if the MDP is known."""

from itertools import islice

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.wrappers import TransformReward

from agents import QLearning, evaluate, interact, train


class Scripted:
    """Plays given actions over and over, and remembers what it was asked."""

    def __init__(self, actions, on_policy=False):
        self.actions, self.on_policy, self.asked = actions, on_policy, []

    def act(self, observation, *, explore=False):
        self.asked.append((observation, explore))
        return self.actions[(len(self.asked) - 1) % len(self.actions)]

    def learn(self, transition):
        return {"reward": transition.reward}


class Fixed(Scripted):
    """A known stochastic policy."""

    def __init__(self, right, seed=0):
        super().__init__([])
        self.right, self.rng = right, np.random.default_rng(seed)

    def act(self, observation, *, explore=False):
        return int(self.rng.random() < self.right)

    def action_probabilities(self, observation, *, explore=False):
        return np.broadcast_to([1 - self.right, self.right], (*np.shape(observation), 2))


@pytest.fixture
def env():
    return gym.make("rl_line:RewardLine-v0")


def test_interact_tells_the_story_of_two_episodes(env):
    story = [tuple(t)[:6] for t in interact(env, Scripted([1]), steps=5)]
    walk = [(0, 1, 2.0, 1, False, False), (1, 1, 0.0, 2, False, False), (2, 1, 9.0, 3, True, False)]
    assert story == [*walk, *walk[:2]]


def test_interact_without_steps_never_ends(env):
    assert len(list(islice(interact(env, Scripted([1])), 250))) == 250


def test_truncation_is_told_from_termination():
    env = gym.make("rl_line:RewardLine-v0", max_episode_steps=2)
    last = list(interact(env, Scripted([0]), steps=2))[-1]
    assert (last.terminated, last.truncated, last.next_observation) == (False, True, 0)


def test_an_off_policy_actor_chooses_after_the_transition_was_used(env):
    actor = Scripted([1])
    steps = interact(env, actor, steps=3)
    next(steps)
    assert [observation for observation, _ in actor.asked] == [0]
    next(steps)
    assert [observation for observation, _ in actor.asked] == [0, 1]


def test_an_on_policy_learner_is_told_the_action_it_takes_next(env):
    actor = Scripted([1, 0, 1, 1, 1], on_policy=True)
    transitions = list(interact(env, actor, steps=4))
    taken = [t.action for t in transitions]
    assert [t.next_action for t in transitions[:3]] == taken[1:]


def test_nobody_is_asked_to_act_in_a_terminal_state(env):
    for on_policy in (False, True):
        actor = Scripted([1], on_policy)
        list(interact(env, actor, steps=7))
        assert {observation for observation, _ in actor.asked} == {0, 1, 2}


@pytest.mark.parametrize("explore", [False, True])
def test_interact_passes_exploration_on(env, explore):
    actor = Scripted([1])
    list(interact(env, actor, steps=2, explore=explore))
    assert {asked for _, asked in actor.asked} == {explore}


def test_train_gives_one_row_per_finished_episode(env):
    rows = train(env, Scripted([1]), steps=7)
    assert rows == [
        {"step": 3, "episode": 1, "return": 11.0, "length": 3, "reward": 9.0},
        {"step": 6, "episode": 2, "return": 11.0, "length": 3, "reward": 9.0},
    ]


def test_train_stops_after_its_episodes(env):
    assert [row["step"] for row in train(env, Scripted([1]), episodes=4)] == [3, 6, 9, 12]
    assert train(env, Scripted([1]), episodes=0) == []


@pytest.mark.parametrize("amount", [{}, {"steps": 5, "episodes": 5}])
def test_train_wants_steps_or_episodes(env, amount):
    with pytest.raises(ValueError, match=r"expected one of them; pass e\.g\. steps"):
        train(env, Scripted([1]), **amount)


def test_train_is_silent_where_there_is_no_terminal(env, capfd):
    train(env, QLearning.for_env(env), steps=50)
    assert capfd.readouterr() == ("", "")


def test_evaluate_is_exact_for_the_walk_to_the_nine(env):
    assert evaluate(env, Fixed(1.0)) == (11.0, 11.0, 11.0, 0)
    assert evaluate(env, Fixed(1.0), gamma=0.5).value == 2 + 0.5 * 0 + 0.25 * 9


def test_evaluate_counts_the_time_limit():
    # Always left from the second state: bumps for ever, and arrives in state 0 only.
    env = gym.make("rl_line:RewardLine-v0", rewards=(3, 0, 9), max_episode_steps=5)
    assert evaluate(env, Fixed(0.0)).value == 15.0
    assert evaluate(gym.wrappers.TimeLimit(env.unwrapped, 4), Fixed(0.0)).value == 12.0


@pytest.mark.parametrize("limit", [3, 20])
def test_the_sample_agrees_with_the_exact_value(limit):
    env = gym.make("rl_line:RewardLine-v0", slip=0.2, max_episode_steps=limit)
    exact = evaluate(env, Fixed(0.7), gamma=0.9)
    sample = evaluate(TransformReward(env, lambda reward: reward), Fixed(0.7), gamma=0.9, episodes=3000, seed=1)
    assert sample.episodes == 3000
    assert sample.low < exact.value < sample.high
    assert sample.high - sample.low < 1.0


def test_a_wrapper_that_changes_rewards_is_sampled_not_computed(env):
    doubled = evaluate(TransformReward(env, lambda reward: 2 * reward), Fixed(1.0), episodes=2)
    assert doubled == (22.0, 22.0, 22.0, 2)


def test_an_actor_without_probabilities_is_sampled(env):
    assert evaluate(env, Scripted([1]), episodes=3) == (11.0, 11.0, 11.0, 3)


def test_one_episode_is_no_sample(env):
    with pytest.raises(ValueError, match="episodes=1, expected a whole number of at least 2"):
        evaluate(env, Scripted([1]), episodes=1)


def test_evaluate_is_exact_on_toy_text():
    agent = QLearning.for_env(env := gym.make("FrozenLake-v1", is_slippery=False), seed=0)
    train(env, agent, steps=20_000, seed=0)
    assert evaluate(env, agent) == (1.0, 1.0, 1.0, 0)
