"""Trains on both sides of the critical gamma: below it agents walk to the 9, above it they shuttle over the 2."""

from itertools import islice
from pathlib import Path

import gymnasium

from agents import QLearning, interact, train
from rl_line import dp, policy_text, q_table


def main(
    gammas: tuple[float, ...] = (0.8, 0.95),
    steps: int = 20_000,
    shown: int = 12,
    seed: int = 0,
    figure: Path = Path("figures/smaller_gamma.png"),
) -> None:
    """Prints what agents learn with each gamma beside the exact answer, and draws an episode of each.

    Args:
        gammas: discounts
        steps: of training
        shown: steps of an episode drawn
    """
    from matplotlib.figure import Figure

    from agents.plots import episode_path, policy_over_gamma, save

    env = gymnasium.make("rl_line:RewardLine-v0")
    mdp = env.unwrapped.mdp
    changes = ", ".join(f"{change:.10f}" for change in dp.critical_gammas(mdp))
    print(f"The optimal policy changes at gamma = {changes}; sqrt(7) / 3 = {7**0.5 / 3:.10f}.")
    axes = Figure(figsize=(4.8 * (1 + len(gammas)), 4), layout="constrained").subplots(1, 1 + len(gammas))
    policy_over_gamma(mdp, ax=axes[0]).set_title("The optimal policy over gamma")
    for gamma, ax in zip(gammas, axes[1:], strict=True):
        agent = QLearning.for_env(env, gamma=gamma, seed=seed)
        train(env, agent, steps=steps, seed=seed)
        print(f"\ngamma {gamma:g}: optimal is {policy_text(dp.optimal_actions(mdp, gamma))} (* best).\n")
        print(q_table(learned=agent.q, exact=dp.policy_iteration(mdp, gamma).q))
        walk, shuttle = (dp.expected_return(mdp, policy, gamma) for policy in ([1, 1, 1, 1], [1, 0, 0, 0]))
        print(f"\nFrom state 1, walking to the 9 is worth {walk:.3f}; shuttling over the 2 is worth {shuttle:.3f}.")
        states = [int(env.reset(seed=seed)[0])]
        for transition in islice(interact(env, agent, explore=False, seed=seed), shown):
            states.append(int(transition.next_observation))
            if transition.terminated or transition.truncated:
                break
        worth = dp.expected_return(mdp, agent.action_probabilities(list(range(mdp.num_states))), gamma)
        title = f"gamma {gamma:g}: {'ends' if mdp.terminal[states[-1]] else 'goes on'}, worth {worth:.2f}"
        episode_path(mdp, states, ax=ax).set(title=title, xlim=(-0.5, shown + 0.5))
    print(f"\nThe optimal policy, and an episode of each agent: {save(axes[0].figure, figure)}")


if __name__ == "__main__":
    import tyro

    tyro.cli(main)
