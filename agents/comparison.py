"""Several agents in one environment, over several seeds: a table, and their learning curves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import gymnasium as gym
import numpy as np

from agents.core import Learner, as_env
from agents.evaluation import Evaluation, evaluate
from agents.logs import Row
from agents.loop import train
from rl_line.system.kinds import instance, several, spelled
from rl_line.system.notebooks import InNotebook, bar
from rl_line.system.numbers import shown, whole


@dataclass(frozen=True, eq=False)
class Comparison(InNotebook):
    """Results of several agents, by name and seed; as text it is a table."""

    environment: str
    steps: int
    seeds: tuple[int, ...]
    rows: Mapping[str, list[Sequence[Row]]]  # of every seed the episodes of its training
    final: Mapping[str, list[Evaluation]]  # of every seed the return of the agent that it ended with, not exploring

    def __repr__(self) -> str:
        return f"<Comparison of {', '.join(self.rows)} in {self.environment}>"

    def __str__(self) -> str:
        width = max(map(len, self.rows))
        lines = [
            f"{self.environment}: {self.steps:,} steps of training, {len(self.seeds)} seeds.",
            f"{'':{width}}   final return: mean   lowest  highest   return in training: first half  second half",
        ]
        for name, runs in self.rows.items():
            values = [one.value for one in self.final[name]]
            halves = np.nanmean([_halves(run) for run in runs], axis=0)
            lines.append(
                f"{name:{width}}  {np.mean(values):19.3f}  {min(values):7.3f}  {max(values):7.3f}"
                f"  {halves[0]:31.3f}  {halves[1]:11.3f}"
            )
        exact = all(one.episodes == 0 for found in self.final.values() for one in found)
        lines.append(f"The final return is that of the greedy policy, {'exact' if exact else 'from a sample'}.")
        return "\n".join(lines)

    def plot(self, **settings: Any) -> Any:
        """The learning curves of all agents, as `agents.plots.learning_curve` draws them; the `Axes`."""
        from agents.plots import learning_curve

        return learning_curve(self.rows, **settings)


@spelled
def compare(
    agents: Mapping[str, Callable[..., Learner]],
    env: gym.Env[Any, Any] | str,
    steps: int,
    *,
    seeds: Sequence[int] = range(5),
    gamma: float = 1.0,
) -> Comparison:
    """Trains every agent once a seed, for so many steps, and judges what it ended with.

    Args:
        agents: by name, (env, seed=...) -> a new agent, such as `QLearning.for_env`, or with settings
            `functools.partial(QLearning.for_env, alpha=0.5)`.
        env: an environment or its id; it is reset with the seed before every training.
        steps: of every training.
        seeds: of the agents and of the environment.
        gamma: the discount of the final return; 1 for the plain sum of rewards.

    Raises:
        ValueError: no agent or no seed is given.
    """
    instance("agents", agents, Mapping, 'pass e.g. {"Q": QLearning.for_env}')
    seeds = [whole(0, seed=seed) for seed in several("pass e.g. seeds=range(5)", seeds=seeds)]
    for name, make in agents.items():
        if not callable(make):
            raise TypeError(f"agents[{name!r}]={shown(make)}, expected a function; pass e.g. QLearning.for_env.")
    if not agents or not len(seeds):
        raise ValueError(f"{len(agents)} agents and {len(seeds)} seeds, expected at least one of each.")
    world, rows, final = as_env(env), dict[str, list[Sequence[Row]]](), dict[str, list[Evaluation]]()
    with bar(total=len(agents) * len(seeds), unit="agent") as progress:
        for name, make in agents.items():
            rows[name], final[name] = [], []
            for seed in seeds:
                agent = make(world, seed=seed)
                rows[name].append(train(world, agent, steps, seed=seed))
                final[name].append(evaluate(world, agent, gamma=gamma, seed=seed))
                progress.update()
    return Comparison(str(world) if world.spec is None else world.spec.id, int(steps), tuple(seeds), rows, final)


def _halves(run: Sequence[Row]) -> tuple[float, float]:
    """Mean return of the episodes of the first and of the second half; nan where there are none."""
    returns = np.array([row["return"] for row in run])
    middle = len(returns) // 2
    return tuple(float(part.mean()) if len(part) else float("nan") for part in (returns[:middle], returns[middle:]))  # type: ignore[return-value]
