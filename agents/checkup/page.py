"""The page of a report: the verdict, the checks, and what was learned or done beside what is right."""

from __future__ import annotations

import html
from collections.abc import Sequence

import numpy as np

from agents.checkup.behaviour import Check
from agents.checkup.constants import FAMILIES
from agents.checkup.evidence import PASS, SUSPECTED, UNCLEAR, Answer
from agents.checkup.fingerprints import FINGERPRINTS, matches
from agents.checkup.naming import Suspect
from agents.checkup.problem import Table
from rl_line.dp import expected_return, greedy_actions

OFF = 0.05  # of the largest value: what is further off is red
_CLASS = {PASS: "good", SUSPECTED: "bad", UNCLEAR: "open"}


def page(
    *,
    verdict: str,
    advice: str,
    look: str,
    named: Sequence[Suspect],
    checks: Sequence[Check],
    answers: Sequence[Answer],
    command: str,
    seconds: float,
) -> str:
    """One page of HTML that needs nothing from anywhere."""
    rows = "".join(
        f"<tr><th scope=row>{html.escape(check.id)}<td class={_CLASS.get(check.verdict, 'none')}>"
        f"{html.escape(check.verdict)}<td>{html.escape(check.evidence)}"
        for check in checks
    )
    suspects = "".join(
        f"<li><b>{html.escape(str(suspect))}</b> leaves {suspect.score:.1%} unexplained" for suspect in named[:6]
    )
    suspected = named[0].bug if named else None
    valued = any(answer.q is not None for answer in answers)
    return _PAGE.format(
        title=f"Checkup: {verdict}",
        verdict=html.escape(verdict),
        kind=_CLASS[verdict],
        advice=html.escape(advice),
        named=(f"<p class=look>{html.escape(look)}</p>" if look else "")
        + (f"<h2>Suspects</h2><ol>{suspects}</ol>" if suspects else ""),
        rows=rows,
        legend=_OF_VALUES if valued else _OF_ACTIONS,
        sections="".join(_section(answer, suspected) for answer in answers if not valued or answer.q is not None),
        repeat=f"<h2>Again</h2><pre>{html.escape(command)}</pre>" if command else "",
        seconds=f"{seconds:.1f}",
    )


def _section(answer: Answer, suspected: str | None) -> str:
    """A setting: the values learned, or what it does, beside the exact values and the suspect's; visits and return."""
    mdp, gamma = answer.problem.mdp, answer.setting.gamma
    run = answer.runs[-1]
    greedy, visits = run.learned.greedy, run.counts
    tables = {} if answer.q is None else {"learned": answer.q}
    tables |= {"exact": answer.truth, **_of_suspect(answer, suspected)}
    head = "" if answer.q is not None else "<th rowspan=2>does"
    head += "".join(f"<th colspan=2 scope=colgroup>{name}" for name in (*tables, "visits"))
    body = ""
    for state in np.flatnonzero(~mdp.terminal):
        cells = ""
        if answer.q is None:
            lost = answer.truth[state].max() - answer.truth[state, greedy[state]]
            cells += f"<td{_red(lost > OFF * answer.scale)}>{('left', 'right')[greedy[state]]}"
        for name, table in tables.items():
            best = greedy_actions(np.nan_to_num(table))[state]
            for action in (0, 1):
                off = name == "learned" and abs(table - answer.truth)[state, action] > OFF * answer.scale
                value = f"{table[state, action]:.3f}"
                cells += f"<td{_red(off)}>{f'<b>{value}</b>' if best[action] else value}"
        body += f"<tr><th scope=row>{state + 1}{cells}<td>{visits[state, 0]}<td>{visits[state, 1]}"
    worth = [expected_return(mdp, policy, gamma, horizon=10_000) for policy in (greedy, answer.truth.argmax(axis=1))]
    return (
        f"<section><h3>{html.escape(answer.setting.id)}: {html.escape(answer.setting.why)}</h3>"
        f"{'' if answer.q is None else _bars(answer, answer.q)}"
        f"<p class={_CLASS[answer.verdict]}>{html.escape(answer.verdict)}: {html.escape(answer.reason)}</p>"
        f"<div class=wide><table><thead><tr><th rowspan=2>state{head}<tr>"
        f"{'<th>left<th>right' * (len(tables) + 1)}<tbody>{body}</table></div>"
        f"<p>What it learned to do is worth {worth[0]:.4g} from the start, "
        f"the best {worth[1]:.4g} (gamma {gamma:g}).</p>"
        "</section>"
    )


def _red(off: bool) -> str:
    return " class=bad" if off else ""


def _of_suspect(answer: Answer, suspected: str | None) -> dict[str, Table]:
    """The values that the first suspect leads to: of several the nearest to those learned, or to what it does."""
    if answer.q is None:
        live, done = ~answer.problem.mdp.terminal, answer.runs[-1].learned.greedy
        tables = [function(answer.problem) for function in FINGERPRINTS.get(suspected or "", ())]
        alike = [int((table.argmax(axis=1) == done)[live].sum()) for table in tables]
        return {"suspect": tables[int(np.argmax(alike))]} if tables else {}
    if suspected in FINGERPRINTS:
        return {"suspect": next(match.table for match in matches(answer.problem, answer.q) if match.bug == suspected)}
    return {"suspect": FAMILIES[suspected](answer.problem, answer.q)[0]} if suspected in FAMILIES else {}


def _bars(answer: Answer, q: Table) -> str:
    """A figure of the learned values, with the exact ones as marks."""
    live = np.flatnonzero(~answer.problem.mdp.terminal)
    cells = [(state, action) for state in live for action in (0, 1)]
    learned = np.nan_to_num(q)
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


_OF_VALUES = """Bold: the best action of a table. Red: more than 5 % of the largest value off. In the
figures bars are learned values and lines the exact ones; 1l is state 1, left."""
_OF_ACTIONS = (
    """Bold: the best action of a table. Red: what is worse than the best by more than 5 % of the largest value."""
)

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
<h2>What was learned</h2><p>{legend}</p>
{sections}
{repeat}<p class=none>{seconds} seconds.</p>
</html>
"""
