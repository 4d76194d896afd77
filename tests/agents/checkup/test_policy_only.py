"""Agents that show only what they do are judged by that, on lines that tell bugs from what is right."""

import numpy as np
import pytest
from mutants import actor_critic, tabular
from mutants.registry import MUTANTS, RIGHT
from mutants.tabular import training
from policy_cases import COURSE, SOME, Growing, acting, behaviour_of, hidden

from agents.checkup import PASS, SUSPECTED, UNCLEAR, checkup
from agents.checkup.adapters import Learned
from agents.checkup.conduct import Behaviour, explanations
from agents.checkup.constants import OF_WINDOWS
from agents.checkup.evidence import judge
from agents.checkup.operators import OTHERS
from agents.checkup.policies import PATIENCE, ask_policy
from agents.checkup.probes import SETTINGS, Setting, probe
from agents.checkup.recording import Trace
from agents.checkup.telling import LINES, TOLD, WIDE, preferences, right, search, told
from agents.checkup.trainings import Run

# --- the lines ---


def test_a_preference_is_the_gap_that_all_ways_of_exploring_leave():
    # In state 3 right is worth 9, and left 7.76 for the best policy and less for those that explore.
    assert preferences(right, COURSE.problem(), 9.0)[2] == pytest.approx((9 - 7.76) / 9)
    # In state 2 the second step counts: 7.2 against 6.208.
    assert preferences(right, COURSE.problem(), 9.0)[1] <= (7.2 - 6.208) / 9 + 1e-9


@pytest.fixture(scope="module")
def widest():
    tables = [told(line) for line in LINES]
    return {bug: max(table[bug] for table in tables) for bug in tables[0]}


@pytest.mark.parametrize(("bug", "constant"), [(bug, constant) for bug, constant, _ in TOLD])
def test_some_line_tells_every_bug_widely(widest, bug, constant):
    assert widest[bug, constant] > WIDE


def test_a_search_finds_lines_that_tell():
    found = list(search(tries=12, seed=0))
    assert found
    for setting, bugs in found:
        problem = setting.problem()
        scale = np.abs(right(problem)).max()
        apart = [bug for bug in TOLD if bugs[bug[:2]] > 0]
        best = np.sign(preferences(right, problem, scale))
        assert all(any((np.sign(preferences(f, problem, scale)) == -best).any() for f in bug[2]) for bug in apart)


# --- what is said of what was done ---


@pytest.mark.parametrize(
    ("actions", "share", "seeds", "verdict"),
    [
        ([1, 1, 1, 0], 0.95, 2, PASS),
        ([1, 1, 0, 0], 0.95, 2, SUSPECTED),
        ([1, 1, 0, 0], 0.6, 2, UNCLEAR),
        ([1, 1, 0, 0], 0.95, 1, UNCLEAR),
        ([1, 1, 0, 0], 1.0, 2, PASS),
    ],
    ids=["right", "wrong", "undecided", "of one seed", "never tried otherwise"],
)
def test_only_what_seeds_settle_on_is_wrong(actions, share, seeds, verdict):
    assert behaviour_of(COURSE, actions, share=share, seeds=seeds).verdict == verdict


def test_what_is_right_needs_no_explanation():
    assert explanations(acting(right)) == []


@pytest.mark.parametrize(
    ("bug", "constant", "operator"),
    [
        pytest.param(bug, constant, operator, id=f"{bug} {constant}", marks=[] if bug in SOME else pytest.mark.slow)
        for bug, constant, operators in TOLD
        if bug not in OF_WINDOWS  # whose windows hold what it did itself: the mutants tell
        for operator in operators
    ],
)
def test_what_a_bug_does_is_explained_by_it(bug, constant, operator):
    seen = acting(operator)
    named = explanations(seen)
    assert bug in [suspect.bug for suspect in named if suspect.score <= named[0].score + 0.003]


# --- agents ---


@pytest.mark.parametrize("kind", [actor_critic.Right, actor_critic.Reinforce])
def test_a_right_policy_gradient_passes(kind):
    report = checkup(training(kind), budget=30)
    assert report.verdict == PASS, str(report)


class ShowsPreferences(actor_critic.Right):
    """Decides seldom for good, so that its preferences come to rest, where a network of values might be."""

    bonus = 0.03

    def model(self, rows):
        return np.asarray(rows) @ self._preferences


def test_preferences_are_not_taken_for_wrong_values():
    report = checkup(training(ShowsPreferences), budget=20)
    verdicts = {check.id: check.verdict for check in report.checks}
    assert (report.verdict, verdicts["values A"], verdicts["policy"]) == (UNCLEAR, UNCLEAR, PASS), str(report)
    assert "judged by its actions" in report.advice


def test_an_action_that_is_better_for_its_own_policy_is_not_wrong():
    # Left for ever is worth 1 / (1 - 0.8) = 5. For who leaves state 1 nine times in ten it is 2.83, so that going
    # left from state 2, at 1 + 0.8 x 2.83 = 3.26, is worse than ending for 3.5; for who stays, at 4.12, it is better.
    setting = Setting("X", "two states", {"rewards": (1, 0, 3.5), "start": (0.5, 0.5, 0)})
    seen = {}
    for name, first in {"leaves": [100, 900], "stays": [900, 100]}.items():
        taken = np.array([first, [100, 900], [0, 0]])
        run = Run(0, 2_000, Learned(None, taken.argmax(axis=1), None), taken, taken, Trace.of([]), None)
        seen[name] = Behaviour(setting, [run], [taken.argmax(axis=1)], preferences(right, setting.problem(), 5.0))
    assert seen["leaves"].better_for_it[0, :2].tolist() == [False, True]
    assert seen["stays"].better_for_it[0, :2].tolist() == [True, False]


#: what is planted in an actor-critic: ids among the first two suspects
PLANTED = {
    actor_critic.NoTerminalMask: "terminal-bootstrap",
    actor_critic.TakesCutsForEnds: "truncation-as-termination",
    actor_critic.ReinforceOfCutReturns: "truncation-as-termination",
    actor_critic.ResetAsNext: "reset-observation-as-next",
    actor_critic.NoFuture: "gamma-zero",
    actor_critic.Clipped: "reward-clipped",
    actor_critic.OtherGamma: "wrong-gamma",
}


@pytest.mark.parametrize(
    "kind", [actor_critic.TakesCutsForEnds, *(pytest.param(k, marks=pytest.mark.slow) for k in PLANTED)]
)
def test_a_bug_in_a_policy_gradient_is_named(kind):
    report = checkup(training(kind), budget=40)
    assert report.verdict == SUSPECTED, str(report)
    assert PLANTED[kind] in report.suspects[:2]
    assert all(f"<h3>{line.id}: " in report.html() for line in LINES)
    assert any(f"<td class=bad>{way}<td>" in report.html() for way in ("left", "right"))


def test_who_never_tries_is_not_accused():
    train, _, options = RIGHT["Q-learning, greedy"]
    report = checkup(hidden(train), budget=20, **options)
    assert report.verdict == UNCLEAR
    assert "not covered" in report.advice


@pytest.mark.parametrize(
    ("discounts", "time", "verdict", "longest"),
    [
        ({0: 0.5, 1: 0.5}, 5, SUSPECTED, 1),
        ({0: 0.3, 1: 0.5, 2: 0.5}, 5, SUSPECTED, 2),
        ({0: 0.3, 1: 0.5}, 5, UNCLEAR, 2),
        ({0: 0.5}, 5, UNCLEAR, 1),
    ],
    ids=["at rest", "at rest later", "slow", "slow at first"],
)
def test_what_is_wrong_must_outlast_patience_until_that_mends_nothing(monkeypatch, discounts, time, verdict, longest):
    monkeypatch.setitem(ask_policy.__globals__, "seems_slow", lambda *_: False)  # of growth other tests tell
    trainer = Growing(discounts, time)
    first = judge(SETTINGS[0], [trainer.run(SETTINGS[0], 0, 1_000)], learns="optimal")
    (check, *_), named, _ = ask_policy(trainer, first, seeds=(0, 1))
    assert (check.id, check.verdict) == ("policy", verdict), check.evidence
    assert [suspect.bug for suspect in named[:1]] == (["wrong-gamma"] if verdict == SUSPECTED else [])
    assert trainer.longest == longest * PATIENCE


@pytest.mark.parametrize(("alpha", "budget"), [(1e-4, 8), (3e-4, 8), (1e-7, 4), (1e-7, 60), (1e-4, 40)])
def test_a_slow_learner_is_not_accused_however_few_lines_there_was_time_for(alpha, budget, seconds_per_step):
    seconds_per_step[0] = 3e-4

    class Slow(tabular.Right):
        pass

    Slow.alpha = alpha
    assert checkup(hidden(training(Slow)), budget=budget).verdict == UNCLEAR


def test_a_line_draws_otherwise_than_an_agent_of_the_same_seed():
    env, rng = probe(LINES[1]), np.random.default_rng(0)  # a line cut off after one step
    env.reset(seed=0)
    for _ in range(200):
        env.step(int(rng.random() < 0.5))
        env.reset()
    assert Trace.of(env.rows).counts((5, 2))[:4].min() > 10


#: Mutants that behaviour alone does not convict, or does not name, and why.
UNSEEN = {
    "autoreset-transition-learned": "on lanes only, and it leaves all actions the best",
    "gradient-through-target": "its error is small, and the best action stays the best",
    "mean-for-max": "right for a learner of its own policy's values",
    "on-policy-bootstrap": "right for a learner of its own policy's values",
    "dueling-mean-over-batch": "of values that are not shown",
    "load-incomplete": "of what is hidden here",
    "target-is-the-network": "of what is hidden here",
    "rewards doubled": "the best actions are the same",
    "reset step learned": "convicted; no line was searched for it, and reset-observation-as-next is as near",
    **dict.fromkeys(OTHERS, "convicted; no lines were searched for it, so that it passes for another bug"),
    "reward-rounded": "the best actions are the same",
    "target-never-synced": "convicted; its frozen values began at 3, which nobody can know",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in MUTANTS if name not in UNSEEN])
def test_a_mutant_is_named_by_behaviour_alone(name):
    train, bugs, options = MUTANTS[name]
    report = checkup(hidden(train), **options)
    assert report.verdict == SUSPECTED, str(report)
    assert set(bugs) & set(report.suspects[:2])


@pytest.mark.slow
def test_no_agent_that_is_right_is_accused_by_behaviour_and_most_pass():
    verdicts = {name: checkup(hidden(train), **options).verdict for name, (train, _, options) in RIGHT.items()}
    assert [name for name, verdict in verdicts.items() if verdict == SUSPECTED] == []
    unclear = {name for name, verdict in verdicts.items() if verdict == UNCLEAR}
    # The first two have hardly begun, the third tries too little.
    assert unclear <= {"Q-learning, alpha 1e-7", "Q-learning, alpha 0.01", "Q-learning, greedy"}
