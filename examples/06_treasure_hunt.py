"""Watches Q-learning hunt for a treasure in the terminal, as Morvan Zhou's tutorial shows it."""

import sys
from time import sleep

import gymnasium

from agents import EpsilonGreedy, QLearning, interact
from rl_line import dp, q_table
from rl_line.drawing import agreement_text
from rl_line.system.numbers import real
from rl_line.system.scripts import at_least_one, run


def main(
    gamma: float = 0.9, alpha: float = 0.1, epsilon: float = 0.1, episodes: int = 13, delay: float = 0.1, seed: int = 2
) -> None:
    """Draws every step on one line of a terminal, then prints the table learned beside the exact one.

    Args:
        alpha: step size
        epsilon: probability to explore
        delay: seconds that a step is shown; a file gets only a line for every episode
    """
    at_least_one(episodes=episodes)
    real(0, delay=delay)
    env = gymnasium.make("rl_line:TreasureHunt-v0", max_episode_steps=-1)  # no time limit: every hunt ends at T
    mdp, drawn = env.unwrapped.mdp, sys.stdout.isatty()
    exact = dp.policy_iteration(mdp, gamma).q
    agent = QLearning.for_env(env, gamma=gamma, alpha=alpha, policy=EpsilonGreedy(epsilon), seed=seed)

    def show(state: int) -> None:
        line = ["T" if end else "-" for end in mdp.terminal]
        line[state] = "o"
        if drawn:
            print("\r" + "".join(line), end="", flush=True)
            sleep(delay)

    episode, steps = 1, 0
    for transition in interact(env, agent, seed=seed):
        if steps == 0:
            show(transition.observation)
        agent.learn(transition)
        show(transition.next_observation)
        steps += 1
        if transition.terminated:
            print("\r" * drawn + f"Episode {episode}: total_steps = {steps}")
            episode, steps = episode + 1, 0
            if episode > episodes:
                break
    print(f"\nThe table after {episodes} episodes (* best):\n\n{q_table(learned=agent.q, exact=exact)}")
    print(f"\nSo: {agreement_text(agent.q, exact)}.")


if __name__ == "__main__":
    run(main)
