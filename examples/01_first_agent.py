"""Trains Q-learning on the line, and holds what it learned against the exact answer."""

from pathlib import Path

import gymnasium
import numpy as np
from matplotlib.figure import Figure

from agents import QLearning, evaluate, interact
from agents.plots import error_curve, policy_over_gamma
from rl_line import dp, q_table

ACTIONS = ("left", "right")


def main(
    gamma: float = 0.8,
    alpha: float = 0.1,
    epsilon: float = 0.1,
    steps: int = 20_000,
    seed: int = 0,
    figure: Path = Path("figures/first_agent.png"),
) -> None:
    """Trains an agent, prints its table beside the exact one, and draws how it got there."""
    env = gymnasium.make("rl_line:RewardLine-v0")
    mdp = env.unwrapped.mdp
    exact = dp.policy_iteration(mdp, gamma)
    agent = QLearning.for_env(env, gamma=gamma, alpha=alpha, epsilon=epsilon, seed=seed)
    errors = []
    for transition in interact(env, agent, steps=steps, seed=seed):
        agent.learn(transition)
        errors.append(np.abs(agent.q - exact.q).max())

    print(f"Q-learning after {steps:,} steps with gamma {gamma:g}, and the exact answer (* best):\n")
    print(q_table(learned=agent.q, exact=exact.q))
    print(f"\nLargest error: {errors[-1]:.2g}. Return of an episode, by its policy: {evaluate(env, agent).value:g}.")
    print(explanation(mdp, gamma))

    picture = Figure(figsize=(11, 4), layout="constrained")
    left, right = picture.subplots(1, 2)
    error_curve(range(1, steps + 1), errors, ax=left).set_title("Q-learning approaches the exact values")
    policy_over_gamma(mdp, gamma=gamma, ax=right).set_title("The optimal policy over gamma")
    figure.parent.mkdir(parents=True, exist_ok=True)
    picture.savefig(figure, dpi=120)
    print(f"\nThe learning curve and the optimal policy over gamma: {figure}")


def explanation(mdp, gamma):
    """Which policy is optimal, and what gamma has to do with it."""
    best = dp.optimal_actions(mdp, gamma)
    actions = [" or ".join(ACTIONS[a] for a in np.flatnonzero(row)) for row in best[~mdp.terminal]]
    (change,) = dp.critical_gammas(mdp)
    return (
        f"Optimal with gamma {gamma:g}: " + ", ".join(f"{s + 1} {a}" for s, a in enumerate(actions)) + ".\n"
        "Why gamma decides: in state 3 the agent can take the 9 and end, or go back and forth over the 2 for ever,\n"
        f"which is worth 2 / (1 - gamma^2) = {2 / (1 - gamma**2):.3f}. That is less than 9 below gamma = {change:.4f}, "
        "and more above."
    )


if __name__ == "__main__":
    import tyro

    tyro.cli(main)
