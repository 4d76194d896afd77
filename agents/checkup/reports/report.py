"""Report of a checkup: as text, as JSON, and as one self-contained page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from agents.checkup.behaviours.checks import NOT_IN_VALUES, PASS, SUSPECTED, UNCLEAR, WARNING, Check
from agents.checkup.decide import said, wrong
from agents.checkup.reports.page import page
from agents.checkup.reports.pointers import Offence, offence
from agents.checkup.rules.bugs import OF_VALUES, Bug
from agents.checkup.suspects import Suspect
from agents.checkup.training.evidence import Evidence
from rl_line.system import replaced
from rl_line.system.notebooks import InNotebook

EXIT = {PASS: 0, SUSPECTED: 1, UNCLEAR: 2}

#: Every known bug by its id.
CATALOGUE: dict[str, Bug] = OF_VALUES | NOT_IN_VALUES

#: Said of wrong values that no bug of the catalogue explains, above the step that shows them best.
NOT_KNOWN = (
    "No bug of the catalogue has these values.",
    "Next: work out the target of the step below by hand, and print it beside the agent's; if they agree, look whether "
    "the step size has become too small.",
)


@dataclass(frozen=True, eq=False)
class Report(InNotebook):
    """The verdict and its evidence.

    Args:
        verdict: "pass", "bug suspected" or "inconclusive", about learned values and actions alone.
        named: bugs that explain the verdict, the likeliest first.
        checks: the rows; findings beside learning, and weaknesses, are warnings.
        evidences: the evidence of each line.
        seconds: duration of the checkup.
        command: command that repeats the checkup.
    """

    verdict: str
    named: Sequence[Suspect]
    checks: list[Check]
    evidences: list[Evidence] = field(repr=False)
    seconds: float = 0.0
    command: str = ""

    def __repr__(self) -> str:
        return f"<Report: {self.verdict}{f', suspected {self.suspects}' if self.named else ''}>"

    def __getstate__(self) -> dict[str, Any]:
        # Without agents: no text needs them, and not all can be copied.
        def alone(run: Any) -> Any:
            return run._replace(agent=None, learned=run.learned._replace(values=None))

        evidences = [replace(evidence, runs=[alone(run) for run in evidence.runs]) for evidence in self.evidences]
        return {**self.__dict__, "evidences": evidences}

    @property
    def suspects(self) -> list[str]:
        """Ids of bugs that explain the findings, the likeliest first; empty for a pass or without a known bug."""
        shown = [bug for check in self.checks if check.verdict == SUSPECTED for bug in check.suspects]
        return list(dict.fromkeys([*(suspect.bug for suspect in self.named), *shown]))

    @property
    def warnings(self) -> list[Check]:
        """Findings beside learning, and weaknesses, each with the condition under which it is a bug."""
        return [check for check in self.checks if check.verdict == WARNING]

    @property
    def advice(self) -> str:
        """The verdict in a sentence."""
        count = len(self.warnings)
        warned = f" {count} warning{'s' if count > 1 else ''}: see below." if count else ""
        unclear = [check for check in self.checks if check.verdict == UNCLEAR and check.id.startswith(("val", "pol"))]
        if self.verdict == PASS:
            asked = [check.id.removeprefix("values ") for check in unclear]
            of = ", ".join("the other lines" if name == "values" else name for name in asked)
            but = f" Nothing can be said of {of} yet." if of else ""
            if any(check.id == "policy" for check in self.checks):
                return f"What it does is the best, as the exact solver says; values were not seen.{but}{warned}"
            return f"{'What' if of else 'All that'} was learned is what the exact solver says.{but}{warned}"
        if self.verdict == UNCLEAR:
            told = sorted((check.evidence for check in unclear), key=lambda text: ", at rest; " not in text)
            why = told[0] if told else "too few lines were reached"
            return f"Nothing can be said yet: {why}.{warned}"
        bad = next(check for check in self.checks if check.verdict == SUSPECTED)
        names = ", ".join(map(str, self.named)) or ", ".join(self.suspects)
        if not names and bad.id.startswith("values"):
            names = "no known bug"
        return f"{bad.id}: {bad.evidence}.{f' Suspected: {names}.' if names else ''}{warned}"

    @property
    def explanation(self) -> list[str]:
        """Sentences about the two likeliest suspects: what the agent does, and the change to make.

        Where no known bug explains wrong values, it says what to do next; for other reports it is empty.
        """
        told = [text for bug in self.suspects[:2] for text in explained(bug)]
        return [*NOT_KNOWN] if not told and self.offence else told

    @property
    def offence(self) -> Offence | None:
        """The step that shows the error best, where the values are wrong."""
        return offence(wrong(self.evidences), self.named) if self.verdict == SUSPECTED else None

    @property
    def exit_code(self) -> int:
        """0 for a pass, with or without warnings, 1 for a suspected bug, 2 for neither."""
        return EXIT[self.verdict]

    def __str__(self) -> str:
        width = max(len(check.id) for check in self.checks)
        rows = [f"{check.id:<{width}}  {check.verdict:<14}  {check.evidence}" for check in self.checks]
        shown = [f"Look at {self.offence}."] if self.offence else []
        again = ["", f"Again: {self.command}"] if self.command else []
        return "\n".join([f"{self.verdict}. {self.advice}", *self.explanation, *shown, "", *rows, *again])

    def to_json(self, path: str | Path) -> None:
        """Writes the verdict, the suspects, the checks and the tables."""
        content = {
            "verdict": self.verdict,
            "suspects": [
                {"bug": s.bug, "score": s.score, "constant": next(iter(s.constants), None), "constants": [*s.constants]}
                for s in self.named
            ],
            "explanation": self.explanation,
            "checks": [check._asdict() for check in self.checks],
            "lines": [_as_json(evidence) for evidence in self.evidences],
            "seconds": round(self.seconds, 3),
            "offence": self.offence and self.offence._asdict(),
            "command": self.command,
        }
        with replaced(path) as beside:
            beside.write_text(json.dumps(content, indent=1), encoding="utf-8")

    def to_html(self, path: str | Path) -> None:
        """Writes one page: the verdict, the checks, and learned values beside exact values and the suspect's values."""
        with replaced(path) as beside:
            beside.write_text(self.html(), encoding="utf-8")

    def html(self) -> str:
        """The page."""
        return page(
            verdict=self.verdict,
            advice=self.advice,
            explanation=[*self.explanation, *([f"Look at {self.offence}."] if self.offence else [])],
            named=self.named,
            checks=self.checks,
            evidences=[(evidence, said(evidence)) for evidence in self.evidences],
            command=self.command,
            seconds=self.seconds,
        )


def explained(bug: str) -> list[str]:
    """Sentences about a bug, or about both of a pair: what the agent does, and the change that mends it.

    >>> explained("min-for-max")
    ['min-for-max: it bootstraps from the smallest value.', 'Change: write `max` in place of `min`.']
    """
    told = [(part, CATALOGUE[part]) for part in bug.split(" + ")]
    return [text for part, known in told for text in (f"{part}: {known.wrong}.", f"Change: {known.change}.")]


def _as_json(evidence: Evidence) -> dict[str, Any]:
    line, run = evidence.line, evidence.runs[-1]
    valued = run.learned.q is not None
    return {
        "id": line.id,
        "verdict": said(evidence)[0],
        **{name: getattr(line, name) for name in ("rewards", "start", "gamma", "limit", "terminals", "slip")},
        "end_shown_as": line.end_shown_as,
        "runs": [{"seed": run.seed, "steps": run.steps} for run in evidence.runs],
        "visits": run.trace.counts(line.mdp.successor.shape[:2]).tolist(),
        "learned": [[_number(x) for x in row] for row in evidence.q.tolist()] if valued else None,
        "exact": evidence.truth.tolist(),
        "greedy": run.learned.greedy.tolist(),
    }


def _number(value: float) -> float | None:
    """The value, or None if it is not finite, as JSON has no such number."""
    return value if np.isfinite(value) else None
