"""The one step that shows what is wrong: where the value learned is furthest from the right one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from agents.checkup.constants import with_constants
from agents.checkup.evidence import SUSPECTED, Answer
from agents.checkup.fingerprints import matches
from agents.checkup.motion import runs_away
from agents.checkup.naming import Suspect


class Offence(NamedTuple):
    """A step of the last training, and what was made of it."""

    setting: str
    step: int  # of the training, from 1
    state: int  # from 1
    action: str
    reward: float
    following: int  # the state after it, as the agent saw it, from 1
    outcome: str  # ended, cut off or goes on
    learned: float
    right: float
    suspect: str = ""
    says: float | None = None  # the suspect's value

    def __str__(self) -> str:
        told = (
            f"setting {self.setting}, step {self.step}: in {self.state}, {self.action}, {self.reward:g} received, "
            f"{self.outcome}: learned {self.learned:.4g}, right is {self.right:.4g}"
        )
        return told if self.says is None else f"{told}; {self.suspect} says {self.says:.4g}"


def offence(answers: Sequence[Answer], named: Sequence[Suspect] = ()) -> Offence | None:
    """The last step in the cell whose value is furthest off, on the first setting that convicts; None if none does.

    Args:
        answers: of all settings.
        named: the suspects, the likeliest first, whose value is told as well.
    """
    wrong = [answer for answer in answers if answer.verdict == SUSPECTED and answer.q is not None]
    if not wrong or not np.isfinite(wrong[0].error):
        return None
    answer, run = wrong[0], wrong[0].runs[-1]
    assert answer.q is not None
    off = np.where(answer.problem.mdp.terminal[:, None], 0.0, np.abs(answer.q - answer.truth))
    state, action = (int(index) for index in np.unravel_index(int(off.argmax()), off.shape))
    taken = np.flatnonzero((run.trace.observation == state) & (run.trace.action == action))
    if not len(taken):
        return None
    step = int(taken[-1])
    outcome = "ended" if run.trace.terminated[step] else "cut off" if run.trace.truncated[step] else "goes on"
    found = Offence(
        answer.setting.id,
        step + 1,
        state + 1,
        "right" if action else "left",
        float(run.trace.reward[step]),
        int(run.trace.next_observation[step]) + 1,
        outcome,
        float(answer.q[state, action]),
        float(answer.truth[state, action]),
    )
    if not named or runs_away(answer):  # of values that still grow no table says where they are
        return found
    tables = (*matches(answer.problem, answer.q), *with_constants(answer.problem, answer.q))
    near = [match for match in tables if match.bug == named[0].bug]
    if not near:
        return found
    nearest = min(near, key=lambda match: match.distance)
    return found._replace(suspect=named[0].bug, says=float(nearest.table[state, action]))
