"""The words of update rules, right or wrong: for each slot, functions with their meanings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from agents.checkup.rules.experience import Experience, Rows, Table

Column = NDArray[np.float64]  # [R], one number for each row


@dataclass(frozen=True, eq=False)
class Word:
    """A function that fills a slot of an update rule, with its meaning in words; R, S, A and S' as usual."""

    meaning: str
    function: Callable[..., Any]

    def __call__(self, *given: Any) -> Any:
        """Result of the function."""
        return self.function(*given)

    def __reduce__(self) -> str:
        return next(name for name, word in globals().items() if word is self)  # to pickle it by name


# --- reward: (rows, constant) -> the reward in a target, [R] ---


def _of_state(rows: Rows, c: float) -> Column:
    arrival = np.zeros(int(max(rows.state.max(initial=0), rows.successor.max(initial=0))) + 1)
    goes_on = rows.terminated == 0  # the state shown for the end pays nothing
    arrival[rows.successor[goes_on]] = rows.reward[goes_on]
    return arrival[rows.state]


def _at_end(rows: Rows, other: Any) -> Column:
    return np.where(rows.terminated == 1, other, rows.reward)


paid = Word("R", lambda rows, c: rows.reward)
previous = Word(
    "the reward of the step before, 0 where an episode begins",
    lambda rows, c: np.where(rows.first == 1, 0.0, rows.previous_reward),
)
previous_across = Word("the reward of the step before, also across episodes", lambda rows, c: rows.previous_reward)
clipped = Word("R, clipped to -c to c", lambda rows, c: np.clip(rows.reward, -c, c))
sign = Word("the sign of R", lambda rows, c: np.sign(rows.reward))
positive = Word("R, but 0 where it is negative", lambda rows, c: np.maximum(rows.reward, 0.0))
absolute = Word("the size of R, without its sign", lambda rows, c: np.abs(rows.reward))
squashed = Word("the hyperbolic tangent of R", lambda rows, c: np.tanh(rows.reward))
whole_number = Word("R without its decimals", lambda rows, c: np.trunc(rows.reward))
negated = Word("-R", lambda rows, c: -rows.reward)
scaled = Word("R times c", lambda rows, c: c * rows.reward)
scaled_by_gamma = Word(
    "R times gamma, as if the discount applied to the whole target", lambda rows, c: rows.gamma * rows.reward
)
moved = Word("R + c", lambda rows, c: rows.reward + c)
constant_at_end = Word("R, but c where the episode terminates", lambda rows, c: _at_end(rows, c))
constant_at_any_end = Word(
    "R, but c where the episode terminates or is cut off",
    lambda rows, c: np.where(rows.terminated | rows.truncated, c, rows.reward),
)
scaled_at_end = Word("R, but c R where the episode terminates", lambda rows, c: _at_end(rows, c * rows.reward))
so_far = Word("the undiscounted return of the episode so far", lambda rows, c: rows.so_far)
of_state = Word("the reward for arriving in S, in place of arriving in S'", _of_state)

# --- discount: (gamma, steps in the window [R], constant) -> the factor of the successor's value, [R] ---

told = Word("the n-th power of gamma, for n steps", lambda gamma, n, c: gamma**n)
another = Word("c, instead of the declared discount", lambda gamma, n, c: np.full(len(n), c))
squared = Word("the square of gamma, as if it were applied twice", lambda gamma, n, c: gamma ** (2 * n))
zero = Word("0: no bootstrap", lambda gamma, n, c: np.zeros(len(n)))
of_one_step = Word("gamma, however many steps the window has", lambda gamma, n, c: np.full(len(n), gamma))

# --- mask: rows -> 1 for a bootstrap, 0 for none, [R] ---

until_terminated = Word("0 where the episode terminates", lambda rows: 1 - rows.terminated)
none = Word("1 everywhere: the end is bootstrapped from like any other state", lambda rows: np.ones(len(rows.state)))
until_done = Word(
    "0 where the episode terminates or is cut off", lambda rows: 1 - np.maximum(rows.terminated, rows.truncated)
)
inverted = Word("1 where the episode terminates, 0 elsewhere", lambda rows: rows.terminated)
until_cut = Word("0 where the episode is cut off, 1 where it terminates", lambda rows: 1 - rows.truncated)
bitwise = Word("-2 where the episode terminates, -1 elsewhere, as `~done` is", lambda rows: -1 - rows.terminated)
one_step_late = Word("0 in the step after a terminating step", lambda rows: 1 - rows.previous_terminated)
one_step_late_of_any = Word("0 in the first step of an episode, after any kind of end", lambda rows: 1 - rows.first)
before_the_limit = Word(
    "0 where the episode terminates, unless the limit is reached in the same step",
    lambda rows: 1 - rows.terminated * (1 - rows.truncated),
)

# --- successor: rows -> the state to bootstrap from, [R] ---

following = Word("S', as it was shown", lambda rows: rows.successor)
here = Word("S in place of S'", lambda rows: rows.state)
begin_where_cut = Word(
    "S', but the next episode's first state where a limit cuts the episode off",
    lambda rows: np.where((rows.truncated == 1) & (rows.terminated == 0), rows.begin, rows.successor),
)
begin_where_terminated = Word(
    "S', but the next episode's first state where the episode terminates",
    lambda rows: np.where(rows.terminated == 1, rows.begin, rows.successor),
)
begin = Word(
    "S', but the next episode's first state where the episode ends",
    lambda rows: np.where(rows.begin >= 0, rows.begin, rows.successor),
)

# --- choice: (values [S, A], rows, successor [R], experience, constant) -> the value of the successor, [R] ---


def _reached(q: Table, rows: Rows, s: NDArray[np.int64]) -> Column:
    """Frequencies [S] of the states to bootstrap from, as of a batch."""
    weight = np.bincount(s, weights=rows.weight, minlength=len(q))
    return np.asarray(weight / max(weight.sum(), 1e-12))


def _kept(q: Table, rows: Rows, s: NDArray[np.int64], e: Experience, c: float) -> Column:
    worth, weight = (e.shown[rows.state, rows.action] - rows.reward) / e.gamma, rows.weight * (rows.terminated == 0)
    total, summed = (np.bincount(s, weights=of, minlength=len(q)) for of in (weight, weight * worth))
    return np.asarray((summed / np.maximum(total, 1e-12))[s])


best = Word("the best action's value", lambda q, rows, s, e, c: q.max(axis=1)[s])
worst = Word("the worst action's value", lambda q, rows, s, e, c: q.min(axis=1)[s])
mean_action = Word("the mean of all actions", lambda q, rows, s, e, c: q.mean(axis=1)[s])
own_policy = Word("the mean over the agent's own actions there", lambda q, rows, s, e, c: (e.policy * q).sum(axis=1)[s])
own_policy_here = Word(
    "the mean over the agent's own actions in S",
    lambda q, rows, s, e, c: (e.policy[rows.state] * q[s]).sum(axis=1),
)
same_action = Word("the value of the action taken in S", lambda q, rows, s, e, c: q[s, rows.action])
best_here = Word("the value of the best action of S", lambda q, rows, s, e, c: q[s, q.argmax(axis=1)[rows.state]])
first_action = Word("action 0", lambda q, rows, s, e, c: q[s, 0])
second_action = Word("action 1", lambda q, rows, s, e, c: q[s, 1])
best_of_another = Word(
    "the value of the best action of another row in the batch",
    lambda q, rows, s, e, c: (q @ np.bincount(q.argmax(axis=1), _reached(q, rows, s), q.shape[1]))[s],
)
best_on_average = Word(
    "the value of the action that is best on average over the batch",
    lambda q, rows, s, e, c: q[s, int((_reached(q, rows, s) @ q).argmax())],
)
largest_of_all = Word("the largest value of any state", lambda q, rows, s, e, c: np.full(len(s), q.max()))
largest_of_action = Word(
    "the largest value of the action taken, in any state", lambda q, rows, s, e, c: q.max(axis=0)[rows.action]
)
largest_of_best = Word(
    "the largest value of the best action, in any state", lambda q, rows, s, e, c: q.max(axis=0)[q.argmax(axis=1)[s]]
)
index = Word("the best action's number in place of its value", lambda q, rows, s, e, c: q.argmax(axis=1)[s] * 1.0)
frozen = Word("c, the initial value everywhere", lambda q, rows, s, e, c: np.full(len(s), c))
kept = Word("initial value of each state, estimated from the learned values of the actions that lead there", _kept)

# --- cell: (rows, number of actions) -> the cells, states [R, k] and actions [R, k], that learn a target ---


def _moved(by: int) -> Callable[[Rows, int], Any]:
    return lambda rows, _: ((rows.state[:, None] + by) % rows.states[:, None], rows.action[:, None])


acted = Word("(S, A)", lambda rows, _: (rows.state[:, None], rows.action[:, None]))
arrived = Word("(S', A)", lambda rows, _: (rows.successor[:, None], rows.action[:, None]))
before = Word("(S - 1, A); for the first state, the last state", _moved(-1))
after = Word("(S + 1, A)", _moved(1))
other_action = Word("(S, another action)", lambda rows, n: (rows.state[:, None], (rows.action[:, None] + 1) % n))
every_action = Word(
    "(S, all actions)", lambda rows, n: tuple(np.broadcast_arrays(rows.state[:, None], np.arange(n)[None]))
)

# --- samples: (rows, experience) -> the rows to learn from ---


def _normalised(rows: Rows, e: Experience) -> Rows:
    steps = e.steps
    begins = np.diff(steps.episode, prepend=-1) > 0
    first, episode = np.flatnonzero(begins), np.cumsum(begins) - 1
    last = np.append(first[1:], len(begins))[: len(first)] - 1
    factor = e.gamma ** (np.arange(len(begins)) - first[episode])
    until = np.cumsum(factor * steps.reward)
    returned = (until[last[episode]] - until) / factor + steps.reward
    count = np.bincount(episode)
    off = returned - (np.bincount(episode, returned) / count)[episode]
    deviation = np.sqrt(np.bincount(episode, off**2) / count)[episode]
    normal = np.round(off / np.maximum(deviation, 1e-9), 9)
    whole = ((steps.first[first] == 1) & (steps.begin[last] >= 0))[episode]
    found, number = replace(steps, reward=normal).taken(whole).distinct()
    return replace(found, weight=np.bincount(number).astype(np.float64))


def _with_resets(rows: Rows, e: Experience) -> Rows:
    ends, resets = rows.taken(rows.begin >= 0), []
    state, none = ends.successor, np.zeros(len(ends.state), np.int64)
    for action in range(e.shape[1]):
        weight = ends.weight * e.policy[state, action]
        reset = replace(
            ends, state=state, action=none + action, reward=np.zeros(len(state)), successor=ends.begin, weight=weight
        )
        resets.append(replace(reset, terminated=none, truncated=none, begin=none - 1))
    return rows.joined(*resets)


every = Word("all rows", lambda rows, e: rows)
without_terminated = Word("rows that do not terminate", lambda rows, e: rows.taken(rows.terminated == 0))
without_done = Word("rows that neither terminate nor are cut off", lambda rows, e: rows.taken(rows.begin < 0))
rewarded = Word("rows with a reward", lambda rows, e: rows.taken(rows.reward != 0))
first_visits = Word(  # Sutton & Barto, section 5.1
    "rows in which an action is taken for the first time in a state of the episode",
    lambda rows, e: rows.taken(rows.first_visit == 1),
)
normalised = Word(
    "whole returns, less their mean over the episode, divided by their standard deviation there", _normalised
)
with_resets = Word(
    "all rows, and from each end a step without reward to the first state of the next episode", _with_resets
)
