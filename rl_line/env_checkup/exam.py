"""All checks of one environment, played within a budget of steps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import gymnasium as gym
import numpy as np
from numpy.typing import NDArray

from rl_line.env_checkup.coverage import Tour, can_act, policies_to_limit
from rl_line.env_checkup.findings import Finding
from rl_line.env_checkup.lanes import Choose, Lanes
from rl_line.env_checkup.seeding import lanes_differ, record, replayed, resets_differ, seed_matters, takes

_ENOUGH = 1000  # contradictions after which no more are looked for
_RARE = 1e-3  # the chance of an event at best, below which it need not be seen
_ADVICE = {
    "start-state": "draw starts from mdp.start",
    "reward": "pay mdp.reward of the move, on arrival",
    "termination-missed": "return terminated=True on arriving in a terminal state",
    "termination-as-truncation": "terminal states end episodes, time limits truncate them",
    "truncation-as-termination": "a time limit truncates: return terminated=False, truncated=True",
    "truncated-early": "count the steps of each episode from 0",
    "truncated-late": "truncate when so many steps were taken, not after one more",
    "observation-aliased": "return a copy of the array",
    "terminal-observation": "return the observation arrived in, not the one after the reset",
    "autoreset-start": "return the observation after the reset",
}
# A contradiction that needs no mention beside another, which leads to it.
_EXPLAINED = {
    "termination-as-truncation": "termination-missed",
    "truncation-as-termination": "termination-early",
    "truncated-late": "reset-mask",
}


@dataclass
class Exam:
    """All checks of one environment, and what they found."""

    lanes: Lanes
    budget: int
    error_rate: float
    seed: int
    findings: list[Finding] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)  # what was not seen

    def __post_init__(self) -> None:
        self.judge, self.mdp = self.lanes.judge, self.lanes.judge.mdp
        self.rng = np.random.default_rng(self.seed)
        inside = np.flatnonzero(can_act(self.mdp, self.judge.limit) & ~self.mdp.terminal)
        # Each state and action must be tried twice, as something may differ the second time.
        self.needed = np.zeros((self.mdp.num_states, self.mdp.num_actions), dtype=np.int64)
        self.needed[inside] = 2
        rows = [(s, a) for s in inside.tolist() for a in range(self.mdp.num_actions)]
        self.drawn = [row for row in rows if len(self.judge.row(*row)[0]) > 1]
        # Shared by the rows, all rows together, the starts and three tests of seeds.
        self.each = self.error_rate / (len(self.drawn) + 5)

    def run(self) -> None:
        """Plays all there is to play."""
        recorded = takes(self.lanes, self.rng, seed=self.seed, count=8)
        self._add(replayed(self.lanes, recorded[::-1]))
        self._visit(self.needed)
        self._limits()
        self._sample()
        for test in (seed_matters, resets_differ, lanes_differ):
            self._add(test(self.lanes, recorded[0], error_rate=self.each))
        if not self.findings:  # what only a longer life brings to light
            self._add(replayed(self.lanes, recorded))
        if self.lanes.writable:
            self._scribble()

    def _sample(self) -> None:
        """Tries again and again what is left to chance."""
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
        """Sees to it that episodes are at their limit both in a terminal state and elsewhere."""
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
        """Overwrites what was returned: what happens next must still be as the table says."""
        before, self.judge.wrong = self.judge.wrong, {}
        self.lanes.scribble = 0
        actions = self.rng.integers(self.mdp.num_actions, size=(300, self.lanes.count))
        try:
            record(self.lanes, actions, self.seed)
        except Exception as error:  # what an environment does that was tampered with nobody knows
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

    def verdict(self) -> list[Finding]:
        """All findings, those that explain others first."""
        found = list(self.findings)
        leaks = any(finding.id == "state-leaks" for finding in found)
        for kind, accusation in self.judge.wrong.items():
            if (leaks and not accusation.fresh) or _EXPLAINED.get(kind) in self.judge.wrong:
                continue
            advice = f"; {_ADVICE[kind]}" if kind in _ADVICE else ""
            hint = self.judge.reward_hint() if kind == "reward" else ""
            times = sum(accusation.rows.values())
            found.append(Finding(kind, f"{accusation.first} (seen {times} times){hint}{advice}."))
        found += self._improbable()
        if self.missing and not found:
            found.append(Finding("not-covered", f"{'; '.join(self.missing)}; pass more steps."))
        return found

    def _improbable(self) -> list[Finding]:
        """What is possible, but came too often or too seldom."""
        bar, found = -np.log(self.each), []
        tallies = {row: tally for row, tally in self.judge.tallies().items() if not self.judge.count_of_row(row)}
        unlikely = [row for row, tally in tallies.items() if tally.strongest >= bar]
        if unlikely or (self.judge.strongest >= bar and len(tallies) == len(self.judge.tallies())):
            row = max(tallies, key=lambda row: tallies[row].strongest)
            where = "state {}, action {}".format(*row)
            others = (
                f"{len(unlikely)} of {len(tallies)} states and actions are off"
                if unlikely
                else "only all together are clearly off"
            )
            message = f"{where}: one outcome came {tallies[row]}; {others}."
            found.append(Finding("transition-probability", message, self.error_rate))
        if self.judge.starts.strongest >= bar:
            message = f"episodes started {self.judge.starts} in one state; draw starts from mdp.start."
            found.append(Finding("start-probability", message, self.error_rate))
        return found


def _by_time(policy: NDArray[np.int64]) -> Choose:
    """Chooses by actions [T, S]; the last of them from then on."""
    return lambda state, elapsed, lane: int(policy[min(elapsed, len(policy) - 1), state])
