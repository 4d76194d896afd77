"""Shows every update of the table, written out in numbers; with --table the whole table after each."""

from pathlib import Path

import gymnasium

from agents import EpsilonGreedy, QLearning, interact
from agents.tabular import update_in_numbers
from rl_line import dp, q_table
from rl_line.drawing import agreement_text, rgb_array
from rl_line.system.scripts import at_least_one, run


def main(
    gamma: float = 0.8,
    alpha: float = 0.1,
    epsilon: float = 0.1,
    steps: int = 40,
    digits: int = 2,
    table: bool = False,
    seed: int = 25,
    figure: Path = Path("figures/every_update.gif"),
) -> None:
    """Prints Q-learning's update after each of the first actions, and draws them as an animation.

    Args:
        epsilon: probability to explore
        digits: decimals shown of every value
        table: prints the whole table after every action
    """
    from agents.animation import captioned, save_gif

    at_least_one(steps=steps)
    env = gymnasium.make("rl_line:RewardLine-v0")
    exact = dp.policy_iteration(mdp := env.unwrapped.mdp, gamma).q
    agent = QLearning.for_env(env, gamma=gamma, alpha=alpha, policy=EpsilonGreedy(epsilon), seed=seed)
    shown, episode, step = [], 0, 0
    print("Q(S, A) <- Q(S, A) + alpha (R + gamma x max Q(S', .) - Q(S, A))\n")
    for count, transition in enumerate(interact(env, agent, steps=steps, seed=seed), start=1):
        state, action, following = transition.observation, transition.action, transition.next_observation
        if step == 0:
            episode += 1
            shown.append((rgb_array(mdp, state, q_values=agent.q), f"Episode {episode} starts in state {state + 1}."))
        update, new = update_in_numbers(agent, transition, digits=digits).split(" = ")
        agent.learn(transition)
        step, label = step + 1, f"episode {episode}, update {count}"
        note = f"state {following + 1} ends the episode: nothing to bootstrap from" if transition.terminated else ""
        print(f"{label:24}{update:<{46 + 3 * digits}} = {new}" + (f"\n{'':24}{note}" if note else ""))
        print(f"\n{q_table(learned=agent.q, exact=exact)}\n\n" if table else "", end="")
        caption = f"{label}\n{update}\n= {new}\n{note}"
        shown.append((rgb_array(mdp, following, last_action=action, step=step, q_values=agent.q), caption))
        step = 0 if transition.terminated or transition.truncated else step
    print(f"\nAfter {steps:,} actions, and the exact answer (* best):\n\n{q_table(learned=agent.q, exact=exact)}")
    print(f"\nSo: {agreement_text(agent.q, exact)}.")
    print(f"The line and its updates as an animation: {save_gif(captioned(*zip(*shown, strict=True)), figure)}")


if __name__ == "__main__":
    run(main)
