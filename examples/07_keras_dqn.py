"""A Keras DQN on the line learns the exact values: plain, double, dueling, with priorities, and from three steps."""
# needs: keras

from pathlib import Path

import gymnasium
import numpy as np

import rl_line
from agents import Linear

VARIANTS = {
    "plain": {},
    "double": {"double": True},
    "dueling": {"dueling": True},
    "priorities": {"priority": 0.6, "beta": Linear(0.4, 1.0, steps=10_000)},
    "3 steps": {"n": 3},
}


def main(
    steps: int = 20_000,
    gamma: float = 0.8,
    seed: int = 0,
    variants: tuple[str, ...] = tuple(VARIANTS),
    figure: Path = Path("figures/keras_dqn.png"),
) -> None:
    """Trains each variant in one compiled program, and draws how far it is from the exact values.

    Args:
        gamma: discount
        seed: of the network and of all random numbers
        variants: which of plain, double, dueling, priorities, 3 steps
    """
    from agents import DQN, iterate_compiled
    from agents.plots import error_curve, save

    env = gymnasium.make("RewardLine-v0")
    mdp = env.unwrapped.mdp
    exact = rl_line.dp.policy_iteration(mdp, gamma).q
    axes = None
    for name in variants:
        agent = DQN.for_env(env, gamma=gamma, seed=seed, **VARIANTS[name])
        run = list(iterate_compiled(mdp, agent, steps=steps, every=max(1, steps // 100), seed=seed))
        errors = [np.abs(progress.q[0] - exact)[~mdp.terminal].max() for progress in run]
        axes = error_curve([progress.step for progress in run], errors, ax=axes, color=None, label=name)
        print(f"{name}: {agent.updates} gradient steps, largest error {errors[-1]:.6f}\n")
        print(rl_line.q_table(learned=np.where(mdp.terminal[:, None], 0, run[-1].q[0]), exact=exact), "\n")
    if axes is not None:
        axes.set_title("Three steps without correction have a fixed point of their own")
        axes.legend()
        print(f"The errors over time: {save(axes.figure, figure)}")


if __name__ == "__main__":
    import tyro

    tyro.cli(main)
