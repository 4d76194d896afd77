"""The command `rl-line sweep`: a grid of settings for a tabular agent, or for any trial."""

from __future__ import annotations

import argparse
import builtins
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np

from agents.sweeps.compiled_trials import CompiledTrial
from agents.sweeps.executors import process_map, ray_map
from agents.sweeps.folder import made_with
from agents.sweeps.outcomes import Row
from agents.sweeps.presets import PRESETS, Preset
from agents.sweeps.presets.course_page import MOST_STATES
from agents.sweeps.report.page import write_page
from agents.sweeps.report.summary import Objective, best_table, objective
from agents.sweeps.report.sweep_page import sweep_page
from agents.sweeps.running import sweep
from agents.sweeps.settings import grid
from agents.tabular import TABULAR
from rl_line import dp
from rl_line.known import as_mdp
from rl_line.mdp import TabularMDP
from rl_line.system.numbers import as_whole

_WORDS = {"true": True, "false": False, "none": None}
_LINE = "rl_line:RewardLine-v0"


def command(arguments: Sequence[str]) -> int:
    """Runs a sweep, prints a table, and returns 0, 1 if a trial raised, or 2 if the sweep could not run."""
    try:
        trial, known, values = _split(list(arguments))
        options = _parser().parse_args(known)
        asked = _preset(trial, options, values) if options.preset else _own(trial, options, values)
        out = f"runs/{options.preset}" if options.preset and options.out is None else options.out
        rows = sweep(asked.trial, asked.settings(), map=_map(options), out=out)
    except (ValueError, TypeError, RuntimeError, ConnectionError, ImportError) as error:
        print(f"rl-line sweep: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Interrupted; with --out, the same command goes on from there.", file=sys.stderr)
        return 130
    failed = [row for row in rows if "error" in row]
    if failed:
        print(f"Trials that raised: {len(failed):,}; the first: {failed[0]}", file=sys.stderr)
        if len(failed) == len(rows):
            return 1
    try:
        print(asked.table(rows))
    except ValueError as error:
        print(f"rl-line sweep: no table of the rows: {error}", file=sys.stderr)
        return 1 if failed else 2 if options.most or options.least else 0
    try:
        for path in () if out is None else _written(asked, rows, Path(out), options.preset):
            print(path)
    except (ValueError, ModuleNotFoundError) as error:
        print(f"The rows are in {out}, but without a page: {error}", file=sys.stderr)
    return 1 if failed else 0


def _written(asked: Preset, rows: list[Row], out: Path, name: str | None) -> Iterator[Path]:
    """Writes the page of the rows, and the compact file of a preset's rows."""
    if asked.store is not None:
        yield asked.store(out / f"{name}.jsonl", rows)
    yield write_page(out / "page.html", asked.page(rows, made_with(out)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "rl-line sweep",
        usage="rl-line sweep (--agent AGENT | package.module:trial | --preset NAME) --NAME VALUE ... [options]",
        description="Runs a trial with every combination of settings. A setting is --NAME VALUE ...; as a value, "
        "LOW:HIGH:COUNT stands for COUNT numbers from LOW to HIGH.",
    )
    parser.add_argument("--agent", choices=[kind.__name__ for kind in TABULAR], help="a tabular agent, compiled")
    parser.add_argument("--env", help=f"environment of the agent, with a known MDP; by default {_LINE}")
    parser.add_argument("--steps", help="steps of every agent; by default 10,000")
    parser.add_argument("--preset", choices=list(PRESETS), help="a sweep with all its settings")
    parser.add_argument("--seeds", help="number of seeds, from 0: the setting `seed`")
    parser.add_argument("--out", help="folder for rows and page; an interrupted sweep resumes from it")
    decides = parser.add_mutually_exclusive_group()
    decides.add_argument("--most", metavar="RESULT", help="the result to maximise")
    decides.add_argument("--least", metavar="RESULT", help="the result to minimise; by default the regret")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--workers", help="processes on this machine; by default this process alone")
    where.add_argument("--ray", nargs="?", const="local", metavar="ADDRESS", help="Ray, here or at HOST:PORT")
    return parser


def _split(arguments: list[str]) -> tuple[str | None, list[str], dict[str, list[str]]]:
    """The named trial or None, the options of the command, and the values of settings by name."""
    trial = arguments.pop(0) if arguments and not arguments[0].startswith("-") else None
    options = {word for action in _parser()._actions for word in action.option_strings}
    if trial is not None:
        options -= {"--env", "--steps"}  # a trial may have settings of these names
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


def _preset(trial: str | None, options: argparse.Namespace, values: Mapping[str, Any]) -> Preset:
    """The preset of that name; ValueError if settings are given beside it."""
    given = [
        f"--{name}"
        for name in ("agent", "env", "steps", "seeds", "most", "least")
        if getattr(options, name) is not None
    ]
    given += [f"--{name}" for name in values] + ["a trial"] * (trial is not None)
    if given:
        raise ValueError(
            f"{given[0]} beside --preset {options.preset}, expected none, as a preset has all its "
            "settings; leave it out."
        )
    return PRESETS[options.preset]


def _own(name: str | None, options: argparse.Namespace, values: dict[str, list[str]]) -> Preset:
    """The sweep of an agent or of a trial, with the table and the page of any sweep."""
    if (name is None) == (options.agent is None):
        raise ValueError(
            "no trial, or two, expected one; pass e.g. --agent QLearning, or package.module:trial, and --alpha 0.1 0.5."
        )
    lists = {key: [part for word in words for part in _values(key, word)] for key, words in values.items()}
    if empty := [key for key, listed in lists.items() if not listed]:
        raise ValueError(f"--{empty[0]} has no value, expected at least one; pass e.g. --{empty[0]} 0.1 0.5.")
    if options.seeds is not None:
        if "seed" in lists:
            raise ValueError("--seed beside --seeds, expected one of them; pass e.g. --seeds 3 for 0, 1 and 2.")
        lists["seed"] = list(range(_count("--seeds", options.seeds)))
    if not lists:
        raise ValueError("no settings, expected at least one; pass e.g. --alpha 0.1 0.5.")
    trial = _compiled(options) if name is None else _function(name)
    by = [setting for setting in lists if setting != "seed"]
    decides = Objective(options.most) if options.most else Objective(options.least, True) if options.least else None

    def table(rows: list[Row]) -> str:
        return best_table(rows, objective(rows, list(lists), decides), list(lists), by)

    def page(rows: list[Row], about: Mapping[str, Any]) -> str:
        result, less_is_better = objective(rows, list(lists), decides)
        results = [other for row in rows for other in row if other not in lists]
        return sweep_page(
            rows,
            result,
            title=f"Sweep of {name or f'{options.agent} on {options.env or _LINE}'}",
            other_results=list(dict.fromkeys(results)),
            less_is_better=less_is_better,
            critical=_critical(trial.mdp) if isinstance(trial, CompiledTrial) and "gamma" in lists else (),
            about=about,
        )

    return Preset(trial, lambda: grid(**lists), page, table)


def _critical(mdp: TabularMDP) -> Any:
    """Discounts at which the optimal policy changes; none for larger problems, where they take minutes."""
    return dp.critical_gammas(mdp) if mdp.num_states <= MOST_STATES else ()


def _map(options: argparse.Namespace) -> Any:
    """The executor chosen by the options."""
    if options.workers is not None:
        return process_map(_count("--workers", options.workers))
    return builtins.map if options.ray is None else ray_map(options.ray)


def _compiled(options: argparse.Namespace) -> CompiledTrial:
    kind = next(kind for kind in TABULAR if kind.__name__ == options.agent)
    try:
        env = gym.make(options.env or _LINE)
        mdp = as_mdp(env)
    except gym.error.Error as error:
        raise ValueError(f"no environment {options.env} ({error}); pass e.g. --env CliffWalking-v1.") from error
    except ValueError:  # not an environment with its MDP
        try:
            mdp = TabularMDP.from_toy_text(env)
        except (TypeError, ValueError) as error:
            raise ValueError(f"--env {options.env} has no known MDP; pass e.g. --env CliffWalking-v1.") from error
    return CompiledTrial(kind, mdp, _count("--steps", options.steps or "10_000"))


def _function(name: str) -> Any:
    """The function that `package.module:function` names."""
    module, _, function = name.partition(":")
    if not module or not function:
        raise ValueError(f"{name!r} names no function, expected package.module:trial; pass e.g. my_trials:trial.")
    sys.path.insert(0, "")  # as `python -m` does, for modules in this folder
    found = getattr(import_module(module), function, None)
    if not callable(found):
        raise ValueError(f"{module} has no function {function!r}, expected a trial; write `def {function}(...)` there.")
    return found


def _values(name: str, word: str) -> list[Any]:
    """The values of a word: one, or COUNT of LOW:HIGH:COUNT."""
    ends = word.split(":")
    if len(ends) == 1 or not all(isinstance(_value(end), int | float) for end in ends):
        return [_value(word)]
    count = as_whole(_value(ends[2])) if len(ends) == 3 else None
    if count is None or count < 2:
        raise ValueError(
            f"--{name} {word}, expected LOW:HIGH:COUNT with a COUNT of at least 2; pass e.g. --{name} 0.5:0.99:20."
        )
    return list(np.linspace(_value(ends[0]), _value(ends[1]), count))


def _count(option: str, word: Any) -> int:
    """The whole number after an option."""
    value = as_whole(_value(word))
    if value is None or value < 1:
        raise ValueError(f"{option} {word}, expected a whole number of at least 1; pass e.g. {option} 10.")
    return value


def _value(word: Any) -> Any:
    """A word as a number, boolean or None, or the word itself."""
    for kind in (int, float):
        try:
            return kind(word)
        except ValueError:
            continue
    return _WORDS.get(word.lower(), word)
