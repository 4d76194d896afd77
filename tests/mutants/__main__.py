"""Prints which mutants the checkup convicts, of which bug, and what it says of agents that are right."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from agents.checkup import SUSPECTED, checkup
from mutants.registry import MUTANTS, RIGHT, UNSEEN


def main(*, only: str = "", budget: float = 20.0, file: Path | None = None) -> None:
    """Prints the kill matrix as a Markdown table.

    Args:
        only: a part of the names of the mutants to run.
        budget: seconds for each.
        file: to write it to, as well.
    """
    lines = ["| agent | verdict | suspects | convicted by | seconds |", "|---|---|---|---|---|"]
    convicted, named, total, alarms = 0, 0, 0, 0
    for name, (train, bugs, options) in {**MUTANTS, **RIGHT}.items():
        if only not in name:
            continue
        began = time.perf_counter()
        report = checkup(train, budget=budget, **options)
        checks = [check.id for check in report.checks if check.verdict == SUSPECTED]
        seconds = time.perf_counter() - began
        lines.append(row([name, report.verdict, ", ".join(report.suspects[:3]), ", ".join(checks), f"{seconds:.1f}"]))
        print(lines[-1], flush=True)
        if bugs is None:
            alarms += report.verdict == SUSPECTED
        elif bugs:
            total += 1
            convicted += report.verdict == SUSPECTED
            named += bool(set(bugs) & set(report.suspects[:2]))
    summary = (
        f"{convicted} of {total} mutants convicted, {named} named among the first two suspects, {alarms} false alarms"
    )
    print(summary)
    if file:
        unseen = [f"- `{bug}` is not seen: {why}." for bug, why in UNSEEN.items()]
        file.write_text("\n".join([*lines, "", f"{summary}.", "", *unseen, ""]), encoding="utf-8")


def row(cells: Sequence[str]) -> str:
    """A row of a Markdown table."""
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main(only=sys.argv[1] if len(sys.argv) > 1 else "", file=Path(sys.argv[2]) if len(sys.argv) > 2 else None)
