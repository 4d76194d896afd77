"""n-step returns, traces and whole episodes move the table as worked out by hand."""

import gymnasium as gym
import numpy as np
import pytest

import agents
from agents import MonteCarlo, NStepQ, NStepSarsa, QLambda, QLearning, Sarsa, SarsaLambda, Transition, sample_average
from agents.policies import EpsilonGreedy

TABLE = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]])


def made(kind, **settings):
    agent = kind(4, 2, **{"gamma": 0.5, "alpha": 0.5} | settings)
    agent.q[:] = TABLE
    return agent


def step(state, action, reward, following, *, ends=False, cut=False, then=None):
    return Transition(state, action, reward, following, ends, cut, then)


def moved(agent):
    """The cells that are no longer what they were."""
    return {(int(s), int(a)) for s, a in np.argwhere(agent.q != TABLE)}


def test_n_step_q_waits_for_n_rewards_then_takes_the_best():
    agent = made(NStepQ, n=2)
    agent.learn(step(0, 1, 2.0, 1))
    assert moved(agent) == set()
    agent.learn(step(1, 0, 3.0, 2))
    target = 2.0 + 0.5 * 3.0 + 0.25 * 6.0
    assert agent.q[0, 1] == 2.0 + 0.5 * (target - 2.0)
    assert moved(agent) == {(0, 1)}


def test_n_step_sarsa_ends_its_target_with_the_action_taken_next():
    agent = made(NStepSarsa, n=2)
    agent.learn(step(0, 1, 2.0, 1, then=0))
    agent.learn(step(1, 0, 3.0, 2, then=0))
    target = 2.0 + 0.5 * 3.0 + 0.25 * 5.0
    assert agent.q[0, 1] == 2.0 + 0.5 * (target - 2.0)
    assert moved(agent) == {(0, 1)}


@pytest.mark.parametrize("kind", [NStepQ, NStepSarsa])
def test_termination_completes_every_window_without_a_bootstrap(kind):
    agent = made(kind, n=3, alpha=1.0)
    agent.learn(step(0, 1, 2.0, 1, then=1))
    agent.learn(step(1, 1, 4.0, 2, then=1))
    agent.learn(step(2, 1, 8.0, 3, ends=True, then=0))
    assert agent.q[2, 1] == 8.0
    assert agent.q[1, 1] == 4.0 + 0.5 * 8.0
    assert agent.q[0, 1] == 2.0 + 0.5 * 4.0 + 0.25 * 8.0
    assert agent.counts.tolist() == [[0, 1], [0, 1], [0, 1], [0, 0]]


@pytest.mark.parametrize(("kind", "value"), [(NStepQ, 6.0), (NStepSarsa, 5.0)])
def test_truncation_completes_every_window_with_a_bootstrap(kind, value):
    agent = made(kind, n=3, alpha=1.0)
    agent.learn(step(0, 1, 2.0, 1, then=0))
    agent.learn(step(1, 0, 4.0, 2, cut=True, then=0))
    assert agent.q[1, 0] == 4.0 + 0.5 * value
    assert agent.q[0, 1] == 2.0 + 0.5 * 4.0 + 0.25 * value


@pytest.mark.parametrize("kind", [NStepQ, NStepSarsa])
@pytest.mark.parametrize("ended", [{"ends": True}, {"cut": True}])
def test_windows_never_cross_an_episode(kind, ended):
    agent = made(kind, n=3)
    agent.learn(step(0, 1, 2.0, 1, then=1, **ended))
    before = agent.q.copy()
    agent.learn(step(2, 0, 100.0, 1, then=1))
    agent.learn(step(1, 0, 100.0, 2, then=1))
    assert (agent.q == before).all()


@pytest.mark.parametrize(
    ("kind", "same"),
    [
        (lambda *a, **k: NStepQ(*a, n=1, **k), QLearning),
        (lambda *a, **k: QLambda(*a, trace_decay=0.0, **k), QLearning),
        (lambda *a, **k: NStepSarsa(*a, n=1, **k), Sarsa),
        (lambda *a, **k: SarsaLambda(*a, trace_decay=0.0, **k), Sarsa),
    ],
)
@pytest.mark.parametrize("alpha", [0.3, sample_average])
def test_one_step_without_traces_is_the_one_step_algorithm(kind, same, alpha):
    env = gym.make("rl_line:RewardLine-v0", slip=0.2, max_episode_steps=7)
    learned, expected = (make(4, 2, alpha=alpha, policy=EpsilonGreedy(0.5), seed=0) for make in (kind, same))
    for agent in (learned, expected):
        agents.train(env, agent, steps=500, seed=0)
    assert learned.q == pytest.approx(expected.q, abs=1e-12)
    assert (learned.counts == expected.counts).all()


@pytest.mark.parametrize("kind", agents.TABULAR)
def test_the_logged_error_is_the_mean_size_of_the_errors_learned(kind):
    logged = kind(4, 2, seed=0).learn(step(2, 1, 9.0, 3, ends=True, then=0))
    assert logged["td_error"] == 9.0


def test_the_logged_error_is_the_mean_over_the_windows_completed():
    agent = NStepQ(4, 2, gamma=0.5)
    agent.learn(step(1, 1, 2.0, 2))
    assert agent.learn(step(2, 1, 8.0, 3, ends=True))["td_error"] == (6.0 + 8.0) / 2


def test_traces_move_earlier_cells_by_their_faded_share():
    agent = made(SarsaLambda, trace_decay=0.5)
    agent.learn(step(0, 1, 2.0, 1, then=0))
    first = 2.0 + 0.5 * 3.0 - 2.0
    agent.learn(step(1, 0, 3.0, 2, then=1))
    second = 3.0 + 0.5 * 6.0 - 3.0
    assert agent.q[0, 1] == 2.0 + 0.5 * first + 0.5 * 0.25 * second
    assert agent.q[1, 0] == 3.0 + 0.5 * second


def test_traces_accumulate_in_a_cell_that_is_visited_again():
    agent = made(SarsaLambda, trace_decay=0.5, alpha=0.25)
    agent.learn(step(0, 0, 1.0, 0, then=0))  # error 1 + 1/2 - 1 = 1/2, trace 1:  q = 1 + 1/8
    agent.learn(step(0, 0, 1.0, 2, then=0))  # error 1 + 5/2 - 9/8 = 19/8, trace 1 + 1/4
    assert agent.q[0, 0] == 1.125 + 0.25 * 2.375 * 1.25


@pytest.mark.parametrize("ended", [{"ends": True}, {"cut": True}])
@pytest.mark.parametrize("kind", [SarsaLambda, QLambda])
def test_traces_end_with_their_episode(kind, ended):
    agent = made(kind)
    agent.learn(step(0, 1, 2.0, 1, then=1, **ended))
    before = agent.q.copy()
    agent.learn(step(2, 1, 100.0, 1, then=1))
    assert {tuple(cell) for cell in np.argwhere(agent.q != before).tolist()} == {(2, 1)}


@pytest.mark.parametrize(("action", "kept"), [(1, True), (0, False)])
def test_watkins_cuts_the_traces_before_an_action_that_is_not_the_best(action, kept):
    agent = made(QLambda, trace_decay=0.5)
    agent.learn(step(0, 1, 2.0, 1))  # error 2 + 4/2 - 2 = 2:  q = 3
    agent.learn(step(1, action, 3.0, 2))
    error = 3.0 + 0.5 * 6.0 - TABLE[1, action]
    assert agent.q[1, action] == TABLE[1, action] + 0.5 * error
    assert agent.q[0, 1] == 3.0 + (0.5 * 0.25 * error if kept else 0.0)


def test_an_action_that_was_not_the_best_leaves_a_trace_of_its_own():
    agent = made(QLambda, trace_decay=0.5)
    agent.learn(step(0, 0, 2.0, 1))  # error 2 + 4/2 - 1 = 3:  q = 2.5, still eligible
    agent.learn(step(1, 1, 3.0, 2))
    assert agent.q[0, 0] == 2.5 + 0.5 * 0.25 * (3.0 + 0.5 * 6.0 - 4.0)


def test_watkins_keeps_the_traces_where_actions_are_tied():
    agent = made(QLambda, trace_decay=1.0)
    agent.q[1] = 4.0
    agent.learn(step(0, 1, 2.0, 1))
    before = agent.q[0, 1]
    agent.learn(step(1, 0, 9.0, 2))
    assert agent.q[0, 1] > before


def test_traces_that_never_fade_are_the_returns_of_monte_carlo():
    # With lambda 1, an episode without repeated cells, and a table at 0 that only its end moves.
    walk = [step(0, 1, 0.0, 1, then=1), step(1, 1, 0.0, 2, then=1), step(2, 1, 8.0, 3, ends=True, then=0)]
    tables = []
    for kind in (MonteCarlo, lambda *a, **k: SarsaLambda(*a, trace_decay=1.0, **k)):
        agent = kind(4, 2, gamma=0.5, alpha=0.5)
        for transition in walk:
            agent.learn(transition)
        tables.append(agent.q.tolist())
    assert tables[0] == tables[1] == [[0, 1], [0, 2], [0, 4], [0, 0]]


def test_monte_carlo_learns_returns_when_the_episode_is_over():
    agent = made(MonteCarlo)
    agent.learn(step(0, 1, 2.0, 1))
    agent.learn(step(1, 1, 4.0, 2))
    assert moved(agent) == set()
    agent.learn(step(2, 1, 8.0, 3, ends=True))
    assert agent.q[2, 1] == 6.0 + 0.5 * (8.0 - 6.0)
    assert agent.q[1, 1] == 4.0 + 0.5 * (4.0 + 4.0 - 4.0)
    assert agent.q[0, 1] == 2.0 + 0.5 * (2.0 + 2.0 + 2.0 - 2.0)
    assert moved(agent) == {(0, 1), (1, 1), (2, 1)}


def test_monte_carlo_counts_the_first_visit_only():
    agent = made(MonteCarlo, alpha=sample_average)
    agent.learn(step(0, 0, 1.0, 0))
    agent.learn(step(0, 0, 2.0, 0))
    agent.learn(step(0, 1, 4.0, 3, ends=True))
    assert agent.q[0].tolist() == [1.0 + 0.5 * 2.0 + 0.25 * 4.0, 4.0]
    assert agent.counts[0].tolist() == [1, 1]


def test_the_sample_average_of_monte_carlo_is_the_mean_return():
    agent = made(MonteCarlo, alpha=sample_average)
    for reward in (1.0, 2.0, 6.0):
        agent.learn(step(0, 0, reward, 3, ends=True))
    assert agent.q[0, 0] == pytest.approx(3.0)


def test_a_truncated_episode_of_monte_carlo_goes_on_with_what_its_policy_is_worth():
    agent = made(MonteCarlo, alpha=1.0, policy=EpsilonGreedy(0.5))
    agent.learn(step(0, 1, 2.0, 1))
    agent.learn(step(1, 0, 4.0, 2, cut=True))
    value = 0.25 * 5.0 + 0.75 * 6.0
    assert agent.q[1, 0] == 4.0 + 0.5 * value
    assert agent.q[0, 1] == 2.0 + 0.5 * 4.0 + 0.25 * value


@pytest.mark.parametrize("kind", agents.TABULAR)
def test_the_next_action_of_a_terminated_step_never_matters(kind):
    tables = []
    for action in (0, 1):
        agent = made(kind, seed=0)
        for _ in range(4):
            agent.learn(step(0, 1, 2.0, 1, then=1))
            agent.learn(step(1, 1, 9.0, 2, ends=True, then=action))
        tables.append(agent.q)
    assert (tables[0] == tables[1]).all()


@pytest.mark.parametrize(
    ("kind", "setting", "value"),
    [
        (NStepQ, "n", 0),
        (NStepSarsa, "n", -1),
        (QLambda, "trace_decay", 1.5),
        (SarsaLambda, "trace_decay", -0.1),
        (QLambda, "trace_decay", float("nan")),
    ],
)
def test_impossible_steps_and_traces_are_refused_with_their_value(kind, setting, value):
    with pytest.raises(ValueError, match=f"{setting}={value}"):
        kind(4, 2, **{setting: value})


def test_lanes_that_meet_do_not_share_credit_that_only_one_of_them_earned():
    agent = SarsaLambda(4, 2, alpha=0.5, gamma=1.0, trace_decay=1.0)
    right, never, ends, lanes = np.ones(2, int), np.zeros(2, bool), np.ones(2, bool), np.arange(2)
    meet = np.array([2, 2])
    agent.learn(Transition(np.array([0, 1]), right, np.zeros(2), meet, never, never, right, lanes))
    agent.learn(Transition(meet, right, np.full(2, 8.0), meet + 1, ends, never, right, lanes))
    assert [agent.q[0, 1], agent.q[1, 1], agent.q[2, 1]] == [4.0, 4.0, 4.0]
