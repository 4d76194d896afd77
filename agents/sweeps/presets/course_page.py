"""The page of the preset `course`, and the small file that it is made from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import gymnasium as gym
import numpy as np
from numpy.typing import NDArray

from agents.sweeps.presets.course import PROBLEMS, SEEDS
from agents.sweeps.regret import uniform_regret
from agents.sweeps.report import page as html
from agents.sweeps.report.groups import results
from agents.sweeps.report.summary import aligned
from agents.sweeps.statistics import bootstrap_interval, interquartile_mean, share_above
from rl_line import dp
from rl_line.known import as_mdp
from rl_line.system import replaced

MOST_STATES = 100  # critical discounts of larger problems take minutes
GAMMAS = (0.9, 0.99)  # discounts that all problems have, for comparisons
_SETTING = ("env", "agent", "alpha", "epsilon", "gamma")
_HEAD = ("agent", "mean", "low", "high", "runs within 1 %")
_RANKED = (
    f"Relative regret over all problems at gamma {GAMMAS[0]:g} and {GAMMAS[1]:g}: interquartile mean, its 95 % "
    "bootstrap interval, and the share of runs with less than 0.01"
)
_NEAR = 0.01  # share of the regret of random actions
_MAPPED = ("QLearning", "Sarsa")
_SIZE = (5.4, 4.4)  # inches: readable on a phone

Tasks = dict[tuple[str, float], NDArray[np.float64]]  # relative regrets by problem and discount


class Chosen(NamedTuple):
    """An agent's best step size and exploration on a problem, and relative regrets of the other half of the seeds."""

    alpha: float
    epsilon: float
    regrets: NDArray[np.float64]  # [n]


def write_course(path: str | Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    """Writes rows of the course, one line per setting: its regrets by seed, with three digits."""
    with replaced(path) as beside, beside.open("w", encoding="utf-8") as file:
        for setting, regrets in results(rows, "regret", _SETTING).items():
            told = [float(f"{one:.3g}") for one in regrets.tolist()]
            line = {**dict(zip(_SETTING, setting, strict=True)), "regret": [int(x) if x == int(x) else x for x in told]}
            file.write(json.dumps(line, separators=(",", ":")) + "\n")
    return Path(path)


def read_course(path: str | Path) -> list[dict[str, Any]]:
    """Rows from a file of `write_course`, with their relative regret as well."""
    scale: dict[tuple[str, float], float] = {}
    rows = []
    for text in Path(path).read_text(encoding="utf-8").splitlines():
        line = json.loads(text)
        key = line["env"], line["gamma"]
        if key not in scale:
            scale[key] = uniform_regret(as_mdp(gym.make(line["env"])), line["gamma"])
        for seed, regret in enumerate(line["regret"]):
            rows.append({**line, "seed": seed, "regret": float(regret), "relative_regret": regret / scale[key]})
    return rows


def course_page(rows: Sequence[Mapping[str, Any]], about: Mapping[str, Any] | None = None) -> str:
    """The page of the course: the regret of each agent on four problems, with intervals."""
    rows = [row for row in rows if "error" not in row]
    chosen = _chosen(rows)
    envs, tasks = list(dict.fromkeys(env for env, _, _ in chosen)), _by_agent(chosen)
    lead = (
        f"{len(tasks)} tabular agents on {len(envs)} problems, {len(rows):,} trainings. Each ends with a greedy "
        "policy, whose regret is exact: the optimal return minus its own, for the agent's discount. "
        "Relative regret is its share of the regret of random actions: 0 is optimal, 1 no better than chance. Step "
        "size and exploration of every agent are chosen for the least regret over the even seeds; all numbers "
        "except the heat maps are from the odd seeds."
    )
    sections = {"All problems": _overall(tasks), **{env: _problem(rows, chosen, env) for env in envs}}
    varied = [
        (env, f"{one.steps:,}", *(html.cell_list(part) for part in (one.alphas, one.epsilons, one.gammas)))
        for env, one in PROBLEMS.items()
        if env in envs
    ]
    sections["Settings"] = [html.table(("problem", "steps", "alpha", "epsilon", "gamma"), varied)]
    sections["Settings"].append(
        html.text(
            f"All agents have initial values of 0 and learn in the compiled loop; {SEEDS} seeds of each setting. An "
            "agent whose values diverged counts as acting at random."
        )
    )
    if about:
        sections["Settings"].append(html.table(("made with", "version"), about.items()))
    return html.page("Tabular agents and the optimum", lead, sections)


def course_table(rows: Sequence[Mapping[str, Any]]) -> str:
    """The first table of the page as text: the ranking of the agents over all problems."""
    tasks = _by_agent(_chosen([row for row in rows if "error" not in row]))
    return f"{aligned(_HEAD, _ranking(tasks))}\n{_RANKED}."


def _chosen(rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str, float], Chosen]:
    """Settings with the least regret over even seeds, by problem, agent and discount; regrets of the odd seeds."""
    halves = [[row for row in rows if row["seed"] % 2 == odd and row["gamma"] in GAMMAS] for odd in (0, 1)]
    even, odd = (results(half, "relative_regret", _SETTING) for half in halves)
    found: dict[tuple[str, str, float], Chosen] = {}
    least: dict[tuple[str, str, float], tuple[float, float]] = {}
    for (env, agent, alpha, epsilon, gamma), regrets in even.items():
        key, size = (env, agent, gamma), (float(interquartile_mean(regrets)), float(regrets.mean()))
        if key not in least or size < least[key]:
            least[key] = size
            found[key] = Chosen(alpha, epsilon, odd[env, agent, alpha, epsilon, gamma])
    return found


def _by_agent(chosen: Mapping[tuple[str, str, float], Chosen]) -> dict[str, Tasks]:
    """The relative regrets of every agent by problem and discount, the best agent first."""
    tasks: dict[str, Tasks] = {}
    for (env, agent, gamma), one in chosen.items():
        tasks.setdefault(agent, {})[env, gamma] = one.regrets
    return dict(sorted(tasks.items(), key=lambda item: interquartile_mean(np.concatenate(list(item[1].values())))))


def _ranking(tasks: Mapping[str, Tasks]) -> Iterator[tuple[Any, ...]]:
    """One line per agent, over all problems."""
    for agent, by_task in tasks.items():
        near = np.mean([(runs <= _NEAR).mean() for runs in by_task.values()])
        yield agent, *bootstrap_interval(by_task), f"{near:.0%}"


def _overall(tasks: Mapping[str, Tasks]) -> list[str]:
    """Ranking of the agents over all problems, with performance profiles and pairwise comparisons."""
    from agents.sweeps.report.figures import intervals, profiles
    from rl_line.system.axes import new_axes

    found = {agent: bootstrap_interval(runs) for agent, runs in tasks.items()}
    at = np.geomspace(1e-4, 2, 61)
    drawn = profiles(tasks, at, less_is_better=True, label="relative regret", ax=new_axes(figsize=_SIZE))
    drawn.set_xscale("log")
    bars = intervals(found, label="relative regret", ax=new_axes(figsize=_SIZE))
    better = [(one, *(_share(tasks[one], tasks[other]) if other != one else "" for other in tasks)) for one in tasks]
    return [
        html.table(_HEAD, _ranking(tasks), caption=_RANKED),
        html.figures(
            html.figure(bars, "Relative regret: interquartile mean, and 95 % bootstrap interval"),
            html.figure(drawn, "Share of runs with less relative regret, the mean over problems"),
        ),
        html.table(
            ("agent", *tasks),
            better,
            caption="Probability that the agent of the row has less regret than the agent of the column",
        ),
    ]


def _share(one: Mapping[Any, NDArray[np.float64]], other: Mapping[Any, NDArray[np.float64]]) -> str:
    """Probability of less regret, the mean over tasks, in percent."""
    return f"{np.mean([share_above(other[task], runs) for task, runs in one.items()]):.0%}"


def _problem(rows: Sequence[Mapping[str, Any]], chosen: Mapping[Any, Chosen], env: str) -> list[str]:
    """The best settings of every agent on a problem, and maps over all step sizes and discounts."""
    from agents.sweeps.report.figures import heat_map
    from rl_line.system.axes import new_axes

    mdp = as_mdp(gym.make(env))
    critical = dp.critical_gammas(mdp) if mdp.num_states <= MOST_STATES else np.array([])
    maps = []
    for agent in _MAPPED:
        part = [row for row in rows if (row["env"], row["agent"]) == (env, agent)]
        if part:
            drawn = heat_map(part, "relative_regret", critical=critical, ax=new_axes(figsize=_SIZE))
            maps.append(html.figure(drawn, f"{agent}: relative regret over gamma and alpha, all epsilons"))
    changes = ", ".join(f"{gamma:.4f}" for gamma in critical)
    if mdp.num_states > MOST_STATES:
        said = f"Critical discounts of its {mdp.num_states} states are not computed here."
    else:
        said = (
            f"The optimal policy changes at gamma {changes}."
            if changes
            else "Its optimal policy is the same for all gamma."
        )
    return [
        html.table(
            ("agent", "gamma", "alpha", "epsilon", "mean", "low", "high", "runs within 1 %"),
            _lines(chosen, env),
            caption="Relative regret with the best step size and exploration",
        ),
        html.text(said),
        html.figures(*maps),
    ]


def _lines(chosen: Mapping[Any, Chosen], env: str) -> Iterator[tuple[Any, ...]]:
    for (name, agent, gamma), one in sorted(chosen.items(), key=lambda item: (item[0][2], item[0][1])):
        if name == env:
            found = bootstrap_interval(one.regrets)
            near = f"{(one.regrets <= _NEAR).mean():.0%}"
            yield agent, gamma, one.alpha, one.epsilon, found.value, found.low, found.high, near
