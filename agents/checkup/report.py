"""What a checkup found: as text, as JSON, and as one page that needs nothing from anywhere."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from agents.checkup.behaviour import Check
from agents.checkup.constants import FAMILIES
from agents.checkup.evidence import PASS, SUSPECTED, UNCLEAR, Answer
from agents.checkup.fingerprints import FINGERPRINTS, matches
from agents.checkup.naming import Suspect
from agents.checkup.offence import Offence, offence
from agents.files import replaced
from rl_line.dp import expected_return, greedy_actions

EXIT = {PASS: 0, SUSPECTED: 1, UNCLEAR: 2}


@dataclass(frozen=True, eq=False)
class Report:
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
        rows = "".join(
            f"<tr><th scope=row>{html.escape(check.id)}<td class={_CLASS.get(check.verdict, 'none')}>"
            f"{html.escape(check.verdict)}<td>{html.escape(check.evidence)}"
            for check in self.checks
        )
        named = "".join(
            f"<li><b>{html.escape(str(suspect))}</b> leaves {suspect.score:.1%} unexplained"
            for suspect in self.named[:6]
        )
        suspected = self.named[0].bug if self.named else None
        tables = "".join(_section(answer, suspected) for answer in self.answers if answer.q is not None)
        repeat = f"<h2>Again</h2><pre>{html.escape(self.command)}</pre>" if self.command else ""
        return _PAGE.format(
            title=f"Checkup: {self.verdict}",
            verdict=html.escape(self.verdict),
            kind=_CLASS[self.verdict],
            advice=html.escape(self.advice),
            named=(f"<p class=look>Look at {html.escape(str(self.offence))}.</p>" if self.offence else "")
            + (f"<h2>Suspects</h2><ol>{named}</ol>" if named else ""),
            rows=rows,
            tables=tables,
            repeat=repeat,
            seconds=f"{self.seconds:.1f}",
        )


_CLASS = {PASS: "good", SUSPECTED: "bad", UNCLEAR: "open"}


def _as_json(answer: Answer) -> dict[str, Any]:
    return {
        "id": answer.setting.id,
        "verdict": answer.verdict,
        "gamma": answer.setting.gamma,
        "runs": [{"seed": run.seed, "steps": run.steps} for run in answer.runs],
        "visits": answer.runs[-1].counts.tolist(),
        "learned": None if answer.q is None else [[_number(x) for x in row] for row in answer.q.tolist()],
        "exact": answer.truth.tolist(),
    }


def _number(value: float) -> float | None:
    """The value, or None where JSON has no number for it."""
    return value if np.isfinite(value) else None


def _section(answer: Answer, suspected: str | None) -> str:
    """A setting: the values learned beside the exact ones and the suspect's, visits and the return."""
    assert answer.q is not None
    mdp, gamma = answer.problem.mdp, answer.setting.gamma
    tables = {"learned": answer.q, "exact": answer.truth}
    if suspected in FINGERPRINTS:
        tables["suspect"] = next(m.table for m in matches(answer.problem, answer.q) if m.bug == suspected)
    elif suspected in FAMILIES:
        tables["suspect"] = FAMILIES[suspected](answer.problem, answer.q)[0]
    visits = answer.runs[-1].counts
    head = "".join(f"<th colspan=2 scope=colgroup>{name}" for name in (*tables, "visits"))
    body = ""
    for state in np.flatnonzero(~mdp.terminal):
        cells = ""
        for name, table in tables.items():
            best = greedy_actions(table)[state]
            for action in (0, 1):
                off = name == "learned" and abs(table - answer.truth)[state, action] > 0.05 * answer.scale
                value = f"{table[state, action]:.3f}"
                cells += f"<td{' class=bad' if off else ''}>{f'<b>{value}</b>' if best[action] else value}"
        body += f"<tr><th scope=row>{state + 1}{cells}<td>{visits[state, 0]}<td>{visits[state, 1]}"
    greedy = answer.runs[-1].learned.greedy
    worth = [expected_return(mdp, policy, gamma, horizon=10_000) for policy in (greedy, answer.truth.argmax(axis=1))]
    return (
        f"<section><h3>{html.escape(answer.setting.id)}: {html.escape(answer.setting.why)}</h3>{_bars(answer)}"
        f"<p class={_CLASS[answer.verdict]}>{html.escape(answer.verdict)}: {html.escape(answer.reason)}</p>"
        f"<div class=wide><table><thead><tr><th rowspan=2>state{head}<tr>"
        f"{'<th>left<th>right' * (len(tables) + 1)}<tbody>{body}</table></div>"
        f"<p>What it learned to do is worth {worth[0]:.4g} from the start, "
        f"the best {worth[1]:.4g} (gamma {gamma:g}).</p>"
        "</section>"
    )


def _bars(answer: Answer) -> str:
    """A figure of the learned values, with the exact ones as marks."""
    assert answer.q is not None
    live = np.flatnonzero(~answer.problem.mdp.terminal)
    cells = [(state, action) for state in live for action in (0, 1)]
    learned = np.nan_to_num(answer.q)
    high = max(float(learned[live].max()), float(answer.truth[live].max()), 1e-9)
    low = min(float(learned[live].min()), float(answer.truth[live].min()), 0.0)
    width, height = 26 * len(cells) + 12, 96

    def y(value: float) -> float:
        return 8 + (height - 24) * (high - value) / (high - low)

    drawn = ""
    for k, (state, action) in enumerate(cells):
        x, value = 10 + 26 * k, float(learned[state, action])
        top, bottom = sorted((y(value), y(0.0)))
        drawn += f'<rect x="{x}" y="{top:.1f}" width="18" height="{bottom - top:.1f}" class="bar"/>'
        mark = y(float(answer.truth[state, action]))
        drawn += f'<path d="M{x - 2} {mark:.1f}h22" class="mark"/>'
        drawn += f'<text x="{x + 9}" y="{height - 2}">{state + 1}{"lr"[action]}</text>'
    label = f"Learned values of setting {answer.setting.id} as bars, exact values as lines"
    return f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{label}">{drawn}</svg>'


_PAGE = """<!doctype html>
<html lang=en><meta charset=utf-8><meta name=viewport content="width=device-width, initial-scale=1">
<meta http-equiv=Content-Security-Policy content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
body{{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:0 auto;padding:1rem;color:#111;background:#fff}}
h1{{font-size:1.6rem;margin:.2rem 0;padding:.4rem .7rem;border-left:.5rem solid}}h3{{margin-bottom:.3rem}}
table{{border-collapse:collapse;font-variant-numeric:tabular-nums;width:100%}}
th,td{{padding:.25rem .5rem;border-bottom:1px solid #ddd;text-align:left;vertical-align:top}}
.wide{{overflow-x:auto}}.wide td,.wide th{{text-align:right;white-space:nowrap}}.wide thead th{{text-align:center}}
.good{{color:#166534}}.bad{{color:#b91c1c}}.open{{color:#92400e}}.none{{color:#555}}
svg{{width:100%;max-width:24rem;height:auto;display:block}}svg text{{font:9px sans-serif;text-anchor:middle;fill:#333}}
.bar{{fill:#93c5fd}}.mark{{stroke:#111;stroke-width:2}}
.look{{border:1px solid #b91c1c;padding:.4rem .7rem}}
pre{{white-space:pre-wrap;overflow-wrap:anywhere;background:#f3f4f6;padding:.6rem}}
@media(max-width:34rem){{.checks tr{{display:grid;grid-template-columns:1fr auto;border-bottom:1px solid #ddd}}
.checks td,.checks th{{border:0}}.checks td:last-child{{grid-column:1/3}}}}
@media print{{section,tr{{break-inside:avoid}}body{{max-width:none}}}}
</style>
<h1 class={kind}>{verdict}</h1><p>{advice}</p>
{named}
<h2>Checks</h2><div class=checks><table><tbody>{rows}</table></div>
<h2>What was learned</h2><p>Bold: the best action of a table. Red: more than 5 % of the largest value off. In the
figures bars are learned values and lines the exact ones; 1l is state 1, left.</p>
{tables}
{repeat}<p class=none>{seconds} seconds.</p>
</html>
"""
