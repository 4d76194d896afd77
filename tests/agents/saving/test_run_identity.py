"""Only the run that wrote a file resumes from it, and appends to its rows."""

import re
from dataclasses import dataclass, field
from functools import partial

import gymnasium as gym
import numpy as np
import pytest

import agents
from agents import DQN, QLearning, Sarsa, resumable, train, train_compiled
from agents.policies import EpsilonGreedy
from agents.saving.code import literals, outline, variables
from rl_line import reward_line

LINE = "rl_line:RewardLine-v0"


def run(path, kind=QLearning, slip=0.2, loop=train, steps=60, agent=None, **settings):
    env = reward_line(slip=slip) if loop is train_compiled else gym.make(LINE, slip=slip)
    agent = agent or kind(4, 2, seed=1, **settings)
    more = {"every": 10} if loop is train_compiled else {}
    learn = lambda steps, seed: loop(env, agent, steps=steps, seed=seed, **more)  # noqa: E731
    return resumable(agent, learn, steps=steps, every=30, path=path)


OTHERS = {
    "class": ({"kind": Sarsa}, r"agent\.name: .*QLearning.* in the file, .*Sarsa.* here"),
    "environment": ({"slip": 0.1}, r"train\.environments"),
    "loop": (
        {"loop": train_compiled},
        r"train\.functions\[0\]: \"agents\.loop\.train\" in the file, \"agents\.compiled.*here",
    ),
    "lambda": ({"alpha": lambda n: 0.5 / n}, r"agent\.alpha"),
    "policy": ({"policy": EpsilonGreedy(0.2)}, r"agent\.policy\.epsilon: 0\.1 in the file, 0\.2 here"),
}


@pytest.mark.parametrize(("other", "named"), OTHERS.values(), ids=OTHERS)
def test_another_run_is_refused_and_told_apart(other, named, tmp_path):
    run(tmp_path / "run.npz")
    data = (tmp_path / "run.npz").read_bytes()
    with pytest.raises(ValueError, match=rf"run\.npz is of another run .*{named}"):
        run(tmp_path / "run.npz", **other)
    assert (tmp_path / "run.npz").read_bytes() == data


def test_two_functions_of_one_name_are_two_runs(tmp_path):
    expected = run(tmp_path / "run.npz", alpha=lambda n: 1.0 / n)
    assert run(tmp_path / "run.npz", alpha=lambda n: 1.0 / n) == expected
    with pytest.raises(ValueError, match=r"agent\.alpha\.code"):
        run(tmp_path / "run.npz", alpha=lambda n: 0.5 / n)


def vectorized(steps, seed, lanes):
    """A user's own function in between."""
    env, agent = gym.make_vec(LINE, num_envs=lanes), QLearning(4, 2, seed=1)
    return agents.train(env, agent, steps=steps, seed=seed)


@dataclass
class Trainer:
    lanes: int
    calls: int = field(default=0, init=False)

    def run(self, steps, seed):
        self.calls += 1
        return vectorized(steps, seed, self.lanes)


class Called(Trainer):
    def __call__(self, steps, seed):
        return self.run(steps, seed)


def closed_over(lanes):
    return lambda steps, seed: vectorized(steps, seed, lanes)


def by_name(lanes):
    settings = {"lanes": lanes}
    return lambda steps, seed: vectorized(steps, seed, **settings)


def default(lanes):
    return lambda steps, seed, lanes=lanes: vectorized(steps, seed, lanes)


def two_functions_deep(lanes):
    def inner(steps, seed):
        return vectorized(steps, seed, lanes)

    return lambda steps, seed: inner(steps, seed)


def field_of_settings(lanes):
    settings = Trainer(lanes)
    return lambda steps, seed: vectorized(steps, seed, settings.lanes)


def written(lanes):
    eight, four = lambda steps, seed: vectorized(steps, seed, 8), lambda steps, seed: vectorized(steps, seed, 4)
    return eight if lanes == 8 else four


FORMS = {
    "closed over": (closed_over, "lanes"),
    "written": (written, "literals[0]"),
    "default": (default, "lanes"),
    "by name": (by_name, "settings.lanes"),
    "partial": (lambda lanes: partial(vectorized, lanes=lanes), "lanes"),
    "method": (lambda lanes: Trainer(lanes).run, "lanes"),
    "called": (Called, "lanes"),
    "dataclass": (field_of_settings, "settings.lanes"),
    "two functions deep": (two_functions_deep, "inner.lanes"),
}


@pytest.mark.parametrize(("form", "place"), FORMS.values(), ids=FORMS)
def test_another_number_in_the_function_is_another_run(form, place, tmp_path):
    def rows(lanes):
        agent = QLearning(4, 2, seed=1)
        return resumable(agent, form(lanes), steps=64, every=32, path=tmp_path / "run.npz")

    expected = rows(8)
    assert rows(8) == expected
    with pytest.raises(ValueError, match=rf"another run \(train\.{re.escape(place)}: 8 in the file, 4 here\)"):
        rows(4)


def in_order(env, agent):
    def learn(steps, seed):
        return train(env, agent, steps=max(steps, 3), seed=seed + 5)

    return learn


def in_another_order(env, agent):
    def learn(steps, seed):
        return train(env, agent, steps=max(steps, 5), seed=seed + 3)

    return learn


def test_the_same_numbers_in_other_places_are_another_run(tmp_path):
    env, agent = gym.make(LINE), QLearning(4, 2, seed=1)
    one, other = in_order(env, agent), in_another_order(env, agent)
    assert literals(one) == literals(other) == [3, 5, "seed", "steps"]
    rows = resumable(agent, one, steps=60, every=30, path=tmp_path / "run.npz")
    assert resumable(agent, one, steps=60, every=30, path=tmp_path / "run.npz") == rows
    with pytest.raises(ValueError, match=r"another run \(code\.train: \"\w+\" in the file, \"\w+\" here\)"):
        resumable(agent, other, steps=60, every=30, path=tmp_path / "run.npz")


SAME = {
    "lines and comments": "def f(env, n):\n    # here\n\n    return env.run(\n        n + 2,\n        7,\n    )",
    "another way to call": "def f(env, n):\n    run = env.run\n    return run(*(n + 2, 7))",
    "names of its own": "def f(world, count):\n    return world.run(count + 2, 7)",
    "a docstring": "def f(env, n):\n    'Runs.'\n    return env.run(n + 2, 7)",
}
OTHER = {
    "numbers": "def f(env, n):\n    return env.run(n + 7, 2)",
    "operations": "def f(env, n):\n    return env.run(n - 2, 7)",
    "comparisons": "def f(env, n):\n    return env.run(n > 2, 7)",
    "conditions": "def f(env, n):\n    return env.run(n + 2, 7) if n else env",
}


def compiled(program, file="mine.py"):
    found = {}
    exec(compile(program, file, "exec"), found)
    return outline(found["f"])


def test_what_a_function_does_is_told_wherever_and_however_it_is_written():
    expected = compiled("def f(env, n):\n    return env.run(n + 2, 7)")
    assert {compiled(f"\n\n{program}", "other.py") for program in SAME.values()} == {expected}
    assert len({expected, *map(compiled, OTHER.values())}) == 1 + len(OTHER)


def test_what_changes_or_is_said_while_a_run_goes_on_is_no_part_of_it(tmp_path):
    env, agent, calls, seen = gym.make(LINE), QLearning(4, 2, seed=1), 0, []

    def learn(steps, seed):
        """Trains."""
        nonlocal calls
        calls += 1
        seen.append(seed)
        told(calls)
        return train(env, agent, steps=steps, seed=seed)

    told = lambda calls: f"stretch {calls}"  # noqa: E731
    rows = resumable(agent, learn, steps=60, every=30, path=tmp_path / "run.npz")
    told = lambda calls: f"stretch number {calls:3}"  # noqa: E731
    assert (calls, len(seen)) == (2, 2)
    assert resumable(agent, learn, steps=60, every=30, path=tmp_path / "run.npz") == rows


@pytest.mark.parametrize("above", ["", "# 99 lines\n" * 99])
def test_a_run_is_the_same_in_every_version_of_python_and_wherever_it_is_written(above):
    program = """
def made(env, agent, lanes=8):
    def learn(steps, seed):
        'Trains 5 times.'
        for k in range(3):
            with env:
                rows = [0.25 * k for k in (1, 2, 7) if f"{k:.2f}" in {"a", "b"}]
        while steps > 11 and not rows:
            try:
                learned = env.run(agent, count=300, mode="fast", **{"p": 1.5, "q": -4})
            finally:
                rows.append(1e3 * 2)
        return [lambda q, r=13: q - 17, rows[2:lanes]]
    return learn
"""
    found = {}
    exec(compile(above + program, "mine.py", "exec"), found)
    learn = found["made"]("env", "agent")
    numbers, texts = [-4, 0.25, 1, 1.5, 2, 3, 7, 11, 13, 17, 300, 2000.0], [".2f", "a", "b", "count", "fast", "mode"]
    assert literals(learn) == [*numbers, *texts, "p", "q"]
    assert variables(learn) == {"agent": "agent", "env": "env", "lanes": 8}


def test_a_function_of_the_package_is_one_however_it_is_called(tmp_path):
    expected = run(tmp_path / "run.npz")
    env, agent = gym.make(LINE, slip=0.2), QLearning(4, 2, seed=1)
    learn = lambda steps, seed: agents.train(env, agent, steps=steps, seed=seed)  # noqa: E731
    assert resumable(agent, learn, steps=60, every=30, path=tmp_path / "run.npz") == expected


def test_networks_made_alike_are_one_run_and_others_are_not(tmp_path):
    def made(units, **settings):
        return DQN.for_env(gym.make(LINE), hidden=(units,), batch_size=4, learning_starts=10, **settings)

    expected = run(tmp_path / "run.npz", agent=made(8))
    assert run(tmp_path / "run.npz", agent=made(8)) == expected, "other first weights, and other names of the layers"
    with pytest.raises(ValueError, match=r"agent\.model"):
        run(tmp_path / "run.npz", agent=made(9))
    with pytest.raises(ValueError, match=r"agent\.model\.config\.layers: 4 parts in the file, 6 parts here"):
        run(tmp_path / "run.npz", agent=made(8, dueling=True))


def test_rows_are_appended_and_the_state_does_not_grow_with_them(tmp_path):
    sizes = []
    for steps in (300, 3000):
        rows = run(tmp_path / "run.npz", steps=steps)
        sizes.append((tmp_path / "run.npz").stat().st_size)
        assert len((tmp_path / "run.rows.jsonl").read_text().splitlines()) == len(rows)
    assert sizes[0] == pytest.approx(sizes[1], abs=64), "but for the digits of the numbers in it"


def test_rows_of_a_stretch_that_was_never_saved_are_replaced(tmp_path):
    expected = run(tmp_path / "whole.npz", steps=90)
    run(tmp_path / "run.npz", steps=60)
    with (tmp_path / "run.rows.jsonl").open("a") as file:
        file.write('{"step": 61, "ret')
    assert run(tmp_path / "run.npz", steps=90) == expected


@pytest.mark.parametrize("hurt", ["missing", "broken"])
def test_rows_that_are_lost_are_named(hurt, tmp_path):
    wander = EpsilonGreedy(1.0)  # so that some episodes end
    run(tmp_path / "run.npz", policy=wander)
    rows = tmp_path / "run.rows.jsonl"
    rows.unlink() if hurt == "missing" else rows.write_bytes(rows.read_bytes().replace(b"0", b"1"))
    with pytest.raises(ValueError, match=rf"run\.rows\.jsonl is {hurt}, expected the rows of run"):
        run(tmp_path / "run.npz", policy=wander)


def test_numbers_of_numpy_are_kept_as_numbers(tmp_path):
    agent = QLearning(4, 2)
    learn = lambda steps, seed: [{"step": np.int64(steps), "loss": np.float32(0.5)}]  # noqa: E731
    rows = resumable(agent, learn, steps=4, every=2, path=tmp_path / "run.npz")
    assert rows == [{"step": 2, "loss": 0.5}, {"step": 4, "loss": 0.5}]
    assert resumable(agent, learn, steps=4, every=2, path=tmp_path / "run.npz") == rows
