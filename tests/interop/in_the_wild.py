"""What the checkup says of agents of other libraries, as rows and as a page.

`./run interop --publish`, for RLlib `./run rllib --publish`, goes on with agents that `in_the_wild.json` does not have
yet, or whose module has changed; with a part of their names, as in `./run interop --publish PFRL`, it does all of those
anew. `in_the_wild.md` is written after each. Verdicts depend on steps alone, so they are the same for any number of
processes; the batches of RLlib differ from run to run.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import date
from importlib import import_module
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from agents.checkup import PASS, UNCLEAR, Report, checkup
from interop.registry import ENTRIES, Entry

FIRST = 2  # suspects among which the right one is to be
FOR_EVER = float("inf")  # seconds, as only steps are to matter
ENOUGH = 600  # seconds, for whoever repeats it
HERE = Path(__file__).parent


def write(folder: Path, *, part: str = "", processes: int = 1) -> None:
    """Checks up, and writes `in_the_wild.json` and `in_the_wild.md` in a folder."""
    file = folder / "in_the_wild.json"
    known = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        names = {pool.submit(checked, name): name for name in asked(known, part)}
        for done in as_completed(names):
            name = names[done]
            try:
                known[name] = row = done.result()
            except Exception as error:  # of one agent: the others go on, and the next call tries it again
                print(f"{name}: {type(error).__name__}: {error}", flush=True)
                continue
            print(f"{name}: {row['verdict']} {', '.join(row['suspects'])} ({row['seconds']} s)", flush=True)
            known = {name: known[name] for name in ENTRIES if name in known}
            file.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
            (folder / "in_the_wild.md").write_text(page(known), encoding="utf-8")


def asked(known: dict[str, dict], part: str = "") -> list[str]:
    """The agents that are to be done: all with a part of their names, or those whose rows are missing or stale."""
    if part:
        return [name for name in ENTRIES if part in name]
    return [name for name, entry in ENTRIES.items() if known.get(name, {}).get("glue") != glue(entry)]


def checked(name: str) -> dict:
    """What of an agent's report goes on the page, with what it was trained with."""
    entry = ENTRIES[name]
    train, began, steps = trainer(entry), time.process_time(), list[int]()

    def counted(env: Any, **given: Any) -> Any:
        steps.append(given["steps"])
        return train(env, **given)

    row = row_of(checkup(counted, budget=FOR_EVER, **entry.options))
    return row | {
        "steps": sum(steps),
        "seconds": round(time.process_time() - began, 1),
        "versions": {package: version(package) for package in entry.packages},
        "date": date.today().isoformat(),
        "glue": glue(entry),
    }


def row_of(report: Report) -> dict:
    """What of a report goes on the page."""
    judged = [check for check in report.checks if check.id.startswith(("values", "policy"))]
    return {
        "verdict": report.verdict,
        "suspects": report.suspects[:FIRST],
        "warnings": {check.id: list(check.suspects) for check in report.warnings},
        "by": "actions" if any(check.id == "policy" for check in judged) else "values",
        "unclear": [check.id for check in judged if check.verdict == UNCLEAR],
    }


def trainer(entry: Entry) -> Callable[..., Any]:
    """The function that trains an agent; its library is imported."""
    module, function = entry.place.split(":")
    return getattr(import_module(f"interop.libraries.{module}"), function)


def glue(entry: Entry) -> str:
    """A digest of the module that trains an agent, so that what is published is what ran."""
    text = _module(entry).read_text(encoding="utf-8")
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _module(entry: Entry) -> Path:
    return HERE / "libraries" / f"{entry.place.partition(':')[0]}.py"


# --- the page ---


def page(known: dict[str, dict]) -> str:
    """The sums, the tables, the questions, and for every library its commands and its module, in Markdown."""
    right = {name: row for name, row in known.items() if ENTRIES[name].right}
    planted = {name: row for name, row in known.items() if not ENTRIES[name].right}
    told = [name for name, row in planted.items() if ENTRIES[name].bug in row["suspects"]]
    lines = [
        f"{sum(row['verdict'] == PASS for row in right.values())} of {len(right)} agents as they are pass, and of "
        f"{len(planted)} with a planted bug {len(told)} are named. Seconds are of processor time, on one core.",
        "",
        "## As they are",
        "",
        *_table("agent", "judged by", "verdict", "warnings, and what stayed open", "steps", "seconds"),
        *(_row(name, row["by"], row["verdict"], _beside(row), row) for name, row in right.items()),
        "",
        "## With one planted bug",
        "",
        *_table("agent", "planted", "verdict", "the first two suspects", "steps", "seconds"),
        *(_row(n, ENTRIES[n].bug, row["verdict"], ", ".join(row["suspects"]), row) for n, row in planted.items()),
        "",
        "## Questions to their authors",
        "",
        *_questions(right),
        "",
    ]
    modules = dict.fromkeys(ENTRIES[name].place.partition(":")[0] for name in known)
    return "\n".join([*lines, *(line for module in modules for line in _library(module, known))])


def _table(*cells: str) -> list[str]:
    return [f"| {' | '.join(cells)} |", "|---" * len(cells) + "|"]


def _row(name: str, *cells: Any) -> str:
    *told, row = cells
    steps = f"{row['steps']:,}"
    return f"| {' | '.join([name, *told, steps, str(row['seconds'])])} |"


def _beside(row: dict) -> str:
    """Warnings with what they suspect, and what nothing could be said of."""
    warned = [f"{check}: {', '.join(bugs)}" if bugs else check for check, bugs in row["warnings"].items()]
    return "; ".join([*warned, *(f"{check}: open" for check in row["unclear"])])


def _questions(right: dict[str, dict]) -> list[str]:
    """Each question once, with the agents that it came of."""
    asked: dict[str, list[str]] = {}
    for name, row in right.items():
        for check in row["warnings"]:
            question = ENTRIES[name].questions.get(check, f"Is it meant that the check {check} warns?")
            asked.setdefault(question, []).append(name)
    return [f"- {question} ({', '.join(names)})" for question, names in asked.items()] or ["None."]


def _library(module: str, known: dict[str, dict]) -> list[str]:
    """The versions, the commands and the lines of one module."""
    rows = {name: row for name, row in known.items() if ENTRIES[name].place.startswith(f"{module}:")}
    versions = {package: number for row in rows.values() for package, number in row["versions"].items()}
    return [
        f"## {' and '.join(dict.fromkeys(ENTRIES[name].library for name in rows))}",
        "",
        f"{', '.join(f'{package} {number}' for package, number in versions.items())}; "
        f"{max(row['date'] for row in rows.values())}.",
        "",
        "```sh",
        *(_command(ENTRIES[name]) for name in rows),
        "```",
        "",
        f"```{{literalinclude}} ../tests/interop/libraries/{module}.py",
        "```",
        "",
    ]


def _command(entry: Entry) -> str:
    options = "".join(f" --{key} {value}" for key, value in entry.options.items())
    return f"python -m agents.checkup interop.libraries.{entry.place}{options} --budget {ENOUGH}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser("./run interop --publish", description=write.__doc__)
    parser.add_argument("part", nargs="?", default="", help="of the names that are to be done anew")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=HERE, help="where the page is written")
    options = parser.parse_args()
    write(options.folder, part=options.part, processes=options.processes)
