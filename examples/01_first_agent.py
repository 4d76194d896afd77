"""Trains Q-learning on the line, and holds what it learned against the exact answer."""

from pathlib import Path

import gymnasium
import numpy as np

from agents import EpsilonGreedy, QLearning, interact
from rl_line import dp, policy_text, q_table
from rl_line.drawing import agreement_text
from rl_line.system.scripts import run


def main(
    gamma: float = 0.8,
    alpha: float = 0.1,
    epsilon: float = 0.1,
    steps: int = 20_000,
    seed: int = 0,
    figure: Path = Path("figures/first_agent.png"),
) -> None:
    """Trains Q-learning, prints its table beside the exact one, and draws how it got there.

    Args:
        gamma: discount
        alpha: step size
        epsilon: probability to explore
        steps: of training; after 0 the table is as before the first
    """
    from matplotlib.figure import Figure

    from agents.plots import error_curve, policy_over_gamma, save

    env = gymnasium.make("rl_line:RewardLine-v0")
    mdp = env.unwrapped.mdp
    exact = dp.policy_iteration(mdp, gamma)
    agent = QLearning.for_env(env, gamma=gamma, alpha=alpha, policy=EpsilonGreedy(epsilon), seed=seed)
    errors = [np.abs(agent.q - exact.q).max()]
    for transition in interact(env, agent, steps=steps, seed=seed):
        agent.learn(transition)
        errors.append(np.abs(agent.q - exact.q).max())

    print(f"Q-learning after {steps:,} steps with gamma {gamma:g}, and the exact answer (* best):\n")
    print(q_table(learned=agent.q, exact=exact.q))
    print(f"\nSo: {agreement_text(agent.q, exact.q)}.")
    worth = dp.expected_return(mdp, agent.action_probabilities(np.arange(mdp.num_states)), gamma)
    print(f"From the start its policy is worth {worth:.3f}, discounted; the best is worth {mdp.start @ exact.v:.3f}.")
    print(f"Optimal with gamma {gamma:g}: {policy_text(dp.optimal_actions(mdp, gamma))}.")
    shuttling, change = 2 / (1 - gamma**2), dp.critical_gammas(mdp)[0]
    print("Why gamma decides: from state 3 the 9 is one step away, and shuttling over the 2 for ever is worth")
    print(f"2 / (1 - gamma^2) = {shuttling:.3f}: more than 9 above gamma = {change:.4f}.")
    left, right = Figure(figsize=(11, 4), layout="constrained").subplots(1, 2)
    error_curve(range(steps + 1), errors, ax=left).set_title("Q-learning approaches the exact values")
    policy_over_gamma(mdp, gamma=gamma, ax=right).set_title("The optimal policy over gamma")
    print(f"\nThe learning curve and the optimal policy over gamma: {save(left.figure, figure)}")


if __name__ == "__main__":
    run(main)
