"""An interrupted run ends with exactly the numbers of an uninterrupted run."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import gymnasium as gym
import numpy as np
import pytest

import agents
from agents import NStepQ, QLearning, resumable, train
from agents.policies import EpsilonGreedy
from rl_line import reward_line

LINE = "rl_line:RewardLine-v0"


def python_loop(agent):
    env = gym.make(LINE, slip=0.2)
    return lambda steps, seed: train(env, agent, steps=steps, seed=seed)


def compiled_loop(agent):
    from agents.compiled.training import train_compiled

    mdp = reward_line(slip=0.2)
    return lambda steps, seed: train_compiled(mdp, agent, steps=steps, seed=seed, every=10)


def made(kind):
    return kind(4, 2, policy=EpsilonGreedy(0.5), seed=1)


def run(agent, path, loop=python_loop, before=lambda k: None, **settings):
    """Stretches of training, by default 30, 30 and 10 steps; `before` is called before each of them."""
    train_on, begun = loop(agent), []

    def stretch(steps, seed):
        before(len(begun))
        begun.append(seed)
        return train_on(steps, seed)

    return resumable(agent, stretch, **{"steps": 70, "every": 30, "path": path, "seed": 3} | settings)


def interrupt_at(stop, agent):
    def before(k):
        if k == stop:
            agent.q[:] = -1.0  # what was learned since the last save is lost
            raise KeyboardInterrupt

    return before


def interrupted(kind, path, stop):
    agent = made(kind)
    with pytest.raises(KeyboardInterrupt):
        run(agent, path, before=interrupt_at(stop, agent))
    return path


def assert_same(first, second):
    assert first.state().keys() == second.state().keys()
    for name, value in first.state().items():
        np.testing.assert_array_equal(value, second.state()[name], err_msg=name)


@pytest.mark.parametrize("stop", [0, 1, 2])
@pytest.mark.parametrize("kind", [QLearning, NStepQ])
def test_an_interrupted_run_ends_as_one_that_was_not(kind, stop, tmp_path):
    expected = run(whole := made(kind), tmp_path / "whole.npz")
    path = interrupted(kind, tmp_path / "run.npz", stop)
    assert path.exists() == (stop > 0)
    resumed = made(kind)
    assert run(resumed, path) == expected
    assert_same(resumed, whole)


@pytest.mark.parametrize("kind", [QLearning, NStepQ])
def test_a_compiled_run_goes_on_from_its_file_to_the_same_end(kind, tmp_path):
    path, saved = tmp_path / "now" / "run.npz", tmp_path / "saved"
    settings = {"loop": compiled_loop, "steps": 50}
    keep = lambda k: k == 1 and shutil.copytree(path.parent, saved)  # noqa: E731
    expected = run(whole := made(kind), path, before=keep, **settings)
    resumed = made(kind)
    assert str(run(resumed, saved / "run.npz", **settings)) == str(expected)  # nan is not equal to itself
    assert [row["step"] for row in expected] == [10, 20, 30, 40, 50]
    assert_same(resumed, whole)


def test_a_run_that_is_done_is_read_and_trains_no_more(tmp_path):
    expected = run(whole := made(QLearning), tmp_path / "run.npz")
    again = made(QLearning)
    assert run(again, tmp_path / "run.npz", before=interrupt_at(0, again)) == expected
    assert_same(again, whole)


def test_more_whole_stretches_may_be_asked_for_later(tmp_path):
    expected = run(whole := made(QLearning), tmp_path / "whole.npz", steps=120)
    run(made(QLearning), tmp_path / "run.npz", steps=60)
    longer = made(QLearning)
    assert run(longer, tmp_path / "run.npz", steps=120) == expected
    assert_same(longer, whole)


@pytest.mark.parametrize("before", [(70,), (70, 75), (10,), (10, 20)])
def test_a_last_stretch_that_was_short_is_done_again_when_more_is_asked_for(before, tmp_path):
    expected = run(whole := made(NStepQ), tmp_path / "whole.npz", steps=100)
    for steps in before:
        assert all(row["step"] <= steps for row in run(made(NStepQ), tmp_path / "run.npz", steps=steps))
    longer, begun = made(NStepQ), []
    assert run(longer, tmp_path / "run.npz", steps=100, before=begun.append) == expected
    assert len(begun) == (2 if before[0] == 70 else 4)
    assert_same(longer, whole)


def test_a_file_that_is_no_run_is_refused_and_changes_nothing(tmp_path):
    agents.save(tmp_path / "run.npz", made(QLearning).state())
    data = (tmp_path / "run.npz").read_bytes()
    with pytest.raises(ValueError, match=r"run\.npz holds q, .*expected a run of `resumable`; pass another path"):
        run(made(QLearning), tmp_path / "run.npz")
    assert (tmp_path / "run.npz").read_bytes() == data


@pytest.mark.parametrize("wrong", [{"every": 0}, {"every": 2.5}, {"steps": -1}, {"steps": float("nan")}])
def test_impossible_numbers_of_steps_are_refused(wrong, tmp_path):
    with pytest.raises(ValueError, match=r"(every|steps)=.*, expected a whole number of at least"):
        run(made(QLearning), tmp_path / "run.npz", **wrong)


def test_stretches_have_their_own_seeds_and_their_steps_and_episodes_are_counted_on(tmp_path):
    calls = []

    def stretch(steps, seed):
        calls.append((steps, seed))
        return [{"step": 2, "episode": 1, "return": 5.0}, {"step": steps, "episode": 2, "return": 6.0}]

    rows = resumable(made(QLearning), stretch, steps=25, every=10, path=tmp_path / "run.npz", seed=4)
    assert [steps for steps, _ in calls] == [10, 10, 5]
    assert len({seed for _, seed in calls}) == 3
    assert [row["step"] for row in rows] == [2, 10, 12, 20, 22, 25]
    assert [row["episode"] for row in rows] == [1, 2, 3, 4, 5, 6]
    assert [row["return"] for row in rows] == [5.0, 6.0] * 3


def test_runs_of_other_seeds_have_other_stretches(tmp_path):
    seen = {}
    for seed in (0, 1):
        seen[seed] = []
        resumable(
            made(QLearning),
            lambda steps, stretch, seed=seed: seen[seed].append(stretch) or [],
            steps=6,
            every=2,
            path=tmp_path / f"{seed}.npz",
            seed=seed,
        )
    assert len({*seen[0], *seen[1]}) == 6


@pytest.mark.parametrize("broken", [lambda data: data[: len(data) // 2], lambda data: b""])
def test_a_broken_file_costs_one_stretch_and_changes_nothing(broken, tmp_path):
    expected = run(whole := made(NStepQ), tmp_path / "whole.npz")
    path = interrupted(NStepQ, tmp_path / "run.npz", 2)
    path.write_bytes(broken(path.read_bytes()))
    resumed = made(NStepQ)
    with pytest.warns(UserWarning, match=r"run\.npz is no complete"):
        assert run(resumed, path) == expected
    assert_same(resumed, whole)


def test_a_missing_file_costs_one_stretch_if_the_previous_one_is_there(tmp_path):
    expected = run(whole := made(NStepQ), tmp_path / "whole.npz")
    path = interrupted(NStepQ, tmp_path / "run.npz", 2)
    path.unlink()
    resumed, begun = made(NStepQ), []
    assert run(resumed, path, before=begun.append) == expected
    assert len(begun) == 2
    assert_same(resumed, whole)


@pytest.mark.parametrize("other", [{"seed": 4}, {"every": 20}, {"gamma": 0.5}])
def test_a_file_of_another_run_is_refused_and_changes_nothing(other, tmp_path):
    path = tmp_path / "run.npz"
    run(made(QLearning), path)
    data, agent = path.read_bytes(), made(QLearning)
    agent.gamma = other.pop("gamma", agent.gamma)
    before = agent.state()
    with pytest.raises(ValueError, match=r"run\.npz is of another run \(.* here\); pass another path, or delete it"):
        run(agent, path, **other)
    assert path.read_bytes() == data
    assert all(np.array_equal(before[name], value) for name, value in agent.state().items())


CHILD = """
import sys, time
sys.path.insert(0, {tests!r})
from test_resumable import KILLED, run
agent, settings = KILLED[{kind!r}]()
run(agent, {path!r}, **settings)
time.sleep(60)
"""


def dqn(loop, every):
    from agents.deep.dqn import DQN
    from agents.schedules import Linear

    policy = EpsilonGreedy(Linear(1.0, 0.1, steps=300))
    settings = {"hidden": (8,), "batch_size": 8, "memory_size": 200, "learning_starts": 20, "priority": 0.5, "n": 2}
    agent = DQN.for_env(gym.make(LINE), policy=policy, seed=1, **settings)
    return agent, {"loop": loop, "steps": 600, "every": every}


KILLED = {
    "tabular": lambda: (made(QLearning), {"steps": 600, "every": 10}),
    "DQN, Python loop": lambda: dqn(python_loop, 60),
    "DQN, compiled loop": lambda: dqn(compiled_loop, 200),
}


@pytest.mark.parametrize("kind", KILLED)
def test_a_process_killed_at_any_moment_goes_on_as_if_it_had_not_been(kind, tmp_path):
    whole, settings = KILLED[kind]()
    expected = run(whole, tmp_path / "whole.npz", **settings)
    path = tmp_path / "run.npz"
    code = CHILD.format(tests=str(Path(__file__).parent), kind=kind, path=str(path))
    root = str(Path(agents.__file__).parents[1])
    with subprocess.Popen([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": root}) as child:
        while not path.exists() and child.poll() is None:
            time.sleep(0.001)
        time.sleep(np.random.default_rng().uniform(0, 0.3 if kind == "tabular" else 2.0))
        child.kill()
    assert path.exists() or path.with_name("run.previous.npz").exists()
    resumed, _ = KILLED[kind]()
    assert str(run(resumed, path, **settings)) == str(expected)  # nan is not equal to itself
    assert_same(resumed, whole)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (None, "train returned None, expected a list of rows"),
        ("text", "train returned 'text', expected a list of rows"),
        ([3], "train returned a row 3, expected numbers by name"),
        ([{"step": "1"}], "train returned a row with step='1', expected a number"),
        ([{"step": 1, "loss": None}], "train returned a row with loss=None, expected a number"),
        ([{"step": 1, "q": np.zeros(2)}], r"train returned a row with q=array\(\[0., 0.\]\), expected a number"),
    ],
)
def test_rows_that_are_no_numbers_by_name_are_refused(rows, told, tmp_path):
    with pytest.raises(TypeError, match=told):
        resumable(QLearning(4, 2), lambda steps, seed: rows, steps=10, every=5, path=tmp_path / "run.npz")
    assert not (tmp_path / "run.npz").exists()
