"""Several agents in one environment, over several seeds: a table, and their learning curves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import gymnasium as gym
import numpy as np
from numpy.typing import NDArray

from agents.core import Learner, as_env
from agents.evaluation import Evaluation, evaluate
from agents.logs import Row
from agents.loop import train
from agents.sweeps.statistics import Interval, bootstrap_interval, interquartile_mean, probability_of_improvement
from rl_line.system.kinds import instance, several, spelled, takes
from rl_line.system.notebooks import InNotebook, bar
from rl_line.system.numbers import shown, whole


@dataclass(frozen=True, eq=False)
class Comparison(InNotebook):
    """Results of several agents, by name and seed; as text it is a table."""

    environment: str
    steps: int
    seeds: tuple[int, ...]
    rows: Mapping[str, list[Sequence[Row]]]  # for each seed, the episodes of training
    final: Mapping[str, list[Evaluation]]  # for each seed, the greedy policy's return after training

    def __repr__(self) -> str:
        return f"<Comparison of {', '.join(self.rows)} in {self.environment}>"

    def __str__(self) -> str:
        width = max(map(len, self.rows))
        lines = [
            f"{self.environment}: {self.steps:,} steps of training, {len(self.seeds)} seeds.",
            f"{'':{width}}   final return: mean      low     high  better   training: first half  second half",
        ]
        for name, runs in self.rows.items():
            final, halves = self.interval(name), np.array([_halves(run) for run in runs]).T
            first, second = (_middle(half[~np.isnan(half)]) for half in halves)
            better = [self.improvement(name, other).value for other in self.rows if other != name]
            lines.append(
                f"{name:{width}}  {_cell(final.value, 19)}  {_cell(final.low, 7)}  {_cell(final.high, 7)}"
                f"  {_cell(np.mean(better) if better else np.nan, 6, 2)}  {_cell(first, 21)}  {_cell(second, 11)}"
            )
        exact = all(one.episodes == 0 for found in self.final.values() for one in found)
        lines += [
            f"Final returns are of the greedy policy, {'exact' if exact else 'from a sample'}.",
            "Means of returns are interquartile, over seeds; low and high end their 95 % bootstrap interval.",
            "Better is the probability to end with a higher return than another agent does.",
        ]
        return "\n".join(lines)

    def interval(self, name: str) -> Interval:
        """The interquartile mean of the final return of an agent over seeds, with its 95 % bootstrap interval."""
        return bootstrap_interval(self._returns(name))

    def improvement(self, name: str, other: str) -> Interval:
        """Probability that an agent ends with a higher return than another one, ties half, with its 95 % interval."""
        return probability_of_improvement(self._returns(name), self._returns(other))

    def _returns(self, name: str) -> list[float]:
        if name not in self.final:
            raise KeyError(f"No agent {name!r:.200}. Known: {', '.join(self.final)}.")
        return [one.value for one in self.final[name]]

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
    """Trains every agent once per seed for `steps` steps, and evaluates its final policy.

    Args:
        agents: functions by name, (env, seed=...) -> a new agent, e.g. `QLearning.for_env`, or with settings
            `functools.partial(QLearning.for_env, alpha=0.5)`.
        env: an environment or its id; it is reset with the seed before every training.
        steps: training steps of each agent and seed.
        seeds: seeds of the agents and of the environment.
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
    world = as_env(env)
    for name, make in agents.items():
        if not takes(make, world, seed=0):
            raise TypeError(
                f"agents[{name!r}]={shown(make)} cannot be called with an environment and seed=..., expected a "
                "function of both; pass e.g. QLearning.for_env, or lambda env, seed: QLearning.for_env(env, seed=seed)."
            )
    rows, final = dict[str, list[Sequence[Row]]](), dict[str, list[Evaluation]]()
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


def _middle(values: NDArray[np.float64]) -> float:
    """The interquartile mean; nan if there are no values."""
    return float(interquartile_mean(values)) if len(values) else float("nan")


def _cell(number: float, width: int, digits: int = 3) -> str:
    """A number in a column of the table, a dash for nan."""
    return f"{'-':>{width}}" if np.isnan(number) else f"{number:{width}.{digits}f}"
