"""Comparison of an environment with its transition table, one step at a time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from rl_line.env_checkup.tally import Tally
from rl_line.mdp import TabularMDP

TOLERANCE = 1e-6  # of rewards, relative to the larger of 1 and the reward; single precision is enough


class Accusation(NamedTuple):
    """Counts of one kind of contradiction by state and action, with its first case in words."""

    rows: dict[tuple[int, int], int]  # by (state, action); (-1, -1) for resets
    first: str
    fresh: bool  # whether it was seen in the first episode


class Judge:
    """Compares starts and steps with an MDP and keeps the contradictions.

    Args:
        mdp: the table.
        limit: steps after which an episode is truncated; None if unknown, then all must have one length.
        first: label of the first state in messages.
    """

    def __init__(self, mdp: TabularMDP, limit: int | None, first: int = 0) -> None:
        self.mdp, self.limit, self.first = mdp, limit, first
        self.tallying = True  # whether random draws are new, not repeated from an earlier seed
        self.fresh = True  # whether no lane has been reset twice
        self.wrong: dict[str, Accusation] = {}
        self.visits = [[0] * mdp.num_actions for _ in range(mdp.num_states)]
        self.at_limit = {True: 0, False: 0}  # arrivals at the limit, in a terminal state or not
        self.cuts: dict[int, int] = {}  # truncations by length of the episode, if no limit is known
        # (state, next state, reward, expected reward of the step before)
        self.bad_rewards: list[tuple[int, int, float, float]] = []
        self._pooled = self.strongest = 0.0  # log evidence of all moves together
        self.starts = Tally([float(p) for p in mdp.start if p > 0])
        self._start_index = {s: k for k, s in enumerate(s for s, p in enumerate(mdp.start) if p > 0)}
        self._terminal: list[bool] = mdp.terminal.tolist()
        self._rows: dict[tuple[int, int], tuple[list[tuple[int, float]], Tally]] = {}

    @property
    def count(self) -> int:
        """Number of contradictions so far."""
        return sum(sum(accusation.rows.values()) for accusation in self.wrong.values())

    def accuse(self, kind: str, message: str, row: tuple[int, int] = (-1, -1)) -> None:
        """Records a contradiction."""
        rows = self.wrong.setdefault(kind, Accusation({}, message, self.fresh)).rows
        rows[row] = rows.get(row, 0) + 1

    def start(self, state: int, kind: str = "start-state") -> bool:
        """Records a start; True if an episode may start in that state."""
        index = self._start_index.get(state)
        if index is None:
            starts = _few(list(self._start_index), self.first)
            self.accuse(kind, f"an episode started in state {state + self.first}, expected one of {starts}")
            return False
        if self.tallying:
            self.starts.add(index)
        return True

    def step(
        self,
        state: int,
        action: int,
        reward: float,
        arrived: int,
        terminated: bool,
        truncated: bool,
        *,
        elapsed: int,
        before: float = math.nan,
        arrival: str = "next-state",
    ) -> bool:
        """Records a step; True if it agrees with the table.

        Args:
            state: state before the step.
            action: action taken.
            reward: reward of the step.
            arrived: next state.
            terminated: terminated flag of the step.
            truncated: truncated flag of the step.
            elapsed: steps of the episode, with this one.
            before: expected reward of the step before.
            arrival: kind of contradiction for a next state that is impossible by the table.
        """
        self.visits[state][action] += 1
        row = (state, action)
        known = self.count_of_row(row)
        outcomes, tally = self.row(*row)
        index = next((k for k, (s, r) in enumerate(outcomes) if s == arrived and _same(r, reward)), None)
        where = f"state {state + self.first}, action {action}, step {elapsed} of the episode"
        came = f"{where}: arrived in {arrived + self.first}"
        if index is not None:
            if self.tallying:
                self._pooled -= tally.evidence
                tally.add(index)
                self._pooled += tally.evidence
                self.strongest = max(self.strongest, self._pooled)
        elif any(s == arrived for s, _ in outcomes):
            paid = _few([r for s, r in outcomes if s == arrived])
            self.accuse("reward", f"{came} and was paid {reward:g}, expected {paid}", row)
            self.bad_rewards.append((state, arrived, reward, before))
        else:
            self.accuse(arrival, f"{came}, expected {_few([s for s, _ in outcomes], self.first)}", row)
            return False  # the table has no flags for an impossible next state
        self._flags(row, arrived, terminated, truncated, elapsed, came)
        return self.count_of_row(row) == known

    def _flags(
        self, row: tuple[int, int], arrived: int, terminated: bool, truncated: bool, elapsed: int, came: str
    ) -> None:
        ends, label = self._terminal[arrived], arrived + self.first
        got = f"{came} with terminated={terminated} and truncated={truncated}"
        if ends and not terminated:
            kind = "termination-as-truncation" if truncated else "termination-missed"
            self.accuse(kind, f"{got}, expected terminated=True as state {label} is terminal", row)
        elif terminated and not ends:
            kind = "truncation-as-termination" if elapsed == self.limit else "termination-early"
            self.accuse(kind, f"{got}, expected terminated=False as state {label} is not terminal", row)
        if elapsed == self.limit:
            self.at_limit[ends] += 1
        if ends or terminated:
            return
        if self.limit is None:
            if truncated:
                self.cuts[elapsed] = self.cuts.get(elapsed, 0) + 1
                if len(self.cuts) > 1:
                    self.accuse("truncated-unevenly", f"{got}; others were truncated at {_few(sorted(self.cuts))}", row)
        elif truncated and elapsed < self.limit:
            self.accuse("truncated-early", f"{got}, expected truncation at step {self.limit}", row)
        elif not truncated and elapsed == self.limit:
            self.accuse("truncated-late", f"{got}, expected truncated=True at step {self.limit}", row)

    def count_of_row(self, row: tuple[int, int]) -> int:
        """Number of contradictions of one state and action."""
        return sum(accusation.rows.get(row, 0) for accusation in self.wrong.values()) if self.wrong else 0

    def row(self, state: int, action: int) -> tuple[list[tuple[int, float]], Tally]:
        """The distinct outcomes (next state, reward) of a state and action, and their tally."""
        if (state, action) not in self._rows:
            chances: dict[tuple[int, float], float] = {}
            tables = (self.mdp.successor, self.mdp.reward, self.mdp.probability)
            for s, r, p in zip(*(table[state, action].tolist() for table in tables), strict=True):
                if p > 0:
                    chances[s, r] = chances.get((s, r), 0.0) + p
            self._rows[state, action] = list(chances), Tally(list(chances.values()))
        return self._rows[state, action]

    def due(self, state: int, action: int, arrived: int) -> float:
        """A reward of a move by the table; nan for an impossible move."""
        return next((r for s, r in self.row(state, action)[0] if s == arrived), math.nan)

    def tallies(self) -> dict[tuple[int, int], Tally]:
        """The tally of every visited state and action with a random outcome."""
        return {row: tally for row, (outcomes, tally) in self._rows.items() if len(outcomes) > 1}

    def chance(self, state: int, action: int, arrived: int, reward: float) -> float:
        """The probability of an outcome by the table; 1 for an impossible outcome, so that it adds no evidence."""
        outcomes, tally = self.row(state, action)
        return next(
            (tally.probability[k] for k, (s, r) in enumerate(outcomes) if s == arrived and _same(r, reward)), 1.0
        )

    def reward_hint(self) -> str:
        """A common explanation of all wrong rewards, or an empty text."""
        given = self.bad_rewards
        arriving: dict[int, set[float]] = {}
        for s, r, p in zip(self.mdp.successor.flat, self.mdp.reward.flat, self.mdp.probability.flat, strict=True):
            if p > 0:
                arriving.setdefault(int(s), set()).add(float(r))
        if all(any(_same(r, reward) for r in arriving.get(state, ())) for state, _, reward, _ in given):
            return "; all fit a reward for the state left in place of the state arrived in"
        if all(_same(before, reward) or before != before for _, _, reward, before in given):
            return "; all fit the reward of the step before"
        if all(any(_same(max(-1.0, min(1.0, r)), reward) for r in arriving.get(to, ())) for _, to, reward, _ in given):
            return "; all fit rewards clipped to -1..1"
        return ""


def _same(expected: float, got: float) -> bool:
    return abs(expected - got) <= TOLERANCE * max(1.0, abs(expected))


def _few(values: Sequence[float], first: int = 0) -> str:
    shown = " or ".join(f"{value + first:g}" for value in values[:4])
    return shown if len(values) <= 4 else f"{shown} or {len(values) - 4} others"
