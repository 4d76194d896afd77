"""The checkup checks actions separately from values."""

from types import SimpleNamespace

import numpy as np
import pytest
from mutants.right import Right
from support.checkup_cases import COURSE, RIGHT_AGENT, evidence_of, run_of, steps_of

from agents.checkup import PASS, SUSPECTED, UNCLEAR, checkup
from agents.checkup.behaviours import behaviour, checks, networks
from agents.checkup.training.evidence import Evidence
from agents.checkup.training.lines import Line, probe
from agents.schedules import Linear

EXACT = COURSE.optimal
RIGHT = evidence_of(COURSE, EXACT)


@pytest.mark.parametrize(
    ("left", "declared", "verdict", "bugs"),
    [
        (0.15, 0.3, PASS, ()),
        (0.0, 0.3, SUSPECTED, ("epsilon-always-zero",)),
        (0.35, 0.3, SUSPECTED, ("epsilon-inverted",)),
        (0.5, Linear(1.0, 0.1, steps=1_000), SUSPECTED, ("epsilon-never-decays",)),
        (0.05, Linear(1.0, 0.1, steps=1_000), PASS, ()),
        (0.1, 0.1, UNCLEAR, ()),  # as if it never explored with the best action
    ],
)
def test_exploration_is_measured_against_what_was_declared(left, declared, verdict, bugs):
    actions = (np.random.default_rng(0).random(8_000) >= left).astype(int)  # right is best in state 1
    check = behaviour.exploration(RIGHT, run_of(COURSE, EXACT, trace=steps_of(actions)), declared)
    assert (check.verdict, check.suspects) == (verdict, bugs)


def leaning(right, mirrored_right):
    """Trainings on a line and on its mirror image, in which the right way is gone so often."""
    rng, runs = np.random.default_rng(0), []
    for q, one in ((EXACT, right), (EXACT[:, ::-1], 1 - mirrored_right)):
        runs.append(run_of(COURSE, q, trace=steps_of((rng.random(4_000) < one).astype(int))))
    return tuple(runs)


@pytest.mark.parametrize(
    ("once", "again", "verdict", "bugs"),
    [
        ((0.9, 0.85), [], PASS, ()),
        ((0.9, 0.5), [], UNCLEAR, ()),  # one training proves nothing
        ((0.9, 0.5), [(0.9, 0.6), (0.8, 0.5)], SUSPECTED, ("action-zero-falsy",)),
        ((0.5, 0.9), [(0.6, 0.9), (0.5, 0.8)], SUSPECTED, ()),
        ((0.9, 0.5), [(0.7, 0.7), (0.8, 0.8)], PASS, ()),
        ((0.9, 0.5), [(0.5, 0.9), (0.8, 0.5)], PASS, ()),
        ((0.9, 0.5), [(0.9, 0.5), (0.8, 0.7)], UNCLEAR, ()),
        ((1.0, 0.0), [], SUSPECTED, ("action-zero-falsy",)),  # action 0 was never taken
        ((0.9, 0.1), [(0.9, 0.1), (0.9, 0.1)], behaviour.NOT_APPLICABLE, ()),  # whatever it has learned
    ],
)
def test_only_what_leans_to_one_side_in_all_trainings_treats_its_actions_differently(once, again, verdict, bugs):
    check = behaviour.mirrored(*leaning(*once), lambda: [leaning(*shares) for shares in again])
    assert (check.verdict, check.suspects) == (verdict, bugs)


def exploring(steps, *, action=1):
    """Trainings of greedy steps, in which so many were explored with one action, where the other one is the best."""
    runs = []
    for q in (EXACT, EXACT[:, ::-1]):  # action 1 is the best, then action 0
        taken = np.full(4_000, q[0].argmax())
        if taken[0] != action:
            taken[-steps:] = action
        runs.append(run_of(COURSE, q, trace=steps_of(taken)))
    return tuple(runs)


@pytest.mark.parametrize(
    ("once", "again", "verdict"),
    [
        (exploring(14), [exploring(14), exploring(20)], SUSPECTED),  # half of the steps each: 2 ** -14 < 1e-4
        (exploring(14), [exploring(14), exploring(13)], UNCLEAR),  # 2 ** -13 > 1e-4
        (exploring(14), [], UNCLEAR),
        (exploring(14), [exploring(14), exploring(14, action=0)], UNCLEAR),
        (exploring(13), [exploring(14)], UNCLEAR),
    ],
)
def test_whoever_explores_with_one_action_alone_does_so_again(once, again, verdict):
    check = behaviour.mirrored(*once, lambda: again, settled=False)
    assert (check.verdict, check.suspects) == (verdict, ())
    assert check.evidence.startswith("it explores with action 1 only") == (verdict == SUSPECTED)


def test_which_of_two_actions_is_the_best_need_not_be_known_where_they_are_worth_the_same():
    # With a discount of 0.99 state 1 is worth 99.5 to the left and 100.5 to the right, state 3 is worth 100.5 and 9.
    line = Line("T", COURSE.rewards, COURSE.start, 0.99, 10_000)
    exact = line.optimal

    def seen(states, action, declared):
        trace = steps_of([action] * 4_000, states=states * (4_000 // len(states)))
        return behaviour.exploration(evidence_of(line, exact), run_of(line, exact, trace=trace), declared)

    check = seen([0, 2], 0, 0.0)
    assert (check.verdict, check.evidence[:38]) == (PASS, "0.000 +- 0.008 of the last 500 actions"), check.evidence
    assert seen([0, 2], 1, 0.0).verdict == SUSPECTED
    assert seen([0], 0, 0.0).verdict == UNCLEAR


def test_a_first_action_chosen_for_the_last_observation_is_seen():
    rng = np.random.default_rng(0)
    first = rng.random(4_000) < 0.5
    usual = rng.random(4_000) < 0.95
    other = np.where(first, rng.random(4_000) < 0.5, usual).astype(int)
    stale = np.where(first, rng.random(4_000) < 0.05, usual).astype(int)

    def seen(taken, begun=None, state=0):
        run = run_of(COURSE, np.zeros((4, 2)), trace=steps_of(taken, states=[state] * 4_000, first=first))
        return behaviour.first_actions(run, begun)[1:4:2]

    assert seen(usual.astype(int)) == (PASS, ())
    assert seen(other) == (UNCLEAR, ()), "no time to tell why"
    for taken, expected in [(other, (PASS, ())), (stale, (SUSPECTED, ("stale-first-observation",)))]:
        told = run_of(COURSE, np.zeros((4, 2)), trace=steps_of(taken, states=[2] * 4_000, first=first))
        assert seen(other, lambda told=told: told) == expected


def test_exploring_starts_are_no_bug():
    def train(env, *, gamma, steps, seed):
        rng, q, begun = np.random.default_rng(seed), np.zeros((env.observation_space.n, 2)), True
        state, _ = env.reset(seed=seed)
        for _ in range(steps):
            action = int(rng.integers(2)) if begun or rng.random() < 0.2 else int(q[state].argmax())
            following, reward, ended, cut, _ = env.step(action)
            q[state, action] += 0.1 * (reward + gamma * (not ended) * q[following].max() - q[state, action])
            state, begun = (env.reset()[0], True) if ended or cut else (following, False)
        return SimpleNamespace(q=q)

    report = checkup(train)
    assert report.verdict == PASS, str(report)
    assert "explores otherwise" in next(check.evidence for check in report.checks if check.id == "first-action")


def test_an_agent_that_shows_its_calls_is_asked_what_it_was_shown():
    class Shows:
        calls = (0, 1, 3, 1)

    states, first = [0, 1, 0, 1], [True, False, True, False]
    check = behaviour.calls(
        run_of(COURSE, np.zeros((4, 2)), trace=steps_of([1] * 4, states=states, first=first), agent=Shows())
    )
    assert (check.verdict, check.suspects) == (SUSPECTED, ("stale-first-observation",))
    assert "in step 3 for 4, not 1" in check.evidence
    first = [True, False, False, False]
    check = behaviour.calls(
        run_of(COURSE, np.zeros((4, 2)), trace=steps_of([1] * 4, states=states, first=first), agent=Shows())
    )
    assert (check.verdict, check.suspects) == (SUSPECTED, ()), "not the first of an episode"
    right = behaviour.calls(
        run_of(COURSE, np.zeros((4, 2)), trace=steps_of([1] * 4, states=list(Shows.calls)), agent=Shows())
    )
    assert right.verdict == PASS


@pytest.mark.parametrize(("seeds", "verdict"), [([3, None, None], PASS), ([3, 3, 3], UNCLEAR), ([None, None], PASS)])
def test_one_seed_for_every_episode_is_told(seeds, verdict):
    assert behaviour.seeded_resets(run_of(COURSE, np.zeros((4, 2)), resets=seeds)).verdict == verdict


def test_a_seed_must_make_runs_alike():
    q = np.zeros((4, 2))
    one, two, three = (run_of(COURSE, q, trace=steps_of(actions)) for actions in ([0, 1, 1], [0, 1, 0], [1, 1, 1]))
    assert behaviour.same_seed(one, one, two).verdict == PASS
    assert behaviour.same_seed(one, two, three).suspects == ("seed-ignored",)
    assert "from step 3 on" in behaviour.same_seed(one, two, three).evidence
    assert behaviour.same_seed(one, one, one).verdict == UNCLEAR


def test_a_bare_table_cannot_be_asked_for_its_best_action():
    run = run_of(COURSE, COURSE.optimal, agent=SimpleNamespace(q=COURSE.optimal))
    assert networks.greedy_actions(Evidence(COURSE, [run])).verdict == checks.NOT_APPLICABLE


def test_the_worst_action_is_not_what_values_say():
    class Acts:
        q = EXACT

        def act(self, state, explore=False):
            return int(self.q[state].argmin())

    run = run_of(COURSE, EXACT, agent=Acts())
    run = run._replace(learned=run.learned._replace(greedy=EXACT.argmin(axis=1)))
    check = networks.greedy_actions(Evidence(COURSE, [run]))
    assert (check.verdict, check.suspects) == (SUSPECTED, ("argmin-policy",))


def test_one_state_with_a_clear_best_action_is_told_as_one():
    q = np.zeros((4, 2))
    q[0, 1] = 9.0
    run = run_of(COURSE, q, agent=SimpleNamespace(q=q, act=lambda state: int(q[state].argmax())))
    check = networks.greedy_actions(Evidence(COURSE, [run]))
    assert check.evidence == "the best by its values in the one state with a clear best action"


def test_an_agent_that_writes_into_its_observations_is_suspected():
    assert checks.shown_arrays(0).verdict == PASS
    assert checks.shown_arrays(2).verdict == SUSPECTED


def test_somebody_elses_way_of_learning_is_no_reason_to_fail():
    class Others(Right):
        """Has what `target_in_use` looks for, but takes other arguments."""

        target_every = 100
        q_network, target_network = (type("Network", (), {"weights": [np.zeros(1)]})() for _ in range(2))

        def learn(self, batch, weights):
            raise AssertionError("only reached with its own arguments")

    run = run_of(COURSE, EXACT, agent=Others(probe(COURSE), gamma=0.8, seed=0))
    check = networks.target_in_use(Evidence(COURSE, [run]))
    assert check.verdict == "not applicable"
    assert "cannot be held still" in check.evidence


def test_the_worst_action_is_seen_where_the_other_is_the_best():
    def train(env, **how):
        agent = RIGHT_AGENT(env, **how)
        return SimpleNamespace(q=agent.q, act=lambda state: 1)

    report = checkup(train)
    assert report.suspects == ["argmin-policy"], str(report)


def test_a_network_that_is_never_twice_the_same_is_not_taken_for_a_mean_over_the_batch():
    rng, q = np.random.default_rng(0), EXACT
    run = run_of(COURSE, q)
    noisy = run._replace(learned=run.learned._replace(values=lambda states: q[states] + rng.normal(0, 0.1, (1, 2))))
    assert networks.batch_neighbours(noisy).verdict == UNCLEAR
    shifted = run._replace(learned=run.learned._replace(values=lambda states: q[states] + len(states)))
    assert networks.batch_neighbours(shifted).suspects == ("dueling-mean-over-batch",)
    unsure = shifted._replace(learned=shifted.learned._replace(sure=False))
    assert networks.batch_neighbours(unsure).verdict == UNCLEAR, "as of preferences"


@pytest.mark.parametrize(("loads", "verdict"), [(True, PASS), (False, SUSPECTED)])
def test_loading_may_be_a_method_of_an_instance(loads, verdict):
    class Saves:
        def __init__(self, q):
            self.q = q

        def save(self, path):
            np.save(f"{path}.npy", self.q)

        def load(self, path):
            self.q = np.load(f"{path}.npy") if loads else self.q

        def act(self, state, explore=False):
            return int(self.q[state].argmax())

    runs = [run_of(COURSE, q, agent=Saves(q)) for q in (EXACT, EXACT + 1)]
    assert networks.round_trip(*runs).verdict == verdict
