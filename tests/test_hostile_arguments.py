"""Kinds of wrong arguments that were once answered by an error from deep inside, or by none at all."""

import gymnasium as gym
import numpy as np
import pytest

import agents
import rl_line
import sequence_tasks as tasks
from agents import plots
from rl_line import dp, reward_line
from sequence_tasks.explain import exact

LINE = reward_line()


def learn(agent=None, **parts):
    step = {
        "observation": 1,
        "action": 1,
        "reward": 2.0,
        "next_observation": 2,
        "terminated": False,
        "truncated": False,
    }
    (agent or agents.Sarsa(4, 2)).learn(agents.Transition(**{**step, "next_action": 1, **parts}))


def sequence_env():
    return tasks.SequenceEnv(tasks.SequenceTask(tasks.Series("mine", np.arange(30.0)), 3))


CALLS = [
    ("a discount inside", lambda: dp.action_values(LINE, [0, 0, 0, 0], 2.0), "gamma=2.0, expected a discount"),
    ("values that are infinite", lambda: dp.action_values(LINE, [np.inf, 0, 0, 0], 0.5), r"v is inf at \[0\]"),
    ("values of one state", lambda: dp.action_values(LINE, [1.0], 0.5), r"v has shape \(1,\), expected \(4,\)"),
    ("an empty table", lambda: dp.greedy_actions(np.zeros((0, 2))), r"q has shape \(0, 2\)"),
    ("no function", lambda: dp.soft_values(LINE, 0.5, {}), "policy={}, expected a function"),
    ("a state that is not", lambda: LINE.after_end(-1), "state=-1, expected a whole number from 0 to 3"),
    ("an environment", lambda: rl_line.TabularMDP.from_toy_text(3), "env is a int, expected a Env"),
    ("a seed of an environment", lambda: rl_line.RewardLineEnv().reset(seed=-1), "seed=-1, expected a whole number"),
    ("a seed of lanes", lambda: rl_line.RewardLineVectorEnv(2).reset(seed=2.5), "seed=2.5, expected a whole number"),
    ("a seed of a sequence", lambda: sequence_env().reset(seed=True), "seed=True, expected a whole number"),
    ("a seed of an agent", lambda: agents.QLearning(4, 2, seed="one"), "seed='one', expected a whole number"),
    ("a size", lambda: agents.QLearning(10**12, 2), "num_states=10+, expected a whole number from 1 to"),
    ("no environment", lambda: agents.train(3, agents.Sarsa(4, 2), 5), "env=3 has no reset, step"),
    ("no agent", lambda: agents.train("RewardLine-v0", "q", 5), "the agent='q' has no act, learn"),
    ("a negative next action", lambda: learn(next_action=-1), "next_action -1, expected"),
    ("a next action that is not", lambda: learn(next_action=2), "next_action 2, expected"),
    ("a reward that is nan", lambda: learn(reward=np.nan), "reward=nan, expected a number"),
    ("rewards that are nan", lambda: learn(reward=np.float32("nan"), observation=np.int8(1)), "reward.*nan"),
    ("parts of other sizes", lambda: learn(agents.MonteCarlo(4, 2), reward=[1.0, 2.0]), "a transition of 1 has parts"),
    ("a path", lambda: agents.save(3, {"q": 1}), "path=3, expected a text or a path"),
    ("columns of a transform", lambda: tasks.Standardise([0], [1]).forward(np.ones((3, 2))), "fitted to 1 columns"),
    ("a mean that is nan", lambda: tasks.Standardise([np.nan], [1.0]), r"mean is nan at \[0\]"),
    ("a part of a chain", lambda: tasks.Chain("log"), "transform is a str, expected one such as Standardise"),
    ("work without an end", lambda: tasks.as_series("mackey_glass", step=1e39), "up to 2,147,483,647 steps"),
    ("a cell", lambda: exact.cell_outputs((1, 0, 1), [1.0]), "cell is a tuple, expected a Cell"),
    ("a batch", lambda: tasks.Batches(tasks.windows([1, 2, 3], length=1))["0"], "place='0', expected a whole number"),
    ("a curve of two lengths", lambda: plots.error_curve([1, 2], [0.5]), r"steps \(2,\), errors \(1,\) differ"),
    ("rows", lambda: plots.learning_curve("runs"), "a run of the agent is 'runs', expected rows"),
]


@pytest.mark.parametrize(("call", "said"), [case[1:] for case in CALLS], ids=[case[0] for case in CALLS])
def test_it_is_named_in_one_clear_error(call, said):
    with pytest.raises((TypeError, ValueError), match=said):
        call()


def test_a_table_with_infinite_and_missing_values_is_shown():
    table = rl_line.q_table(q=[[np.inf, 1.0], [np.nan, 1.0], [np.inf, np.inf]])
    assert table.splitlines()[2].split() == ["1", "inf*", "1.000"]
    assert table.splitlines()[3].split() == ["2", "nan", "1.000"]
    assert table.splitlines()[4].split() == ["3", "inf*", "inf*"]


def test_rows_of_a_policy_that_count_in_no_value_may_hold_anything():
    policy = np.array([[0.0, 1.0], [0, 1], [0, 1], [np.nan, np.inf]])
    assert dp.expected_return(gym.make("RewardLine-v0"), policy, 1.0) == 11.0  # pays 2, 0 and 9
