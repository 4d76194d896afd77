"""The command `rl-line sweep`: a grid of settings for a tabular agent, or for any trial."""

from __future__ import annotations

import argparse
import builtins
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

import gymnasium as gym
import numpy as np

from agents.sweeps.compiled_trials import CompiledTrial
from agents.sweeps.executors import process_map, ray_map
from agents.sweeps.outcomes import Row
from agents.sweeps.running import sweep
from agents.sweeps.settings import grid
from agents.tabular import TABULAR
from rl_line.known import as_mdp
from rl_line.mdp import TabularMDP
from rl_line.system.numbers import number, whole

_WORDS = {"true": True, "false": False, "none": None}
_MOST_LINES = 20  # of the table at the end
_NOT_TOLD = ("seed", "step", "episode")  # columns without a line or a mean of their own


def command(arguments: Sequence[str]) -> int:
    """Runs a sweep, prints a table, and returns 0, 1 if a trial raised, or 2 if the sweep could not run."""
    parser = _parser()
    try:
        trial, known, values = _split(list(arguments))
        options = parser.parse_args(known)
        rows = _swept(trial, options, values)
    except (ValueError, TypeError, RuntimeError, ConnectionError, ImportError) as error:
        print(f"rl-line sweep: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Interrupted; with --out, the same command goes on from there.", file=sys.stderr)
        return 130
    failed = [row for row in rows if "error" in row]
    print(table(rows, [name for name in values if name not in _NOT_TOLD]))
    if failed:
        print(f"{len(failed):,} trials raised; the first: {failed[0]}", file=sys.stderr)
    return 1 if failed else 0


def table(rows: Sequence[Row], names: Sequence[str]) -> str:
    """A line for every combination of the named settings: number of rows, and the middle of every numeric result."""
    title, middle = _middle()
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row.get(name) for name in names), []).append(row)
    results = [name for name in dict.fromkeys(name for row in rows for name in row) if name not in (*names, *_NOT_TOLD)]
    numeric = [name for name in results if any(np.isfinite(number(row.get(name))) for row in rows)]
    lines = [[*names, "rows", *numeric]]
    for key, group in list(groups.items())[:_MOST_LINES]:
        columns = [[number(row[name]) for row in group if name in row] for name in numeric]
        means = [f"{float(middle(column)):.4g}" if column else "" for column in columns]
        lines.append(
            [*(f"{part:.4g}" if isinstance(part, float) else str(part) for part in key), str(len(group)), *means]
        )
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    text = ["  ".join(part.rjust(width) for part, width in zip(line, widths, strict=True)) for line in lines]
    more = len(groups) - _MOST_LINES
    return "\n".join(
        [*text, *([f"... and {more:,} more lines"] if more > 0 else []), f"Results are the {title} of rows."]
    )


def _middle() -> tuple[str, Callable[[Any], Any]]:
    """The statistic of the table, with its name."""
    try:
        return "interquartile mean", import_module("agents.sweeps.statistics").interquartile_mean
    except ModuleNotFoundError:
        return "mean", np.mean


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "rl-line sweep",
        usage="rl-line sweep (--agent AGENT | package.module:trial) --NAME VALUE ... [options]",
        description="Runs a trial with every combination of settings. A setting is --NAME VALUE ...; as a value, "
        "LOW:HIGH:COUNT stands for so many numbers from LOW to HIGH.",
    )
    parser.add_argument("--agent", choices=[kind.__name__ for kind in TABULAR], help="a tabular agent, compiled")
    parser.add_argument("--env", default="rl_line:RewardLine-v0", help="of the agent: one whose MDP is known")
    parser.add_argument("--steps", default=10_000, help="of every agent")
    parser.add_argument("--seeds", help="so many seeds from 0: the setting `seed`")
    parser.add_argument("--out", help="a folder for the rows; a sweep that was interrupted goes on from there")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--workers", help="processes on this machine; without it, this process alone")
    where.add_argument("--ray", nargs="?", const="local", metavar="ADDRESS", help="Ray, here or at HOST:PORT")
    return parser


def _split(arguments: list[str]) -> tuple[str | None, list[str], dict[str, list[str]]]:
    """The trial if one is named, the options of the command, and the values of settings by name."""
    trial = arguments.pop(0) if arguments and not arguments[0].startswith("-") else None
    options = [word for action in _parser()._actions for word in action.option_strings]
    known, values, current = list[str](), dict[str, list[str]](), list[str]()
    for word in arguments:
        word, equals, value = word.partition("=") if word.startswith("--") else (word, "", "")
        if word in options:
            current = known
            current.append(word)
        elif word.startswith("--"):
            current = values.setdefault(word[2:].replace("-", "_"), [])
        else:
            current.append(word)
        if equals:
            current.append(value)
    return trial, known, values


def _swept(name: str | None, options: argparse.Namespace, values: dict[str, list[str]]) -> list[Row]:
    """The rows of the sweep that was asked for."""
    if (name is None) == (options.agent is None):
        raise ValueError(
            "no trial, or two, expected one; pass e.g. --agent QLearning, or package.module:trial, and --alpha 0.1 0.5."
        )
    lists = {key: [part for word in words for part in _values(key, word)] for key, words in values.items()}
    if options.seeds is not None:
        lists["seed"] = list(range(whole(1, seeds=_value(options.seeds))))
    trial = _compiled(options) if name is None else _function(name)
    mapped: Any = builtins.map
    if options.workers is not None:
        mapped = process_map(whole(1, workers=_value(options.workers)))
    elif options.ray is not None:
        mapped = ray_map(options.ray)
    return sweep(trial, grid(**lists), map=mapped, out=options.out)


def _compiled(options: argparse.Namespace) -> CompiledTrial:
    kind = next(kind for kind in TABULAR if kind.__name__ == options.agent)
    try:
        env = gym.make(options.env)
        mdp = as_mdp(env)
    except gym.error.Error as error:
        raise ValueError(f"no environment {options.env} ({error}); pass e.g. --env CliffWalking-v1.") from error
    except ValueError:  # not one that carries its MDP
        mdp = TabularMDP.from_toy_text(env)
    return CompiledTrial(kind, mdp, whole(1, steps=_value(options.steps)))


def _function(name: str) -> Any:
    """The function that `package.module:function` names."""
    module, _, function = name.partition(":")
    if not module or not function:
        raise ValueError(f"{name!r} names no function, expected package.module:trial; pass e.g. my_trials:trial.")
    sys.path.insert(0, "")  # as `python -m` of a module in this folder
    found = getattr(import_module(module), function, None)
    if not callable(found):
        raise ValueError(f"{module} has no function {function!r}, expected a trial; write `def {function}(...)` there.")
    return found


def _values(name: str, word: str) -> list[Any]:
    """The values of a word: several of LOW:HIGH:COUNT."""
    ends = word.split(":")
    if len(ends) == 1 or not all(isinstance(_value(end), int | float) for end in ends):
        return [_value(word)]
    if len(ends) != 3:
        raise ValueError(f"--{name} {word}, expected LOW:HIGH:COUNT; pass e.g. --{name} 0.5:0.99:20.")
    low, high, count = map(_value, ends)
    return list(np.linspace(low, high, whole(2, **{f"{name}: the count": count})))


def _value(word: Any) -> Any:
    """The number, truth or None that a word stands for, or the word."""
    for kind in (int, float):
        try:
            return kind(word)
        except ValueError:
            continue
    return _WORDS.get(word.lower(), word)
