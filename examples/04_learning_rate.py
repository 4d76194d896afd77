"""Several learning rates, two hundred agents each: how fast and how near they come to the exact table."""
# needs: keras

from pathlib import Path

import numpy as np

from agents import QLearning
from rl_line import dp, reward_line


def main(
    alphas: tuple[float, ...] = (0.01, 0.03, 0.1, 0.3, 1.0),
    gamma: float = 0.8,
    reward_noise: float = 1.0,
    seeds: int = 200,
    steps: int = 20_000,
    figure: Path = Path("figures/learning_rate.png"),
) -> None:
    """Trains all agents at once in one compiled program, and draws their errors over time.

    Args:
        gamma: discount
        reward_noise: every reward is this much more or less, by chance
        seeds: agents for every learning rate
    """
    from matplotlib.figure import Figure

    from agents import iterate_compiled
    from agents.plots import save

    mdp = reward_line(reward_noise=reward_noise)
    exact = dp.policy_iteration(mdp, gamma).q
    agents = [QLearning(4, 2, gamma=gamma, alpha=alpha) for alpha in alphas for _ in range(seeds)]
    run = list(iterate_compiled(mdp, agents, steps=steps, every=max(1, steps // 200)))
    error = np.stack([np.abs(progress.q - exact).max(axis=(1, 2)) for progress in run])  # [T, agents]
    error = error.reshape(len(run), len(alphas), seeds)

    axes = Figure(figsize=(8, 4.5), layout="constrained").subplots()
    at = [progress.step for progress in run]
    print(f"Largest error of Q, {seeds} agents for every alpha, rewards +-{reward_noise:g}:\n")
    print("alpha   steps until the median is below 1   median at the end   from 10 % to 90 % of agents")
    for k, alpha in enumerate(alphas):
        low, median, high = np.quantile(error[:, k], (0.1, 0.5, 0.9), axis=1)
        (line,) = axes.plot(at, median, label=f"alpha {alpha:g}")
        axes.fill_between(at, low, high, alpha=0.2, color=line.get_color())
        below = np.flatnonzero(median < 1)
        when = f"{at[below[0]]:,}" if len(below) else "never"
        print(f"{alpha:<5g} {when:>35} {median[-1]:>19.3f} {low[-1]:>18.3f} to {high[-1]:.3f}")
    axes.set(yscale="log", xlabel="steps", ylabel="largest error of Q  (reward units)")
    axes.set_title(f"Median and 10 % to 90 % of {seeds} agents")
    axes.legend()
    print(f"\nThe errors over time: {save(axes.figure, figure)}")


if __name__ == "__main__":
    import tyro

    tyro.cli(main)
