"""Q-learning on the line, written by hand: Gymnasium, a NumPy table, epsilon-greedy, returns kept."""

import gymnasium as gym
import numpy as np

import rl_line  # noqa: F401  # registers the line


def numpy_loop(steps):
    """A function that trains for so many steps and gives the returns of all episodes."""
    env = gym.make("RewardLine-v0")

    def run():
        rng, q = np.random.default_rng(0), np.zeros((4, 2))
        state, _ = env.reset(seed=0)
        returns, total = [], 0.0
        for _ in range(steps):
            action = int(rng.integers(2)) if rng.random() < 0.1 else int(np.argmax(q[state]))
            following, reward, terminated, truncated, _ = env.step(action)
            q[state, action] += 0.1 * (reward + 0.8 * (not terminated) * np.max(q[following]) - q[state, action])
            total += reward
            if terminated or truncated:
                returns.append(total)
                state, total = env.reset()[0], 0.0
            else:
                state = following
        return returns

    return run
