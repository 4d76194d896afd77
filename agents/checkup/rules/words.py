"""Functions of an update rule for the reward, the discount and the mask, right or wrong."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.checkup.rules.experience import Rows

Column = NDArray[np.float64]  # [R], one number for each row

# reward: (rows, constant) -> the reward in a target


def paid(rows: Rows, c: float) -> Column:
    """R."""
    return rows.reward


def previous(rows: Rows, c: float) -> Column:
    """The reward of the step before, 0 where an episode begins."""
    return np.where(rows.first == 1, 0.0, rows.previous_reward)


def previous_across(rows: Rows, c: float) -> Column:
    """The reward of the step before, also across episodes."""
    return rows.previous_reward


def clipped(rows: Rows, c: float) -> Column:
    """R, clipped to -c to c."""
    return np.clip(rows.reward, -c, c)


def sign(rows: Rows, c: float) -> Column:
    """The sign of R."""
    return np.sign(rows.reward)


def positive(rows: Rows, c: float) -> Column:
    """R, but 0 where it is negative."""
    return np.maximum(rows.reward, 0.0)


def squashed(rows: Rows, c: float) -> Column:
    """The hyperbolic tangent of R."""
    return np.asarray(np.tanh(rows.reward))


def whole_number(rows: Rows, c: float) -> Column:
    """R without its decimals."""
    return np.trunc(rows.reward)


def scaled(rows: Rows, c: float) -> Column:
    """R times c."""
    return c * rows.reward


def scaled_by_gamma(rows: Rows, c: float) -> Column:
    """R times gamma, as if the discount applied to the whole target."""
    return rows.gamma * rows.reward


def moved(rows: Rows, c: float) -> Column:
    """R + c."""
    return rows.reward + c


def constant_at_end(rows: Rows, c: float) -> Column:
    """R, but c where the episode terminates."""
    return np.where(rows.terminated == 1, c, rows.reward)


def constant_at_any_end(rows: Rows, c: float) -> Column:
    """R, but c where the episode terminates or is cut off."""
    return np.where(np.maximum(rows.terminated, rows.truncated) == 1, c, rows.reward)


def scaled_at_end(rows: Rows, c: float) -> Column:
    """R, but c R where the episode terminates."""
    return np.where(rows.terminated == 1, c * rows.reward, rows.reward)


def so_far(rows: Rows, c: float) -> Column:
    """The undiscounted return of the episode so far."""
    return rows.so_far


def of_state(rows: Rows, c: float) -> Column:
    """The reward for arriving in S, in place of arriving in S'."""
    arrival = np.zeros(int(max(rows.state.max(initial=0), rows.successor.max(initial=0))) + 1)
    goes_on = rows.terminated == 0  # the state shown for the end pays nothing
    arrival[rows.successor[goes_on]] = rows.reward[goes_on]
    return arrival[rows.state]


# discount: (gamma, steps in the window, constant) -> the factor of the successor's value


def told(gamma: float, power: NDArray[np.int64], c: float) -> Column:
    """The n-th power of gamma, for n steps."""
    return np.asarray(gamma**power, np.float64)


def another(gamma: float, power: NDArray[np.int64], c: float) -> Column:
    """c, instead of the declared discount."""
    return np.full(len(power), c)


def squared(gamma: float, power: NDArray[np.int64], c: float) -> Column:
    """The square of gamma, as if it were applied twice."""
    return np.asarray(gamma ** (2.0 * power), np.float64)


def zero(gamma: float, power: NDArray[np.int64], c: float) -> Column:
    """0: no bootstrap."""
    return np.zeros(len(power))


def of_one_step(gamma: float, power: NDArray[np.int64], c: float) -> Column:
    """gamma, however many steps the window has."""
    return np.full(len(power), gamma)


# mask: rows -> 1 for a bootstrap, 0 for none


def until_terminated(rows: Rows) -> Column:
    """0 where the episode terminates."""
    return np.asarray(1.0 - rows.terminated)


def none(rows: Rows) -> Column:
    """1 everywhere: the end is bootstrapped from like any other state."""
    return np.ones(len(rows.state))


def until_done(rows: Rows) -> Column:
    """0 where the episode terminates or is cut off."""
    return np.asarray(1.0 - np.maximum(rows.terminated, rows.truncated))


def inverted(rows: Rows) -> Column:
    """1 where the episode terminates, 0 elsewhere."""
    return rows.terminated.astype(np.float64)


def one_step_late(rows: Rows) -> Column:
    """0 in the step after a terminating step."""
    return np.asarray(1.0 - rows.previous_terminated)


def one_step_late_of_any(rows: Rows) -> Column:
    """0 in the first step of an episode, after any kind of end."""
    return np.asarray(1.0 - rows.first)


def before_the_limit(rows: Rows) -> Column:
    """0 where the episode terminates, unless the limit is reached in the same step."""
    return np.asarray(1.0 - rows.terminated * (1.0 - rows.truncated))
