"""A Keras DQN on the line learns the exact values: plain, double, dueling, with priorities, and from three steps."""
# needs: keras

from pathlib import Path
from typing import Literal

import numpy as np

from agents import GREEDY_90_10, Linear
from rl_line import dp, q_table, reward_line
from rl_line.drawing import agreement_text
from rl_line.system.scripts import at_least_one, run

VARIANTS = {"plain": {}, "double": {"double": True}, "dueling": {"dueling": True}}
VARIANTS |= {"priorities": {"priority": 0.6, "beta": Linear(0.4, 1.0, steps=10_000)}, "3 steps": {"n": 3}}


def main(
    steps: int = 20_000,
    gamma: float = 0.8,
    seed: int = 0,
    variants: tuple[Literal["plain", "double", "dueling", "priorities", "3 steps"], ...] = tuple(VARIANTS),
    figure: Path = Path("figures/keras_dqn.png"),
) -> None:
    """Trains variants (plain, double, dueling, priorities, 3 steps) in compiled programs, and draws their errors."""
    from agents import DQN, iterate_compiled
    from agents.plots import error_curve, save

    at_least_one(steps=steps, variants=variants)
    import keras  # after agents, which start TensorFlow without its messages

    mdp, axes = reward_line(), None
    exact = dp.policy_iteration(mdp, gamma).q
    for name in variants:
        # Once all errors are tiny, Adam forgets large gradients, and the next one throws it off; AMSGrad does not.
        optimizer = keras.optimizers.Adam(1e-3, amsgrad=True)
        agent = DQN.for_env("RewardLine-v0", gamma=gamma, seed=seed, optimizer=optimizer, **VARIANTS[name])
        rows = list(iterate_compiled(mdp, agent, steps=steps, every=max(1, steps // 100), seed=seed))
        tables = [np.where(mdp.terminal[:, None], 0, row.q[0]) for row in rows]
        at, errors = [row.step for row in rows], [np.abs(q - exact).max() for q in tables]
        axes = error_curve(at, errors, ax=axes, color=None, label=name)
        print(f"{name}: {agent.updates} gradient steps\n\n{q_table(learned=tables[-1], exact=exact)}\n")
        print(f"So: {agreement_text(tables[-1], exact)}.\n")
        if agent.n > 1:
            own = dp.n_step_values(mdp, gamma, agent.n, lambda q: GREEDY_90_10(q, 0, None), lambda q: q.max(axis=1))
            away, size = np.abs(own - exact).max(), agent.memory_size
            axes.set_title("Three steps without correction have a fixed point of their own")
            axes.axhline(away, color="black", linestyle="--", label=f"fixed point of {name}: {away:.2g}")
            print(
                f"Its plateau: {agent.n}-step targets act as in memory, for {size:,} steps as the untrained agent, too;"
            )
            print(f"then as the exploring policy, whose fixed point is {away:.2g} from the exact values (dashed).\n")
    axes.legend()
    print(f"The errors over time: {save(axes.figure, figure)}")


if __name__ == "__main__":
    run(main)
