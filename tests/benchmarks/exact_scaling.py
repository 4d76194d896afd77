"""Seconds of exact answers over the number of states: `python tests/benchmarks/exact_scaling.py`.

Measured on 2026-11-27 on two cores of an Intel Xeon with Python 3.11.7, NumPy 2.4.6; a line that slips:

       states   policy_evaluation   expected_return   discounted_visits   an environment   memory so far
       10,000             0.005 s           0.005 s             0.005 s          0.003 s           75 MB
      100,000             0.047 s           0.048 s             0.035 s          0.014 s          147 MB
    1,000,000             0.506 s           0.509 s             0.504 s          0.366 s          801 MB
"""

import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "1"

import resource
import time

import numpy as np
from rounds import heading

from rl_line import RewardLineEnv, dp, reward_line

GAMMA = 0.99


def seconds(function, *arguments):
    """Seconds that a call takes."""
    start = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - start


def walking(rewards):
    """An environment made, and stepped 100 times."""
    env = RewardLineEnv(rewards=rewards, slip=0.1)
    env.reset(seed=0)
    for _ in range(100):
        env.step(1)


def main():
    """Prints a row for each number of states."""
    heading("numpy", "scipy")
    names = ("policy_evaluation", "expected_return", "discounted_visits")
    print(f"{'states':>12} " + " ".join(f"{name:>18}" for name in (*names, "an environment")) + f"{'memory':>12}")
    dp.expected_return(reward_line(np.eye(1, 1000, 999)[0]), np.ones(1000, int), GAMMA)  # loads SciPy
    for states in (10_000, 100_000, 1_000_000):
        rewards = np.eye(1, states, states - 1)[0]
        mdp, policy = reward_line(rewards, slip=0.1), np.full((states, 2), 0.5)
        took = [seconds(getattr(dp, name), mdp, policy, GAMMA) for name in names]
        took.append(seconds(walking, rewards))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{states:>12,} " + " ".join(f"{one:16.3f} s" for one in took) + f"{memory:>9,.0f} MB")


if __name__ == "__main__":
    main()
