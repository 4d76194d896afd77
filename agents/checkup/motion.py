"""Says of values learned with more and more steps whether they still move, and where to."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from agents.checkup.evidence import SUSPECTED, TOLERANCE, Answer, covered
from agents.checkup.problem import Table


def tables_of(answer: Answer) -> list[Table]:
    """What the first seed learned, with more and more steps."""
    seed = answer.runs[0].seed
    return [run.learned.q for run in answer.runs if run.seed == seed and run.learned.q is not None]


def errors_of(answer: Answer) -> list[float]:
    """How far those were off, at most."""
    return [float(np.abs(q - answer.truth)[~answer.problem.mdp.terminal].max()) for q in tables_of(answer)]


def settled(answer: Answer, *, trained: int = 0) -> bool:
    """Whether values of the first seed have stopped moving from one budget to the next, short of the truth.

    A slow learner still goes where it went, twice as far with twice the steps; one that has settled does not. Where
    so many steps (`trained`) were enough elsewhere, twice as many tell.
    """
    tables = tables_of(answer)
    if not np.isfinite(answer.error):
        return True
    live = ~answer.problem.mdp.terminal
    if trained and len(tables) > 1 and answer.runs[-1].steps == 2 * trained:
        move, way = (tables[-1] - tables[-2])[live].ravel(), (answer.truth - tables[-2])[live].ravel()
        return float(np.abs(move).max()) <= (0.02 if _onward(move, way) else 0.1) * answer.error
    if len(tables) < 3:
        return False
    if runs_away(answer) or _stuck(answer, tables):
        return True
    errors = errors_of(answer)[-3:]
    earlier, later = ((b - a)[live].ravel() for a, b in zip(tables[-3:-1], tables[-2:], strict=True))
    closer = _onward(later, (answer.truth - tables[-2])[live].ravel())
    if trained and answer.setting.noisy and min(errors[1:]) >= 0.8 * errors[0] and not closer:
        return True  # noise keeps it moving, but four times the steps have not brought it nearer
    sizes = [float(np.abs(move).max()) for move in (earlier, later)]
    if closer:  # as with a step size of 1/n it may creep all the way, so only what has all but stopped has settled
        return sizes[1] <= 0.02 * answer.error and sizes[1] <= max(0.1 * sizes[0], 1e-9 * answer.error)
    if _onward(earlier, later):
        return sizes[1] <= 0.1 * answer.error and sizes[1] <= 0.5 * sizes[0]
    return sizes[1] <= 0.35 * answer.error and sizes[1] <= 3 * sizes[0]  # it had begun to learn before


def runs_away(answer: Answer) -> bool:
    """Whether values of the first seed are all far above and move away, or below, far and ever faster: none returns."""
    errors, tolerance = errors_of(answer)[-3:], TOLERANCE * answer.scale
    if len(errors) < 3 or not (errors[0] < errors[1] < errors[2] and errors[2] > answer.scale):
        return False
    off = (tables_of(answer)[-1] - answer.truth)[~answer.problem.mdp.terminal]
    below = float(off.max()) < tolerance and errors[2] - errors[1] > max(errors[1] - errors[0], 0.5 * answer.scale)
    return below or float(off.min()) > -tolerance


def hovers(answer: Answer) -> bool:
    """Whether the first seed's error fell by less than half when it last trained for longer: then it is noise."""
    errors = errors_of(answer)[-2:]
    return len(errors) == 2 and errors[1] > 0.5 * errors[0]


def lingers(answer: Answer) -> bool:
    """Whether the values of a table move about, and eight times the steps have not brought them nearer."""
    errors, live = errors_of(answer)[-4:], ~answer.problem.mdp.terminal
    if len(errors) < 4 or answer.problem.resting is not None or not covered(answer, late=True):
        return False
    moves = [float(np.abs(b - a)[live].max()) for a, b in pairwise(tables_of(answer)[-4:])]
    return min(moves) > TOLERANCE * answer.scale and min(errors[1:]) > 0.75 * errors[0]


def unmoved(answers: Sequence[Answer]) -> bool:
    """Whether wrong values are the same on every line of as many states, however long it trained with one seed."""
    first = answers[0].runs[0]
    runs = [run for answer in answers for run in answer.runs if run.seed == first.seed]
    tables = [run.learned.q for run in runs if run.learned.q is not None and run.counts.shape == first.counts.shape]
    if len(tables) < 2 or all(answer.verdict != SUSPECTED for answer in answers):
        return False
    return all(np.array_equal(q, tables[0]) for q in tables)


def _stuck(answer: Answer, tables: list[Table]) -> bool:
    """Whether the value that is furthest off, having moved, has rested while it trained eight times as long."""
    live = ~answer.problem.mdp.terminal
    off = np.where(live[:, None], np.abs(tables[-1] - answer.truth), 0.0)
    cell = np.unravel_index(int(off.argmax()), off.shape)
    late = np.array([q[cell] for q in tables[-4:]])
    as_begun = abs(late[-1] - answer.problem.begun[cell]) <= TOLERANCE * answer.scale
    return len(late) == 4 and not as_begun and bool(np.ptp(late) <= 0.005 * off[cell])


def _onward(earlier: NDArray[np.float64], later: NDArray[np.float64]) -> bool:
    """Whether two moves go more or less the same way."""
    return float(earlier @ later) > 0.5 * float(np.linalg.norm(earlier) * np.linalg.norm(later))
