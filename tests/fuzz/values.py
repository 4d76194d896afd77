"""Values for arguments: ordinary ones, and a pool of hostile ones."""

import gymnasium as gym
import numpy as np
from hypothesis import strategies as st

import rl_line
from sequence_tasks import Series

_NAN, _INF = float("nan"), float("inf")


def _masked():
    return np.ma.array([1.0, 2.0, 3.0], mask=[False, True, False])


def no_function():
    """A function that takes no argument."""
    return 0.5


#: Makers of values that are right almost nowhere.
SMALL = [
    *(lambda value=value: value for value in (0, -1, 1, 3, 2.5, _NAN, True, False, None, "text", "", b"bytes", 1j)),
    *(lambda kind=kind: kind(3) for kind in (np.int8, np.uint64, np.float16, np.float32, np.float64, np.bool_, str)),
    *(list, dict, tuple, object, _masked, lambda: [[1.0], [1.0, 2.0]], lambda: {"a": 1}, lambda: ["a", "b"]),
    *(
        lambda: np.ma.masked,
        lambda: np.array([1, None], dtype=object),
        lambda: np.zeros((2, 3, 4)),
        lambda: np.zeros(0),
    ),
    *(lambda: np.array(2.5), lambda: np.array(["a", "b"]), lambda: np.datetime64("2020-01-01"), lambda: no_function),
    *(rl_line.reward_line, lambda: gym.make("RewardLine-v0"), lambda: gym.make("CartPole-v1")),
    *(
        lambda: Series("mine", [1.0, 2.0, 3.0]),
        lambda: rl_line.RewardLineVectorEnv(2),
        lambda: {1, 2},
        lambda: range(3),
    ),
    *(
        lambda: int,
        lambda: np,
        lambda: np.random.default_rng(0),
        lambda: [_NAN, 1.0, 2.0, 3.0],
        lambda: "RewardLine-v0",
    ),
]

#: Numbers of which no work can be made: refused even where a large number only says how much there is to do.
NEVER = [lambda value=value: value for value in (_INF, -_INF, -1e39, -(10**400), -(2**63))]

#: Numbers as large as no count, and few amounts, can be.
LARGE = [*NEVER, *(lambda value=value: value for value in (1e39, 1e308, 10**12, 10**30, 10**400))]

_DAMAGES = {
    "holds nan": lambda x: _with(x, np.nan),
    "holds inf": lambda x: _with(x, np.inf),
    "holds 1e39": lambda x: _with(x, 1e39),
    "holds 1e308": lambda x: _with(x, 1e308),
    "holds -1": lambda x: _with(x, -1),
    "holds 2.5": lambda x: _with(x, 2.5),
    "masked": lambda x: np.ma.array(x, mask=_with(np.zeros(np.shape(x)), 1) > 0),
    "objects": lambda x: np.asarray(x).astype(object),
    "none": lambda x: _with(np.asarray(x).astype(object), None),
    "texts": lambda x: np.asarray(x).astype(str),
    "truths": lambda x: np.asarray(x).astype(bool),
    "complex": lambda x: np.asarray(x).astype(complex),
    "int8": lambda x: np.asarray(x).astype(np.int8),
    "float16": lambda x: np.asarray(x).astype(np.float16),
    "transposed": lambda x: np.asarray(x).T,
    "one axis more": lambda x: np.asarray(x)[None],
    "last axis more": lambda x: np.asarray(x)[..., None],
    "flat": lambda x: np.ravel(x),
    "none of it": lambda x: np.asarray(x)[:0],
    "all but one": lambda x: np.asarray(x)[1:],
    "twice": lambda x: np.concatenate([x, x]),
    "a list": lambda x: np.asarray(x).tolist(),
    "a sum": lambda x: np.sum(x),
    "a generator": lambda x: iter(np.asarray(x).tolist()),
    "ragged": lambda x: [[1.0], *np.asarray(x).tolist()],
    "read-only": lambda x: np.broadcast_to(x, np.shape(x)),
}


def _with(array, value):
    changed = np.array(array, dtype=object if value is None else np.float64)
    if changed.size:
        changed.flat[-1] = value
    return changed


def _damage(pair):
    try:
        return _DAMAGES[pair[0]](pair[1])
    except (IndexError, TypeError, ValueError):  # as all but one entry of a number
        return pair[1]


def made(*makers):
    """A new value of one of the makers."""
    return st.sampled_from(makers).map(lambda make: make())


def damaged(arrays):
    """Arrays that were right, with one thing wrong."""
    return st.tuples(st.sampled_from(sorted(_DAMAGES)), arrays).map(_damage)


def numbers(*shape, low=-3.0, high=3.0):
    """Arrays of floats of that shape."""
    return st.integers(0, 9).map(lambda seed: np.random.default_rng(seed).uniform(low, high, shape))


def counts(*shape, high=4):
    """Arrays of integers from 0 of that shape."""
    return st.integers(0, 9).map(lambda seed: np.random.default_rng(seed).integers(0, high, shape))


def simple(*values):
    """One of these values, which nothing changes."""
    return st.sampled_from(values)
