"""Shows the table after every action, and the update that made it, written out in numbers."""

from pathlib import Path

import gymnasium

from agents import EpsilonGreedy, QLearning, interact
from agents.tabular import update_in_numbers
from rl_line import dp, q_table
from rl_line.drawing import rgb_array


def main(
    gamma: float = 0.8,
    alpha: float = 0.1,
    epsilon: float = 0.1,
    steps: int = 40,
    digits: int = 2,
    seed: int = 1,
    figure: Path = Path("figures/every_update.gif"),
) -> None:
    """Prints Q-learning's update after each of the first actions, and draws them as an animation.

    Args:
        gamma: discount
        alpha: step size
        epsilon: probability to explore
        digits: decimals shown of every value
    """
    from agents.animation import captioned, save_gif

    env = gymnasium.make("rl_line:RewardLine-v0")
    mdp = env.unwrapped.mdp
    agent = QLearning.for_env(env, gamma=gamma, alpha=alpha, policy=EpsilonGreedy(epsilon), seed=seed)
    frames, captions, step = [], [], 0
    print("Q(S, A) <- Q(S, A) + alpha (R + gamma x max Q(S', .) - Q(S, A))\n")
    for count, transition in enumerate(interact(env, agent, steps=steps, seed=seed), start=1):
        state, action, following = transition.observation, transition.action, transition.next_observation
        if step == 0:
            frames.append(rgb_array(mdp, state, q_values=agent.q))
            captions.append(f"An episode starts in state {state + 1}.")
        update, new = update_in_numbers(agent, transition, digits=digits).split(" = ")
        agent.learn(transition)
        note = f"state {following + 1} ends the episode: nothing to bootstrap from" if transition.terminated else ""
        print(f"{count:>4}  {update:<{46 + 3 * digits}} = {new}   {note}".rstrip())
        frames.append(rgb_array(mdp, following, last_action=action, step=step + 1, q_values=agent.q))
        step = 0 if transition.terminated or transition.truncated else step + 1
        captions.append(f"{update}\n= {new}\n{note}")
    print(f"\nAfter {steps:,} actions, and the exact answer (* best):\n")
    print(q_table(learned=agent.q, exact=dp.policy_iteration(mdp, gamma).q))
    print(f"\nThe line, the table and its updates as an animation: {save_gif(captioned(frames, captions), figure)}")


if __name__ == "__main__":
    import tyro

    tyro.cli(main)
