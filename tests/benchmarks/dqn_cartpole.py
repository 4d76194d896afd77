"""Returns of a Keras DQN on CartPole-v1, beside Stable-Baselines3's: `python tests/benchmarks/dqn_cartpole.py`.

Both have the settings of Stable-Baselines3's model zoo, its network and its 50,000 steps. It needs PyTorch and
Stable-Baselines3 beside this project. Interquartile mean of the greedy return over seeds 0 to 39, with an interval of
95 %, measured on 2026-11-24 with TensorFlow 2.21.0, Keras 3.15.1, PyTorch 2.13.0, Stable-Baselines3 2.9.2, the sides
run apart from each other:

    ours                 451.0   (366 to 499)   by tens of seeds  275.3   453.4   472.3   474.1
    Stable-Baselines3    448.0   (372 to 499)                     465.0   404.8   450.7   416.2

So they are equal, as their updates are. Ten seeds tell little: with these settings the greedy return swings between
100 and 500 from one update to the next, and ten of ours give 299 to 500 (nine times in ten), of theirs 308 to 500.
"""

import time
from typing import Any

import gymnasium as gym
import tyro
from dqn_rivals import CARTPOLE, SETTINGS, stable_baselines3_by_the_zoo  # first: it limits the threads
from dqn_speed import keras_dqn
from rounds import heading
from scipy.stats import bootstrap, trim_mean

from agents import evaluate, train
from agents.deep.dqn import DQN


def keras_by_the_zoo(steps: int, seed: int) -> tuple[DQN, float]:
    """Our agent with the same settings, and the training's seconds."""
    env = gym.make(CARTPOLE)
    start = time.perf_counter()
    agent = keras_dqn(env, SETTINGS["zoo"], steps, seed)
    train(env, agent, steps=steps, seed=seed)
    return agent, time.perf_counter() - start


def interquartile_mean(returns: Any, axis: int = -1) -> Any:
    """The mean of the middle half."""
    return trim_mean(returns, 0.25, axis=axis)


def main(steps: int = 50_000, seeds: int = 40, episodes: int = 100) -> None:
    """Prints the mean greedy return of every seed, and their interquartile means with intervals of 95 %."""
    heading("rl-line", "gymnasium", "numpy", "tensorflow", "keras", "torch", "stable-baselines3")
    sides: dict[str, Any] = {"ours": keras_by_the_zoo, "Stable-Baselines3": stable_baselines3_by_the_zoo}
    returns: dict[str, list[float]] = {name: [] for name in sides}
    for seed in range(seeds):
        for name, side in sides.items():
            actor, seconds = side(steps, seed)
            returns[name].append(evaluate(gym.make(CARTPOLE), actor, episodes=episodes, seed=seed + 1_000_000).value)
            print(f"seed {seed}  {name:<18} mean return {returns[name][-1]:6.1f}  after {seconds:5.1f} s", flush=True)
    for name, values in returns.items():
        interval = bootstrap((values,), interquartile_mean, method="percentile", rng=0).confidence_interval
        print(f"{name:<18} {interquartile_mean(values):6.1f}  ({interval.low:.0f} to {interval.high:.0f})")


if __name__ == "__main__":
    tyro.cli(main)
