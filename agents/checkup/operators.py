"""The wrong targets of known bugs: what each outcome moves its cell towards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from agents.checkup.problem import Problem, Table
from rl_line.drawing.render import arrival_rewards

#: What each outcome [S, A, K] moves its cell towards, given q: one value, or several with the share of each.
Targets = Callable[[Problem, Table], Any]


def terminal_bootstrap(p: Problem, q: Table) -> Any:
    """The end is bootstrapped from like any other state."""
    return p.mdp.reward + p.gamma * p.best(q)[p.seen]


def stitched(p: Problem, q: Table) -> Any:
    """The end is worth what the start of the next episode is."""
    v = p.best(q)
    return [(share, p.mdp.reward + p.gamma * np.where(p.live, v[p.mdp.successor], v[s])) for s, share in p.starts]


def truncation_as_termination(p: Problem, q: Table) -> Any:
    """Where an episode is cut off, nothing follows."""
    usual, cut = p.mdp.reward + p.gamma * p.live * p.best(q)[p.mdp.successor], p.cut[:, None, None]
    return [(1 - cut, usual), (cut, p.mdp.reward)]


def reset_as_next(p: Problem, q: Table) -> Any:
    """Where an episode is cut off, the start of the next one follows."""
    v, cut = p.best(q), p.cut[:, None, None]
    back = [(cut * share, p.mdp.reward + p.gamma * p.live * v[s]) for s, share in p.starts]
    return [(1 - cut, p.mdp.reward + p.gamma * p.live * v[p.mdp.successor]), *back]


def end_at_limit_goes_on(p: Problem, q: Table) -> Any:
    """An end on the last step before the limit is bootstrapped from."""
    following, cut = p.gamma * p.best(q)[p.seen], p.cut[:, None, None]
    return [(1 - cut, p.mdp.reward + p.live * following), (cut, p.mdp.reward + following)]


def shifted(p: Problem, q: Table, *, first_pays: float = 0.0) -> Any:
    """The reward of arriving in S, or none where an episode begins."""
    following = p.gamma * p.live * p.best(q)[p.mdp.successor]
    first = p.first[:, None, None]
    paid = np.nan_to_num(arrival_rewards(p.mdp))[:, None, None]
    return [(first, first_pays + following), (1 - first, paid + following)]


def clipped(p: Problem, q: Table) -> Any:
    """Rewards are clipped to -1 to 1."""
    return np.clip(p.mdp.reward, -1, 1) + p.gamma * p.live * p.best(q)[p.mdp.successor]


def signed(p: Problem, q: Table) -> Any:
    """Of rewards only the sign is left."""
    return np.sign(p.mdp.reward) + p.gamma * p.live * p.best(q)[p.mdp.successor]


def rounded(p: Problem, q: Table) -> Any:
    """Rewards are whole numbers: what is behind the point is lost."""
    return np.trunc(p.mdp.reward) + p.gamma * p.live * p.best(q)[p.mdp.successor]


def no_future(p: Problem, q: Table) -> Any:
    """Nothing follows."""
    return p.mdp.reward


def frozen_target(p: Problem, q: Table) -> Any:
    """What follows is worth what it was at first."""
    return p.mdp.reward + p.gamma * p.live * p.initial


def next_is_here(p: Problem, q: Table) -> Any:
    """S' is S."""
    return p.mdp.reward + p.gamma * p.live * p.best(q)[:, None, None]


def worst_action(p: Problem, q: Table) -> Any:
    """S' is worth its worst action."""
    return p.mdp.reward + p.gamma * p.live * q.min(axis=1)[p.mdp.successor]


def mean_action(p: Problem, q: Table) -> Any:
    """S' is worth its mean action."""
    return p.mdp.reward + p.gamma * p.live * q.mean(axis=1)[p.mdp.successor]


def inverted_end(p: Problem, q: Table) -> Any:
    """Only the last move bootstraps, from what the end looks like."""
    return p.mdp.reward + p.gamma * (1.0 - p.live) * p.best(q)[p.seen]


def late_end(p: Problem, q: Table) -> Any:
    """Every move bootstraps but the first after an end, of which the last one's flag says that it ends."""
    following = p.gamma * p.best(q)[p.seen]
    first = p.first[:, None, None] * p.ending
    return [(first, p.mdp.reward), (1 - first, p.mdp.reward + following)]


def late_reward(p: Problem, q: Table) -> Any:
    """The reward of arriving in S; where an episode begins, that of the last one's last step."""
    return shifted(p, q, first_pays=p.last_reward)


def best_of_all(p: Problem, q: Table) -> Any:
    """The largest value of any state, not of S'."""
    return p.mdp.reward + p.gamma * p.live * q.max()


def same_action(p: Problem, q: Table) -> Any:
    """The value in S' of the action taken in S."""
    return p.mdp.reward + p.gamma * p.live * q[p.mdp.successor, np.arange(q.shape[1])[None, :, None]]


def index_of_best(p: Problem, q: Table) -> Any:
    """The number of the best action in S', not its value."""
    return p.mdp.reward + p.gamma * p.live * q.argmax(axis=1)[p.mdp.successor]


def shared_mean(p: Problem, q: Table) -> Any:
    """The mean of the whole batch's targets, as a loss of [B, 1] against [B] compares each value with all of them."""
    target = p.mdp.reward + p.gamma * p.live * p.best(q)[p.mdp.successor]
    return np.full_like(target, (p.moves * target).sum() / p.moves.sum())


def reset_learned(p: Problem, q: Table) -> Any:
    """Where the end is seen, and wherever it is cut off, a step of no reward to the start is learned as well."""
    resets, back = p.resets[:, None, None], p.gamma * float(p.mdp.start @ p.best(q))
    return [(1 - resets, p.mdp.reward + p.gamma * p.live * p.best(q)[p.mdp.successor]), (resets, np.full(1, back))]


#: What the targets of bugs are, several where a bug has several forms.
TARGETS: dict[str, tuple[Targets, ...]] = {
    "terminal-bootstrap": (terminal_bootstrap,),
    "episodes-stitched": (stitched,),
    "truncation-as-termination": (truncation_as_termination,),
    "reset-observation-as-next": (reset_as_next,),
    "autoreset-transition-learned": (reset_learned,),
    "termination-at-limit-as-truncation": (end_at_limit_goes_on,),
    "reward-shifted": (shifted, late_reward),
    "gamma-zero": (no_future,),
    "target-never-synced": (frozen_target,),
    "reward-clipped": (clipped, signed),
    "min-for-max": (worst_action,),
    "mean-for-max": (mean_action,),
}

#: Of bugs that no public tracker was searched for, but that people make who write an agent of their own.
OTHERS: dict[str, tuple[Targets, ...]] = {
    "done-inverted": (inverted_end,),
    "done-one-step-late": (late_end,),
    "max-over-wrong-axis": (best_of_all,),
    "bootstrap-from-action-taken": (same_action,),
    "argmax-for-max": (index_of_best,),
    "targets-broadcast": (shared_mean,),
    "reward-rounded": (rounded,),
}

#: Bugs whose targets vary, so that it matters to networks by which loss they learn: most use Huber's.
VARYING = {
    "episodes-stitched",
    "truncation-as-termination",
    "reset-observation-as-next",
    "autoreset-transition-learned",
    "termination-at-limit-as-truncation",
    "reward-shifted",
}
