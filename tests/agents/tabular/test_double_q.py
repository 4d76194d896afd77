"""Double Q-learning: one table chooses, the other one judges."""

import numpy as np
import pytest

from agents import DoubleQLearning, Transition, sample_average

STEP = Transition(0, 1, 2.0, 1, False, False)


class Coin:
    """A generator whose numbers show given sides: the first table below a half."""

    def __init__(self, *sides):
        self.sides = sides

    def random(self, shape):
        return np.resize(np.array(self.sides) / 2, shape)


def tables(agent):
    """Both tables [2, S, A]."""
    return agent.memory["tables"].reshape(2, agent.num_states, agent.num_actions)


def made(*sides, **settings):
    agent = DoubleQLearning(4, 2, **{"gamma": 0.5, "alpha": 0.5} | settings)
    tables(agent)[0, 1], tables(agent)[1, 1] = [1.0, 3.0], [10.0, 8.0]
    tables(agent)[:, 0, 1] = 4.0, 6.0
    agent.q = tables(agent).mean(axis=0)
    agent._rng = Coin(*sides)
    return agent


@pytest.mark.parametrize(
    ("side", "target", "start"),
    [
        (0, 2.0 + 0.5 * 8.0, 4.0),  # the first would go right (3), which is worth 8 to the second
        (1, 2.0 + 0.5 * 1.0, 6.0),  # the second would go left (10), which is worth 1 to the first
    ],
)
def test_the_other_table_judges_the_choice(side, target, start):
    agent = made(side)
    other = tables(agent)[1 - side].copy()
    logged = agent.learn(STEP)
    assert tables(agent)[side, 0, 1] == start + 0.5 * (target - start)
    assert (tables(agent)[1 - side] == other).all()
    assert (agent.q == tables(agent).mean(axis=0)).all()
    assert logged["td_error"] == abs(target - start)


def test_equally_good_choices_are_judged_on_average():
    agent = made(0)
    tables(agent)[0, 1] = 3.0
    agent.learn(STEP)
    assert tables(agent)[0, 0, 1] == 4.0 + 0.5 * (2.0 + 0.5 * 9.0 - 4.0)


@pytest.mark.parametrize(("ends", "target"), [(True, 2.0), (False, 6.0)])
def test_only_termination_stops_the_bootstrap(ends, target):
    agent = made(0, alpha=1.0)
    agent.learn(STEP._replace(terminated=ends, truncated=not ends))
    assert tables(agent)[0, 0, 1] == target


def test_a_batch_tosses_a_coin_for_every_lane():
    agent = made(0, 1, 0, alpha=1.0)
    agent.learn(
        Transition(
            observation=np.array([0, 0, 2]),
            action=np.array([1, 1, 0]),
            reward=np.array([2.0, 2.0, 7.0]),
            next_observation=np.array([1, 1, 3]),
            terminated=np.array([False, False, True]),
            truncated=np.zeros(3, bool),
        )
    )
    assert tables(agent)[:, 0, 1].tolist() == [6.0, 2.5]
    assert tables(agent)[:, 2, 0].tolist() == [7.0, 0.0]
    assert agent.time == 3
    assert agent.counts.sum() == 3


def test_the_sample_average_of_each_table_is_the_mean_of_its_own_targets():
    # van Hasselt (2010), section 5: with 1/n, n counts the updates of the table that is moved.
    agent = made(0, alpha=sample_average)
    for side, reward in [(0, 3.0), (1, 5.0), (1, 9.0)]:
        agent._rng = Coin(side)
        agent.learn(STEP._replace(reward=reward, terminated=True))
    assert tables(agent)[:, 0, 1].tolist() == [3.0, 7.0]


def test_it_does_not_overestimate_where_q_learning_does():
    # From 0 every action ends with reward -1 or 1, so the best is worth 0: S&B, section 6.7, in its smallest form.
    rng = np.random.default_rng(0)
    first = []
    for seed in range(200):
        agent = DoubleQLearning(2, 8, gamma=1.0, alpha=0.5, seed=seed)
        for action in np.tile(np.arange(8), 6):
            agent.learn(Transition(1, int(action), float(rng.choice([-1.0, 1.0])), 0, True, False))
        agent.learn(Transition(0, 0, 0.0, 1, False, False))
        first.append(2 * agent.q[0, 0] / 0.5)  # the target that moved one of the tables from 0
    # A value's standard deviation is below 1, so the mean of 200 targets has one below 1 / 14.
    assert abs(np.mean(first)) < 3 / np.sqrt(200)
