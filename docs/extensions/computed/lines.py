"""Drawings of the lines that the checkup trains on."""

from __future__ import annotations

from collections.abc import Sequence

from agents.checkup.training.lines import ACTION_LINES, LINES, Line

_WIDE, _HIGH, _SIDE = 76, 92, 44  # of a state's room, and of its square


def drawings(*ids: str) -> str:
    """The lines with these ids, or all on which values are learned: one figure each."""
    known = {line.id: line for line in (*LINES, *ACTION_LINES)}
    return f'<div class="lines">{"".join(drawn(known[name]) for name in ids or [line.id for line in LINES])}</div>'


def drawn(line: Line) -> str:
    """A line as a figure: the reward of each state, its share of starts, the ends, and what the end looks like."""
    states = line.mdp.num_states
    parts = "".join(_state(line, state) for state in range(states))
    if line.end_shown_as is not None:
        parts += "".join(_bow(end, line.end_shown_as) for end in range(states) if line.mdp.terminal[end])
    label = f"Line {line.id}: {_described(line)}"
    return (
        f'<figure><svg viewBox="0 0 {_WIDE * states + 8} {_HIGH + 22}" style="max-width: {_WIDE * states + 8}px" '
        f'role="img" aria-label="{label}" font-size="13" text-anchor="middle" fill="{_INK}">{parts}</svg>'
        f"<figcaption>{label}</figcaption></figure>"
    )


def ends(line: Line) -> Sequence[int]:
    """The states that end an episode, from 1."""
    return [state + 1 for state in range(line.mdp.num_states) if line.mdp.terminal[state]]


def _described(line: Line) -> str:
    ended = " and ".join(map(str, ends(line)))
    looks = "" if line.end_shown_as is None else f", shown as state {line.end_shown_as + 1}"
    slips = f", {line.slip:.0%} of moves slip" if line.slip else ""
    return f"gamma {line.gamma:g}; ends in {ended}{looks}; cut off after {line.limit} steps{slips}"


def _state(line: Line, state: int) -> str:
    x, y = 6 + _WIDE * state, 26
    terminal, start = bool(line.mdp.terminal[state]), line.start[state]
    inner = f'<rect x="{x + 4}" y="{y + 4}" width="{_SIDE + 8}" height="{_SIDE - 8}" {_LINE}/>' if terminal else ""
    arrow = f'<path d="M{x + _SIDE + 18} {y + _SIDE / 2}h10" {_LINE}/>' if state + 1 < line.mdp.num_states else ""
    return (
        f'<rect x="{x}" y="{y}" width="{_SIDE + 16}" height="{_SIDE}" {_LINE}/>{inner}{arrow}'
        f'<text x="{x + _SIDE / 2 + 8}" y="{y + _SIDE / 2 + 5}">{line.rewards[state]:g}</text>'
        f'<text x="{x + _SIDE / 2 + 8}" y="{y + _SIDE + 16}" font-size="11">{state + 1}</text>'
        + (f'<text x="{x + _SIDE / 2 + 8}" y="{y + _SIDE + 30}" font-size="11">{start:.0%}</text>' if start else "")
    )


def _bow(end: int, like: int) -> str:
    """A dashed bow from an end to the state that it looks like."""
    first, last = (6 + _WIDE * state + _SIDE / 2 + 8 for state in (end, like))
    return f'<path d="M{first} 24Q{(first + last) / 2} -12 {last} 24" {_LINE} stroke-dasharray="4 3"/>'


_INK = "#1c2433"
_LINE = f'fill="none" stroke="{_INK}"'
