"""Compares agents beside a cliff, as Sutton & Barto (2nd ed.) do in example 6.6: what each ends with, and earns."""

from functools import partial
from pathlib import Path

import gymnasium
import numpy as np

from agents import ExpectedSarsa, QLearning, Sarsa, compare
from rl_line import TabularMDP, dp
from rl_line.system.numbers import whole
from rl_line.system.scripts import at_least_one, run


def main(
    steps: int = 20_000,
    seeds: int = 10,
    alpha: float = 0.5,
    epsilon: float = 0.1,
    figure: Path = Path("figures/compare_agents.png"),
) -> None:
    """Trains three agents once a seed, prints what they reached, and draws their learning curves.

    Args:
        steps: of every training
        alpha: step size
        epsilon: probability to explore
    """
    from agents.plots import save

    limit = 200
    at_least_one(seeds=seeds)
    whole(limit, steps=steps)  # an episode has ended by then
    env = gymnasium.make("CliffWalking-v1", max_episode_steps=limit)
    kinds = {"Q-learning": QLearning, "Sarsa": Sarsa, "Expected Sarsa": ExpectedSarsa}
    agents = {name: partial(kind.for_env, gamma=1.0, alpha=alpha, epsilon=epsilon) for name, kind in kinds.items()}
    comparison = compare(agents, env, steps, seeds=range(seeds))
    print(comparison)
    mdp = TabularMDP.from_toy_text(env)
    optimum = float(mdp.start @ dp.policy_iteration(mdp, 1.0).v)
    final = {name: np.mean([one.value for one in found]) for name, found in comparison.final.items()}
    earned = {
        name: np.mean([row["return"] for episodes in runs for row in episodes])
        for name, runs in comparison.rows.items()
    }
    print(f"The optimum is {optimum:g}, along the edge, where an agent that explores falls now and then.")
    nearest, most = max(final, key=final.get), max(earned, key=earned.get)
    print(f"\nSo: {nearest} ends nearest to the optimum, and {most} earns most while it learns.")
    axes = comparison.plot(window=100, optimum=optimum)
    axes.set(ylim=(-200, 0), title=f"{comparison.environment}, epsilon {epsilon:g}, {seeds} seeds")
    print(f"\nMean, lowest and highest over seeds: {save(axes.figure, figure)}")


if __name__ == "__main__":
    run(main)
