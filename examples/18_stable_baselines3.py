"""Is an agent of another library right? Stable-Baselines3's DQN passes, and its bug is named if rewards are clipped."""
# needs: interop

from functools import partial
from importlib.util import find_spec
from pathlib import Path

import gymnasium
import numpy as np

from agents import checkup
from rl_line.system.scripts import at_least_one, run

#: What a few states need: to begin soon, to learn every step, and to copy the network often.
SETTINGS = {
    "learning_rate": 3e-3,
    "learning_starts": 100,
    "train_freq": 1,
    "target_update_interval": 50,
    "exploration_fraction": 0.1,
    "exploration_final_eps": 0.3,
    "policy_kwargs": {"net_arch": [32]},
}


def train(env, *, gamma, steps, seed, clip=False):
    """The function that the checkup needs of any library: an agent after so many steps in the environment given."""
    import torch
    from stable_baselines3 import DQN

    torch.set_num_threads(1)  # networks as small as these are slower with more
    if clip:
        env = gymnasium.wrappers.TransformReward(env, lambda reward: float(np.clip(reward, -1, 1)))
    return DQN("MlpPolicy", env, gamma=gamma, seed=seed, buffer_size=20_000, **SETTINGS).learn(steps)


def main(budget: float = 60.0, steps: int = 1_000, page: Path = Path("figures/stable_baselines3.html")) -> None:
    """Checks the library's DQN, then the same with clipped rewards, and writes the second report as a page.

    Args:
        budget: seconds for each
        steps: of the first training; doubled until the answer is clear
        page: the report to write
    """
    at_least_one(steps=steps)
    if find_spec("stable_baselines3") is None:
        raise SystemExit("This example needs Stable-Baselines3: ./run 18, or pip install -e '.[interop]'")
    for clip in (False, True):
        report = checkup(partial(train, clip=clip), budget=budget, steps=steps)
        print(f"{'With clipped rewards' if clip else 'As it is'}: {report}\n")
    report.to_html(page)
    print(f"The second report as a page: {page}")


if __name__ == "__main__":
    run(main)
