"""Tables of the catalogue of bugs: right and wrong values on the very settings that the checkup uses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache
from itertools import combinations

import numpy as np

from agents.checkup.evidence import LONG, TOLERANCE
from agents.checkup.fingerprints import FINGERPRINTS, optimal
from agents.checkup.naming import ALIKE
from agents.checkup.probes import SETTINGS, Setting
from agents.checkup.problem import Problem, Table
from agents.policies import epsilon_greedy

#: Bugs with a constant, each with one that somebody might use.
_WITH_CONSTANT: dict[str, Callable[[Problem], Table]] = {
    "wrong-gamma": lambda p: optimal(replace(p, gamma=0.99)),
    "terminal-reward-overridden": lambda p: _paid(p, np.where(p.live > 0, p.mdp.reward, -10.0)),
    "reward-scaled": lambda p: _paid(p, 2 * p.mdp.reward),
    "reward-moved": lambda p: _paid(p, p.mdp.reward - 1),
}
_WINDOWS = ("nstep-gamma-power", "nstep-crosses-episodes")  # compared only where no short limit cuts windows
_BY_ID = {setting.id: setting for setting in SETTINGS}


def settings() -> str:
    """The settings of the checkup."""
    rows = []
    for setting in SETTINGS:
        words = [f"{name} = {value}" for name, value in setting.line.items()]
        words += [f"the end looks like state {setting.end_shown_as + 1}"] if setting.end_shown_as is not None else []
        rows.append([f"**{setting.id}**", setting.why, "; ".join(words) or "as it is", setting.gamma, setting.limit])
    return markdown(["id", "what it shows", "line", "gamma", "limit"], rows)


def overview() -> str:
    """Which setting shows which bug, with its largest error there."""
    rows = []
    for bug in (*FINGERPRINTS, *_WITH_CONSTANT):
        shown = _shown_by(bug)
        if shown:
            rows.append([f"[`{bug}`](#{bug})", shown[0].id, f"{100 * _share(bug, shown[0].id):.0f} %", _ids(shown[1:])])
    return markdown(["bug", "shown by", "error", "also by"], rows)


def values(bug: str, name: str = "", initial: str = "0") -> str:
    """The right values beside those of a bug, on a setting or on the first that shows it, from a table of one value."""
    setting = _BY_ID[name] if name else _shown_by(bug)[0]
    problem = setting.problem(initial=float(initial))
    right, wrong = optimal(problem), _tables(bug, setting.id, float(initial))
    heads = ["state", "exact, left", "exact, right"] + ["bug, left", "bug, right"] * len(wrong)
    rows = []
    for state in np.flatnonzero(~problem.mdp.terminal).tolist():
        cells = [_number(value) for value in right[state]]
        for table in wrong:
            off = np.abs(table - right)[state] > TOLERANCE * _scale(problem)
            cells += [f"**{_number(x)}**" if far else _number(x) for x, far in zip(table[state], off, strict=True)]
        rows.append([state + 1, *cells])
    also = [other for other in _shown_by(bug) if other is not setting]
    told = f"Setting {setting.id} ({setting.why}), gamma {setting.gamma:g}"
    told += f", a table that begins at {initial}" if float(initial) else ""
    told += f". Shown as well by {_ids(also)}." if also else ". No other setting shows it."
    return f"{told}\n\n{markdown(heads, rows)}"


def aliases() -> str:
    """Bugs that lead to the same values on some settings, and the settings that tell them apart."""
    rows = []
    for one, two in combinations([*FINGERPRINTS], 2):
        both = [s for s in SETTINGS if _wrong(one, s) and _wrong(two, s)]
        alike = [s for s in both if _alike(one, two, s)]
        if alike:
            apart = [s for s in SETTINGS if (_wrong(one, s) or _wrong(two, s)) and s not in alike]
            rows.append([f"`{one}`", f"`{two}`", _ids(alike), _ids(apart) or "none"])
    return markdown(["bug", "looks like", "on", "told apart by"], rows)


def exploring(*epsilons: str) -> str:
    """The largest errors of bugs whose values depend on how the agent acts, epsilon-greedily by its own values."""
    rows = []
    for bug in FINGERPRINTS:
        shares = [_exploring_share(bug, _shown_by(bug)[0], float(epsilon)) for epsilon in epsilons]
        if not np.ptp(shares) <= 0.01:
            cells = ["does not settle" if np.isnan(share) else f"{100 * share:.0f} %" for share in shares]
            rows.append([f"`{bug}`", _shown_by(bug)[0].id, *cells])
    return markdown(["bug", "setting", *(f"epsilon {epsilon}" for epsilon in epsilons)], rows)


def markdown(heads: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    """A table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(map(str, cells))} |" for cells in lines)


@cache
def _tables(bug: str, setting: str, initial: float = 0.0) -> list[Table]:
    problem = _BY_ID[setting].problem(initial=initial)
    functions = FINGERPRINTS[bug] if bug in FINGERPRINTS else (_WITH_CONSTANT[bug],)
    return [function(problem) for function in functions]


@cache
def _share(bug: str, setting: str) -> float:
    """The least of the largest errors that a bug makes, of the largest true value."""
    problem = _BY_ID[setting].problem()
    live, right = ~problem.mdp.terminal, optimal(problem)
    return min(float(np.abs(table - right)[live].max()) for table in _tables(bug, setting)) / _scale(problem)


def _exploring_share(bug: str, setting: Setting, epsilon: float) -> float:
    """The largest error of an epsilon-greedy agent, of the largest true value; not a number if it does not settle."""
    problem, q = setting.problem(), None
    for _ in range(100):
        previous, q = q, FINGERPRINTS[bug][0](problem)
        if previous is not None and np.abs(q - previous).max() < 1e-9:
            return float(np.abs(q - optimal(problem))[~problem.mdp.terminal].max()) / _scale(problem)
        problem = replace(setting.problem(), acting=epsilon_greedy(q, epsilon))
    return float("nan")


def _wrong(bug: str, setting: Setting) -> bool:
    return _share(bug, setting.id) > TOLERANCE and (bug not in _WINDOWS or setting.limit >= LONG)


def _shown_by(bug: str) -> list[Setting]:
    return [setting for setting in SETTINGS if _wrong(bug, setting)]


def _alike(one: str, two: str, setting: Setting) -> bool:
    problem = setting.problem()
    live, near = ~problem.mdp.terminal, ALIKE * _scale(problem)
    pairs = [(a, b) for a in _tables(one, setting.id) for b in _tables(two, setting.id)]
    return any(np.abs(a - b)[live].max() <= near for a, b in pairs)


def _scale(problem: Problem) -> float:
    return float(np.abs(optimal(problem)[~problem.mdp.terminal]).max())


def _paid(problem: Problem, reward: Table) -> Table:
    return optimal(replace(problem, mdp=replace(problem.mdp, reward=reward)))


def _ids(chosen: Iterable[Setting]) -> str:
    return ", ".join(setting.id for setting in chosen)


def _number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")
