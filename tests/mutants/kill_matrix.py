"""The kill matrix: results of the checkup for every mutant, and for right agents."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from agents.checkup import PASS, SUSPECTED, Report, checkup
from mutants import forms, registry, textbook
from mutants.networks import deep_forms, deep_registry

FIRST = 2  # suspects among which the right one is to be
FOR_EVER = float("inf")  # seconds, as only steps are to matter


class Entry(NamedTuple):
    """An agent, and what is to be said of it."""

    train: Callable[..., Any]
    bugs: Sequence[str] | None  # ids that are right for it, none if it is in no catalogue; None if it is right
    options: Mapping[str, Any]
    warnings: Sequence[str] = ()  # ids that it is to be warned of


def _wrong(registered: Mapping[str, Any], kind: str, common: Mapping[str, Any]) -> dict[str, Entry]:
    return {
        f"{kind}: {name}": Entry(train, bugs, {**common, **more}) for name, (train, bugs, more) in registered.items()
    }


ENTRIES: dict[str, Entry] = {
    **_wrong(registry.MUTANTS, "table", {}),
    **_wrong(forms.FORMS, "table", {}),
    "table: squared rewards, in no catalogue": Entry(registry.UNKNOWN, [], {}),
    **_wrong(registry.RIGHT | forms.RIGHT, "table", {}),
    **{
        f"table: textbook {name}": Entry(train, None, more, warned)
        for name, (train, warned, more) in textbook.TEXTBOOK.items()
    },
    **_wrong(deep_registry.MUTANTS, "DQN", deep_registry.OPTIONS),
    **_wrong(deep_forms.DEEP_FORMS, "DQN", deep_registry.OPTIONS),
    "DQN: squared rewards, in no catalogue": Entry(deep_registry.UNKNOWN, [], deep_registry.OPTIONS),
    **_wrong(deep_registry.RIGHT | deep_forms.DEEP_RIGHT, "DQN", deep_registry.OPTIONS),
}


def write(folder: Path, *, part: str = "", processes: int = 1) -> None:
    """Checks up, and writes `kill_matrix.json` and `kill_matrix.md` in a folder."""
    file = folder / "kill_matrix.json"
    known = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    asked = [name for name in ENTRIES if part in name and (part or name not in known)]
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        names = {pool.submit(checked, name): name for name in asked}
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
            (folder / "kill_matrix.md").write_text(matrix(known), encoding="utf-8")


def checked(name: str) -> dict:
    """Row of an entry's report for the table."""
    began = time.process_time()
    report = checkup(ENTRIES[name].train, budget=FOR_EVER, **ENTRIES[name].options)
    return row_of(report) | {"seconds": round(time.process_time() - began, 1)}


def row_of(report: Report) -> dict:
    """Row of a report for the table, without the seconds."""
    return {
        "verdict": report.verdict,
        "suspects": report.suspects[:FIRST],
        "warnings": {check.id: list(check.suspects) for check in report.warnings},
    }


def told(name: str, row: dict) -> bool:
    """True where one of a mutant's bugs is among the first suspects, or in a warning."""
    said = [*row["suspects"], *(bug for bugs in row["warnings"].values() for bug in bugs)]
    return bool({*(ENTRIES[name].bugs or ())} & {one for bug in said for one in bug.split(" + ")})


def convicted(row: dict) -> bool:
    """True where an agent is suspected or warned of."""
    return row["verdict"] == SUSPECTED or bool(row["warnings"])


def matrix(known: dict[str, dict]) -> str:
    """The sums, the table of mutants, and that of agents that are right, in Markdown."""
    wrong = {name: row for name, row in known.items() if ENTRIES[name].bugs is not None}
    right = {name: row for name, row in known.items() if ENTRIES[name].bugs is None}
    head = ["verdict", "the first two suspects", "warnings", "told", "seconds"]
    lines = [
        *(f"- {kind}s: {_sums(known, kind)}." for kind in dict.fromkeys(name.partition(":")[0] for name in known)),
        *(f"- `{bug}` is not seen: {why}." for bug, why in registry.UNSEEN.items()),
        "",
        "A mutant is told if its bug is among the first two suspects, or in a warning. Seconds are of processor time.",
        "",
        *_table(["mutant", *head]),
        *(_line(name, row) for name, row in wrong.items()),
        "",
        *_table(["agent that is right", *head[:3], head[-1]]),
        *(_line(name, row) for name, row in right.items()),
    ]
    return "\n".join([*lines, ""])


def _line(name: str, row: dict) -> str:
    warned = "; ".join(f"{check}: {', '.join(bugs)}" if bugs else check for check, bugs in row["warnings"].items())
    cells = [name, row["verdict"], ", ".join(row["suspects"]), warned]
    if ENTRIES[name].bugs is not None:
        cells.append("yes" if told(name, row) else "in no catalogue" if not ENTRIES[name].bugs else "no")
    return f"| {' | '.join([*cells, str(row['seconds'])])} |"


def _table(cells: list[str]) -> list[str]:
    return [f"| {' | '.join(cells)} |", "|---" * len(cells) + "|"]


def _sums(known: dict[str, dict], kind: str) -> str:
    """Numbers of agents of one kind that are convicted, told and accused, with the median of the seconds."""
    rows = {name: row for name, row in known.items() if name.startswith(f"{kind}:")}
    right = [row for name, row in rows.items() if ENTRIES[name].bugs is None]
    wrong = {name: row for name, row in rows.items() if ENTRIES[name].bugs is not None}
    named = [told(name, row) for name, row in wrong.items() if ENTRIES[name].bugs]
    return (
        f"{sum(map(convicted, wrong.values()))} of {len(wrong)} mutants convicted, {sum(named)} of the {len(named)} in "
        f"the catalogue told; {sum(row['verdict'] == SUSPECTED for row in right)} of {len(right)} agents that are "
        f"right accused, {sum(row['verdict'] == PASS for row in right)} passed; "
        f"{median(row['seconds'] for row in rows.values()):.1f} s in the median"
    )
