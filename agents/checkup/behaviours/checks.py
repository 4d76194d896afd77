"""A row of a report: a question, its answer, and the evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from agents.checkup.rules.bugs import Bug

PASS, SUSPECTED, UNCLEAR = "pass", "bug suspected", "inconclusive"
NOT_APPLICABLE, WARNING = "not applicable", "warning"

#: Checks beside learning: seeds, declared exploration, changes of observations. Their findings are warnings, with the
#: condition under which each is a bug.
NOT_OF_LEARNING: dict[str, str] = {
    "seed": "a bug where results are to be repeated",
    "epsilon": "a bug where too little exploration misses the best, or what it does while it learns counts",
    "mutation": "a bug where others read the same observations",
    "mutation lanes": "a bug where others read the same observations",
    "in-place": "a bug with environments that write all observations into one array",
}

#: The bugs that are shown by something else than the values alone.
NOT_IN_VALUES: dict[str, Bug] = {
    "stale-first-observation": Bug(
        "after a reset it chooses by the observation that the last episode ended with",
        "use what `reset` returns, and clear stacked frames",
    ),
    "values-rounded": Bug(
        "it keeps values as whole numbers, so every update loses its fraction",
        "make the table one of floats, e.g. by `dtype=float`",
    ),
    "target-sync-rare": Bug(
        "it syncs the target so seldom that values spread one step back per sync",
        "sync oftener, and count the steps that the setting means",
    ),
    "target-is-the-network": Bug(
        "its target is the network itself under a second name", "copy the weights, e.g. by `copy.deepcopy`"
    ),
    "wrong-network-in-target": Bug(
        "it computes targets by the online network, and its target network has no effect",
        "call the target network for the values of next states",
    ),
    "dueling-mean-over-batch": Bug(
        "the values of a state depend on its neighbours in the batch",
        "take the mean advantage over the actions: `mean(axis=1, keepdims=True)`",
    ),
    "epsilon-inverted": Bug(
        "it explores with probability 1 - epsilon", "write `any_action() if random() < epsilon else best(state)`"
    ),
    "epsilon-never-decays": Bug(
        "its schedule of exploration stands still", "compute epsilon from the step, as a function, and log it"
    ),
    "epsilon-always-zero": Bug(
        "it stops exploring at once", "log epsilon, and look for a schedule that overshoots below 0"
    ),
    "argmin-policy": Bug(
        "it does what its own values say is worst", "look for a sign that is turned, and for `argmin`"
    ),
    "action-zero-falsy": Bug(
        "it takes action 0 for no action", "ask `action is None`, not `not action` or `action or ...`"
    ),
    "ties-always-first": Bug(
        "it breaks ties in favour of the first action", "choose among the largest values at random"
    ),
    "seed-ignored": Bug(
        "two trainings with one seed differ", "seed every generator, that of `env.action_space` included"
    ),
    "load-incomplete": Bug(
        "what it loads is not what it saved",
        "test saving, loading and going on beside a run that was not interrupted",
    ),
}


class Check(NamedTuple):
    """A question, its answer and the evidence."""

    id: str
    verdict: str
    evidence: str
    suspects: tuple[str, ...] = ()


def warned(check: Check) -> Check:
    """The check, as a warning where its finding is no error of learning."""
    if check.verdict != SUSPECTED or check.id not in NOT_OF_LEARNING:
        return check
    named = [f"suspected: {', '.join(check.suspects)}"] if check.suspects else []
    named += [NOT_IN_VALUES[bug].change for bug in check.suspects[:1] if bug in NOT_IN_VALUES]
    return check._replace(verdict=WARNING, evidence="; ".join([check.evidence, *named, NOT_OF_LEARNING[check.id]]))


def shown_arrays(changed: int, *, of: str = "") -> Check:
    """Check that an agent does not change its observations, from the number of changed ones."""
    name = f"mutation {of}".strip()
    if changed:
        return Check(name, SUSPECTED, f"it has changed {changed} observations that it was given", ())
    return Check(name, PASS, "observations were left as they were given")


def weakness(bug: str, lines: Sequence[str], why: str) -> Check:
    """The warning of a weakness that shows on lines with these ids, and why it is one."""
    return Check("weakness", WARNING, f"on {listed(lines)}: {why}", (bug,))


def listed(names: Sequence[str]) -> str:
    """Names in words.

    >>> listed(["A", "B", "C"])
    'A, B and C'
    """
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def percent(share: float) -> str:
    """A share as text; a huge one, as of values that grow, without all its digits.

    >>> percent(0.2134), percent(5.33e14)
    ('21.3%', '5.3e+16%')
    """
    return f"{share:.1%}" if share < 1000 else f"{100 * share:.2g}%"
