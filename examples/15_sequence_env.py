"""A series as a Gymnasium environment: an actor predicts month after month, from true values or from its own."""

from pathlib import Path

import gymnasium
import numpy as np

from agents import interact
from rl_line.system.scripts import at_least_one, run
from sequence_tasks import Chain, Log, Standardise


class Linear:
    """An actor that predicts a constant plus a weighted sum of the window, fitted to the train part."""

    def __init__(self, task):
        seen = task.windows("train")
        known = np.pad(seen.inputs[:, :, 0], ((0, 0), (0, 1)), constant_values=1)
        *self.weights, self.constant = np.linalg.lstsq(known, seen.targets[:, 0], rcond=None)[0]
        self.constant /= task.bound  # observations and actions are in units of the bound

    def act(self, observation, *, explore=False):
        """The prediction [1] for a window [L, 1]."""
        return np.float32(observation[:, 0] @ np.array(self.weights) + self.constant)[None]


def main(length: int = 13, train: int = 96, figure: Path = Path("figures/sequence_env.png")) -> None:
    """Steps through the months after the train part twice, teacher-forced and fed back, and draws both.

    Args:
        length: months that a window shows
        train: months to fit on
    """
    from agents.plots import save
    from sequence_tasks.plots import forecasts_over_time

    at_least_one(length=length, train=train)
    drawn, errors = {}, []
    settings = {"length": length, "train": train, "validation": 0, "transform": Chain(Log(), Standardise())}
    for name, feedback in (("from the true months", False), ("from its own predictions", True)):
        env = gymnasium.make("sequence_tasks:AirPassengers-v0", part="test", feedback=feedback, **settings)
        task = env.unwrapped.task
        months, values = task.times("test")[:, 0], task.series.values
        episode = list(interact(env, Linear(task), steps=len(months)))
        said = np.stack([transition.action for transition in episode]) * task.bound
        error = np.abs(said - task.windows("test").targets).mean()
        print(f"{name:24}  mean reward {np.mean([t.reward for t in episode]):.6f}, error of the data set {error:.6f},")
        drawn[name] = task.inverse(said, values, months)[:, 0]
        errors.append(np.sqrt(np.mean((drawn[name] - values[months, 0]) ** 2)))
        print(f"{'':24}  root mean squared error {errors[-1]:.2f} thousand passengers")
    print(f"\nSo: fed back, it errs {errors[1] / errors[0]:.2f} times as much as from the true months.\n")
    unit = "passengers  (thousands)"
    axes = forecasts_over_time(task.series, drawn, origins=months, borders=task.borders, unit=unit)
    axes.set(title=f"AirPassengers, AR({length}) of logarithms as an actor")
    print(f"The test part, predicted both ways: {save(axes.figure, figure)}")


if __name__ == "__main__":
    run(main)
