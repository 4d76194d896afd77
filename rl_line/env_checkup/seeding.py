"""Checks of seeds: equal seeds must repeat everything, different seeds must not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rl_line.env_checkup.findings import Finding
from rl_line.env_checkup.lanes import Event, Lanes


class Take(NamedTuple):
    """A recording: a seed, actions, and the events that followed."""

    seed: int
    actions: NDArray[np.int64]  # [T, N]
    events: list[Event]


def record(lanes: Lanes, actions: NDArray[np.int64], seed: int | None) -> list[Event]:
    """Events of all lanes after a reset, under actions [T, N]."""
    columns = [iter(column) for column in actions.T.tolist()]
    events: list[Event] = []
    lanes.events = events
    lanes.judge.tallying = False
    lanes.reset(seed)
    lanes.play(lambda state, elapsed, lane: next(columns[lane]), len(actions))
    lanes.events, lanes.judge.tallying = None, True
    return events


def takes(lanes: Lanes, rng: np.random.Generator, *, seed: int, count: int) -> list[Take]:
    """Recordings of random actions, with lengths around 100 that differ, to find counters that survive a reset."""
    lengths = rng.integers(70, 130, size=count)
    shapes = [(length, lanes.count) for length in lengths]
    scripts = [(seed + k, rng.integers(lanes.judge.mdp.num_actions, size=shape)) for k, shape in enumerate(shapes)]
    return [Take(first, actions, record(lanes, actions, first)) for first, actions in scripts]


def replayed(lanes: Lanes, recorded: Sequence[Take]) -> Finding | None:
    """`seed-ignored` or `state-leaks` if the same seed and actions do not repeat the events."""
    told = partial(_told, label=lanes.judge.first)
    for take in recorded:
        again = record(lanes, take.actions, take.seed)
        for first, second in zip(take.events, again, strict=False):
            if first[:-1] == second[:-1]:
                continue
            # Two different possible outcomes are random draws; other differences are leaks.
            leaks = first[-1] != second[-1] or first[4] == second[4]
            what = f"replaying seed {take.seed} and its actions gave {told(second)}, the first time {told(first)}"
            if leaks:
                return Finding(
                    "state-leaks",
                    f"{what}. Some state survives reset(), or random draws are missing in the table; reset all state.",
                )
            return Finding("seed-ignored", f"{what}. Draw every random number from self.np_random.")
    return None


def seed_matters(lanes: Lanes, take: Take, *, error_rate: float) -> Finding | None:
    """`seed-constant` if other seeds always lead to the same events."""
    for k in range(repeats(lanes, take.events, error_rate)):
        if record(lanes, take.actions, take.seed + 1000 + k) != take.events:
            return None
    if not repeats(lanes, take.events, error_rate):
        return None
    message = "all seeds lead to the same random numbers; pass the seed on, e.g. super().reset(seed=seed)."
    return Finding("seed-constant", message, error_rate)


def resets_differ(lanes: Lanes, take: Take, *, error_rate: float) -> Finding | None:
    """`reset-reseeds` if resets without a seed always lead to the same events."""
    lanes.reset(take.seed)
    first = record(lanes, take.actions, None)
    needed = repeats(lanes, first, error_rate)
    if not needed or any(record(lanes, take.actions, None) != first for _ in range(needed)):
        return None
    message = "every reset() without a seed starts the same random numbers again; make a generator only for a new seed."
    return Finding("reset-reseeds", message, error_rate)


def lanes_differ(lanes: Lanes, take: Take, *, error_rate: float) -> Finding | None:
    """`lanes-identical` if the same actions lead to the same events in all lanes."""
    actions = np.repeat(take.actions[:, :1], lanes.count, axis=1)
    events = record(lanes, actions, take.seed)
    by_lane = [[event[1:] for event in events if event[0] == lane] for lane in range(lanes.count)]
    needed = repeats(lanes, [event for event in events if event[0] == 0], error_rate)
    if not 0 < needed < lanes.count or any(other != by_lane[0] for other in by_lane):
        return None
    return Finding("lanes-identical", "all lanes draw the same random numbers; seed each differently.", error_rate)


def repeats(lanes: Lanes, events: Sequence[Event], error_rate: float) -> int:
    """Number of equal repetitions that reject chance at `error_rate` by the table; 0 if above 100."""
    evidence = 0.0
    for _, state, action, reward, arrived, *_ in events:
        if state is None:
            evidence -= math.log(float(lanes.judge.mdp.start[arrived]) or 1.0)
        elif reward is not None:
            evidence -= math.log(lanes.judge.chance(state, action, arrived, reward))
    needed = math.ceil(-math.log(error_rate) / evidence) if evidence > 0 else 0
    return needed if needed <= 100 else 0


def _told(event: Event, label: int) -> str:
    _, state, action, reward, arrived, terminated, truncated, _ = event
    if state is None:
        return f"a start in state {arrived + label}"
    return (
        f"from state {state + label} by action {action} to {arrived + label} with reward {reward}, "
        f"terminated={terminated}, truncated={truncated}"
    )
