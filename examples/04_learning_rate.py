"""Several learning rates, two hundred agents each, without and with noise: how fast and how near they come."""
# needs: keras

from pathlib import Path

import numpy as np

from agents import QLearning
from rl_line import dp, reward_line
from rl_line.system.numbers import real
from rl_line.system.scripts import at_least_one, run


def main(
    alphas: tuple[float, ...] = (0.01, 0.03, 0.1, 0.3, 1.0),
    gamma: float = 0.8,
    noises: tuple[float, ...] = (0.0, 1.0),
    seeds: int = 200,
    steps: int = 20_000,
    figure: Path = Path("figures/learning_rate.png"),
) -> None:
    """Trains all agents at once in one compiled program, and draws their errors over time.

    Args:
        alphas: step sizes
        gamma: discount
        noises: a panel each; every reward is so much more or less, by chance
        seeds: agents for every learning rate
    """
    from matplotlib.figure import Figure

    from agents import iterate_compiled
    from agents.plots import error_bands, save

    at_least_one(alphas=alphas, noises=noises, seeds=seeds, steps=steps)
    panels = Figure(figsize=(6.5 * len(noises), 5.2), layout="constrained").subplots(1, len(noises), squeeze=False)[0]
    for reward_noise, ax in zip([real(0, noise=noise) for noise in noises], panels, strict=True):
        noise = f"±{reward_noise:g}" if reward_noise else "without noise"
        mdp = reward_line(reward_noise=reward_noise)
        exact = dp.policy_iteration(mdp, gamma).q
        agents = [QLearning(4, 2, gamma=gamma, alpha=alpha) for alpha in alphas for _ in range(seeds)]
        rows = list(iterate_compiled(mdp, agents, steps=steps, every=max(1, steps // 200)))
        error = np.stack([np.abs(row.q - exact).max(axis=(1, 2)) for row in rows]).reshape(len(rows), -1, seeds)
        at = [row.step for row in rows]
        print(f"Largest error of Q, {seeds} agents for every alpha, rewards {noise}:\n")
        print("alpha   steps until the median is below 1   median at the end   from 10 % to 90 % of agents")
        for alpha, agents_of in zip(alphas, np.moveaxis(error, 1, 0), strict=True):
            low, median, high = np.quantile(agents_of, (0.1, 0.5, 0.9), axis=1)
            when = f"{at[np.argmax(median < 1)]:,}" if (median < 1).any() else "never"
            print(f"{alpha:<5g} {when:>35} {median[-1]:>19.2g} {low[-1]:>18.2g} to {high[-1]:.2g}")
        best = alphas[np.median(error[-1], axis=1).argmin()]
        print(f"\nSo: rewards {noise}, and alpha {best:g} ends nearest to the exact values.\n")
        error_bands(at, {f"alpha {alpha:g}": error[:, k] for k, alpha in enumerate(alphas)}, ax=ax)
        ax.set_title(f"Rewards {noise}, {seeds} agents for every alpha")
    print(f"The errors over time: {save(panels[0].figure, figure)}")


if __name__ == "__main__":
    run(main)
