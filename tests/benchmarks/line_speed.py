"""Speed of the line, as ratios measured in one run: `python tests/benchmarks/line_speed.py`.

Measured on 2026-11-23 on two cores of an Intel Xeon with Python 3.11.7, Gymnasium 1.4.0, NumPy 2.4.6:

    make(...).step against FrozenLake-v1                  8.8 x   1,660,000/s against 188,000/s
    65,536 lanes against CartPole-v1's vector env        10.6 x   269 million/s against 25 million/s
    rgb_array against FrozenLake-v1                        49 x   53,800/s against 1,100/s
    agents.train, Q-learning, against NumPy by hand      1.2 x    on 2026-11-27, as the next, in processor time
    agents.train against the calls in it written out     1.03 x   (from 1.02 to 1.04 in six runs)
    import gymnasium against import rl_line              0.81 x    on 2026-11-28, on an AMD EPYC
    policy evaluation of 10,000 states                  0.006 s
"""

import os
import subprocess
import sys

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "1"  # rates are per core

import gymnasium as gym
import numpy as np
from by_hand import numpy_loop
from rounds import heading, in_turns, report

import rl_line
from agents import QLearning, train
from agents.core import Transition

STEPS = 100_000
LANES = 65_536


def stepping(env_id):
    """Steps an environment by random actions, through episode after episode."""
    env = gym.make(env_id)
    actions = np.random.default_rng(0).integers(0, 2, STEPS).tolist()

    def run():
        env.reset(seed=0)
        for action in actions:
            _, _, terminated, truncated, _ = env.step(action)
            if terminated or truncated:
                env.reset()

    return run


def stepping_lanes(env_id, calls=100):
    """Steps many lanes by random actions, with autoreset and a time limit."""
    envs = gym.make_vec(env_id, num_envs=LANES, vectorization_mode="vector_entry_point")
    actions = np.random.default_rng(0).integers(0, 2, (10, LANES))
    envs.reset(seed=0)

    def run():
        for call in range(calls):
            envs.step(actions[call % len(actions)])

    return run


def rendering(env_id, frames=500):
    """Draws images of an environment."""
    env = gym.make(env_id, render_mode="rgb_array")
    env.reset(seed=0)

    def run():
        for _ in range(frames):
            env.render()

    return run


def by_hand(steps):
    """The calls of `agents.train` written out in place, without its rows of returns."""
    env = gym.make("RewardLine-v0")
    agent = QLearning.for_env(env, seed=0)

    def run():
        observation, _ = env.reset(seed=0)
        for _ in range(steps):
            action = agent.act(observation, explore=True)
            next_observation, reward, terminated, truncated, _ = env.step(action)
            agent.learn(Transition(observation, action, reward, next_observation, terminated, truncated))
            observation = env.reset()[0] if terminated or truncated else next_observation

    return run


def by_train(steps):
    """The same by `agents.train`."""
    env = gym.make("RewardLine-v0")
    agent = QLearning.for_env(env, seed=0)
    return lambda: train(env, agent, steps=steps, seed=0)


def importing(module):
    """A new Python that imports a module."""
    return lambda: subprocess.run([sys.executable, "-c", f"import {module}"], check=True)


def main():
    """Prints every ratio beside the one that is wanted."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    heading("rl-line", "gymnasium", "numpy", "tqdm")
    print("one core; ratios are medians over rounds in turns\n")
    ours, theirs = in_turns(stepping("RewardLine-v0"), stepping("FrozenLake-v1"))
    report("make(...).step against FrozenLake-v1", ours, theirs, steps=STEPS, wanted=5)
    ours, theirs = in_turns(stepping_lanes("RewardLine-v0"), stepping_lanes("CartPole-v1"))
    report(f"{LANES:,} lanes against CartPole-v1's vector env", ours, theirs, steps=100 * LANES, wanted=7)
    ours, theirs = in_turns(rendering("RewardLine-v0"), rendering("FrozenLake-v1"))
    report("rgb_array against FrozenLake-v1", ours, theirs, steps=500, wanted=1)
    ours, calls, theirs = in_turns(by_train(20_000), by_hand(20_000), numpy_loop(20_000))
    report("agents.train, Q-learning, against a NumPy loop by hand", ours, theirs, steps=20_000, wanted=1)
    report("agents.train against the calls in it written out", ours, calls, steps=20_000, wanted=1)
    theirs, ours = in_turns(importing("gymnasium"), importing("rl_line"), rounds=15)
    report("import gymnasium against import rl_line (1 / 1.25 = 0.8)", ours, theirs, steps=1, wanted=0.8)
    mdp = rl_line.reward_line(np.arange(10_000) % 10, slip=0.1)
    uniform = np.full((10_000, 2), 0.5)
    (seconds,) = in_turns(lambda: rl_line.dp.policy_evaluation(mdp, uniform, 0.99))
    print(f"policy evaluation of 10,000 states: {max(seconds):.3f} s at most (wanted 1)")


if __name__ == "__main__":
    main()
