"""Small runs of every loop that saves its progress, each in its own process, which a test may kill at any time.

`python tests/support/killed_runs.py NAME FILE RESULT` runs one, resumes from the file if it exists, and writes the
result.
"""

import json
import sys
from pathlib import Path

import gymnasium as gym
import numpy as np

LINE = "rl_line:RewardLine-v0"


def python_loop(path):
    from agents import NStepQ, resumable, train

    env, agent = gym.make(LINE, slip=0.2), NStepQ(4, 2, seed=1)
    learn = lambda steps, seed: train(env, agent, steps=steps, seed=seed)  # noqa: E731
    return resumable(agent, learn, steps=4_000, every=20, path=path), agent.state()


def vector_loop(path):
    from agents import QLearning, resumable, train

    env, agent = gym.make_vec(LINE, num_envs=8, slip=0.2), QLearning(4, 2, seed=1)
    learn = lambda steps, seed: train(env, agent, steps=steps, seed=seed)  # noqa: E731
    return resumable(agent, learn, steps=32_000, every=160, path=path), agent.state()


def compiled_loop(path):
    from agents import QLearning, resumable, train_compiled
    from rl_line import reward_line

    mdp, agent = reward_line(slip=0.2), QLearning(4, 2, seed=1)
    learn = lambda steps, seed: train_compiled(mdp, agent, steps=steps, seed=seed, every=50)  # noqa: E731
    return resumable(agent, learn, steps=40_000, every=200, path=path), agent.state()


def _dqn():
    from agents import DQN

    settings = {"hidden": (8,), "batch_size": 8, "memory_size": 200, "learning_starts": 20, "priority": 0.5, "n": 2}
    return DQN.for_env(gym.make(LINE), seed=1, **settings)


def dqn_in_python(path):
    from agents import resumable, train

    env, agent = gym.make(LINE, slip=0.2), _dqn()
    learn = lambda steps, seed: train(env, agent, steps=steps, seed=seed)  # noqa: E731
    return resumable(agent, learn, steps=1_800, every=30, path=path), agent.state()


def dqn_compiled(path):
    from agents import resumable, train_compiled
    from rl_line import reward_line

    mdp, agent = reward_line(slip=0.2), _dqn()
    learn = lambda steps, seed: train_compiled(mdp, agent, steps=steps, seed=seed, every=50)  # noqa: E731
    return resumable(agent, learn, steps=20_000, every=100, path=path), agent.state()


def _fitted(path, way):
    import keras

    from sequence_tasks.task import windows

    walk = (np.random.default_rng(0).normal(size=60).cumsum() / 5).astype(np.float32)
    parts = [windows(part, length=4) for part in (walk[:40], walk[40:])]
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((4, 1)), keras.layers.SimpleRNN(3), keras.layers.Dropout(0.3)])
    model.add(keras.layers.Dense(1))
    optimizer = keras.optimizers.Adam(0.01)
    rows = way(model, *parts, epochs=60, batch_size=8, patience=60, seed=4, optimizer=optimizer, path=path)
    variables = [*model.variables, *optimizer.variables]
    return rows, {f"{k}": variable.value.numpy() for k, variable in enumerate(variables)}


def fitted(path):
    from sequence_tasks.models.training import fit

    return _fitted(path, fit)


def fitted_compiled(path):
    from sequence_tasks.models.training import fit_compiled

    return _fitted(path, fit_compiled)


RUNS = {
    "Python loop": python_loop,
    "vector loop": vector_loop,
    "compiled loop": compiled_loop,
    "DQN, Python loop": dqn_in_python,
    "DQN, compiled loop": dqn_compiled,
    "fit": fitted,
    "fit_compiled": fitted_compiled,
}


if __name__ == "__main__":
    _, name, path, result = sys.argv
    print("begun", flush=True)
    rows, state = RUNS[name](Path(path))
    parts = {key: [str(np.asarray(part).dtype), np.asarray(part).tolist()] for key, part in state.items()}
    told = json.dumps({"rows": rows, "state": parts}, default=lambda number: np.asarray(number).item())
    Path(result).write_text(told, encoding="utf-8")
