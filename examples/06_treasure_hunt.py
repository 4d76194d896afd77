"""Watches Q-learning hunt for a treasure in the terminal, as Morvan Zhou's tutorial shows it."""

import sys
from time import sleep

import gymnasium

from agents import EpsilonGreedy, QLearning, interact
from rl_line import dp, q_table


def main(
    gamma: float = 0.9,
    alpha: float = 0.1,
    epsilon: float = 0.1,
    episodes: int = 13,
    delay: float = 0.1,
    seed: int = 2,
) -> None:
    """Draws every step on one line, then prints the table learned beside the exact one.

    Args:
        gamma: discount
        alpha: step size
        epsilon: probability to explore
        delay: seconds that a step is shown on a terminal
    """
    env = gymnasium.make("rl_line:TreasureHunt-v0", max_episode_steps=-1)  # no time limit: every hunt ends at T
    mdp = env.unwrapped.mdp
    agent = QLearning.for_env(env, gamma=gamma, alpha=alpha, policy=EpsilonGreedy(epsilon), seed=seed)

    def show(state: int) -> None:
        line = ["T" if end else "-" for end in mdp.terminal]
        line[state] = "o"
        print("\r" + "".join(line), end="", flush=True)
        sleep(delay if sys.stdout.isatty() else 0)

    episode, steps = 1, 0
    for transition in interact(env, agent, seed=seed):
        if episode > episodes:
            break
        if steps == 0:
            show(transition.observation)
        agent.learn(transition)
        show(transition.next_observation)
        steps += 1
        if transition.terminated:
            print(f"\rEpisode {episode}: total_steps = {steps}")
            episode, steps = episode + 1, 0

    print(f"\nThe better action shows before its value is exact: the table after {episodes} episodes (* best).\n")
    print(q_table(learned=agent.q, exact=dp.policy_iteration(mdp, gamma).q))


if __name__ == "__main__":
    import tyro

    tyro.cli(main)
