"""Checks up mutants and agents that are right, one by one, and makes the table of which checks convict them.

`PYTHONPATH=.:tests python -m mutants` goes on with those that `kill_matrix.json` does not have yet; with a part of
their names, as in `python -m mutants DQN`, it does all of those anew. `kill_matrix.md` is written after each.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from agents.checkup import PASS, SUSPECTED, Report, checkup
from mutants import deep_registry, registry

ENTRIES = {
    f"{kind}: {name}": (train, bugs, common | options)
    for kind, module, common in (("table", registry, {}), ("DQN", deep_registry, deep_registry.OPTIONS))
    for name, (train, bugs, options) in {
        **module.MUTANTS,
        "squared rewards, in no catalogue": (module.UNKNOWN, [], {}),
        **module.RIGHT,
    }.items()
}


def main(folder: Path, *, part: str = "", budget: float = 60.0) -> None:
    """Checks up, and writes `kill_matrix.json` and `kill_matrix.md` in a folder."""
    file = folder / "kill_matrix.json"
    known = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    for name in ENTRIES:
        if part not in name or (name in known and not part):
            continue
        report, known[name] = checked(name, budget=budget)
        print(f"{name}: {report.verdict} {', '.join(report.suspects[:2])} ({known[name]['seconds']} s)", flush=True)
        known = {name: known[name] for name in ENTRIES if name in known}
        file.write_text(json.dumps(known, indent=1), encoding="utf-8")
        (folder / "kill_matrix.md").write_text(matrix(known), encoding="utf-8")


def checked(name: str, *, budget: float = 60.0) -> tuple[Report, dict]:
    """The report on an entry, and what of it goes into the table."""
    train, _, options = ENTRIES[name]
    began = time.process_time()
    report = checkup(train, budget=budget, **options)
    return report, {
        "verdict": report.verdict,
        "suspects": report.suspects,
        "checks": {check.id: check.verdict for check in report.checks},
        "seconds": round(time.process_time() - began, 1),
    }


def matrix(known: dict[str, dict]) -> str:
    """The sums, the table of mutants by the checks that convict any, and that of agents that are right, in Markdown."""
    wrong = {name: row for name, row in known.items() if ENTRIES[name][1] is not None}
    right = {name: row for name, row in known.items() if name not in wrong}
    seen = list(dict.fromkeys(check for row in wrong.values() for check in row["checks"]))
    seen.sort(key=lambda check: not check.startswith("values "))  # together, and first
    columns = [check for check in seen if any(row["checks"].get(check) == SUSPECTED for row in wrong.values())]
    lines = [
        *(f"- {kind}s: {_sums(known, kind)}." for kind in ("table", "DQN")),
        *(f"- `{bug}` is not seen: {why}." for bug, why in registry.UNSEEN.items()),
        "",
        "X: the check convicts the mutant; ·: it passes it; blank: it was not asked, or could not say. Letters are"
        " values learned on that setting. Seconds are of processor time.",
        "",
        *_table(
            ["mutant", "the first two suspects", "seconds", *(column.removeprefix("values ") for column in columns)]
        ),
        *(_row(name, row, columns) for name, row in wrong.items()),
        "",
        *_table(["agent that is right", "verdict", "seconds"]),
        *(_row(name, row) for name, row in right.items()),
    ]
    return "\n".join([*lines, ""])


def _row(name: str, row: dict, columns: Sequence[str] = ()) -> str:
    marks = {SUSPECTED: "X", PASS: "·"}
    said = ", ".join(row["suspects"][:2]) or ("no known fingerprint" if row["verdict"] == SUSPECTED else row["verdict"])
    cells = [marks.get(row["checks"].get(column), "") for column in columns]
    return f"| {' | '.join([name, said, str(row['seconds']), *cells])} |"


def _table(cells: list[str]) -> list[str]:
    return [f"| {' | '.join(cells)} |", "|---" * len(cells) + "|"]


def _sums(known: dict[str, dict], kind: str) -> str:
    """How many are convicted, named and accused, of one kind of agents."""
    rows = {name: row for name, row in known.items() if name.startswith(kind)}
    right = [row for name, row in rows.items() if ENTRIES[name][1] is None]
    wrong = {name: row for name, row in rows.items() if ENTRIES[name][1] is not None}
    convicted = sum(row["verdict"] == SUSPECTED for row in wrong.values())
    named = [bool({*ENTRIES[name][1]} & {*row["suspects"][:2]}) for name, row in wrong.items() if ENTRIES[name][1]]
    alarms = sum(row["verdict"] == SUSPECTED for row in right)
    return (
        f"{convicted} of {len(wrong)} mutants convicted, {sum(named)} of the {len(named)} in the catalogue named among "
        f"the first two suspects; {alarms} of {len(right)} agents that are right accused"
    )


if __name__ == "__main__":
    main(Path(__file__).parent, part=sys.argv[1] if len(sys.argv) > 1 else "")
