"""The checkup as a command: `python -m agents.checkup package.module:train`."""

from __future__ import annotations

import argparse
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from agents.checkup.asking import ask
from agents.checkup.behaviours.checks import SUSPECTED, percent
from agents.checkup.checkup import MOST, Train, checkup
from agents.checkup.decide import said
from agents.checkup.options import read_options
from agents.checkup.reports.pointers import offence
from agents.checkup.reports.report import EXIT, explained
from agents.checkup.rules.catalogue import only_weak, right_for
from agents.checkup.suspects import suspects
from agents.checkup.training.lines import ACTION_LINES, LINES
from agents.checkup.training.trainings import Trainer
from rl_line.system.atomic_files import can_be_written
from rl_line.system.kinds import hint
from rl_line.system.scripts import in_options

_LINES = {line.id: line for line in (*LINES, *ACTION_LINES)}
_PROGRAM = "python -m agents.checkup"


def main(arguments: Sequence[str] | None = None, *, program: str = _PROGRAM) -> int:
    """Checks the agent that a function trains, prints the report, and returns 0 (pass), 1 (bug suspected) or 2.

    A pass with warnings is 0, and 1 with --strict. If nothing could be checked, e.g. if the function is missing or
    fails, the command exits with 3.
    """
    parser = argparse.ArgumentParser(program, description=main.__doc__)
    parser.add_argument("train", help="package.module:function, with the signature of agents.checkup.Train")
    parser.add_argument("--learns", choices=["optimal", "on-policy", "n-step"], default="optimal")
    parser.add_argument("--epsilon", type=float, help="the declared probability of exploring")
    parser.add_argument("--budget", type=float, default=60.0, help="seconds")
    parser.add_argument("--steps", type=int, default=1_000, help="steps of the first training")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2], help="seeds of the trainings, at least two")
    parser.add_argument("--line", choices=[*_LINES], help="train on this line alone")
    parser.add_argument("--strict", action="store_true", help="exit with 1 if there are warnings")
    parser.add_argument("--vector", action="store_true", help="train in vector environments as well")
    parser.add_argument("--html", help="path of a page to write")
    parser.add_argument("--json", help="path of a JSON file to write")
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = vars(parser.parse_args(given))
    page, file, name, line, strict = (options.pop(key) for key in ("html", "json", "train", "line", "strict"))
    try:
        options = read_options(**options)
    except ValueError as error:
        parser.error(in_options(str(error), options, options) or str(error))
    if line and (page or file or options["vector"] or options["epsilon"] is not None):
        parser.error(
            "--line trains on one line and prints what comes of it, without --html, --json, --vector, --epsilon"
        )
    try:
        train = _function(name)
        _check_writable(html=page, json=file)
    except argparse.ArgumentTypeError as error:
        parser.error(str(error))
    if line:
        return _on_one_line(train, line, options)
    report = checkup(train, command=f"{program} {' '.join(given)}", **options)
    print(report)
    for write, path in ((report.to_html, page), (report.to_json, file)):
        try:
            if path:
                write(path)
        except OSError as error:  # e.g. of a full disk; the verdict stands
            print(f"{path} could not be written: {error}", file=sys.stderr)
    return report.exit_code or int(strict and bool(report.warnings))


def _on_one_line(train: Train, name: str, options: dict[str, Any]) -> int:
    """Prints the result of one line, and the step that shows the error best."""
    line = _LINES[name]
    trainer = Trainer(train, options["budget"], MOST * options["steps"])
    evidence = ask(trainer, line, kind=right_for(options["learns"]), steps=options["steps"], seeds=options["seeds"])
    verdict, why = said(evidence)
    if evidence.runs[-1].learned.q is None:
        print(f"{name}: {why}; it does\n{evidence.runs[-1].learned.greedy}\nright\n{evidence.truth.argmax(axis=1)}")
        return EXIT[verdict]
    print(f"{name}: {why}; off by {percent(evidence.error)} of the largest value")
    print("learned", evidence.q, "right", evidence.truth, sep="\n")
    if verdict == SUSPECTED:
        named = suspects([evidence])
        explanation = explained(named[0].bug) if named else []
        print(*explanation, f"Look at {offence([evidence], named)}.", sep="\n")
        if named and only_weak(named[0].bug, right_with_own_end=line.end_shown_as is not None):
            print(f"{named[0].bug} is only a weakness where all lines whose end is a state of its own are right.")
    return EXIT[verdict]


def _check_writable(**paths: str | None) -> None:
    """Raises ArgumentTypeError for the path of an option at which no file can be written."""
    for option, path in paths.items():
        if path is not None and not can_be_written(Path(path)):
            raise argparse.ArgumentTypeError(
                f"--{option} {path}, expected the name of a file in a folder that can be written to; pass e.g. "
                f"--{option} report.{option}."
            )


def _function(name: str) -> Train:
    """The function that `package.module:function` names."""
    module, colon, function = name.partition(":")
    if not colon or not function:
        raise argparse.ArgumentTypeError(
            f"{name!r} names no function, expected package.module:function, e.g. my_agents.dqn:train."
        )
    sys.path.insert(0, "")  # as `python -m` does, for modules in this folder
    try:
        found = getattr(import_module(module), function, None)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module}.".startswith(f"{error.name}."):  # a module imported by it is missing
            raise ImportError(f"{module} cannot be imported: {error}") from error
        raise argparse.ArgumentTypeError(
            f"no module {error.name!r}, expected one in this folder or installed; see {name!r}."
        ) from error
    if not callable(found):
        known = [key for key, value in vars(import_module(module)).items() if callable(value) and key[0] != "_"]
        raise argparse.ArgumentTypeError(f"{module} has no function {function!r}. {hint(function, known)}".rstrip())
    return found


def command(arguments: Sequence[str] | None = None, *, program: str = _PROGRAM) -> int:
    """`main`, with exit code 3 if nothing could be checked, and 0 after --help."""
    try:
        return main(arguments, program=program)
    except SystemExit as error:  # of the parser
        return 3 if error.code else 0
    except Exception:
        traceback.print_exc()
        return 3


if __name__ == "__main__":
    sys.exit(command())
