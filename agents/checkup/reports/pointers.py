"""Pointers for the author of a wrong agent: the step that shows the error best, and text to repeat the checkup."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from agents.checkup.rules.fixed_points import fixed_point

if TYPE_CHECKING:
    from agents.checkup.suspects import Suspect
    from agents.checkup.training.evidence import Evidence


class Offence(NamedTuple):
    """A step of the last training, with its learned value and its right value."""

    line: str
    step: int  # of the training, from 1
    state: int  # from 1
    action: str
    reward: float
    following: int  # S', as shown to the agent, from 1
    outcome: str  # "ended", "cut off" or "goes on"
    learned: float
    right: float
    suspect: str = ""
    says: float | None = None  # the suspect's value

    def __str__(self) -> str:
        told = (
            f"line {self.line}, step {self.step}: in state {self.state}, {self.action}, reward {self.reward:g}, "
            f"{self.outcome}: learned {self.learned:.4g}, right is {self.right:.4g}"
        )
        return told if self.says is None else f"{told}; {self.suspect} says {self.says:.4g}"


def offence(wrong: Sequence[Evidence], named: Sequence[Suspect] = ()) -> Offence | None:
    """The last step in the cell with the largest error, on the first line; None if there is none.

    Args:
        wrong: the evidence of lines that are clearly wrong.
        named: the suspects, the likeliest first; the first one's value is added.
    """
    if not wrong:
        return None
    evidence, trace = wrong[0], wrong[0].last[0].trace
    off = np.where(evidence.live, np.abs(evidence.q - evidence.truth), 0.0)
    state, action = (int(index) for index in np.unravel_index(int(off.argmax()), off.shape))
    taken = np.flatnonzero((trace.observation == state) & (trace.action == action))
    if not len(taken):
        return None
    step = int(taken[-1])
    outcome = "ended" if trace.terminated[step] else "cut off" if trace.truncated[step] else "goes on"
    says = [fixed_point(suspect.rule, evidence.views[0])[state, action] for suspect in named[:1]]
    return Offence(
        evidence.line.id,
        step + 1,
        state + 1,
        "right" if action else "left",
        float(trace.reward[step]),
        int(trace.next_observation[step]) + 1,
        outcome,
        float(evidence.q[state, action]),
        float(evidence.truth[state, action]),
        named[0].bug if named else "",
        float(says[0]) if named else None,
    )


def repeating(train: Any, options: Mapping[str, Any], wrong: Sequence[Evidence]) -> str:
    """Text that repeats a checkup; if values are wrong, the first wrong line alone, with the steps that show the error.

    Args:
        train: the training function.
        options: options of the checkup that differ from the defaults.
        wrong: the evidence of lines that are clearly wrong.
    """
    line, steps = (wrong[0].line.id, wrong[0].runs[-1].steps) if wrong else ("", 0)
    module, name = getattr(train, "__module__", ""), getattr(train, "__qualname__", "")
    if line:  # trains on that line alone
        options = {key: value for key, value in options.items() if key in ("learns", "seeds")}
    importable = module != "__main__" and name and getattr(sys.modules.get(module), name, None) is train
    if importable and not any(callable(value) for value in options.values()):
        there = f" --line {line} --steps {steps}" if line else ""
        return f"python -m agents.checkup {module}:{name}{''.join(map(_option, options.items()))}{there}"
    if not line:
        given = "".join(f", {key}={_shown(value)}" for key, value in options.items())
        return f"from agents import checkup; print(checkup(train{given}))"
    return (
        "from agents.checkup.training import lines\n"
        f"line = next(line for line in lines.LINES if line.id == {line!r})\n"
        f"agent = train(lines.probe(line), gamma=line.gamma, steps={steps}, seed={wrong[0].runs[0].seed})"
    )


def _option(option: tuple[str, Any]) -> str:
    name, value = option
    if value is True:
        return f" --{name}"
    return f" --{name} {' '.join(map(str, value)) if isinstance(value, (tuple, list)) else value}"


def _shown(value: Any) -> str:
    return getattr(value, "__name__", "epsilon") if inspect.isfunction(value) else repr(value)
