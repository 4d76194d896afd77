"""Targets of agents.sweeps: settings, sweeps in this process, statistics, regret."""

from pathlib import Path
from shutil import rmtree

import gymnasium as gym
import numpy as np
from fuzz.harness import Target, arg, array, opt
from fuzz.values import made, numbers, simple
from hypothesis import strategies as st

import agents
import rl_line
from agents.sweeps import CompiledTrial, grid, process_map, random_search, ray_map, read_rows, statistics, sweep
from agents.sweeps import regret as regrets

KNOWN = arg(made(rl_line.reward_line, lambda: gym.make("RewardLine-v0")))
RUNS = array(st.one_of(numbers(4), simple({"line": [1.0, 2.0], "lake": [0.0, 1.0, 2.0]}, [1, 2, 3])))
RESAMPLING = opt(simple(statistics.Resampling(resamples=10), statistics.Resampling(0.5, 10, 7)))
GAMMA = arg(simple(0.8, 0, 0.99))
POLICY = array(simple([1, 1, 1, 0], np.full((4, 2), 0.5)))
VALUES = arg(simple([0.1, 0.5], range(3), np.array([0.0, 1.0]), ["a", "b"]))


def _row(alpha=0.1, seed=0):
    return {"return": alpha + seed}


def _swept(trial, settings, map, out=None):  # noqa: A002
    for folder in ("rows", "here"):
        rmtree(folder, ignore_errors=True)
    rows = sweep(trial, settings, map=map, out=out)
    return rows if out is None else (rows, read_rows(out))


def _compiled(**given):
    return repr(CompiledTrial(**given))


def _resampled(confidence, resamples, seed):
    return statistics.bootstrap_interval([1.0, 2.0], resampling=statistics.Resampling(confidence, resamples, seed))


def _executors(workers=None, address="local", cores=None):
    return str(process_map(workers)), str(ray_map(address, cores=cores))


SWEEPS = (
    Target("grid", lambda alpha, seed: grid(alpha=alpha, seed=seed), {"alpha": VALUES, "seed": VALUES}),
    Target(
        "random_search",
        lambda n, seed, alpha: random_search(n, seed=seed, alpha=alpha),
        {
            "n": arg(simple(1, 2.0), work=True),
            "seed": arg(simple(0, 7)),
            "alpha": arg(simple([0.1, 0.2, 0.5], (0, 1), range(2, 9))),
        },
    ),
    Target(
        "sweep and read_rows",
        _swept,
        {
            "trial": arg(simple(_row)),
            "settings": arg(simple(grid(alpha=[0.1, 0.5], seed=range(2)), [{"alpha": 1.0}])),
            "map": arg(simple(map)),
            "out": opt(simple("rows", Path("rows"))),
        },
        may_be_nan=True,  # as a setting
    ),
    Target(
        "CompiledTrial",
        _compiled,
        {
            "agent_class": arg(simple(agents.QLearning, agents.Sarsa)),
            "mdp": arg(made(rl_line.reward_line)),
            "steps": arg(simple(3, 20.0), work=True),
            "max_episode_steps": opt(simple(None, 9)),
        },
    ),
    Target(
        "process_map, ray_map",
        _executors,
        {"workers": opt(simple(None, 2)), "address": opt(simple("local", "auto")), "cores": opt(simple(None, 2))},
    ),
    Target("interquartile_mean", statistics.interquartile_mean, {"scores": array(numbers(8))}),
    Target("bootstrap_interval", statistics.bootstrap_interval, {"runs": RUNS, "resampling": RESAMPLING}, True),
    Target(
        "Resampling",
        _resampled,
        {
            "confidence": arg(simple(0.5, 0.95)),
            "resamples": arg(simple(2, 10.0), work=True),
            "seed": arg(simple(0, 7)),
        },
    ),
    Target(
        "performance_profile",
        statistics.performance_profile,
        {"runs": RUNS, "thresholds": array(numbers(3)), "resampling": RESAMPLING},
        may_be_nan=True,  # the band of one run
    ),
    Target(
        "probability_of_improvement",
        statistics.probability_of_improvement,
        {"runs": RUNS, "others": RUNS, "resampling": RESAMPLING},
        may_be_nan=True,
    ),
    Target("share_above", statistics.share_above, {"scores": array(numbers(4)), "others": array(numbers(3))}),
    Target("strata", statistics.strata, {"runs": RUNS, "curves": opt(simple(True, False))}),
    Target("regret", regrets.regret, {"problem": KNOWN, "policy": POLICY, "gamma": GAMMA}),
    Target(
        "regrets",
        regrets.regrets,
        {"problem": KNOWN, "policies": arg(simple([[1, 1, 1, 0], [0, 0, 0, 0]])), "gamma": GAMMA},
    ),
    Target("uniform_regret", regrets.uniform_regret, {"problem": KNOWN, "gamma": GAMMA}),
)
