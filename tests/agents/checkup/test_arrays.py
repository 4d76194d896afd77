"""An agent that keeps references to its observations, or writes into them, is found out; one that copies is not."""

import numpy as np
import pytest
from mutants import tabular
from mutants.tabular import training

import agents
from agents.checkup import PASS, SUSPECTED, UNCLEAR, checkup
from agents.checkup.arrays import OneHotRows, on_arrays
from agents.checkup.behaviour import NOT_APPLICABLE
from agents.checkup.probes import SETTINGS, probe
from agents.checkup.trainings import Trainer

COURSE = SETTINGS[0]


def taking_rows(*, copies=True, writes=False, seeded=True):
    """A Q-learner of rows or numbers, that learns when the next action is chosen, from what it kept."""

    def train(env, *, gamma, steps, seed):
        rng = np.random.default_rng(seed if seeded else None)
        space = env.observation_space
        agent = RowLearner(getattr(space, "n", None) or space.shape[0])
        kept = np.copy if copies else np.asarray
        observation, before = kept(env.reset(seed=seed)[0]), None
        for _ in range(steps):
            if before is not None:
                agent.learn(*before, gamma)
            best = agent.act(observation)
            action = int(rng.integers(2)) if rng.random() < 0.3 else best
            following, reward, terminated, truncated, _ = env.step(action)
            before = observation, action, reward, kept(following), terminated
            if writes and np.ndim(following):
                following *= 2
            observation = kept(env.reset()[0]) if terminated or truncated else before[3]
        return agent

    return train


class RowLearner:
    def __init__(self, states):
        self.weights = np.zeros((states, 2))

    def state(self, observation):
        return int(np.argmax(observation)) if np.ndim(observation) else int(observation)

    def q_values(self, observations):
        return self.weights[observations.argmax(axis=1) if observations.ndim == 2 else observations]

    def act(self, observation, explore=False):
        return int(self.weights[self.state(observation)].argmax())

    def learn(self, observation, action, reward, following, ended, gamma):
        cell = self.state(observation), action
        value = 0.0 if ended else self.weights[self.state(following)].max()
        self.weights[cell] += 0.2 * (reward + gamma * value - self.weights[cell])


def asked(train, *, budget=60.0):
    return on_arrays(Trainer(train, budget), COURSE, steps=500, seed=0)


def test_every_state_is_shown_in_an_array_of_its_own_or_all_in_one():
    shown = {}
    for reused in (False, True):
        env = OneHotRows(probe(COURSE), reused=reused)
        rows = [env.reset(seed=0)[0], env.step(1)[0], env.step(1)[0]]
        assert env.observation_space.contains(rows[-1])
        shown[reused] = [row.argmax() for row in rows]
        assert [step.next_observation for step in env.env.steps] == [1, 2], "the recording sees the states"
    assert shown == {False: [0, 1, 2], True: [2, 2, 2]}


def test_an_agent_that_copies_passes():
    check, changed = asked(taking_rows())
    assert (check.id, check.verdict, changed) == ("in-place", PASS, 0)


def test_an_agent_that_keeps_references_is_named():
    check, _ = asked(taking_rows(copies=False))
    assert (check.verdict, check.suspects) == (SUSPECTED, ("observation-aliased",))


def test_arrays_that_were_written_into_are_counted():
    # All but the first of each episode are doubled, of which a zero would stay the same, a row never does.
    _, changed = asked(taking_rows(writes=True))
    assert changed == 500


def test_nothing_can_be_told_of_trainings_that_differ_anyhow():
    check, _ = asked(taking_rows(seeded=False))
    assert check.verdict == UNCLEAR


def test_a_table_takes_no_arrays():
    def train(env, *, gamma, steps, seed):
        return agents.QLearning.for_env(env, gamma=gamma, seed=seed)

    check, changed = asked(train)
    assert (check.verdict, changed) == (NOT_APPLICABLE, None)
    assert "Discrete" in check.evidence


def test_without_time_nothing_is_trained():
    trainer = Trainer(taking_rows(), 0.0, seconds_per_step=1.0)
    assert on_arrays(trainer, COURSE, steps=500, seed=0)[0].verdict == UNCLEAR


@pytest.mark.parametrize(
    ("how", "verdict", "suspects"),
    [({}, PASS, []), ({"copies": False}, SUSPECTED, ["observation-aliased"]), ({"writes": True}, SUSPECTED, [])],
)
def test_the_checkup_asks_it(how, verdict, suspects):
    report = checkup(taking_rows(**how))
    assert (report.verdict, report.suspects) == (verdict, suspects), str(report)
    found = {check.id for check in report.checks if check.verdict == SUSPECTED}
    assert found <= {"in-place", "mutation"}


def test_an_agent_that_is_wrong_anyhow_is_not_asked():
    report = checkup(training(tabular.RewardClipped))
    assert "in-place" not in {check.id for check in report.checks}


def test_our_own_loop_hands_on_copies():
    class Right:
        def act(self, observation, *, explore=False):
            return 1

    env = OneHotRows(probe(COURSE), reused=True)
    steps = list(agents.interact(env, Right(), steps=4, seed=0))
    # Three steps to the end, and the first of the next episode.
    assert [step.observation.argmax() for step in steps] == [0, 1, 2, 0]
    assert [step.next_observation.argmax() for step in steps] == [1, 2, 3, 1]
