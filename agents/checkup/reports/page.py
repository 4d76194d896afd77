"""The page of a report: the verdict, the checks, and learned values or actions beside the exact ones."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from agents.checkup.behaviours.checks import PASS, SUSPECTED, UNCLEAR, WARNING, Check, listed, percent
from agents.checkup.rules.experience import Table
from agents.checkup.rules.fixed_points import fixed_point
from rl_line.dp import expected_return, greedy_actions

_CLASS = {PASS: "good", SUSPECTED: "bad", UNCLEAR: "open", WARNING: "open"}

if TYPE_CHECKING:
    from agents.checkup.suspects import Suspect
    from agents.checkup.training.evidence import Evidence


def page(
    *,
    verdict: str,
    advice: str,
    explanation: Sequence[str],
    named: Sequence[Suspect],
    checks: Sequence[Check],
    evidences: Sequence[tuple[Evidence, tuple[str, str]]],
    command: str,
    seconds: float,
) -> str:
    """One self-contained page of HTML."""
    rows = "".join(
        f"<tr><th scope=row>{html.escape(check.id)}<td class={_CLASS.get(check.verdict, 'none')}>"
        f"{html.escape(check.verdict)}<td>{_text(check.evidence)}"
        for check in checks
    )
    valued = any(evidence.runs[-1].learned.q is not None for evidence, _ in evidences)
    suspects = "".join(
        f"<li><b>{html.escape(str(suspect))}</b>{_off(suspect) if valued else ''}" for suspect in named[:6]
    )
    return _PAGE.format(
        title=f"Checkup: {verdict}",
        verdict=html.escape(verdict),
        kind=_CLASS[verdict],
        advice=_text(advice),
        named=(f"<p class=look>{'<br>'.join(map(_text, explanation))}</p>" if explanation else "")
        + (f"<h2>Suspects</h2><ol>{suspects}</ol>" if suspects else ""),
        rows=rows,
        legend=_OF_VALUES if valued else _OF_ACTIONS,
        sections="".join(
            _section(evidence, said, named[:1])
            for evidence, said in evidences
            if not valued or evidence.runs[-1].learned.q is not None
        ),
        repeat=f"<h2>Again</h2><pre>{html.escape(command)}</pre>" if command else "",
        seconds=f"{seconds:.1f}",
    )


def _off(suspect: Suspect) -> str:
    """The distance of a suspect's values from the learned ones."""
    return f": its values and the learned ones differ by at most {suspect.score:.0%} of the tolerance"


def _section(evidence: Evidence, said: tuple[str, str], named: Sequence[Suspect]) -> str:
    """Section of a line: learned values, or greedy actions, beside exact values and the suspect's; visits, return."""
    mdp, gamma, run = evidence.line.mdp, evidence.line.gamma, evidence.runs[-1]
    greedy, visits = run.learned.greedy, run.trace.counts(mdp.successor.shape[:2])
    valued = run.learned.q is not None
    tables: dict[str, Table] = {"learned": evidence.q} if valued else {}
    tables["exact"] = evidence.truth
    if valued:
        tables |= dict(
            zip(["suspect"], (fixed_point(suspect.rule, evidence.views[0]) for suspect in named), strict=False)
        )
    head = "" if valued else "<th rowspan=2>does"
    head += "".join(f"<th colspan=2 scope=colgroup>{name}" for name in (*tables, "visits"))
    body, allowed = "", evidence.tolerance * evidence.scale if valued else 0.0
    for state in np.flatnonzero(~mdp.terminal):
        cells = ""
        if not valued:
            lost = evidence.truth[state].max() - evidence.truth[state, greedy[state]]
            cells += f"<td{_red(lost > evidence.near * evidence.scale)}>{('left', 'right')[greedy[state]]}"
        for name, table in tables.items():
            best = greedy_actions(np.nan_to_num(table))[state]
            for action in (0, 1):
                far = name == "learned" and abs(table - evidence.truth)[state, action] > allowed
                value = _number(table[state, action])
                cells += f"<td{_red(far)}>{f'<b>{value}</b>' if best[action] else value}"
        body += f"<tr><th scope=row>{state + 1}{cells}<td>{visits[state, 0]}<td>{visits[state, 1]}"
    worth = [expected_return(mdp, policy, gamma, horizon=10_000) for policy in (greedy, evidence.truth.argmax(axis=1))]
    told = ""
    if valued:
        off = f"off by {percent(evidence.error)} of the largest value"
        told = f"<p class={_CLASS[said[0]]}>{html.escape(said[1])}: {off}</p>"
    return (
        f"<section><h3>Line {html.escape(evidence.line.id)}</h3><p>{html.escape(_described(evidence))}</p>"
        f"{_bars(evidence) if valued else ''}{told}"
        f"<div class=wide tabindex=0 role=group aria-label='Table of line {html.escape(evidence.line.id)}'>"
        f"<table><thead><tr><th rowspan=2>state{head}<tr>"
        f"{'<th>left<th>right' * (len(tables) + 1)}<tbody>{body}</table></div>"
        f"<p>What it learned to do is worth {worth[0]:.4g} from the start, "
        f"the best {worth[1]:.4g} (gamma {gamma:g}).</p>"
        "</section>"
    )


def _described(evidence: Evidence) -> str:
    """The line in words."""
    line, states = evidence.line, evidence.line.mdp.num_states
    ends = listed([str(end + 1) for end in sorted(terminal % states for terminal in line.terminals)])
    looks = "" if line.end_shown_as is None else f", shown as state {line.end_shown_as + 1}"
    slips = f"; {line.slip:.0%} of moves slip" if line.slip else ""
    paid = ", ".join(f"{reward:g}" for reward in line.rewards)
    return f"Rewards {paid}; ends in {ends}{looks}; cut off after {line.limit} steps{slips}; gamma {line.gamma:g}."


def _number(value: float) -> str:
    """A value with three decimals; a huge one with three digits."""
    return f"{value:.3g}" if abs(value) >= 1e6 else f"{value:.3f}"


def _text(words: str) -> str:
    """Words as HTML, with code between backticks."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", html.escape(words))


def _red(off: bool) -> str:
    return " class=bad" if off else ""


def _bars(evidence: Evidence) -> str:
    """A figure of the learned values, with the exact ones as marks."""
    live = np.flatnonzero(~evidence.line.mdp.terminal)
    cells = [(state, action) for state in live for action in (0, 1)]
    learned = np.nan_to_num(evidence.q)
    high = max(float(learned[live].max()), float(evidence.truth[live].max()), 1e-9)
    low = min(float(learned[live].min()), float(evidence.truth[live].min()), 0.0)
    width, height = 26 * len(cells) + 12, 96

    def y(value: float) -> float:
        return 8 + (height - 24) * (high - value) / (high - low)

    drawn = ""
    for k, (state, action) in enumerate(cells):
        x, value = 10 + 26 * k, float(learned[state, action])
        top, bottom = sorted((y(value), y(0.0)))
        drawn += f'<rect x="{x}" y="{top:.1f}" width="18" height="{bottom - top:.1f}" class="bar"/>'
        mark = y(float(evidence.truth[state, action]))
        drawn += f'<path d="M{x - 2} {mark:.1f}h22" class="mark"/>'
        drawn += f'<text x="{x + 9}" y="{height - 2}">{state + 1}{"←→"[action]}</text>'
    label = f"Learned values of line {evidence.line.id} as bars, exact values as lines"
    size = f'viewBox="0 0 {width} {height}" style="width:{width / 10:g}rem"'
    return f'<svg {size} role="img" aria-label="{label}">{drawn}</svg>'


_OF_VALUES = """Bold: the best action of a table. Red: off by more than a learner that is right is. In the
figures bars are learned values and lines the exact ones; 1← is state 1, left."""
_OF_ACTIONS = """Bold: the best action of a table. Red: what is worse than the best."""

_PAGE = """<!doctype html>
<html lang=en><meta charset=utf-8><meta name=viewport content="width=device-width, initial-scale=1">
<meta http-equiv=Content-Security-Policy content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
body{{font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere;
max-width:46rem;margin:0 auto;padding:1rem;color:#111;background:#fff}}
h1{{font-size:1.6rem;margin:.2rem 0;padding:.4rem .7rem;border-left:.5rem solid}}h3{{margin-bottom:.3rem}}
table{{border-collapse:collapse;font-variant-numeric:tabular-nums;width:100%}}
th,td{{padding:.25rem .5rem;border-bottom:1px solid #ddd;text-align:left;vertical-align:top}}
.wide{{overflow-x:auto}}.wide td,.wide th{{text-align:right;white-space:nowrap;overflow-wrap:normal}}
.wide thead th{{text-align:center}}.checks th,.checks th+td{{white-space:nowrap}}
.good{{color:#166534}}.bad{{color:#b91c1c}}.open{{color:#92400e}}.none{{color:#555}}
svg{{max-width:100%;height:auto;display:block}}svg text{{font:10px sans-serif;text-anchor:middle;fill:#333}}
.bar{{fill:#93c5fd}}.mark{{stroke:#111;stroke-width:2}}
.look{{border:1px solid #b91c1c;padding:.4rem .7rem}}
pre{{white-space:pre-wrap;background:#f3f4f6;padding:.6rem}}
@media(max-width:34rem){{.checks tr{{display:grid;grid-template-columns:1fr auto;border-bottom:1px solid #ddd}}
.checks td,.checks th{{border:0}}.checks td:last-child{{grid-column:1/3}}
.wide{{font-size:.8rem}}.wide td,.wide th{{padding:.25rem .2rem}}}}
@media print{{section,tr{{break-inside:avoid}}body{{max-width:none}}}}
</style>
<h1 class={kind}>{verdict}</h1><p>{advice}</p>
{named}
<h2>Checks</h2><div class=checks><table><tbody>{rows}</table></div>
<h2>What was learned</h2><p>{legend}</p>
{sections}
{repeat}<p class=none>{seconds} seconds.</p>
</html>
"""
