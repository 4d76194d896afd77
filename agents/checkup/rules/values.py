"""Functions of an update rule for the successor, its value, the cell to learn, and the samples."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from agents.checkup.rules.experience import Experience, Rows, Table, distinct, taken

Column = NDArray[np.float64]  # [R], one number for each row

# successor: rows -> the state to bootstrap from


def following(rows: Rows) -> NDArray[np.int64]:
    """S', as it was shown."""
    return rows.successor


def here(rows: Rows) -> NDArray[np.int64]:
    """S in place of S'."""
    return rows.state


def begin_where_cut(rows: Rows) -> NDArray[np.int64]:
    """S', but the next episode's first state where a limit cuts the episode off."""
    cut = (rows.truncated == 1) & (rows.terminated == 0)
    return np.where(cut, rows.begin, rows.successor)


def begin_where_terminated(rows: Rows) -> NDArray[np.int64]:
    """S', but the next episode's first state where the episode terminates."""
    return np.where(rows.terminated == 1, rows.begin, rows.successor)


def begin(rows: Rows) -> NDArray[np.int64]:
    """S', but the next episode's first state where the episode ends."""
    return np.where(rows.begin >= 0, rows.begin, rows.successor)


# choice: (q, rows, successor, experience, constant) -> the value of the successor


def best(q: Table, rows: Rows, s: NDArray[np.int64], e: Experience, c: float) -> Column:
    """The best action's value."""
    return q.max(axis=1)[s]


def worst(q: Table, rows: Rows, s: NDArray[np.int64], e: Experience, c: float) -> Column:
    """The worst action's value."""
    return q.min(axis=1)[s]


def mean_action(q: Table, rows: Rows, s: NDArray[np.int64], e: Experience, c: float) -> Column:
    """The mean of all actions."""
    return q.mean(axis=1)[s]


def own_policy(q: Table, rows: Rows, s: NDArray[np.int64], e: Experience, c: float) -> Column:
    """The mean over the agent's own actions there."""
    return (e.policy * q).sum(axis=1)[s]


def own_policy_here(q: Table, rows: Rows, s: NDArray[np.int64], e: Experience, c: float) -> Column:
    """The mean over the agent's own actions in S."""
    return (e.policy[rows.state] * q[s]).sum(axis=1)


def same_action(q: Table, rows: Rows, s: NDArray[np.int64], e: Experience, c: float) -> Column:
    """The value of the action taken in S."""
    return q[s, rows.action]


def best_here(q: Table, rows: Rows, s: NDArray[np.int64], e: Experience, c: float) -> Column:
    """The value of the best action of S."""
    return q[s, q.argmax(axis=1)[rows.state]]


def first_action(q: Table, rows: Rows, s: NDArray[np.int64], e: Experience, c: float) -> Column:
    """Action 0."""
    return q[s, 0]


def second_action(q: Table, rows: Rows, s: NDArray[np.int64], e: Experience, c: float) -> Column:
    """Action 1."""
    return q[s, 1]


def best_of_another(q: Table, rows: Rows, s: NDArray[np.int64], e: Experience, c: float) -> Column:
    """The value of the best action of another row in the batch."""
    weight = np.bincount(s, weights=rows.weight, minlength=len(q))
    chosen = np.bincount(q.argmax(axis=1), weights=weight, minlength=q.shape[1]) / max(weight.sum(), 1e-12)
    return (q @ chosen)[s]


def best_on_average(q: Table, rows: Rows, s: NDArray[np.int64], e: Experience, c: float) -> Column:
    """The value of the action that is best on average over the batch."""
    weight = np.bincount(s, weights=rows.weight, minlength=len(q))
    return q[s, int((weight @ q).argmax())]


def largest_of_all(q: Table, rows: Rows, s: NDArray[np.int64], e: Experience, c: float) -> Column:
    """The largest value of any state."""
    return np.full(len(s), q.max())


def largest_of_action(q: Table, rows: Rows, s: NDArray[np.int64], e: Experience, c: float) -> Column:
    """The largest value of the action taken, in any state."""
    return q.max(axis=0)[rows.action]


def largest_of_best(q: Table, rows: Rows, s: NDArray[np.int64], e: Experience, c: float) -> Column:
    """The largest value of the best action, in any state."""
    return q.max(axis=0)[q.argmax(axis=1)[s]]


def index(q: Table, rows: Rows, s: NDArray[np.int64], e: Experience, c: float) -> Column:
    """The best action's number in place of its value."""
    return q.argmax(axis=1)[s].astype(np.float64)


def frozen(q: Table, rows: Rows, s: NDArray[np.int64], e: Experience, c: float) -> Column:
    """c, the initial value everywhere."""
    return np.full(len(s), c)


def kept(q: Table, rows: Rows, s: NDArray[np.int64], e: Experience, c: float) -> Column:
    """Initial value of each state, estimated from the learned values of the actions that lead there."""
    worth, weight = (e.shown[rows.state, rows.action] - rows.reward) / e.gamma, rows.weight * (rows.terminated == 0)
    total, summed = (np.bincount(s, weights=of, minlength=len(q)) for of in (weight, weight * worth))
    return np.asarray((summed / np.maximum(total, 1e-12))[s])


# cell: (rows, actions) -> the cells (states [R, k], actions [R, k]) that learn a target


def acted(rows: Rows, num_actions: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(S, A)."""
    return rows.state[:, None], rows.action[:, None]


def arrived(rows: Rows, num_actions: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(S', A)."""
    return rows.successor[:, None], rows.action[:, None]


def before(rows: Rows, num_actions: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(S - 1, A); for the first state, the last state."""
    return (rows.state[:, None] - 1) % rows.states[:, None], rows.action[:, None]


def after(rows: Rows, num_actions: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(S + 1, A)."""
    return (rows.state[:, None] + 1) % rows.states[:, None], rows.action[:, None]


def other_action(rows: Rows, num_actions: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(S, another action)."""
    return rows.state[:, None], (rows.action[:, None] + 1) % num_actions


def every_action(rows: Rows, num_actions: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(S, all actions)."""
    shape = len(rows.state), num_actions
    return np.broadcast_to(rows.state[:, None], shape), np.broadcast_to(np.arange(num_actions), shape)


# samples: (rows, experience) -> the rows to learn from


def every(rows: Rows, e: Experience) -> Rows:
    """All rows."""
    return rows


def without_terminated(rows: Rows, e: Experience) -> Rows:
    """Rows that do not terminate."""
    return taken(rows, rows.terminated == 0)


def without_done(rows: Rows, e: Experience) -> Rows:
    """Rows that neither terminate nor are cut off."""
    return taken(rows, rows.begin < 0)


def paid(rows: Rows, e: Experience) -> Rows:
    """Rows with a reward."""
    return taken(rows, rows.reward != 0)


def first_visits(rows: Rows, e: Experience) -> Rows:
    """Rows in which an action is taken for the first time in a state of the episode: Sutton & Barto, section 5.1."""
    return taken(rows, rows.first_visit == 1)


def normalised(rows: Rows, e: Experience) -> Rows:
    """Whole returns, less their mean over the episode, divided by their standard deviation there."""
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
    found, number = distinct(taken(replace(steps, reward=normal), whole))
    return replace(found, weight=np.bincount(number).astype(np.float64))


def with_resets(rows: Rows, e: Experience) -> Rows:
    """All rows, and from each end a step without reward to the first state of the next episode."""
    ends = taken(rows, rows.begin >= 0)
    more = [rows]
    for action in range(e.shape[1]):
        state = ends.successor
        still = np.zeros(len(state), np.int64)
        more.append(
            replace(
                ends,
                state=state,
                action=np.full(len(state), action),
                reward=np.zeros(len(state)),
                successor=ends.begin,
                terminated=still,
                truncated=still,
                begin=still - 1,
                weight=ends.weight * e.policy[state, action],
            )
        )
    return Rows(*(np.concatenate(columns) for columns in zip(*(vars(part).values() for part in more), strict=True)))
