"""Dyna-Q remembers the last outcome of every cell, and learns from what it remembers."""

import gymnasium as gym
import numpy as np
import pytest

import agents
from agents import DynaQ, QLearning, Transition, sample_average


class Draws:
    """A generator whose numbers are given: in [0, 1), the share of the remembered cells that is passed over."""

    def __init__(self, *draws):
        self.draws = draws

    def random(self, shape):
        return np.reshape(self.draws, shape).astype(float)


def made(*draws, **settings):
    agent = DynaQ(4, 2, **{"gamma": 0.5, "alpha": 0.5, "planning_steps": len(draws)} | settings)
    agent._rng = Draws(*draws)
    return agent


def test_planning_learns_remembered_transitions_in_the_order_drawn():
    agent = made(0, 1)
    agent._rng = Draws(0, 0)
    agent.learn(Transition(0, 1, 2.0, 1, False, False))  # 0 to 1, 1.5, 1.75
    assert agent.q[0, 1] == 1.75
    agent._rng = Draws(0.4, 0.6)
    agent.learn(Transition(1, 1, 8.0, 2, True, False))  # 0 to 4, then (0, 1) with it, then (1, 1) from memory
    assert agent.q[0, 1] == 1.75 + 0.5 * (2.0 + 0.5 * 4.0 - 1.75)
    assert agent.q[1, 1] == 6.0


def test_the_model_holds_the_last_outcome_of_a_cell():
    agent = made(0)
    agent.learn(Transition(0, 1, 2.0, 1, True, False))
    agent.learn(Transition(0, 1, 6.0, 1, True, False))  # 1.5 to 3.75, then to (3.75 + 6) / 2
    assert agent.q[0, 1] == 4.875


def test_the_model_remembers_that_an_episode_ended_but_not_that_it_was_cut_off():
    agent = made(0, alpha=1.0)
    agent.q[1] = 4.0
    agent.learn(Transition(0, 0, 2.0, 1, True, False))
    assert agent.q[0, 0] == 2.0
    agent.learn(Transition(0, 0, 2.0, 1, False, True))
    assert agent.q[0, 0] == 2.0 + 0.5 * 4.0


def test_only_what_was_lived_is_counted():
    agent = made(0, 0, 0)
    for k in range(1, 4):
        agent.learn(Transition(0, 1, 2.0, 1, False, False))
        assert agent.counts.sum() == agent.time == k


def test_a_batch_is_learned_once_and_remembered_by_lane():
    agent = made(0.6, alpha=1.0)
    agent.learn(
        Transition(
            observation=np.array([0, 2]),
            action=np.array([1, 0]),
            reward=np.array([2.0, 7.0]),
            next_observation=np.array([2, 3]),
            terminated=np.array([False, True]),
            truncated=np.zeros(2, bool),
        )
    )
    assert agent.q[0, 1] == 2.0  # both were learned before planning, from the table as it was
    assert agent.q[2, 0] == 7.0


@pytest.mark.parametrize(("share", "cell"), [(0.0, 0), (0.32, 0), (0.34, 1), (0.66, 1), (0.67, 2), (1 - 2**-53, 2)])
def test_every_remembered_cell_has_its_share_of_the_planning(share, cell):
    agent = made(0)
    for state, action in [(2, 0), (0, 1), (1, 0)]:  # in the order of the table: (0, 1), (1, 0), (2, 0)
        agent.learn(Transition(state, action, 8.0, 3, True, False))
    agent.q[:] = 0.0
    agent._rng = Draws(share)
    agent.learn(Transition(2, 0, 8.0, 3, True, False))
    expected = np.zeros((4, 2))
    expected[2, 0] = 4.0
    expected[((0, 1), (1, 0), (2, 0))[cell]] += 4.0 if cell < 2 else 2.0
    assert (agent.q == expected).all()


def test_without_planning_it_is_q_learning():
    env = gym.make("rl_line:RewardLine-v0", slip=0.2)
    dyna, plain = DynaQ.for_env(env, planning_steps=0, seed=0), QLearning.for_env(env, seed=0)
    for agent in (dyna, plain):
        agents.train(env, agent, steps=300, seed=0)
    assert (dyna.q == plain.q).all()


def test_planning_needs_fewer_steps():
    env = gym.make("rl_line:RewardLine-v0")
    best = np.array([[6.208, 7.76], [6.208, 7.2], [7.76, 9.0], [0, 0]])
    errors = []
    for planning_steps in (0, 20):
        agent = DynaQ.for_env(env, planning_steps=planning_steps, seed=0)
        agents.train(env, agent, steps=400, seed=0)
        errors.append(np.abs(agent.q - best).max())
    assert errors[1] < 0.1 * errors[0]


def test_planning_with_sample_averages_still_forgets_where_it_started():
    agent = made(0, 0, alpha=sample_average, initial_value=100.0)
    agent.learn(Transition(0, 1, 2.0, 1, True, False))
    assert agent.q[0, 1] == 2.0


def test_a_negative_number_of_planning_steps_is_refused():
    with pytest.raises(ValueError, match="planning_steps=-1"):
        DynaQ(4, 2, planning_steps=-1)
