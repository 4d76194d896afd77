"""Tables of the catalogue of bugs: right and wrong values on the very lines that the checkup uses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from agents.checkup.reports.report import CATALOGUE
from agents.checkup.rules.bugs import N_STEPS
from agents.checkup.rules.catalogue import BUGS, RIGHT, WEAKNESSES
from agents.checkup.rules.experience import WHOLE, Experience, Table
from agents.checkup.rules.fixed_points import Rule, fixed_point
from agents.checkup.rules.simulation import CONSTANTS, experience
from agents.checkup.rules.words import kept
from agents.checkup.training.lines import ACTION_LINES, LINES, Line
from extensions.computed import lines as drawn

EPSILON = 0.3  # of whoever acts: what some bugs come to depends on it
STEPS = 20_000  # that are seen of it
_LOSSES = {
    "mean": "the mean of a cell's targets",
    "shared": "the mean of the targets of all cells",
    "residual": "least squares of the error, the gradient also through the target",
}
_BY_ID = {line.id: line for line in LINES}


def lines() -> str:
    """The lines of the checkup: first those on which values are learned, then those for actions alone."""
    rows = []
    for line in (*LINES, *ACTION_LINES):
        looks = "itself" if line.end_shown_as is None else f"state {line.end_shown_as + 1}"
        start = ", ".join(f"{share:.2g}" for share in line.start)
        ended = ", ".join(map(str, drawn.ends(line)))
        paid = ", ".join(f"{reward:g}" for reward in line.rewards)
        rows.append([f"**{line.id}**", paid, start, ended, looks, line.gamma, line.limit, line.slip or ""])
    return markdown(["id", "rewards", "starts", "ends", "the end looks like", "gamma", "limit", "slip"], rows)


def overview() -> str:
    """Table of bugs, with the lines that show each and its largest error there."""
    rows = []
    for bug in BUGS:
        shown = _shown_by(bug)
        most = f"{_share(bug, shown[0].id):.0%}"
        rows.append([f"[`{bug}`](#{bug})", ", ".join(_changed(bug)), shown[0].id, most, _ids(shown[1:])])
    return markdown(["bug", "slot", "shown most by", "error", "also by"], rows)


def slots(bug: str) -> str:
    """The words that a bug puts into the slots of an update rule, beside the right ones."""
    rows = [[slot, _word(RIGHT, slot), word] for slot, words in _changed(bug).items() for word in words]
    return markdown(["slot", "right", "here"], rows)


def values(bug: str, name: str = "", initial: str = "0") -> str:
    """The right values beside those of a bug, on a line or on the one that shows it most, from a table of one value."""
    line = _BY_ID[name] if name else _shown_by(bug)[0]
    right, scale, wrong = line.optimal, line.scale, [_end(form, line, float(initial)) for form in _forms(bug)]
    heads = ["state", "exact, left", "exact, right"] + ["bug, left", "bug, right"] * len(wrong)
    rows = []
    for state in np.flatnonzero(~line.mdp.terminal).tolist():
        cells = [_number(value) for value in right[state]]
        for table in wrong:
            off = np.abs(table - right)[state] > _near(line) * scale
            cells += [f"**{_number(x)}**" if far else _number(x) for x, far in zip(table[state], off, strict=True)]
        rows.append([state + 1, *cells])
    others = [other for other in _shown_by(bug) if other is not line]
    told = f"On line {line.id}, gamma {line.gamma:g}"
    told += f", in a table that begins at {initial}" if float(initial) else ""
    told += "".join(f", with c = {constant:g}" for constant in CONSTANTS.get(bug, ())[:1] if not float(initial))
    told += f". Shown as well by {_ids(others)}." if others else ". No other line shows it."
    return f"{told}\n\n{markdown(heads, rows)}"


def aliases() -> str:
    """Bugs that come to rest at the same wrong values on a line without slips, and the lines that tell them apart."""
    rows, certain = [], [line for line in LINES if not line.slip]
    for one, two in combinations(BUGS, 2):
        alike = [line for line in certain if _wrong(one, line) and _wrong(two, line) and _alike(one, two, line)]
        if alike:
            apart = [line for line in certain if not _alike(one, two, line)]
            rows.append([f"`{one}`", f"`{two}`", _ids(alike), _ids(apart) or "none"])
    return markdown(["bug", "looks like", "on", "told apart by"], rows)


def exploring(*epsilons: str) -> str:
    """The largest errors of bugs whose values depend on how the agent acts, epsilon-greedily by the right values."""
    rows = []
    for bug in BUGS:
        line = next(line for line in _shown_by(bug))
        shares = [_share(bug, line.id, float(epsilon)) for epsilon in epsilons]
        if np.ptp(shares) > _near(line):
            rows.append([f"`{bug}`", line.id, *(f"{share:.0%}" for share in shares)])
    return markdown(["bug", "line", *(f"epsilon {epsilon}" for epsilon in epsilons)], rows)


def weaknesses() -> str:
    """The bugs that are weaknesses of some learners, and where they are right."""
    return markdown(["bug", "why it is only a weakness"], [[f"`{bug}`", why] for bug, why in WEAKNESSES.items()])


def change(bug: str) -> str:
    """The one change that mends a bug, as reports say it."""
    return f"**Change**: {CATALOGUE[bug].change}."


def markdown(heads: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    """A table."""
    table = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(map(str, cells))} |" for cells in table)


def _forms(bug: str) -> list[Rule]:
    """The rules that a bug may be, of windows those of three steps, with a constant that somebody might use."""
    rules = [rule for rule in BUGS[bug] if rule.steps in (1, 3, WHOLE)]
    return [rule.given(CONSTANTS[bug][0]) if rule.unknown else rule for rule in rules if rule.choice is not kept]


def _changed(bug: str) -> dict[str, list[str]]:
    """The words of each slot that a bug changes."""
    found: dict[str, list[str]] = {}
    for rule in BUGS[bug]:
        for slot in Rule._fields[:-2]:  # all but the constants
            if getattr(rule, slot) != getattr(RIGHT, slot) and _word(rule, slot) not in found.setdefault(slot, []):
                found[slot].append(_word(rule, slot))
    return found


def _word(rule: Rule, slot: str) -> str:
    """The word of a rule in a slot, as text."""
    word = getattr(rule, slot)
    if callable(word):
        said = word.meaning
        return f"{said}; c = {rule.constant:g}" if rule.constant and "c" in said.split() else said
    if slot == "loss":
        return _LOSSES[word]
    if slot == "across":
        return "the window runs on into the next episode" if word else "the window ends with its episode"
    return {1: "one reward, then what follows", WHOLE: "all rewards of the episode"}.get(
        word, f"{N_STEPS[0]} to {N_STEPS[-1]} rewards, then what follows"
    )


@cache
def _seen(name: str, epsilon: float) -> Experience:
    return experience(_BY_ID[name], epsilon=epsilon, steps=STEPS)


@cache
def _end(rule: Rule, line: Line, initial: float = 0.0, epsilon: float = EPSILON) -> Table:
    """Fixed point of a rule; a target that was never copied holds the table's initial value."""
    seen = _seen(line.id, epsilon)
    if initial:
        frozen = rule.choice == BUGS["target-never-synced"][0].choice
        rule = rule._replace(constant=initial) if frozen else rule
        seen = replace(seen, shown=np.full_like(seen.shown, initial))
    return fixed_point(rule, seen)


@cache
def _share(bug: str, name: str, epsilon: float = EPSILON) -> float:
    """The least, over the forms of a bug, of the largest error that it makes, as a share of the scale."""
    line = _BY_ID[name]
    right, scale = line.optimal, line.scale
    live: NDArray[np.bool_] = ~line.mdp.terminal
    ends = [_end(form, line, epsilon=epsilon) for form in _forms(bug)]
    return min(float(np.abs(end - right)[live].max()) for end in ends) / scale


def _wrong(bug: str, line: Line) -> bool:
    return _share(bug, line.id) > _near(line)


def _shown_by(bug: str) -> list[Line]:
    """The lines that show a bug, those without slips first, of these the one with the largest error."""
    shown = [line for line in LINES if _wrong(bug, line)]
    return sorted(shown, key=lambda line: (line.slip > 0, -_share(bug, line.id)))


def _alike(one: str, two: str, line: Line) -> bool:
    live, scale = ~line.mdp.terminal, line.scale
    pairs = [(_end(a, line), _end(b, line)) for a in _forms(one) for b in _forms(two)]
    return any(np.abs(a - b)[live].max() <= _near(line) * scale for a, b in pairs)


def _near(line: Line) -> float:
    """The distance below which a table counts as near, as in the checkup."""
    return line.separation / 3


def _ids(chosen: Iterable[Line]) -> str:
    return ", ".join(line.id for line in chosen)


def _number(value: float) -> str:
    return f"{round(value, 3) + 0.0:.3f}".rstrip("0").rstrip(".")  # + 0.0: no -0
