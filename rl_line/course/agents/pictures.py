"""Pictures of the line and its table for a page: scalable text, for narrow screens and screen readers."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rl_line.course import tables
from rl_line.course.numerals import number
from rl_line.dp.solution import nearly_best
from rl_line.drawing.render import arrival_rewards
from rl_line.mdp import TabularMDP

WORDS = {
    "en": {
        "state": "state",
        "left": "left",
        "right": "right",
        "end": "end",
        "agent": "agent",
        "line": "The line: states {states} with rewards {rewards} on arrival; the agent is in state {at}.",
        "changed": "changed by the last action",
        "best": "best action",
        "learned": "learned",
        "exact": "exact",
        "wrong": "not the exact value",
    },
    "pt": {
        "state": "estado",
        "left": "esquerda",
        "right": "direita",
        "end": "fim",
        "agent": "agente",
        "line": "A linha: estados {states} com recompensas {rewards} na chegada; o agente está no estado {at}.",
        "changed": "mudada pela última ação",
        "best": "melhor ação",
        "learned": "aprendida",
        "exact": "exata",
        "wrong": "não é o valor exato",
    },
}
_CELL, _HEIGHT = 110, 96  # pixels of a state


def line(mdp: TabularMDP, state: int, lang: str) -> str:
    """SVG of a line with its rewards and the agent in a state, counted from 0; it fills the width of the page."""
    words, rewards = WORDS[lang], [f"{reward:g}" for reward in arrival_rewards(mdp)]
    states = range(1, mdp.num_states + 1)
    told = words["line"].format(states=", ".join(map(str, states)), rewards=", ".join(rewards), at=state + 1)
    parts = []
    for at, reward in enumerate(rewards):
        left, middle = at * _CELL, at * _CELL + _CELL // 2
        ends = bool(mdp.terminal[at])
        parts.append(
            f'<rect x="{left + 4}" y="24" width="{_CELL - 8}" height="{_HEIGHT - 30}" rx="8" '
            f'fill="{"#e7f5e9" if ends else "#eef2fb"}" stroke="#8893a8"/>'
            f'<text x="{middle}" y="16" text-anchor="middle" font-size="13" fill="currentColor">'
            f"{words['state']} {at + 1}{', ' + words['end'] if ends else ''}</text>"
            f'<text x="{middle}" y="{_HEIGHT - 14}" text-anchor="middle" font-size="15" fill="#1c2433">+{reward}</text>'
        )
    middle = state * _CELL + _CELL // 2
    parts.append(f'<circle cx="{middle}" cy="46" r="13" fill="#c2410c" stroke="#fff" stroke-width="2"/>')
    return (
        f'<svg role="img" aria-label="{escape(told)}" viewBox="0 0 {_CELL * mdp.num_states} {_HEIGHT}" '
        f'style="width: 100%; max-width: {_CELL * mdp.num_states}px; height: auto">{"".join(parts)}</svg>'
    )


def path(mdp: TabularMDP, act: Callable[[int], Any], steps: int = 6) -> str:
    """The states that actions lead to from the first start state, counted from 1.

    Args:
        mdp: MDP of a line; of several outcomes, the first is used.
        act: (state) -> action.
        steps: steps after which the path stops.

    >>> from rl_line import reward_line
    >>> path(reward_line(), lambda state: 1)
    '1 → 2 → 3 → 4'
    """
    states = [int(mdp.start.argmax())]
    while not mdp.terminal[states[-1]] and len(states) <= steps:
        states.append(int(mdp.successor[states[-1], int(act(states[-1])), 0]))
    return " → ".join([*(str(state + 1) for state in states), *([] if mdp.terminal[states[-1]] else ["…"])])


def table(
    lang: str,
    *,
    changed: tuple[int, int] | None = None,
    wrong: ArrayLike = False,
    digits: int = 3,
    **values: ArrayLike,
) -> str:
    """HTML table of action values [S, 2] side by side under their names, the best of each state in bold.

    Args:
        lang: language of the words.
        changed: state and action, from 0, of a cell to mark in the first table.
        wrong: mask [S, 2] of cells to mark as wrong in the first table.
        digits: decimals of a value.
        values: tables by name; "_" in a name stands for a blank.
    """
    words = WORDS[lang]
    columns = {name: np.asarray(given, float) for name, given in values.items()}
    shape = next(iter(columns.values())).shape
    marks = dict.fromkeys(zip(*np.nonzero(np.broadcast_to(wrong, shape)), strict=True), "wrong")
    marks |= {} if changed is None else {changed: "changed"}
    rows: list[list[int | tables.Cell]] = [
        [
            state + 1,
            *(
                _cell(shown[state], action, digits, lang, marks.get((state, action)) if place == 0 else None)
                for place, shown in enumerate(columns.values())
                for action in (0, 1)
            ),
        ]
        for state in range(shape[0])
    ]
    actions = [words[name] for _ in columns for name in ("left", "right")]
    groups = {name.replace("_", " "): 2 for name in columns}
    return tables.table([words["state"], *actions], rows, lang, left=0, groups=groups)


def _cell(row: NDArray[np.float64], action: int, digits: int, lang: str, mark: str | None) -> tables.Cell:
    words, text = WORDS[lang], number(row[action], f".{digits}f", lang)
    if row.any() and nearly_best(row[None])[0][action]:
        text = f'<strong title="{words["best"]}">{text}</strong>'
    if mark:
        text = f'<mark title="{words[mark]}">{text}</mark>'
    return tables.Cell(text)
