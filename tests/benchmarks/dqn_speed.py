"""Speed of the Keras DQN against other libraries' in one run: `python tests/benchmarks/dqn_speed.py`.

It needs PyTorch, Stable-Baselines3, JAX, Flax and Optax beside this project. Measured on 2026-11-24 on one core of an
AMD EPYC with Python 3.11.7, TensorFlow 2.21.0, Keras 3.15.1, PyTorch 2.13.0, Stable-Baselines3 2.9.2, JAX 0.10.2:

    first result, from the start of Python               7.7 s
    compiled, line, against Stable-Baselines3           84.2 x   186,800 against 2,220 steps/s
    compiled, line, against PureJaxRL's manner          1.61 x   186,800 against 119,900 steps/s
    Python loop, CartPole, against Stable-Baselines3    2.92 x   6,500 against 2,240 steps/s
    Python loop, CartPole, against CleanRL's manner     1.67 x   6,500 against 3,930 steps/s

On the line our compiled loop asks a network about each of the four states once, where a batch has 32 rows of them; the
others ask about every row. Their gradients are the same.
"""

import os
import subprocess
import sys
import time
from statistics import median
from typing import Any

import gymnasium as gym
import keras
import numpy as np
from dqn_rivals import (  # first: it limits the threads of all that is imported after it
    CARTPOLE,
    LINE,
    SETTINGS,
    Training,
    cleanrl_on_cartpole,
    purejaxrl_on_the_line,
    stable_baselines3_on_cartpole,
    stable_baselines3_on_the_line,
)
from rounds import heading

import rl_line
from agents import train
from agents.compiled.training import iterate_compiled
from agents.deep.dqn import DQN
from agents.policies import EpsilonGreedy
from agents.schedules import Linear

FIRST_RESULT = """
import gymnasium, rl_line
from agents import train_compiled
from agents import DQN
env = gymnasium.make("RewardLine-v0")
agent = DQN.for_env(env, seed=0)
train_compiled(env.unwrapped.mdp, agent, steps=5_000)
print(agent.q_values(range(3)))
"""


def keras_dqn(env: Any, settings: dict[str, Any], steps: int, seed: int, **others: Any) -> DQN:
    """Our agent with the settings that every side has."""
    start, end = settings["exploration_initial_eps"], settings["exploration_final_eps"]
    falling = max(1, round(settings.get("exploration_fraction", 0.0) * steps))
    return DQN.for_env(
        env,
        hidden=settings["hidden"],
        gamma=settings["gamma"],
        policy=EpsilonGreedy(end if start == end else Linear(start, end, falling)),
        optimizer=keras.optimizers.Adam(settings["learning_rate"], epsilon=1e-8),  # as in PyTorch and Optax
        batch_size=settings["batch_size"],
        memory_size=settings["buffer_size"],
        learning_starts=settings["learning_starts"],
        train_every=settings["train_freq"],
        gradient_steps=settings["gradient_steps"],
        target_every=settings["target_update_interval"],
        seed=seed,
        **others,
    )


def compiled_on_the_line(steps: int, seed: int) -> Training:
    """Our DQN in the compiled loop."""
    agent = keras_dqn(gym.make(LINE), SETTINGS["line"], steps, seed)
    start = time.perf_counter()
    run = iterate_compiled(rl_line.reward_line(), agent, steps=2 * steps, every=steps, seed=seed)
    next(run)  # compiles, and is through `learning_starts`
    ready = time.perf_counter()
    next(run)
    return Training(time.perf_counter() - ready, ready - start, agent.q_values(np.arange(3)))


def python_loop_on_cartpole(steps: int, seed: int) -> Training:
    """Our DQN in the Python loop."""
    env = gym.make(CARTPOLE)
    start = time.perf_counter()
    agent = keras_dqn(env, SETTINGS["cartpole"], steps, seed)
    train(env, agent, steps=steps, seed=seed)
    return Training(time.perf_counter() - start)


def report(work: str, ours: list[float], theirs: list[float], wanted: float) -> None:
    """Prints the median ratio of two lists of rates, and both medians."""
    ratios = sorted(a / b for a, b in zip(ours, theirs, strict=True))
    spread = f"from {ratios[0]:.2f} to {ratios[-1]:.2f}; wanted {wanted:g}"
    print(f"{work:<48} {median(ratios):6.2f} x  ({spread})   {median(ours):,.0f} against {median(theirs):,.0f} steps/s")


def main(steps: int = 20_000, rounds: int = 3) -> None:
    """Prints every ratio beside the one that is wanted, the sides taken in turns on one core."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    heading(
        "rl-line", "gymnasium", "numpy", "tensorflow", "keras", "torch", "stable-baselines3", "jax", "flax", "optax"
    )
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", FIRST_RESULT], check=True, capture_output=True)
    print(f"first result, from the start of Python, 5,000 steps: {time.perf_counter() - start:.1f} s (wanted 10)")
    sides = {
        compiled_on_the_line: 10 * steps,
        stable_baselines3_on_the_line: steps,
        purejaxrl_on_the_line: 10 * steps,
        python_loop_on_cartpole: steps,
        stable_baselines3_on_cartpole: steps,
        cleanrl_on_cartpole: steps,
    }
    rates: dict[Any, list[float]] = {side: [] for side in sides}
    learned = {}
    for seed in range(rounds):
        for side, count in sides.items():
            training = side(count, seed)
            rates[side].append(count / training.seconds)
            learned[side] = training.q
    line, cartpole = rates[compiled_on_the_line], rates[python_loop_on_cartpole]
    report("compiled, line, against Stable-Baselines3", line, rates[stable_baselines3_on_the_line], 20)
    report("compiled, line, against PureJaxRL's manner", line, rates[purejaxrl_on_the_line], 1)
    report("Python loop, CartPole, against Stable-Baselines3", cartpole, rates[stable_baselines3_on_cartpole], 1.5)
    report("Python loop, CartPole, against CleanRL's manner", cartpole, rates[cleanrl_on_cartpole], 1.5)
    exact = rl_line.dp.policy_iteration(rl_line.reward_line(), SETTINGS["line"]["gamma"]).q[:3]
    print(rl_line.q_table(exact=exact, ours=learned[compiled_on_the_line], PureJaxRL=learned[purejaxrl_on_the_line]))


if __name__ == "__main__":
    main()
