"""The command `rl-line`, also `python -m rl_line`: lists, examples, the checkup of an agent, sweeps and lessons."""

from __future__ import annotations

import argparse
import inspect
import runpy
import sys
import textwrap
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

import gymnasium as gym

from rl_line.system.extras import MissingExtraError

_SOURCE = Path(__file__).parent.parent  # folder of examples and documentation, beside the packages
_REMOTE = "they come with the source of rl-line, not with the installed package; run the command there"


def main(arguments: Sequence[str] | None = None) -> int:
    """Lists the contents of rl-line, runs its examples, checks agents, and runs sweeps."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser("rl-line", description=main.__doc__)
    version = import_module("rl_line").__version__
    parser.add_argument("--version", action="version", version=f"rl-line {version}")
    jobs = parser.add_subparsers(dest="job", required=True, metavar="job")
    for name, job in _JOBS.items():
        text = inspect.getdoc(job) or ""
        own = jobs.add_parser(name, help=text.splitlines()[0], description=text, add_help=name not in _PASSED_ON)
        if name == "run":
            own.add_argument("example", help="number of the example, e.g. 3")
        if name == "course":
            own.add_argument("--port", type=int, default=8000, help="port on 127.0.0.1; 0 for any free port")
            own.add_argument("--no-browser", action="store_true", help="does not open a browser")
        if name in ("run", *_PASSED_ON):
            own.add_argument("options", nargs=argparse.REMAINDER, help="options of the example or command")
    if given[:1] and given[0] in _PASSED_ON:  # these commands parse their own options, with --help
        return _PASSED_ON[given[0]](given[1:])
    options = vars(parser.parse_args(given))
    try:
        return _JOBS[options.pop("job")](**options)
    except MissingExtraError as error:
        print(error, file=sys.stderr)
        return 2


def _list() -> int:
    """Lists environments, agents, series and examples."""
    agents, tasks = import_module("agents"), import_module("sequence_tasks")
    environments = sorted(name for name, spec in gym.registry.items() if _ours(str(spec.entry_point)))
    for title, names in {
        "Environments, for gymnasium.make": environments,
        "Tabular agents, in agents": [kind.__name__ for kind in agents.TABULAR],
        "Deep agents, in agents": ["DQN"],
        "Series, for sequence_tasks.as_series": sorted(tasks.SERIES),
    }.items():
        print(f"{title}:")
        print(textwrap.fill(", ".join(names), 100, initial_indent="  ", subsequent_indent="  "))
    print("Examples, for rl-line run:" if _examples() else f"Examples: {_REMOTE}.")
    for path in _examples():
        text = path.read_text(encoding="utf-8").split('"""')[1]
        print(f"  {path.stem[:2]}  {' '.join(text.split())}")
    return 0


def _ours(entry_point: str) -> bool:
    return entry_point.partition(".")[0].partition(":")[0] in ("rl_line", "sequence_tasks")


def _run(example: str, options: list[str]) -> int:
    """Runs an example by its number, with its options; `rl-line list` shows the numbers."""
    found = [path for path in _examples() if path.name.startswith(f"{example.zfill(2)}_") or path.stem == example]
    if not found:
        known = "`rl-line list` names them" if _examples() else _REMOTE
        print(f"no example {example!r}; {known}.", file=sys.stderr)
        return 2
    sys.argv = [str(found[0]), *options]
    runpy.run_path(str(found[0]), run_name="__main__")
    return 0


def _check(options: list[str]) -> int:
    """Checks the agent that a function trains: `rl-line check package.module:train`; --help shows the options."""
    return int(import_module("agents.checkup.__main__").command(options, program="rl-line check"))


def _sweep(options: list[str]) -> int:
    """Runs a trial with many settings: `rl-line sweep --agent QLearning --alpha 0.1 0.5`; --help shows the options."""
    return int(import_module("agents.sweeps.command").command(options))


def _course(port: int, no_browser: bool) -> int:
    """Serves the lessons of the course, and opens them in a browser."""
    from rl_line.course.server import serve

    return serve(port, browser=not no_browser)


def _docs() -> int:
    """Prints the place of the documentation."""
    built = _SOURCE / "build" / "docs" / "index.html"
    if built.exists():
        print(f"Open {built}")
    elif (_SOURCE / "docs").is_dir():
        print("Not built yet: run ./run docs, and open build/docs/index.html.")
    else:
        print(f"no documentation here: {_REMOTE}.", file=sys.stderr)
        return 2
    return 0


def _examples() -> list[Path]:
    return sorted((_SOURCE / "examples").glob("[0-9][0-9]_*.py"))


_PASSED_ON: dict[str, Callable[[list[str]], int]] = {"check": _check, "sweep": _sweep}
_JOBS: dict[str, Callable[..., int]] = {"list": _list, "run": _run, **_PASSED_ON, "course": _course, "docs": _docs}

if __name__ == "__main__":
    sys.exit(main())
