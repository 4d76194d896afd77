"""The form of update rules, and the catalogue of bugs as other functions in its slots."""

from __future__ import annotations

from typing import Any

from agents.checkup.rules import values as v
from agents.checkup.rules import words as w
from agents.checkup.rules.experience import WHOLE
from agents.checkup.rules.fixed_points import Rule

RIGHT = Rule(
    reward=w.paid,
    discount=w.told,
    mask=w.until_terminated,
    successor=v.following,
    choice=v.best,
    cell=v.acted,
    samples=v.every,
)


def _one(**slots: Any) -> tuple[Rule, ...]:
    return (RIGHT._replace(**slots),)


#: Choices with which a backup is a non-expansion: it never moves two tables apart.
STEADY = (
    *(v.best, v.worst, v.mean_action, v.own_policy, v.own_policy_here, v.same_action, v.first_action, v.second_action),
    *(v.largest_of_all, v.largest_of_action, v.frozen, v.kept),
)
N_STEPS = (2, 3, 4, 5)

#: Every known bug, with its possible rules.
BUGS: dict[str, tuple[Rule, ...]] = {
    # the end of an episode
    "terminal-bootstrap": _one(mask=w.none),
    "episodes-stitched": (
        *_one(mask=w.none, successor=v.begin_where_terminated),
        *_one(mask=w.none, successor=v.begin),
    ),
    "truncation-as-termination": _one(mask=w.until_done),
    "reset-observation-as-next": _one(successor=v.begin_where_cut),
    "autoreset-transition-learned": _one(samples=v.with_resets),
    "termination-at-limit-as-truncation": _one(mask=w.before_the_limit),
    "terminal-transitions-dropped": (*_one(samples=v.without_terminated), *_one(samples=v.without_done)),
    "unpaid-transitions-dropped": _one(samples=v.paid),
    "done-inverted": _one(mask=w.inverted),
    "done-one-step-late": (*_one(mask=w.one_step_late), *_one(mask=w.one_step_late_of_any)),
    # the reward
    "reward-shifted": (*_one(reward=w.previous), *_one(reward=w.previous_across), *_one(reward=w.of_state)),
    "reward-clipped": (
        *_one(reward=w.clipped, constant=1.0),
        *_one(reward=w.sign),
        *_one(reward=w.positive),
        *_one(reward=w.squashed),
    ),
    "reward-rounded": _one(reward=w.whole_number),
    "reward-accumulated": _one(reward=w.so_far),
    "reward-scaled": (*_one(reward=w.scaled, constant=None), *_one(reward=w.scaled_by_gamma)),
    "reward-moved": _one(reward=w.moved, constant=None),
    "terminal-reward-overridden": (
        *_one(reward=w.constant_at_end, constant=None),
        *_one(reward=w.constant_at_any_end, constant=None),
    ),
    "terminal-reward-scaled": (
        *_one(reward=w.scaled_at_end, constant=-1.0),
        *_one(reward=w.scaled_at_end, constant=2.0),
    ),
    # the discount
    "gamma-zero": _one(discount=w.zero),
    "gamma-squared": _one(discount=w.squared),
    # the choice at S'
    "target-never-synced": (*_one(choice=v.frozen, constant=None), *_one(choice=v.kept)),
    "wrong-gamma": _one(discount=w.another, factor=None),
    "min-for-max": _one(choice=v.worst),
    "mean-for-max": _one(choice=v.mean_action),
    "on-policy-bootstrap": _one(choice=v.own_policy),
    "bootstrap-from-action-taken": _one(choice=v.same_action),
    "argmax-at-wrong-state": (
        *_one(choice=v.best_here),
        *_one(choice=v.best_of_another),
        *_one(choice=v.best_on_average),
    ),
    "policy-at-wrong-state": _one(choice=v.own_policy_here),
    "constant-action-bootstrap": (*_one(choice=v.first_action), *_one(choice=v.second_action)),
    "max-over-wrong-axis": (
        *_one(choice=v.largest_of_all),
        *_one(choice=v.largest_of_action),
        *_one(choice=v.largest_of_best),
    ),
    "argmax-for-max": _one(choice=v.index),
    # the state and the cell
    "observation-aliased": (*_one(cell=v.arrived), *_one(successor=v.here)),
    "state-off-by-one": (*_one(cell=v.before), *_one(cell=v.after)),
    "wrong-action-updated": _one(cell=v.other_action),
    "all-actions-updated": _one(cell=v.every_action),
    # the loss
    "targets-broadcast": _one(loss="shared"),
    "gradient-through-target": _one(loss="residual"),
    # several steps
    "nstep-gamma-power": tuple(RIGHT._replace(steps=n, discount=w.of_one_step) for n in N_STEPS),
    "nstep-crosses-episodes": tuple(RIGHT._replace(steps=n, across=True) for n in N_STEPS),
    "returns-cut-at-limit": (
        *_one(steps=WHOLE, mask=w.until_done),
        *_one(steps=WHOLE, mask=w.until_done, samples=v.first_visits),
    ),
    "returns-normalised": _one(samples=v.normalised, discount=w.zero),
    "returns-of-parts": tuple(RIGHT._replace(steps=WHOLE, parts=n, discount=w.zero) for n in N_STEPS),
}

#: The right rules of each kind of learner.
KINDS: dict[str, tuple[Rule, ...]] = {
    "optimal": _one(),
    "on-policy": _one(choice=v.own_policy),
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
