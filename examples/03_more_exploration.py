"""Explores more and more: what the policies are worth, what training gives away, how soon it finds the 9."""

from pathlib import Path

import gymnasium
import numpy as np

from agents import EpsilonGreedy, QLearning, evaluate, interact
from rl_line import dp


def judged(env: gymnasium.Env, agent: QLearning, *, exact: dp.Solution, steps: int) -> list[float]:
    """Trains; the final policy's return, value, and value without exploring; regret per step; steps to the 9."""
    mdp, regret, found = env.unwrapped.mdp, 0.0, steps
    for step, transition in enumerate(interact(env, agent, steps=steps, seed=agent.seed), start=1):
        agent.learn(transition)
        regret += exact.v[transition.observation] - exact.q[transition.observation, transition.action]
        found = min(found, step) if transition.terminated else found
    policies = [agent.action_probabilities(np.arange(mdp.num_states), explore=explore) for explore in (True, False)]
    values = [dp.expected_return(mdp, policy, agent.gamma) for policy in policies]
    return [evaluate(env, agent, explore=True).value, *values, regret / steps, found]


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

    env = gymnasium.make("rl_line:RewardLine-v0")
    exact = dp.policy_iteration(env.unwrapped.mdp, gamma)
    optimum = float(env.unwrapped.mdp.start @ exact.v)
    runs = np.empty((5, seeds, len(epsilons)))
    for (seed, column), _ in np.ndenumerate(runs[0]):
        agent = QLearning.for_env(env, gamma=gamma, alpha=alpha, policy=EpsilonGreedy(epsilons[column]), seed=seed)
        runs[:, seed, column] = judged(env, agent, exact=exact, steps=steps)
    print(f"Means of {seeds} agents after {steps:,} steps; a 9 never found counts as {steps:,} steps.\n")
    print("epsilon   return    value   optimum   if greedy   regret per step   steps to the 9")
    for epsilon, (total, value, greedy, regret, found) in zip(epsilons, runs.mean(axis=1).T, strict=True):
        print(f"{epsilon:7g}{total:9.3f}{value:9.3f}{optimum:10.3f}{greedy:12.3f}{regret:18.3f}{found:17.1f}")
    left, middle, right = Figure(figsize=(14, 4), layout="constrained").subplots(1, 3)
    over_epsilon(epsilons, runs[1], ylabel="", label="with epsilon", optimum=optimum, ax=left)
    over_epsilon(epsilons, runs[2], ylabel="value of the final policy  (reward units)", label="greedy", ax=left)
    over_epsilon(epsilons, runs[3], ylabel="regret per step of training  (reward units)", optimum=0, ax=middle)
    over_epsilon(epsilons, runs[4], ylabel="time to find the 9  (steps of training)", ax=right).set_yscale("log")
    print(f"\nMean, lowest and highest over epsilon: {save(left.figure, figure)}")


if __name__ == "__main__":
    import tyro

    tyro.cli(main)
