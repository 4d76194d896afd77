"""Bugs are named by what networks make of them, which have learned values where a table would have its first ones."""

from types import SimpleNamespace

import numpy as np
import pytest

from agents.checkup.adapters import Learned
from agents.checkup.evidence import SUSPECTED, judge
from agents.checkup.fingerprints import FINGERPRINTS, dropped, optimal
from agents.checkup.motion import settled
from agents.checkup.naming import suspects
from agents.checkup.probes import SETTINGS
from agents.checkup.recording import Trace
from agents.checkup.syncs import few_syncs, in_step
from agents.checkup.trainings import Run

BY_ID = {setting.id: setting for setting in SETTINGS}


def answer_of(setting, q):
    """What is said of values that three seeds agree on."""
    taken = np.full(q.shape, 500)
    runs = [Run(seed, 8_000, Learned(q, q.argmax(axis=1), None), taken, taken, Trace.of([]), None) for seed in range(3)]
    return judge(setting, runs, learns="optimal")


def of_network(setting, function, **behaviour):
    """The wrong values of a bug where the row of the end is (5, 6), by no means equal."""
    problem = setting.problem(resting=np.full((setting.mdp.num_states, 2), (5.0, 6.0)), **behaviour)
    return function(problem)


@pytest.mark.parametrize("setting", "AD")
def test_what_a_network_makes_of_the_end_is_bootstrapped_from(setting):
    """From the end, 6 at best: 9 + 0.8 * 6 = 13.8 for the last move of A."""
    q = of_network(BY_ID[setting], FINGERPRINTS["terminal-bootstrap"][0])
    if setting == "A":
        assert q[2, 1] == pytest.approx(13.8)
    named = suspects([answer_of(BY_ID[setting], q)])
    assert (named[0].bug, named[0].score) == ("terminal-bootstrap", pytest.approx(0.0, abs=1e-6))


def test_moves_that_always_end_may_have_been_left_at_any_value():
    """A network makes something of them, 3.0 here and 5.5 there; where moves slip, those that go on were learned."""
    answers = []
    for name, value in [("A", 3.0), ("E", 5.5), ("D", 0.0)]:
        setting = BY_ID[name]
        q = dropped(setting.problem(), np.full((4, 2), value))
        answers.append(answer_of(setting, np.where(setting.mdp.terminal[:, None], [1.0, 2.0], q)))
    assert [answer.verdict for answer in answers] == [SUSPECTED] * 3
    assert answers[0].q[2, 1] == 3.0
    assert suspects(answers)[0].bug == "terminal-transitions-dropped"


def test_values_that_look_few_moves_ahead_may_wait_for_a_sync_unless_it_is_seen_to_have_been_made():
    problem, weights = BY_ID["A"].problem(), np.ones(3)
    short = np.array([[0.0, 2], [0, 0], [2, 9], [0, 0]])
    hidden = object()
    behind = SimpleNamespace(model=[weights], target=[0.5 * weights])
    level = SimpleNamespace(model=[weights], target=[0.999 * weights])
    table = SimpleNamespace(q=short)
    assert [in_step(agent) for agent in (hidden, behind, level)] == [False, False, True]
    found = [few_syncs(problem, short, 7.76, agent) for agent in (hidden, behind, level, table)]
    assert found == [True, True, False, False]
    assert not few_syncs(problem, optimal(problem) / 2, 4.5, hidden), "no number of moves ahead gives half of all"


@pytest.mark.parametrize(("errors", "rest"), [((1.0, 1.1, 1.0), True), ((1.0, 0.9, 0.7), False)])
def test_noise_does_not_hide_that_four_times_the_steps_bring_it_no_nearer(errors, rest):
    """A learner that was trained elsewhere moves on by 0.3 from one budget to the next."""
    setting = BY_ID["D"]
    live, exact = ~setting.mdp.terminal, optimal(setting.problem())
    runs = []
    for k, error in enumerate(errors):
        q = exact + np.where(live[:, None], [[0.3 * k, error]], 0.0)
        taken = np.full(q.shape, 500)
        runs.append(Run(0, 1_000 * 2**k, Learned(q, q.argmax(axis=1), None), taken, taken, Trace.of([]), None))
    answer = judge(setting, runs, learns="optimal")
    assert settled(answer, trained=True) == rest
    assert not settled(answer)
