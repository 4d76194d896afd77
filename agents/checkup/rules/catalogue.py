"""The catalogue of bugs as rules, the right rules of each kind of learner, and which bugs are only weaknesses."""

from __future__ import annotations

from typing import Any

from agents.checkup.rules import words as w
from agents.checkup.rules.bugs import N_STEPS, OF_VALUES
from agents.checkup.rules.fixed_points import Rule

RIGHT = Rule(
    reward=w.paid,
    discount=w.told,
    mask=w.until_terminated,
    successor=w.following,
    choice=w.best,
    cell=w.acted,
    samples=w.every,
)

#: The possible rules of every bug that learned values show.
BUGS: dict[str, tuple[Rule, ...]] = {
    name: tuple(RIGHT._replace(**form) for form in bug.forms) for name, bug in OF_VALUES.items()
}

#: Choices with which a backup is a non-expansion: it never moves two tables apart.
STEADY = (
    *(w.best, w.worst, w.mean_action, w.own_policy, w.own_policy_here, w.same_action, w.first_action, w.second_action),
    *(w.largest_of_all, w.largest_of_action, w.frozen, w.kept),
)

#: The right rules of each kind of learner.
KINDS: dict[str, tuple[Rule, ...]] = {
    "optimal": (RIGHT,),
    "on-policy": (RIGHT._replace(choice=w.own_policy),),
    "n-step": tuple(RIGHT._replace(steps=n) for n in (1, *N_STEPS, 6, 7, 8)),
}

#: Bugs that are the right rule of another kind of learner, with the kind.
RIGHT_FOR = {"on-policy-bootstrap": "on-policy"}

#: Bugs that are weaknesses of some learners: where, and why.
WEAKNESSES: dict[str, str] = {
    "terminal-bootstrap": "bootstraps from the row of the end, which stays 0 where the end is a state of its own; "
    "wrong with other first values, with a network, or where the end looks like another state",
    "termination-at-limit-as-truncation": "bootstraps from the row of the end where the limit is reached in the same "
    "step; right as long as that row stays 0",
    "returns-cut-at-limit": "takes what a limit cuts off for a whole return; right where every episode ends by itself",
}


def why_weak(bug: str) -> str:
    """Reason why the first part of a bug is only a weakness, with the cases in which it is a bug."""
    return WEAKNESSES[bug.split(" + ")[0]]


_OF_THE_END = ("terminal-bootstrap", "termination-at-limit-as-truncation")


def only_weak(bug: str, *, right_with_own_end: bool) -> bool:
    """True where every part of a bug is only a weakness; parts about the end need right values with an own end."""
    parts = bug.split(" + ")
    return all(part in WEAKNESSES and (right_with_own_end or part not in _OF_THE_END) for part in parts)


def right_for(learns: str) -> tuple[Rule, ...]:
    """The rules that are right for a kind of learner; none for optimal values, which the solver gives."""
    return () if learns == "optimal" else KINDS[learns]


def meant(rule: Rule, kind: tuple[Rule, ...]) -> list[Rule]:
    """The forms of a rule for a kind of learner: the bug's changes, applied to each right rule of the kind."""
    forms = (combined(rule, one) for one in kind)
    return list(dict.fromkeys(form for form in forms if form is not None)) or [rule]


def changed(rule: Rule) -> dict[str, Any]:
    """The slots of a rule that differ from the right rule, with their words."""
    return {slot: word for slot, word in rule._asdict().items() if word != getattr(RIGHT, slot)}


def combined(one: Rule, other: Rule) -> Rule | None:
    """A rule with the changes of two rules; None if both change the same slot."""
    first, second = changed(one), changed(other)
    return None if first.keys() & second.keys() else RIGHT._replace(**first, **second)
