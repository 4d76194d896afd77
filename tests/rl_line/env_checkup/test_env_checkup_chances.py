"""Statistical tests of the checkup: accusations have the error rate stated, and enough draws convict."""

from collections import Counter

import gymnasium as gym
import numpy as np
import pytest

from rl_line import TabularMDP, check_env_semantics, reward_line
from rl_line.env_checkup.check import Exam
from rl_line.env_checkup.judge import Judge
from rl_line.env_checkup.lanes import Lanes
from rl_line.env_checkup.seeding import record
from rl_line.env_checkup.tally import Tally
from rl_line.env_checkup.verdict import verdict


def names(env, **arguments):
    return [finding.id for finding in check_env_semantics(env, **arguments)]


@pytest.mark.parametrize("p", [0.5, 0.1])
def test_a_right_probability_is_accused_as_seldom_as_stated(p):
    """All 2**14 sequences: the chance that the evidence ever reaches log(1 / rate) is at most the rate."""
    sequences = (np.arange(2**14)[:, None] >> np.arange(14)) & 1
    chance = np.where(sequences, 1 - p, p).prod(axis=1)
    strongest = np.zeros(len(sequences))
    for index, sequence in enumerate(sequences.tolist()):
        tally = Tally([p, 1 - p])
        for outcome in sequence:
            tally.add(outcome)
        strongest[index] = tally.strongest
    for rate in (0.3, 0.1, 0.01):
        reached = chance[strongest >= -np.log(rate)].sum()
        assert 0 < reached <= rate, rate


def test_every_test_has_its_share_of_the_error_rate():
    """Five draws of (1/2, 1/2) that come out alike: 2.05 nats; six rows that slip and five more share the rate."""
    judge = Judge(reward_line(slip=0.5), None)
    for _ in range(5):
        judge.step(0, 1, 2.0, 1, False, False, elapsed=1)
    (tally,) = judge.tallies().values()
    assert tally.strongest == pytest.approx(np.log((1 / 2 * 3 / 4 * 5 / 6 * 7 / 8 * 9 / 10) / 2**-5))
    for rate, accused in ((11.1 / np.exp(tally.strongest), True), (10.9 / np.exp(tally.strongest), False)):
        each = Exam(Lanes(None, judge, int), 0, rate, 0).each
        assert bool(verdict(judge, [], [], each=each, error_rate=rate)) == accused


def test_a_wrong_probability_is_accused_as_soon_as_the_evidence_suffices():
    tally, draws = Tally([0.8, 0.2]), 0
    while tally.strongest < np.log(1e6):
        tally.add(draws % 2)  # half and half: 0.2231 nats a draw, less half the logarithm of their number
        draws += 1
    assert 60 < draws < 100


def test_draws_of_a_seed_used_before_are_no_new_evidence():
    env = gym.make("rl_line:RewardLine-v0", slip=0.2, start=(0.5, 0.5, 0, 0))
    judge = Judge(env.unwrapped.mdp, 100)
    lanes = Lanes(env, judge, int)
    for _ in range(3):
        record(lanes, np.ones((50, 1), dtype=np.int64), seed=0)
    assert sum(judge.starts.counts) == sum(sum(tally.counts) for tally in judge.tallies().values()) == 0
    lanes.reset()
    lanes.play(lambda state, elapsed, lane: 1, 50)
    assert sum(sum(tally.counts) for tally in judge.tallies().values()) == sum(map(sum, judge.visits)) - 150 > 40


class FromTable(gym.Env):
    """A right environment of any table, which reads it in its own way."""

    def __init__(self, mdp):
        self.mdp = mdp
        self.observation_space = gym.spaces.Discrete(mdp.num_states)
        self.action_space = gym.spaces.Discrete(mdp.num_actions)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.state = int(self.np_random.choice(self.mdp.num_states, p=self.mdp.start))
        return self.state, {}

    def step(self, action):
        row = self.state, action
        branch = self.np_random.choice(self.mdp.successor.shape[2], p=self.mdp.probability[row])
        self.state = int(self.mdp.successor[(*row, branch)])
        return self.state, self.mdp.reward[(*row, branch)], bool(self.mdp.terminal[self.state]), False, {}


def random_mdp(seed):
    """Five states, some of whose moves are certain and some drawn from several."""
    rng = np.random.default_rng(seed)
    transition = rng.dirichlet(np.ones(5), size=(5, 3)) * (rng.random((5, 3, 5)) < 0.5)
    transition[..., 4] += 0.05
    transition /= transition.sum(axis=2, keepdims=True)
    start = np.append(rng.dirichlet(np.ones(4)), 0.0)
    return TabularMDP.from_dense(transition, rng.normal(size=(5, 3, 5)).round(2), np.arange(5) == 4, start)


@pytest.mark.parametrize("seed", range(5))
def test_a_right_environment_of_any_table_passes_and_that_of_another_does_not(seed):
    mdp, other = random_mdp(seed), random_mdp(seed + 100)
    limited = gym.wrappers.TimeLimit(FromTable(mdp), 20)
    assert names(limited, steps=10_000, seed=seed) == []
    assert names(limited, mdp=other, steps=10_000, seed=seed) != []


def test_all_draws_together_are_one_gamble():
    judge = Judge(reward_line(slip=0.2), None)
    for action in (0, 1):
        for _ in range(30):  # it always slips: the evidence only grows
            judge.step(1, action, 0.0, 2 - 2 * action, False, False, elapsed=1)
    left, right = judge.tallies().values()
    assert left.strongest == right.strongest > 30
    assert judge.strongest == pytest.approx(left.strongest + right.strongest)


def test_small_errors_everywhere_add_up():
    """Slips 6 times in 25 for 5: 0.0048 nats a draw, too little for the bar of 15.8 in any row, enough in six."""

    class Clockwork(FromTable):
        def __init__(self, mdp):
            super().__init__(mdp)
            self.turns = Counter()

        def step(self, action):
            self.turns[self.state, action] += 1
            slips = self.turns[self.state, action] * 6 % 25 < 6
            self.state = min(max(self.state + (1 if action ^ slips else -1), 0), 3)
            return self.state, (0, 2, 0, 9)[self.state], self.state == 3, False, {}

    env = Clockwork(reward_line(slip=0.2))
    found = check_env_semantics(env, steps=30_000)
    assert [finding.id for finding in found] == ["seed-ignored", "transition-probability"]
    assert "only all together are clearly off" in found[1].message


@pytest.mark.slow
def test_no_false_alarm_in_three_hundred():
    for seed in range(300):
        limited = gym.wrappers.TimeLimit(FromTable(random_mdp(seed)), 3 + seed % 20)
        found = names(limited, steps=10_000, seed=seed)
        assert set(found) <= {"not-covered"}, seed
