"""Lanes of a vector environment share a table and nothing else."""

import numpy as np
import pytest

import agents
from agents import (
    DoubleQLearning,
    DynaQ,
    MonteCarlo,
    NStepQ,
    NStepSarsa,
    QLambda,
    QLearning,
    Sarsa,
    SarsaLambda,
    Transition,
    sample_average,
)
from agents.policies import EpsilonGreedy

LANES, STATES = 3, 4


def batch(rows, lane=None):
    """A batch of rows (observation, action, reward, next observation, terminated, truncated, next action)."""
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    return Transition(*columns, lane=None if lane is None else np.array(lane))


def streams(seed, length=60):
    """Random transitions of every lane, on states of its own, with episodes of different lengths."""
    rng = np.random.default_rng(seed)
    stories = []
    for lane in range(LANES):
        states = rng.integers(STATES, size=length + 1) + STATES * lane
        actions, ends = rng.integers(2, size=length + 1), rng.random((length, 2)) < 0.1
        stories.append(
            [
                Transition(states[t], actions[t], rng.normal(), states[t + 1], *ends[t], actions[t + 1])
                for t in range(length)
            ]
        )
    return stories


def interleaved(stories, seed):
    """Batches of some of the lanes at a time, in any order, each lane's story in its own."""
    rng = np.random.default_rng(seed)
    place = [0] * len(stories)
    while open_ := [lane for lane, story in enumerate(stories) if place[lane] < len(story)]:
        chosen = rng.permutation(open_)[: rng.integers(1, len(open_) + 1)].tolist()
        yield batch([tuple(stories[lane][place[lane]])[:7] for lane in chosen], chosen)
        for lane in chosen:
            place[lane] += 1


# Coins and planning draws depend on how many lanes there are, so those two are left out.
ALONE = [kind for kind in agents.TABULAR if kind not in (DoubleQLearning, DynaQ)]


@pytest.mark.parametrize("alpha", [0.3, sample_average])
@pytest.mark.parametrize("kind", ALONE)
def test_lanes_with_states_of_their_own_learn_as_separate_agents(kind, alpha):
    stories = streams(seed=0)
    together = kind(STATES * LANES, 2, alpha=alpha, policy=EpsilonGreedy(0.3))
    for transition in interleaved(stories, seed=1):
        together.learn(transition)
    for lane, story in enumerate(stories):
        alone = kind(STATES * LANES, 2, alpha=alpha, policy=EpsilonGreedy(0.3))
        for transition in story:
            alone.learn(transition)
        own = slice(STATES * lane, STATES * (lane + 1))
        assert together.q[own] == pytest.approx(alone.q[own], abs=1e-12)
        assert (together.counts[own] == alone.counts[own]).all()
    assert together.time == LANES * len(stories[0])


@pytest.mark.parametrize("kind", agents.TABULAR)
def test_a_batch_of_one_lane_is_that_lane(kind):
    story = streams(seed=3)[0]
    one, plain = kind(STATES, 2, seed=0), kind(STATES, 2, seed=0)
    for transition in story:
        one.learn(batch([tuple(transition)[:7]], [0]))
        plain.learn(transition)
    assert one.q == pytest.approx(plain.q, abs=1e-12)
    assert one.time == plain.time


@pytest.mark.parametrize("kind", [NStepQ, NStepSarsa, QLambda, SarsaLambda, MonteCarlo])
def test_rows_without_lanes_are_lanes_in_order(kind):
    tables = []
    for lane in (None, [0, 1]):
        agent = kind(4, 2)
        agent.learn(batch([(0, 1, 2.0, 1, False, False, 1), (1, 1, 0.0, 2, False, False, 1)], lane))
        agent.learn(batch([(1, 1, 0.0, 2, False, True, 1), (2, 1, 9.0, 3, True, False, 0)], lane))
        tables.append(agent.q)
    assert (tables[0] == tables[1]).all()
    assert tables[0].any()


@pytest.mark.parametrize("kind", ALONE)
def test_lanes_that_meet_in_a_cell_move_it_by_the_mean_of_their_errors(kind):
    agent = kind(4, 2, alpha=0.5)
    agent.learn(batch([(2, 1, 2.0, 3, True, False, 0), (2, 1, 4.0, 3, True, False, 0)], [0, 1]))
    assert agent.q[2, 1] == 0.5 * 3.0


@pytest.mark.parametrize("kind", [QLearning, Sarsa, NStepQ, NStepSarsa, MonteCarlo])
def test_the_sample_average_of_lanes_is_the_mean_of_their_targets(kind):
    agent = kind(4, 2, alpha=sample_average, initial_value=100.0)
    agent.learn(batch([(2, 1, 2.0, 3, True, False, 0), (2, 1, 4.0, 3, True, False, 0)], [0, 1]))
    assert agent.q[2, 1] == pytest.approx(3.0)
    agent.learn(batch([(2, 1, 12.0, 3, True, False, 0)], [0]))
    assert agent.q[2, 1] == pytest.approx(6.0)


@pytest.mark.parametrize("kind", agents.TABULAR)
def test_a_batch_may_have_any_shape(kind):
    rows = batch([(0, 1, 2.0, 1, False, False, 1), (2, 1, 9.0, 3, True, False, 0)] * 2)
    square = Transition(*(None if field is None else field.reshape(2, 2) for field in rows))
    flat, folded = kind(4, 2, seed=0), kind(4, 2, seed=0)
    flat.learn(rows)
    folded.learn(square)
    assert (flat.q == folded.q).all()


STEPS_OF_A_RUN = [(0, 1, 2.0, 1, False, False, 1), (1, 1, 4.0, 2, False, False, 1)]


@pytest.mark.parametrize("kind", [NStepQ, NStepSarsa, QLambda, SarsaLambda, MonteCarlo])
def test_what_was_left_unfinished_elsewhere_is_forgotten(kind):
    left, fresh = kind(6, 2), kind(6, 2)
    for step in STEPS_OF_A_RUN:
        left.learn(Transition(*step))
    before = left.q.copy()
    for agent in (left, fresh):  # in another run, that starts where the last one was not
        agent.learn(Transition(4, 1, 8.0, 5, True, False, 0))
    assert left.q - before == pytest.approx(fresh.q)


@pytest.mark.parametrize("kind", [NStepQ, NStepSarsa, QLambda, SarsaLambda, MonteCarlo])
def test_one_lane_may_begin_anew_while_another_goes_on(kind):
    both, alone = kind(6, 2), kind(6, 2)
    both.learn(batch([STEPS_OF_A_RUN[0], (3, 0, 1.0, 4, False, False, 0)], [0, 1]))
    both.learn(batch([STEPS_OF_A_RUN[1], (3, 0, 1.0, 5, True, False, 0)], [0, 1]))
    both.learn(batch([(2, 1, 9.0, 5, True, False, 0)], [0]))
    for step in (*STEPS_OF_A_RUN, (2, 1, 9.0, 5, True, False, 0)):
        alone.learn(Transition(*step))
    assert both.q[:3] == pytest.approx(alone.q[:3])
