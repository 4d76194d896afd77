"""Reduces gamma: values shrink and the walk to the 9 stays best; raised above sqrt(7) / 3 it shuttles over the 2."""

from pathlib import Path

import gymnasium

from agents import QLearning, train
from rl_line import dp, policy_text, q_table
from rl_line.drawing import agreement_text
from rl_line.system.scripts import at_least_one, run


def main(
    gammas: tuple[float, ...] = (0.8, 0.5, 0.2, 0.0),
    raised: float = 0.95,
    steps: int = 20_000,
    shown: int = 12,
    seed: int = 0,
    figure: Path = Path("figures/smaller_gamma.png"),
) -> None:
    """Prints what agents learn with each gamma beside the exact answer, and draws their values and two episodes.

    Args:
        gammas: discounts, from the largest on
        raised: another discount, drawn beside the first
    """
    from matplotlib.figure import Figure

    from agents.plots import episode_path, policy_over_gamma, save, values_over_gamma, visited_states

    at_least_one(gammas=gammas, steps=steps, shown=shown)
    env = gymnasium.make("rl_line:RewardLine-v0")
    mdp, v = env.unwrapped.mdp, {}
    agents = {gamma: QLearning.for_env(env, gamma=gamma, seed=seed) for gamma in (*gammas, raised)}
    for gamma, agent in agents.items():
        train(env, agent, steps=steps, seed=seed)
        exact = dp.policy_iteration(mdp, gamma)
        v[gamma] = exact.v[0]
        print(f"gamma {gamma:g}: optimal is {policy_text(dp.optimal_actions(mdp, gamma))} (* best).\n")
        print(f"{q_table(learned=agent.q, exact=exact.q)}\n\nSo: {agreement_text(agent.q, exact.q)}.")
        walk, shuttle = (dp.expected_return(mdp, policy, gamma) for policy in ([1, 1, 1, 1], [1, 0, 0, 0]))
        print(f"From state 1, walking to the 9 is worth {walk:.3f}; shuttling over the 2 is worth {shuttle:.3f}.\n")
    high, low = max(gammas), min(gammas)
    alike = [gamma for gamma in gammas if (dp.optimal_actions(mdp, gamma) == dp.optimal_actions(mdp, high)).all()]
    print(f"So: from gamma {high:g} to {low:g} the value of state 1 shrinks from {v[high]:.3f} to {v[low]:.3f},")
    print(f"and the optimal actions stay the same with gamma {', '.join(f'{gamma:g}' for gamma in alike)}.")
    changes = ", ".join(f"{change:.10f}" for change in dp.critical_gammas(mdp))
    print(f"The optimal policy changes at gamma = {changes}; sqrt(7) / 3 = {7**0.5 / 3:.10f}.")
    axes = Figure(figsize=(11, 9), layout="constrained").subplots(2, 2)
    policy_over_gamma(mdp, ax=axes[0, 0]).set_title("The optimal policy over gamma")
    values_over_gamma(mdp, {gamma: agents[gamma].q for gamma in gammas}, ax=axes[0, 1]).set_title("Its values")
    for gamma, ax in zip((gammas[0], raised), axes[1], strict=True):
        states = visited_states(env, agents[gamma], steps=shown, seed=seed)
        episode_path(mdp, states, ax=ax).set(title=f"An episode with gamma {gamma:g}", xlim=(-0.5, shown + 0.5))
    print(f"\nThe optimal policy, its values, and an episode of two agents: {save(axes[0, 0].figure, figure)}")


if __name__ == "__main__":
    run(main)
