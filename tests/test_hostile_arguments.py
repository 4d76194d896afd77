"""Kinds of wrong arguments that once raised an error from deep inside, or none at all."""

import gymnasium as gym
import numpy as np
import pytest

import agents
import rl_line
import sequence_tasks as tasks
from agents import deep, plots
from rl_line import dp, drawing, reward_line
from rl_line.system.numbers import LARGEST
from sequence_tasks import models
from sequence_tasks.evaluation.naive import autoregression
from sequence_tasks.explain import exact, gate_matrices
from sequence_tasks.series import catalogued, read_csv

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


def dqn(**parts):
    step = {"observation": 1, "action": 1, "reward": 2.0, "next_observation": 2}
    flags = {"terminated": False, "truncated": False}
    agent = agents.DQN.for_env("RewardLine-v0", hidden=(4,), gamma=0.8)
    return agent.learn(agents.Transition(**{**step, **flags, **parts}))


def dense(transition):
    return rl_line.TabularMDP.from_dense(transition, np.zeros((2, 1, 2)), [False, True], [1.0, 0.0])


def built(name, windows, **settings):
    return tasks.MODELS[name](windows, **settings)


def checkup(train=lambda env, **how: None, **options):
    return agents.checkup(train, **options)


WEIGHTS = [np.ones((1, 4)), np.ones((1, 4)), np.zeros(4)]
WINDOWS = tasks.windows(np.arange(9.0), length=3)
SERIES = tasks.Series("mine", np.arange(30.0) + 1)
TASK = tasks.SequenceTask(SERIES, 3)

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
    ("texts of captions", lambda: tasks.Ensemble("ab"), "members='ab', expected a list or a tuple"),
    ("bytes of rows", lambda: agents.write_csv(b"rows", "here.csv"), "rows=b'rows', expected a list or a tuple"),
    ("bytes of runs", lambda: plots.learning_curve(b"runs"), "runs of the agent hold b'runs', expected rows"),
    (
        "no forecaster",
        lambda: tasks.evaluate({"a": []}, TASK, mode="one_step"),
        "{'a': \\[\\]}",
    ),
    ("a class of Python", lambda: tasks.check_leakage(int, SERIES, start=9), "the class int, expected a"),
    ("None in a column", lambda: tasks.Series("mine", [1.0, None]), r"is None at \[1\], expected a number"),
    ("a source", lambda: tasks.Series("mine", [1.0], source=3), "source is a int, expected a str"),
    (
        "ragged dates",
        lambda: tasks.Series("mine", [1.0], dates=[[1], [1, 2]]),
        r"have shape \(\), expected \(1,\)",
    ),
    ("an infinite value", lambda: tasks.Log().forward(np.array([[np.inf]])), r"values is inf at \[0, 0\]"),
    ("a transform of AR", lambda: autoregression(1, "log"), "transform is a str, expected one such as"),
    ("a log folder", lambda: tasks.Training(logdir=3), "path=3, expected a text or a path"),
    ("a loss", lambda: tasks.Training(loss=3), "loss=3, expected one of keras.losses or its name"),
    ("an optimizer", lambda: tasks.Training(optimizer="adamm"), "optimizer='adamm', expected one of keras.optimizers"),
    ("a batch too large", lambda: tasks.Training(batch_size=10**30), "batch_size=10+, expected a whole number from 1"),
    ("a seed of Keras", lambda: tasks.Training(seed=2**32), "seed=4294967296, expected a whole number from 0 to 4,294"),
    ("a rate", lambda: tasks.Training(learning_rate=1e39), r"learning_rate=1e\+39, expected a number from 0"),
    ("windows", lambda: built("lstm", 3), "windows is a int, expected a Windows"),
    ("units", lambda: built("gru", WINDOWS, units=0), "units=0, expected a whole number of at least 1"),
    ("layers", lambda: built("dense", WINDOWS, hidden=[2.5]), "hidden=2.5, expected a whole number of at least 1"),
    (
        "a weight",
        lambda: built("simple_rnn_one_cell", WINDOWS, recurrent=()),
        r"recurrent=\(\), expected one of",
    ),
    ("weights", lambda: built("simple_rnn_one_cell", WINDOWS, recurrent=int), "recurrent=.*int.*, expected"),
    (
        "an activation",
        lambda: built("simple_rnn_four_cells", WINDOWS, activation=[]),
        r"activation=\[\], expected",
    ),
    (
        "a mask",
        lambda: built("simple_rnn_variable_length", WINDOWS, mask_value="a"),
        "mask_value='a', expected",
    ),
    ("seeds of networks", lambda: models.network(tasks.MODELS["linear"], len, seeds=1), "seeds=1, expected a list"),
    ("no seed of networks", lambda: models.network(tasks.MODELS["linear"], len, seeds=()), "seeds is empty, expected"),
    ("a data set", lambda: models.tf_dataset(3), "windows is a int, expected windows"),
    (
        "batches ahead",
        lambda: models.tf_dataset(WINDOWS, prefetch=-1),
        "prefetch=-1, expected a whole number of at least 0",
    ),
    ("dates of a file", lambda: read_csv("here.csv", dates=[1]), "dates is a list, expected a str or NoneType"),
    ("no file", lambda: read_csv("nowhere.csv"), r"no file nowhere.csv, expected a CSV file"),
    ("an id", lambda: catalogued({1}), "env_id is a set, expected a str or NoneType"),
    ("a gate that is nan", lambda: gate_matrices([*WEIGHTS[:2], [0, 0, 0, np.nan]]), r"array 2 .* is nan at \[3\]"),
    ("no gate", lambda: gate_matrices([]), "weights are 0 arrays, expected kernel"),
    (
        "no feature",
        lambda: tasks.lstm_trace([np.ones((0, 4)), *WEIGHTS[1:]], [1.0]),
        "at least one feature",
    ),
    (
        "integers of no array",
        lambda: exact.errors_by_length(len, [1], low=-(10**12)),
        "low=-10+, expected a whole",
    ),
    ("a batch beyond", lambda: tasks.Batches(WINDOWS)[7], "index=7 of 1 batches, expected one from 0 to 0"),
    ("a state of a picture", lambda: drawing.ansi(LINE, 4), "state=4, expected a whole number from 0 to 3"),
    ("an action of a picture", lambda: drawing.ansi(LINE, 0, last_action=2), "last_action=2, expected a whole number"),
    ("a line of a picture", lambda: drawing.arrival_rewards(3), "mdp is a int, expected a TabularMDP"),
    (
        "values of a picture",
        lambda: drawing.ansi(LINE, 0, q_values=[1]),
        r"q_values has shape \(1,\)",
    ),
    ("a dense row", lambda: dense([[[1.0, 1.0]], [[0.0, 1.0]]]), r"transition sums to \[1\. 2\.\] over its last axis"),
    ("seeds of a checkup", lambda: checkup(seeds=3), r"seeds has shape \(\), expected \(n,\)"),
    ("seconds of a checkup", lambda: checkup(budget="long"), "budget='long', expected a number of seconds"),
    ("a chance of a checkup", lambda: checkup(epsilon="rare"), "epsilon='rare' gives 'rare', expected a probability"),
    ("lanes of a checkup", lambda: checkup(vector=[0, 1]), r"vector=\[0, 1\], expected True or False"),
    ("a figure", lambda: plots.save(3, "here.png"), "figure=3 has no savefig"),
    (
        "a curve too high",
        lambda: plots.error_curve([1], [1e308]),
        r"errors is 1e\+308 at most, expected",
    ),
    ("explore", lambda: agents.Sarsa(4, 2).act(0, explore=[]), r"explore=\[\], expected True or False"),
    (
        "a flag of two",
        lambda: learn(terminated=np.array([True, False])),
        r"terminated has shape \(2,\)",
    ),
    ("a flag", lambda: learn(truncated="no"), "truncated='no', expected an array of numbers"),
    (
        "states of one action",
        lambda: learn(agents.QLearning(4, 2), observation=range(3)),
        "of 1 has parts of",
    ),
    ("a reward of a DQN", lambda: dqn(reward="two"), "reward='two', expected an array of numbers"),
    ("a DQN's reward that is nan", lambda: dqn(reward=float("nan")), "reward is nan"),
    ("two flags of a DQN", lambda: dqn(truncated=[True, False]), r"truncated has shape \(2,\), expected one number"),
    ("a state of a DQN", lambda: dqn(observation="two"), "observation='two', expected whole numbers from 0 to 3"),
    ("sizes of vectors", lambda: deep.OneHot([4], []), r"sizes=\[4\], starts=\[\], expected as many of each"),
    (
        "what a DQN sees",
        lambda: agents.DQN.for_env("RewardLine-v0", hidden=()).act("two"),
        "observation='two', expected",
    ),
    ("seeds to compare", lambda: agents.compare({}, "RewardLine-v0", 3, seeds="ab"), "seeds='ab', expected a list"),
    ("a batch", lambda: tasks.Batches(tasks.windows([1, 2, 3], length=1))["0"], "place='0', expected a whole number"),
    ("a curve of two lengths", lambda: plots.error_curve([1, 2], [0.5]), r"steps \(2,\), errors \(1,\) differ"),
    ("rows", lambda: plots.learning_curve("runs"), "runs of the agent hold 'runs', expected rows"),
]


@pytest.mark.parametrize(("call", "said"), [case[1:] for case in CALLS], ids=[case[0] for case in CALLS])
def test_it_is_named_in_one_clear_error(call, said):
    with pytest.raises((TypeError, ValueError, IndexError, FileNotFoundError), match=said):
        call()


def test_states_may_be_unsigned():
    agent = agents.DynaQ(4, 2, alpha=0.1, planning_steps=0)
    learn(agent, observation=np.uint64(1), terminated=True, next_action=None)
    assert agent.q[1, 1] == pytest.approx(0.2)  # a tenth of the way from 0 to 2


def test_flags_may_be_numbers():
    agent = agents.Sarsa(4, 2, alpha=0.1, gamma=0.5)
    agent.q[2] = 4.0
    learn(agent, terminated=np.bool_(False), truncated=0)
    assert agent.q[1, 1] == pytest.approx(0.4)  # a tenth of 2 + 0.5 * 4
    learn(agent, terminated=1.0)
    assert agent.q[1, 1] == pytest.approx(0.4 + 0.1 * (2 - 0.4))


def test_the_largest_number_of_a_figure_is_drawn():
    plots.error_curve([1, 2], [LARGEST, 1e-9]).figure.canvas.draw()


def test_a_table_with_infinite_and_missing_values_is_shown():
    table = rl_line.q_table(q=[[np.inf, 1.0], [np.nan, 1.0], [np.inf, np.inf]])
    assert table.splitlines()[2].split() == ["1", "inf*", "1.000"]
    assert table.splitlines()[3].split() == ["2", "nan", "1.000"]
    assert table.splitlines()[4].split() == ["3", "inf*", "inf*"]


def test_rows_of_a_policy_that_count_in_no_value_may_hold_anything():
    policy = np.array([[0.0, 1.0], [0, 1], [0, 1], [np.nan, np.inf]])
    assert dp.expected_return(gym.make("RewardLine-v0"), policy, 1.0) == 11.0  # pays 2, 0 and 9
