"""What a checkup found: as text, as JSON, and as one page that needs nothing from anywhere."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from agents.checkup.behaviour import Check
from agents.checkup.evidence import PASS, SUSPECTED, UNCLEAR, Answer
from agents.checkup.naming import Suspect
from agents.checkup.offence import Offence, offence
from agents.checkup.page import page
from rl_line.system import replaced
from rl_line.system.notebooks import InNotebook

EXIT = {PASS: 0, SUSPECTED: 1, UNCLEAR: 2}


@dataclass(frozen=True, eq=False)
class Report(InNotebook):
    """The verdict, and what it rests on.

    Args:
        verdict: "pass", "bug suspected" or "inconclusive".
        named: what explains it, the likeliest first.
        checks: a row each.
        answers: what was learned on each setting.
        seconds: how long it took.
        command: what repeats it.
    """

    verdict: str
    named: Sequence[Suspect]
    checks: list[Check]
    answers: list[Answer] = field(repr=False)
    seconds: float = 0.0
    command: str = ""

    def __repr__(self) -> str:
        return f"<Report: {self.verdict}{f', suspected {self.suspects}' if self.named else ''}>"

    def __getstate__(self) -> dict[str, Any]:
        # Agents stay behind: nothing that is told needs them, and not all can be copied.
        def alone(run: Any) -> Any:
            return run._replace(agent=None, learned=run.learned._replace(values=None))

        answers = [replace(answer, runs=[alone(run) for run in answer.runs]) for answer in self.answers]
        return {**self.__dict__, "answers": answers}

    @property
    def suspects(self) -> list[str]:
        """The ids of bugs that explain it, the likeliest first; empty if it passes or no known bug does."""
        return [suspect.bug for suspect in self.named]

    @property
    def advice(self) -> str:
        """The verdict in a sentence."""
        bad = [check for check in self.checks if check.verdict == self.verdict]
        unclear = [
            check for check in self.checks if check.verdict == UNCLEAR and check.id.startswith(("values", "pol"))
        ]
        if self.verdict == PASS:
            of = ", ".join(check.id.removeprefix("values ") for check in unclear)
            but = f" Nothing can be said of {of} yet." if of else ""
            return f"{'What' if of else 'All that'} was learned is what the exact solver says.{but}"
        if self.verdict == UNCLEAR:
            return f"Nothing can be said yet: {unclear[0].evidence if unclear else 'too few settings were reached'}."
        names = ", ".join(map(str, self.named)) or "no known fingerprint"
        return f"{bad[0].id}: {bad[0].evidence}. Suspected: {names}."

    @property
    def offence(self) -> Offence | None:
        """The step that shows it best, where the values are wrong."""
        return offence(self.answers, self.named)

    @property
    def exit_code(self) -> int:
        """0 for a pass, 1 for a suspected bug, 2 for neither."""
        return EXIT[self.verdict]

    def __str__(self) -> str:
        width = max(len(check.id) for check in self.checks)
        rows = [f"{check.id:<{width}}  {check.verdict:<14}  {check.evidence}" for check in self.checks]
        shown = [f"Look at {self.offence}."] if self.offence else []
        again = ["", f"Again: {self.command}"] if self.command else []
        return "\n".join([f"{self.verdict}. {self.advice}", *shown, "", *rows, *again])

    def to_json(self, path: str | Path) -> None:
        """Writes the verdict, the suspects, the checks and the tables."""
        content = {
            "verdict": self.verdict,
            "suspects": [suspect._asdict() for suspect in self.named],
            "checks": [check._asdict() for check in self.checks],
            "settings": [_as_json(answer) for answer in self.answers],
            "seconds": round(self.seconds, 3),
            "offence": self.offence and self.offence._asdict(),
            "command": self.command,
        }
        with replaced(path) as beside:
            beside.write_text(json.dumps(content, indent=1), encoding="utf-8")

    def to_html(self, path: str | Path) -> None:
        """Writes one page: the verdict, the checks, and what was learned beside the exact values and the suspect's."""
        with replaced(path) as beside:
            beside.write_text(self.html(), encoding="utf-8")

    def html(self) -> str:
        """The page."""
        return page(
            verdict=self.verdict,
            advice=self.advice,
            look=f"Look at {self.offence}." if self.offence else "",
            named=self.named,
            checks=self.checks,
            answers=self.answers,
            command=self.command,
            seconds=self.seconds,
        )


def _as_json(answer: Answer) -> dict[str, Any]:
    return {
        "id": answer.setting.id,
        "verdict": answer.verdict,
        "gamma": answer.setting.gamma,
        "runs": [{"seed": run.seed, "steps": run.steps} for run in answer.runs],
        "visits": answer.runs[-1].counts.tolist(),
        "learned": None if answer.q is None else [[_number(x) for x in row] for row in answer.q.tolist()],
        "exact": answer.truth.tolist(),
        "greedy": answer.runs[-1].learned.greedy.tolist(),
    }


def _number(value: float) -> float | None:
    """The value, or None where JSON has no number for it."""
    return value if np.isfinite(value) else None
