"""An agent that keeps references to its observations, or writes into them, is found out; one that copies is not."""

import numpy as np
import pytest
from mutants import tabular
from mutants.right import training

import agents
from agents.checkup import PASS, SUSPECTED, UNCLEAR, WARNING, checkup
from agents.checkup.behaviours.arrays import OneHotRows, on_arrays
from agents.checkup.behaviours.checks import NOT_APPLICABLE
from agents.checkup.training.lines import Line, probe
from agents.checkup.training.trainings import OutOfTimeError, Trainer

LINE = Line("X", (0, 2, 0, 9), (1, 0, 0, 0), 0.8, 100)


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


def asked(train, *, budget=60.0, **settings):
    return on_arrays(Trainer(train, budget), LINE, steps=500, seed=0, **settings)


def test_every_state_is_shown_in_an_array_of_its_own_or_all_in_one():
    shown = {}
    for reused in (False, True):
        env = OneHotRows(probe(LINE), reused=reused)
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


def one_of_two_agents(second):
    """Trains one of two agents that keep no references, by a draw that no seed changes: here the second one's turn."""
    kinds = iter(range(1_000))

    def train(env, *, gamma, steps, seed):
        return taking_rows()(env, gamma=gamma, steps=steps, seed=seed + 10 * (next(kinds) in second))

    return train


def test_trainings_that_are_the_same_by_chance_accuse_nobody():
    # The one on rows of their own twice the first agent, and between them on one array the second.
    check, _ = asked(one_of_two_agents({1}), repeats=False)
    assert check.verdict == UNCLEAR
    assert "two trainings with one seed differ" in check.evidence


def test_a_seed_that_is_ignored_leaves_references_open():
    # By a coin that no seed sets the repeated training is of another agent, and so is the one on one array.
    seen = []

    def train(env, *, gamma, steps, seed):
        rows = "OneHotRows" in str(env)
        repeats = not rows and (steps, seed) in seen and not str(env).count("mirrored")
        array = rows and getattr(env, "_array", None) is not None
        seen.append((steps, seed))
        return taking_rows()(env, gamma=gamma, steps=steps, seed=seed + 10 * (repeats or array))

    report = checkup(train)
    verdicts = {check.id: check.verdict for check in report.checks}
    assert (verdicts["seed"], verdicts["in-place"]) == (WARNING, UNCLEAR), str(report)


def test_a_table_takes_no_arrays():
    def train(env, *, gamma, steps, seed):
        return agents.QLearning.for_env(env, gamma=gamma, seed=seed)

    check, changed = asked(train)
    assert (check.verdict, changed) == (NOT_APPLICABLE, None)
    assert "Discrete" in check.evidence


def test_without_steps_nothing_is_trained():
    check, changed = on_arrays(Trainer(taking_rows(), 60.0, most=999), LINE, steps=500, seed=0)
    assert (check.verdict, changed) == (UNCLEAR, None)


def test_without_time_it_is_stopped():
    with pytest.raises(OutOfTimeError):
        on_arrays(Trainer(taking_rows(), 0.0), LINE, steps=500, seed=0)


@pytest.mark.parametrize(
    ("how", "warned"),
    [({}, {}), ({"copies": False}, {"in-place": ("observation-aliased",)}), ({"writes": True}, {"mutation": ()})],
)
def test_what_it_does_to_arrays_is_a_warning_and_hides_nothing(how, warned):
    report = checkup(taking_rows(**how))
    assert (report.verdict, report.suspects) == (PASS, []), str(report)
    assert {check.id: check.suspects for check in report.warnings} == warned
    verdicts = {check.id: check.verdict for check in report.checks}
    assert all(verdicts[name] == WARNING for name in warned)
    assert verdicts["values C"] == PASS


def test_an_agent_that_is_wrong_is_asked_as_well():
    report = checkup(training(tabular.RewardClipped))
    assert "in-place" in {check.id for check in report.checks}


def test_our_own_loop_hands_on_copies():
    class Right:
        def act(self, observation, *, explore=False):
            return 1

    env = OneHotRows(probe(LINE), reused=True)
    steps = list(agents.interact(env, Right(), steps=4, seed=0))
    # Three steps to the end, and the first of the next episode.
    assert [step.observation.argmax() for step in steps] == [0, 1, 2, 0]
    assert [step.next_observation.argmax() for step in steps] == [1, 2, 3, 1]


def of_labels(*, seeded=True):
    """A Q-learner whose table knows the labels of what it has seen at the beginning of a step."""

    def train(env, *, gamma, steps, seed):
        rng, table = np.random.default_rng(seed if seeded else None), {}
        state = env.reset(seed=seed)[0]
        for _ in range(steps):
            row = table.setdefault(str(state), [0.0, 0.0])
            action = int(rng.integers(2))
            after, reward, terminated, truncated, _ = env.step(action)
            following = 0.0 if terminated else max(table.setdefault(str(after), [0.0, 0.0]))
            table[str(state)][action] += 0.2 * (reward + gamma * following - row[action])
            state = env.reset()[0] if terminated or truncated else after
        return table

    return train


@pytest.mark.parametrize(("seeded", "verdict"), [(True, SUSPECTED), (False, UNCLEAR)])
def test_an_agent_that_fails_where_arrays_are_written_over_is_told_so(seeded, verdict):
    # Under the label of the start it finds the state that came after, of which it knows nothing if that is the end.
    check, changed = asked(of_labels(seeded=seeded))
    assert (check.verdict, changed) == (verdict, 0), check
    if seeded:
        assert check.evidence.endswith("keep copies; there it fails (KeyError: '[0. 0. 0. 1.]')")
    report = checkup(of_labels(seeded=seeded))
    assert report.verdict == PASS
