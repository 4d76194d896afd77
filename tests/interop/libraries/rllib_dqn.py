"""RLlib's DQN as example 19 trains it: in one process, from one-hot rows."""

import runpy
from pathlib import Path

import ray.rllib  # noqa: F401 whoever lacks it skips what is trained here

EXAMPLE = Path(__file__).parents[3] / "examples" / "19_rllib.py"

dqn = runpy.run_path(str(EXAMPLE))["train"]


def dqn_told_another_gamma(env, *, gamma, steps, seed):
    return dqn(env, gamma=0.5, steps=steps, seed=seed)
