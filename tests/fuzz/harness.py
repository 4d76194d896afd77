"""The harness: calls public functions with good and with hostile arguments, and judges what comes of it.

A right outcome is a result of finite numbers, or one clear error: raised by a `raise` of this package, in words of it.
"""

import signal
import traceback
import warnings
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import hypothesis
from fuzz.judge import MISSPELT, NAMES, PACKAGES, ROOT, is_clear, is_finite, says_what_came
from fuzz.values import LARGE, NEVER, SMALL, damaged, made
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

SECONDS = 20.0  # of processor time, whatever else the machine does


class Argument(NamedTuple):
    """Values of an argument: good ones, hostile ones, and whether it may be left out."""

    good: st.SearchStrategy
    hostile: st.SearchStrategy
    optional: bool = False


def arg(good, *, optional=False, work=False, array=False):
    """An argument; one that says how much work there is gets no huge numbers, an array is damaged as well."""
    pool = made(*SMALL, *NEVER) if work else made(*SMALL, *LARGE)
    return Argument(good, st.one_of(pool, damaged(good)) if array else pool, optional)


def opt(good, **how):
    """An argument that may be left out."""
    return arg(good, optional=True, **how)


def array(good, **how):
    """An argument of numbers in an array."""
    return arg(good, array=True, **how)


@dataclass(frozen=True, eq=False)
class Target:
    """A public name: how it is called, and with what."""

    name: str
    call: Any
    arguments: Mapping[str, Argument]
    may_be_nan: bool = False  # as documented


@dataclass
class Tally:
    """Number of outcomes, and of each kind of wrong ones the shortest example."""

    outcomes: Counter = field(default_factory=Counter)
    wrong: dict = field(default_factory=dict)

    def add(self, target, given_, outcome, where):
        """Counts one outcome; `where` names the kind of a wrong one."""
        self.outcomes[outcome] += 1
        self.outcomes["cases"] += 1
        if where:
            call = f"{target.name}({', '.join(f'{name}={shown(value)}' for name, value in given_.items())})"
            kind, _, said = where.partition(": ")
            seen, *shortest = self.wrong.get((outcome, kind), (0, call, said))
            self.wrong[outcome, kind] = (seen + 1, *min(shortest, [call, said], key=lambda pair: len(pair[0])))

    def __str__(self):
        lines = [", ".join(f"{count:,} {name}" for name, count in sorted(self.outcomes.items()))]
        for (outcome, kind), (seen, call, said) in sorted(self.wrong.items()):
            lines.append(f"{outcome} x {seen}: {kind}: {' '.join(said.split())[:250]}\n    {call}")
        return "\n".join(lines)


class HangError(BaseException):
    """Raised where a call takes longer than it may."""


def shown(value):
    """A short text of a value."""
    return " ".join(repr(value).split())[:120]


@st.composite
def cases(draw, targets):
    """A target and its arguments, of which most often one, and at times none or two, are hostile."""
    target = draw(st.sampled_from(targets))
    names = list(target.arguments)
    spoiled = {draw(st.sampled_from(names)) for _ in range(draw(st.sampled_from((0, 1, 1, 1, 1, 2))))}
    chosen = {}
    for name, argument in target.arguments.items():
        if name in spoiled:
            chosen[name] = draw(argument.hostile)
        elif not argument.optional or draw(st.booleans()):
            chosen[name] = draw(argument.good)
    if draw(st.integers(0, 49)) == 49:
        chosen[f"{names[-1]}{MISSPELT}"] = 1
    return target, chosen, spoiled


def outcome_of(target, chosen, spoiled):
    """The outcome by name, and of a wrong one where it came about."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.filterwarnings("ignore", ".*Going on from")
            for kind in _warnings():
                warnings.simplefilter("ignore", kind)
            result = _in_time(target.call, chosen)
    except HangError as error:
        return "hang", _place(error)
    except Exception as error:
        where = f"{_place(error)} {type(error).__name__}: {error}"
        if not is_clear(error, chosen):
            return "obscure", where
        return ("error", "") if says_what_came(str(error), chosen, spoiled) else ("nameless", where)
    if target.may_be_nan or is_finite(result):
        return "answer", ""
    return "nan", f"{target.name}: {shown(result)}"


def _warnings():
    """The classes of warnings of these packages, which are no mistakes."""
    return [kind for kind in UserWarning.__subclasses__() if kind.__module__.split(".")[0] in NAMES]


def _in_time(call, chosen):
    def stop(*_):
        raise HangError

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        return call(**chosen)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _place(error):
    """The innermost line of this package in a traceback."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(str(ROOT))]
    own = [frame for frame in frames if frame.filename.startswith(PACKAGES)] or frames
    return f"{Path(own[-1].filename).relative_to(ROOT)}:{own[-1].lineno} {own[-1].name}"


def run(targets, number, seed=0):
    """The tally of so many cases of targets, the same ones every time for a seed."""
    tally = Tally()

    @hypothesis.seed(seed)
    @settings(
        max_examples=number,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases(targets))
    def one(case):
        tally.add(*case[:2], *outcome_of(*case))

    one()
    return tally
