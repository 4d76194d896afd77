"""A masked agent is the agent of an MDP without the forbidden actions."""

import numpy as np
import pytest

import agents
from agents import UCB, DoubleQLearning, EpsilonGreedy, ExpectedSarsa, QLearning, Sarsa, Softmax, Transition
from agents.tabular.one_step import on_a_row

MASK = np.array([0, 1, 1], np.int8)
STEP = Transition(0, 1, 1.0, 1, False, False, 1)


def masked(kind=QLearning, **settings):
    """An agent of two states, to which the best of three actions in state 1 is forbidden."""
    agent = kind(2, 3, **{"gamma": 0.5, "alpha": 1.0} | settings, masked=True)
    agent.allow(1, MASK)
    agent.q[1] = 9.0, 1.0, 3.0
    return agent


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (EpsilonGreedy(0.2), [0.0, 0.1, 0.9]),  # 0.2 / 2 for each of two actions, 0.8 more for the better one
        (Softmax(2 / np.log(3.0)), [0.0, 0.25, 0.75]),  # exp((3 - 1) log(3) / 2) = 3 times as often
        (UCB(4.0), [0.0, 1.0, 0.0]),  # an action that was never taken comes first; the forbidden one was not either
        (lambda q, time, counts, xp=np: np.ones(q.shape) / q.shape[-1], [0.0, 0.5, 0.5]),
    ],
    ids=["epsilon-greedy", "softmax", "ucb", "my own"],
)
def test_forbidden_actions_have_no_probability_and_the_policy_does_not_see_them(policy, expected):
    agent = masked(policy=policy)
    agent.counts[1] = 0, 0, 100
    np.testing.assert_allclose(agent.action_probabilities(1, explore=True), expected, atol=1e-15)
    both = agent.action_probabilities(np.array([1, 1]), explore=True)
    np.testing.assert_allclose(both, [expected, expected], atol=1e-15)
    assert agent.action_probabilities(1).tolist() == [0.0, 0.0, 1.0]


@pytest.mark.parametrize("policy", [EpsilonGreedy(1.0), Softmax(1000.0), UCB(), lambda q, *_, xp=np: 0 * q + 0.3])
def test_no_forbidden_action_is_taken_even_where_probabilities_sum_to_less_than_one(policy):
    agent = masked(policy=policy)
    agent.allow(0, [1, 0, 0])
    taken = {agent.act(1, explore=True) for _ in range(200)} | set(agent.act(np.ones(200, int), explore=True).tolist())
    assert taken <= {1, 2}
    assert agent.act(0, explore=True) == 0
    assert agent.act(np.zeros(200, int), explore=True).tolist() == [0] * 200


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        (QLearning, 1 + 0.5 * 3.0),
        (Sarsa, 1 + 0.5 * 1.0),  # A' = 1
        (ExpectedSarsa, 1 + 0.5 * (0.1 * 1.0 + 0.9 * 3.0)),
    ],
)
def test_a_bootstrap_sees_the_allowed_actions_alone(kind, target):
    one, batch = (masked(kind, policy=EpsilonGreedy(0.2)) for _ in range(2))
    one.learn(STEP)
    batch.learn(Transition(*(None if part is None else np.array([part, part]) for part in STEP)))
    assert one.q[0, 1] == batch.q[0, 1] == pytest.approx(target, abs=1e-15)


def test_a_bootstrap_of_ones_own_sees_the_allowed_actions_alone():
    class Mean(QLearning):
        @on_a_row(lambda row, next_action: sum(row) / len(row))
        def bootstrap(self, q_next, next_action, policy, xp=np):
            return xp.mean(q_next, axis=-1)

    agent = masked(Mean)
    agent.learn(STEP)
    assert agent.q[0, 1] == 1 + 0.5 * (1.0 + 3.0) / 2


def test_each_table_of_double_q_learning_judges_an_allowed_choice():
    agent = masked(DoubleQLearning)
    agent.memory["tables"].reshape(2, 2, 3)[:, 1] = [9.0, 1.0, 3.0], [7.0, 5.0, 4.0]
    agent.learn(STEP)  # the first chooses 2, worth 4 to the second, or the second 1, worth 1 to the first
    assert agent.q[0, 1] in (0.5 * (1 + 0.5 * 4.0), 0.5 * (1 + 0.5 * 1.0))


def test_where_no_mask_was_told_every_action_is_allowed():
    agent = QLearning(2, 3, masked=True)
    assert agent.action_probabilities(0).tolist() == [1 / 3, 1 / 3, 1 / 3]


@pytest.mark.parametrize(
    ("mask", "words"),
    [
        ([0, 0, 0], "allowed action in every state"),
        ([0, 1], r"\(3,\) numbers of 0 or 1"),
        ([0, 1, 2], "numbers of 0 or 1"),
        ([0, 1, np.nan], "numbers of 0 or 1"),
        (["a", "b", "c"], "numbers of 0 or 1"),
        (None, "numbers of 0 or 1"),
        ([1, 1, 0], "depend on the observation alone"),
    ],
)
def test_a_mask_that_is_none_or_changes_is_refused(mask, words):
    agent = masked()
    with pytest.raises(ValueError, match=rf"^action_mask=.*at observation 1, expected.*{words}"):
        agent.allow(1, mask)
    assert agent.action_probabilities(1).tolist() == [0.0, 0.0, 1.0]


def test_of_two_masks_of_one_new_state_in_a_batch_neither_is_taken_for_the_other():
    with pytest.raises(ValueError, match=r"at observation 0, expected .* as before"):
        masked().allow(np.array([0, 0]), [[1, 0, 0], [0, 1, 0]])


def test_a_forbidden_next_action_is_refused_unless_the_state_is_terminal():
    agent = masked(Sarsa)
    with pytest.raises(ValueError, match=r"^next_action 0 at observation 1, expected .*\[1, 2\]"):
        agent.learn(STEP._replace(next_action=0))
    with pytest.raises(ValueError, match=r"^next_action 0 at observation 1"):
        agent.learn(Transition(*(np.array([part]) for part in STEP._replace(next_action=0, lane=0))))
    agent.learn(Transition(*(np.array([part]) for part in STEP._replace(next_action=0, lane=0, terminated=True))))
    assert agent.q[0, 1] == 1.0


def test_masks_are_for_masked_agents():
    with pytest.raises(TypeError, match="Sarsa is not masked; make it with masked=True"):
        Sarsa(2, 3).allow(1, MASK)
    with pytest.raises(TypeError, match=r"^masked='yes', expected True or False"):
        Sarsa(2, 3, masked="yes")
    with pytest.raises(ValueError, match="observation 2, expected states from 0 to 1"):
        masked().allow(2, MASK)


@pytest.mark.parametrize("kind", agents.TABULAR)
def test_a_saved_agent_keeps_its_masks(kind, tmp_path):
    masked(kind).save(tmp_path / "agent.npz")
    agent = agents.load(tmp_path / "agent.npz")
    assert agent.masked
    assert agent.action_probabilities(1)[0] == 0.0
    with pytest.raises(ValueError, match="as before"):
        agent.allow(1, [1, 1, 1])
