"""Lines with one thing wrong each, for the checkup of environments to name."""

from types import MappingProxyType

import gymnasium as gym
import numpy as np

from rl_line import reward_line

REWARDS = (1, 2, 0, 9)
LIMIT = 5
ACCIDENT = np.random.default_rng(99)  # what an environment must not draw from


class Line(gym.Env):
    """A right environment, each of whose parts can be overridden: rewards 1, 2, 0, 9, five steps at most."""

    line = MappingProxyType({})
    terminal, limit, declared = 3, LIMIT, None

    def __init__(self):
        self.mdp = reward_line(REWARDS, **self.line)
        self.observation_space, self.action_space = gym.spaces.Discrete(4), gym.spaces.Discrete(2)
        self.state, self.taken, self.before, self.life = 0, 0, 0.0, set()

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.state, self.taken, self.before = self.start(), 0, 0.0
        return self.show(self.state), {}

    def step(self, action):
        left, slips = self.state, self.np_random.random() < self.line.get("slip", 0)
        self.state = self.move(left, 1 - action if slips else action)
        self.taken += 1
        reward = self.pay(left, action, self.state)
        self.before = float(REWARDS[self.state])
        return self.show(self.state), reward, self.ends(self.state), self.cut(), {}

    def start(self):
        return 0

    def move(self, state, action):
        return min(max(state + (1 if action else -1), 0), 3)

    def pay(self, left, action, arrived):
        return float(REWARDS[arrived])

    def ends(self, arrived):
        return arrived == self.terminal

    def cut(self):
        return self.taken >= self.limit

    def show(self, state):
        return state


def where(kind="Line", bases=(Line,), **parts):
    """A line with some of its parts replaced."""
    return type(kind, bases, parts)


def reset_with(change):
    """A reset that does something else first or instead."""

    def reset(self, *, seed=None, options=None):
        return change(self, seed)

    return reset


def reseeds_with_zero(self, seed):
    return Line.reset(self, seed=0 if seed is None else seed)


def keeps_counting(self, seed):
    taken = self.taken
    returned = Line.reset(self, seed=seed)
    self.taken = taken % LIMIT
    return returned


def keeps_position(self, seed):
    state = self.state
    returned = Line.reset(self, seed=seed)
    self.state = state if state < 3 else 0
    return self.state, returned[1]


def once(self, left, action, arrived, memory):
    """Pays the 2 once."""
    paid = 0.0 if arrived in memory else float(REWARDS[arrived])
    if arrived == 1:
        memory.add(arrived)
    return paid


class FirstCoinOnly(Line):
    def reset(self, *, seed=None, options=None):
        self.memory = set()
        return super().reset(seed=seed)

    def pay(self, left, action, arrived):
        return once(self, left, action, arrived, self.memory)


class FadesWithAge(Line):
    """After 2,000 steps of its life every reward is halved."""

    age = 0

    def pay(self, left, action, arrived):
        self.age += 1
        return REWARDS[arrived] / (2 if self.age > 2_000 else 1)


class InPlace(Line):
    """Its observations are one array that every step changes."""

    def show(self, state):
        self.shown = getattr(self, "shown", np.zeros(1, np.int64))
        self.shown[0] = state
        return self.shown


class StateIsArray(Line):
    """Hands out a new array every time, and reads its state from the one it handed out."""

    def show(self, state):
        self.handed = np.array([state])
        return self.handed

    def step(self, action):
        self.state = int(self.handed[0])
        return super().step(action)


class Fragile(StateIsArray):
    """Refuses to go on when somebody has written into the array."""

    def step(self, action):
        if int(self.handed[0]) != self.state:
            raise RuntimeError("who was that?")
        return super().step(action)


SLIP, TWO = {"slip": 0.2}, {"start": (0.5, 0.5, 0, 0)}
MIXED = where(line=TWO, start=lambda self: int(self.np_random.random() < 0.5))

#: What to call it -> (a class with one thing wrong, the finding that names it).
SINGLE = {
    "rewards paid on leaving": (where(pay=lambda self, s, a, s2: float(REWARDS[s])), "reward"),
    "rewards one step late": (where(pay=lambda self, s, a, s2: self.before), "reward"),
    "rewards clipped": (where(pay=lambda self, s, a, s2: min(float(REWARDS[s2]), 1.0)), "reward"),
    "one reward slightly off": (where(pay=lambda self, s, a, s2: REWARDS[s2] - 0.001 * (s2 == 3)), "reward"),
    "bumps do not pay": (where(pay=lambda self, s, a, s2: float(REWARDS[s2] if s != s2 else 0)), "reward"),
    "a reward that is no number": (where(pay=lambda self, s, a, s2: [1.0, np.nan, 0.0, 9.0][s2]), "reward"),
    "a coin once an episode": (FirstCoinOnly, "reward"),
    "rewards with noise": (where(pay=lambda self, s, a, s2: REWARDS[s2] + self.np_random.normal(0, 0.01)), "reward"),
    "bumps wrap around": (where(move=lambda self, s, a: (s + 2 * a - 1) % 4), "next-state"),
    "actions swapped": (where(move=lambda self, s, a: Line.move(self, s, 1 - a)), "next-state"),
    "one move of two": (where(move=lambda self, s, a: 3 if (s, a) == (1, 1) else Line.move(self, s, a)), "next-state"),
    "slips to the end": (
        where(line=SLIP, move=lambda self, s, a: 3 if (s, a) == (1, 0) else Line.move(self, s, a)),
        "next-state",
    ),
    "slips that the table does not know": (
        where(move=lambda self, s, a: Line.move(self, s, a if self.np_random.random() < 0.9 else 1 - a)),
        "next-state",
    ),
    "never ends": (where(terminal=9), "termination-missed"),
    "ends in state 2, too": (where(ends=lambda self, s: s >= 2), "termination-early"),
    "ends when it has taken three steps": (where(ends=lambda self, s: s == 3 or self.taken == 3), "termination-early"),
    "its end is a truncation": (
        where(ends=lambda self, s: False, cut=lambda self: self.state == 3 or self.taken >= LIMIT),
        "termination-as-truncation",
    ),
    "at the limit its end is a truncation": (
        where(ends=lambda self, s: s == 3 and self.taken < LIMIT),
        "termination-as-truncation",
    ),
    "its limit is an end": (
        where(ends=lambda self, s: s == 3 or self.taken >= LIMIT, cut=lambda self: False),
        "truncation-as-termination",
    ),
    "its limit is both": (where(ends=lambda self, s: s == 3 or self.taken >= LIMIT), "truncation-as-termination"),
    "truncates a step early": (where(limit=LIMIT - 1), "truncated-early"),
    "truncates a step late": (where(limit=LIMIT + 1), "truncated-late"),
    "never truncates": (where(limit=10**9), "truncated-late"),
    "at a far limit its end is a truncation": (
        where(limit=100, ends=lambda self, s: s == 3 and self.taken < 100),
        "termination-as-truncation",
    ),
    "truncates a step later than a far limit": (where(limit=101, declared=100), "truncated-late"),
    "starts in state 1": (where(start=lambda self: 1), "start-state"),
    "starts elsewhere at times": (where(start=lambda self: int(self.np_random.random() < 0.02)), "start-state"),
    "starts in state 1 too seldom": (
        where(line=TWO, start=lambda self: int(self.np_random.random() < 0.3)),
        "start-probability",
    ),
    "slips too often": (
        where(line=SLIP, move=lambda self, s, a: Line.move(self, s, a ^ (self.np_random.random() < 0.15))),
        "transition-probability",
    ),
    "slips a little too often everywhere": (
        where(line=SLIP, move=lambda self, s, a: Line.move(self, s, a ^ (self.np_random.random() < 0.1))),
        "transition-probability",
    ),
    "slips too seldom, in state 1 only": (
        where(
            line=SLIP,
            move=lambda self, s, a: Line.move(self, s, a ^ (s == 1 and self.np_random.random() < 0.4)),
        ),
        "transition-probability",
    ),
    "starts from a generator of the module": (
        where(line=TWO, start=lambda self: int(ACCIDENT.random() < 0.5)),
        "seed-ignored",
    ),
    "all seeds are one": (
        where(bases=(MIXED,), reset=reset_with(lambda self, seed: Line.reset(self, seed=7))),
        "seed-constant",
    ),
    "every seed is seven": (
        where(
            bases=(MIXED,),
            reset=reset_with(lambda self, seed: Line.reset(self, seed=None if seed is None else 7)),
        ),
        "seed-constant",
    ),
    "resets reseed": (where(line=SLIP, reset=reset_with(reseeds_with_zero)), "reset-reseeds"),
    "a coin once in its life": (
        where(pay=lambda self, s, a, s2: once(self, s, a, s2, self.life)),
        "state-leaks",
    ),
    "pays less when it is old": (FadesWithAge, "state-leaks"),
    "counts on after a reset": (where(reset=reset_with(keeps_counting)), "state-leaks"),
    "stays where it is on a reset": (where(reset=reset_with(keeps_position)), "state-leaks"),
    "shows states from -1": (where(show=lambda self, s: s - 1), "observation"),
    "shows fractions": (where(show=lambda self, s: s + 0.5), "observation"),
    "one array for all observations": (InPlace, "observation-aliased"),
    "its state is the array it handed out": (StateIsArray, "observation-aliased"),
    "it breaks when that array is written to": (Fragile, "observation-aliased"),
}
