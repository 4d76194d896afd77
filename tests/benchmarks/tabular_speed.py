"""Speed of compiled tabular learning, as ratios measured in one run: `python tests/benchmarks/tabular_speed.py`.

Measured on 2026-11-28 on two cores of an AMD EPYC with Python 3.11.7, TensorFlow 2.21.0, Keras 3.15.1, pandas 3.1.1:

    compiled, one agent on one lane        34 million updates/s
    compiled, one agent on 4,096 lanes     70 million updates/s
    compiled, 1,024 agents at once        113 million updates/s
    one lane against a loop by hand       149 x
    one lane against a pandas table    25,167 x
    five learning rates x 200 seeds x 20,000 steps, start to figure: 6.3 s

What the loop carries decides the first: a counter of episodes of shape [1, 1] left a thirteenth of it where it stood
beside that of shape [], and two thirds where it stood instead.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from by_hand import numpy_loop
from rounds import heading

import rl_line
from agents import QLearning
from agents.compiled.training import iterate_compiled

ROOT = Path(__file__).parents[2]


def compiled_rate(agents, *, steps, lanes=1, rounds=5):
    """Median updates per second of a compiled run, the first block of which (with compilation) does not count."""
    kinds = [QLearning(4, 2, seed=seed) for seed in range(agents)]
    run = iterate_compiled(rl_line.reward_line(), kinds, steps=steps * (rounds + 1), every=steps, num_envs=lanes)
    next(run)
    rates = []
    for _ in range(rounds):
        start = time.perf_counter()
        next(run)
        rates.append(agents * lanes * steps / (time.perf_counter() - start))
    return float(np.median(rates))


def by_hand_rate(steps=100_000):
    """Updates per second of the loop that people write by hand."""
    run, start = numpy_loop(steps), time.perf_counter()
    run()
    return steps / (time.perf_counter() - start)


def pandas_rate(episodes=60):
    """Updates per second of a treasure hunt on a pandas table, looked up by label, without its pauses."""
    import pandas as pd

    rng = np.random.default_rng(0)
    table = pd.DataFrame(np.zeros((6, 2)), columns=["left", "right"])
    updates, start = 0, time.perf_counter()
    for _ in range(episodes):
        place = 0
        while place != 5:
            values = table.iloc[place, :]
            explores = rng.uniform() > 0.9 or (values == 0).all()
            action = rng.choice(["left", "right"]) if explores else values.idxmax()
            following = max(place - 1, 0) if action == "left" else place + 1
            reward = 1.0 if following == 5 else 0.0
            target = reward + (0.0 if following == 5 else 0.9 * table.iloc[following, :].max())
            table.loc[place, action] += 0.1 * (target - table.loc[place, action])
            place, updates = following, updates + 1
    return updates / (time.perf_counter() - start)


def main():
    """Prints every rate and ratio beside what is wanted."""
    heading("rl-line", "gymnasium", "numpy", "tensorflow", "keras", "pandas")
    one, lanes = compiled_rate(1, steps=1_000_000), compiled_rate(1, steps=3_000, lanes=4096)
    many, hand, frame = compiled_rate(1024, steps=10_000), by_hand_rate(), pandas_rate()
    print(f"compiled, one agent on one lane     {one / 1e6:8.1f} million updates/s (wanted 15)")
    print(f"compiled, one agent on 4,096 lanes  {lanes / 1e6:8.1f} million updates/s")
    print(f"compiled, 1,024 agents at once      {many / 1e6:8.1f} million updates/s (wanted 25)")
    print(f"one lane against a loop by hand     {one / hand:8.0f} x (wanted 100), {hand:,.0f}/s by hand")
    print(f"one lane against a pandas table     {one / frame:8.0f} x (wanted 2,000), {frame:,.0f}/s with pandas")
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        example = [sys.executable, ROOT / "examples" / "04_learning_rate.py", "--figure", f"{folder}/figure.png"]
        subprocess.run(example, check=True, capture_output=True)
    seconds = time.perf_counter() - start
    print(f"five learning rates x 200 seeds x 20,000 steps, start to figure: {seconds:.1f} s (wanted 15)")


if __name__ == "__main__":
    main()
