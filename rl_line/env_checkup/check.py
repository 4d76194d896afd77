"""The checkup of an environment against its transition table: all checks, within a budget of steps."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import gymnasium as gym
import numpy as np
from numpy.typing import NDArray

from rl_line.env_checkup.coverage import Tour, can_act, policies_to_limit
from rl_line.env_checkup.declared import declared_limit, first_label, spaces, table_of, wrong_spaces
from rl_line.env_checkup.findings import Finding
from rl_line.env_checkup.judge import Judge
from rl_line.env_checkup.lanes import Choose, Lanes, LostError
from rl_line.env_checkup.seeding import lanes_differ, record, replayed, resets_differ, seed_matters, takes
from rl_line.env_checkup.verdict import verdict
from rl_line.mdp import TabularMDP
from rl_line.system.kinds import function, spelled
from rl_line.system.numbers import real, whole

_ENOUGH = 1000  # contradictions after which the search stops
_RARE = 1e-3  # an event with a smaller probability under the best policy need not be seen


@spelled
def check_env_semantics(
    env: gym.Env | gym.vector.VectorEnv,
    mdp: TabularMDP | None = None,
    *,
    state: Callable[[Any], int] | None = None,
    max_episode_steps: int | None = None,
    steps: int = 200_000,
    error_rate: float = 1e-6,
    seed: int = 0,
) -> list[Finding]:
    """Differences between an environment and its transition table; an empty list if none was found.

    Only `reset` and `step` are used. Every reachable state and action is tried, until `steps` are used up: one
    impossible outcome is proof, and frequencies are compared by a sequential test. `FINDINGS` lists all findings.
    Messages label the states of a line from 1, as pictures do (observation 0 is state 1), other states as observed.

    >>> import gymnasium, rl_line
    >>> rl_line.check_env_semantics(gymnasium.make("RewardLine-v0"))
    []
    >>> wrong = rl_line.check_env_semantics(gymnasium.make("RewardLine-v0"), rl_line.reward_line((0, 1, 0, 9)))
    >>> print(wrong[0].id, "-", wrong[0].message)  # doctest: +ELLIPSIS
    reward - state 1, action 1, step ... of the episode: arrived in 2 and was paid 2, expected 1 (seen ... times)...

    Args:
        env: the environment, single or vectorised; check a vector environment once in each autoreset mode.
        mdp: its table; None if the environment has one (`mdp`, or the `P` of toy text).
        state: (observation) -> state, from 0; None for a `Discrete` space, whose numbers are the states.
        max_episode_steps: steps after which episodes are truncated; None to read it from the `TimeLimit`.
        steps: steps of all lanes after which no more is tried; a first pass, a few thousand steps, is always made.
        error_rate: largest probability of any finding in a right environment.
        seed: seed of the environment and of the actions.

    Returns:
        The findings by their names in `FINDINGS`; `not-covered` only means that too little was seen.

    Raises:
        ValueError: no table is known, a number is out of range, or `step` does not return a step.
        TypeError: observations are not numbers of states, and `state` is not given.
    """
    steps, seed, table = whole(1, steps=steps), whole(0, seed=seed), table_of(env, mdp)
    error_rate = real(0, 1, above=True, kind="a chance", error_rate=error_rate)
    observations, actions = spaces(env)
    if findings := wrong_spaces(observations if state is None else None, actions, table):
        return findings
    read = partial(_number, int(getattr(observations, "start", 0))) if state is None else state
    function("pass e.g. numpy.argmax for one-hot vectors", state=read)
    lanes = Lanes(env, Judge(table, declared_limit(env, max_episode_steps), first_label(env, table)), read)
    exam = Exam(lanes, steps, error_rate, seed)
    exam.run()
    return verdict(lanes.judge, exam.findings, exam.missing, each=exam.each, error_rate=error_rate)


@dataclass
class Exam:
    """Checks of one environment, with their findings."""

    lanes: Lanes
    budget: int
    error_rate: float
    seed: int
    findings: list[Finding] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)  # texts about missing coverage

    def __post_init__(self) -> None:
        self.judge, self.mdp = self.lanes.judge, self.lanes.judge.mdp
        self.rng = np.random.default_rng(self.seed)
        inside = np.flatnonzero(can_act(self.mdp, self.judge.limit) & ~self.mdp.terminal)
        # Each state and action must be tried twice, as the second time may differ.
        self.needed = np.zeros((self.mdp.num_states, self.mdp.num_actions), dtype=np.int64)
        self.needed[inside] = 2
        rows = [(s, a) for s in inside.tolist() for a in range(self.mdp.num_actions)]
        self.drawn = [row for row in rows if len(self.judge.row(*row)[0]) > 1]
        # Divided among the rows, all rows together, the starts and three tests of seeds.
        self.each = self.error_rate / (len(self.drawn) + 5)

    def run(self) -> None:
        """Runs all checks, until an observation shows no state."""
        try:
            self._play()
        except LostError:
            self.missing = []

    def _play(self) -> None:
        recorded = takes(self.lanes, self.rng, seed=self.seed, count=8)
        self._add(replayed(self.lanes, recorded[::-1]))
        self._visit(self.needed)
        self._limits()
        self._sample()
        for test in (seed_matters, resets_differ, lanes_differ):
            self._add(test(self.lanes, recorded[0], error_rate=self.each))
        if not self.findings:  # errors that appear only after many steps
            self._add(replayed(self.lanes, recorded))
        if self.lanes.writable:
            self._scribble()

    def _sample(self) -> None:
        """Repeats random moves and random starts to test their frequencies."""
        if self.mdp.only_start is None:
            for _ in range(min(1000, self.budget // 20) // self.lanes.count):
                self.lanes.reset()
        if self.drawn:
            wanted = self.needed.copy()
            wanted[tuple(np.transpose(self.drawn))] = np.clip(self.budget // (4 * len(self.drawn)), 10, 5000)
            self._visit(wanted)
        missing = np.count_nonzero(self.needed > self.judge.visits)
        if missing:
            self.missing.append(f"{missing} of {np.count_nonzero(self.needed)} states and actions were not tried twice")

    def _visit(self, wanted: Any) -> None:
        tour = Tour(self.mdp, wanted, self.judge.visits)

        def choose(state: int, elapsed: int, lane: int) -> int | None:
            action = tour(state)
            stay = action is None and self.lanes.mode != gym.vector.AutoresetMode.DISABLED
            return int(self.rng.integers(self.mdp.num_actions)) if stay else action

        self.lanes.reset()
        while not tour.finished and self._goes_on():
            self.lanes.play(choose, 32)

    def _limits(self) -> None:
        """Plays episodes to their time limit, both in a terminal state and elsewhere."""
        limit = self.judge.limit
        if limit is None:
            return
        for ends in (False, True):
            if limit * self.mdp.num_states > 20_000_000:
                self.missing.append(f"the limit of {limit} steps was not planned for")
                continue
            policy, chance = policies_to_limit(self.mdp, limit, ends=ends)
            if chance < _RARE:
                continue
            tries = np.log(self.error_rate) / np.log1p(-min(chance, 1 - 1e-9))
            while not self.judge.at_limit[ends] and tries > 0 and self._goes_on():
                self.lanes.reset()
                self.lanes.play(_by_time(policy), limit + 1)
                tries -= self.lanes.count
            if not self.judge.at_limit[ends]:
                where = "in a terminal state" if ends else "elsewhere"
                self.missing.append(f"no episode was seen to reach its limit of {limit} steps {where}")

    def _scribble(self) -> None:
        """Overwrites returned observations: later steps must still follow the table."""
        before, self.judge.wrong = self.judge.wrong, {}
        self.lanes.scribble = 0
        actions = self.rng.integers(self.mdp.num_actions, size=(300, self.lanes.count))
        try:
            record(self.lanes, actions, self.seed)
        except Exception as error:  # of any kind, from an environment with changed arrays
            self.judge.accuse("broken", f"it raised {error!r}")
        new = [accusation.first for kind, accusation in self.judge.wrong.items() if kind not in before]
        self.judge.wrong = before
        if new and "observation-aliased" not in before:
            message = f"writing zeros into a returned observation changed the episode: {new[0]}; return a copy."
            self.findings.append(Finding("observation-aliased", message))

    def _goes_on(self) -> bool:
        return self.lanes.steps < self.budget and self.judge.count < _ENOUGH

    def _add(self, finding: Finding | None) -> None:
        if finding is not None:
            self.findings.append(finding)


def _number(first: int, observation: Any) -> int:
    """The number of a state, from 0, for an observation counted from `first`."""
    return operator.index(observation) - first


def _by_time(policy: NDArray[np.int64]) -> Choose:
    """Choice of actions by time from [T, S]; after T, the last row."""
    return lambda state, elapsed, lane: int(policy[min(elapsed, len(policy) - 1), state])
