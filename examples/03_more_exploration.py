"""Explores more and more: what the policies are worth, what training gives away, how soon it finds the 9."""

from pathlib import Path

import gymnasium
import numpy as np

from agents import EpsilonGreedy, QLearning
from agents.exploration import COLUMNS, explored
from rl_line import dp
from rl_line.system.scripts import at_least_one, run


def main(
    epsilons: tuple[float, ...] = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0),
    gamma: float = 0.8,
    alpha: float = 0.1,
    steps: int = 2_000,
    seeds: int = 10,
    figure: Path = Path("figures/more_exploration.png"),
) -> None:
    """Trains agents with every epsilon, one a seed, for so many steps, and judges their final policies exactly."""
    from matplotlib.figure import Figure

    from agents.plots import over_epsilon, save

    at_least_one(epsilons=epsilons, steps=steps, seeds=seeds)
    env = gymnasium.make("rl_line:RewardLine-v0")
    mdp = env.unwrapped.mdp
    optimum = float(mdp.start @ dp.policy_iteration(mdp, gamma).v)
    runs = np.empty((len(COLUMNS), seeds, len(epsilons)))
    for (seed, k), _ in np.ndenumerate(runs[0]):
        agent = QLearning.for_env(env, gamma=gamma, alpha=alpha, policy=EpsilonGreedy(epsilons[k]), seed=seed)
        runs[:, seed, k] = explored(env, agent, steps=steps, seed=seed)

    print(f"Means of {seeds} agents after {steps:,} steps; no policy is worth more than {optimum:.3f}.\n")
    print("epsilon" + "".join(f"{name:>18}" for name in COLUMNS))
    for epsilon, row in zip(epsilons, means := runs.mean(axis=1).T, strict=True):
        print(f"{epsilon:7g}" + "".join(f"{value:18.4g}" for value in row))
    print("\n" + "\n".join(f"{name:18}{text}" for name, text in COLUMNS.items()))
    print("Returns that are not discounted say nothing: shuttling up to the time limit of 100 steps pays 100,")
    print("the walk to the 9 pays 11.")
    worth, least, soonest = (epsilons[k] for k in (means[:, 0].argmax(), *means[:, 2:].argmin(axis=0)))
    print(f"\nSo: the policy is worth most with epsilon {worth:g}, training gives away least with {least:g}, and the 9")
    print(f"is found soonest with {soonest:g}.")

    axes = Figure(figsize=(14, 5), layout="constrained").subplots(1, 3)
    units = ("value of the final policy  (reward units)",) * 2 + ("regret per step  (reward units)", "steps to the end")
    for k, (name, unit) in enumerate(zip(COLUMNS, units, strict=True)):
        told = {"label": f"{name}, mean", "band": f"{name}, lowest to highest of {seeds} seeds", "ylabel": unit}
        over_epsilon(epsilons, runs[k], optimum=optimum if k == 1 else None, ax=axes[max(0, k - 1)], **told)
    axes[2].set_yscale("log")
    print(f"\nMean, lowest and highest over epsilon: {save(axes[0].figure, figure)}")


if __name__ == "__main__":
    run(main)
