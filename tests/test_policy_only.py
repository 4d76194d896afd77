"""Agents that show only what they do are judged by that, on lines that tell bugs from what is right."""

from functools import partial

import numpy as np
import pytest
from mutants import actor_critic, tabular
from mutants.registry import MUTANTS, RIGHT, own
from mutants.tabular import training

import agents
from agents import sample_average
from agents.checkup import PASS, SUSPECTED, UNCLEAR, checkup
from agents.checkup.adapters import Learned
from agents.checkup.conduct import Behaviour, explanations
from agents.checkup.constants import OF_WINDOWS
from agents.checkup.evidence import judge
from agents.checkup.fingerprints import FINGERPRINTS
from agents.checkup.naming import Suspect
from agents.checkup.operators import OTHERS
from agents.checkup.policies import PATIENCE, ask_policy
from agents.checkup.probes import SETTINGS, Setting, probe
from agents.checkup.recording import Trace
from agents.checkup.slowness import FORGETTING, STEP_SIZES, TURN, TURNING, TurningLine, forgets, growing, seems_slow
from agents.checkup.telling import LINES, TOLD, WIDE, _with_gamma, preferences, right, search, told
from agents.checkup.trainings import Run, Trainer
from agents.epsilon import EpsilonGreedy

COURSE = Setting("A", "the course's line, begun anywhere", {"start": (1 / 3, 1 / 3, 1 / 3, 0)})


class Shown:
    """Nothing but what it does."""

    def __init__(self, agent):
        self._agent = agent

    def act(self, state):
        return self._agent.act(state)


def hidden(train):
    return lambda env, **how: Shown(train(env, **how))


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


def run_of(actions, *, seed=0, steps=8_000, share=0.95):
    actions = np.asarray(actions)
    taken = np.where(np.eye(2)[actions] > 0, 1_000 * share, 1_000 * (1 - share)).astype(int)
    learned = Learned(None, actions, None)
    return Run(seed, steps, learned, taken, taken, [], Shown(type("A", (), {"act": lambda _, s: int(actions[s])})()))


def behaviour_of(setting, actions, *, seeds=2, share=0.95):
    problem = setting.problem()
    runs = [run_of(actions, seed=seed, share=share) for seed in range(seeds)]
    scale = np.abs(right(problem)[~problem.mdp.terminal]).max()
    return Behaviour(setting, runs, [np.asarray(actions)] * seeds, preferences(right, problem, scale))


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


def acting(operator):
    """What an agent with a bug does on every line, where it prefers anything."""
    return [behaviour_of(line, (operator(line.problem())[:, 1] > operator(line.problem())[:, 0]) * 1) for line in LINES]


def test_what_is_right_needs_no_explanation():
    assert explanations(acting(right)) == []


SOME = ("gamma-zero", "terminal-bootstrap", "truncation-as-termination", "reward-clipped", "observation-aliased")


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


class Growing:
    """Looks ahead as with a discount that depends on the steps, and has time for so many at once, in PATIENCE."""

    budget = 60.0

    def __init__(self, discounts, time):
        self._discounts, self._time = discounts, time
        self.longest = 0

    def affords(self, steps, until=0.0):
        return steps <= self._time * PATIENCE

    def run(self, setting, seed, steps):
        self.longest = max(self.longest, steps)
        q = _with_gamma(self._discounts.get(steps // PATIENCE, 0.8))(setting.problem())
        return run_of(q.argmax(axis=1), seed=seed, steps=steps)


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
def test_a_slow_learner_is_not_accused_however_few_lines_there_was_time_for(alpha, budget):
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
@pytest.mark.parametrize("name", RIGHT)
def test_no_agent_that_is_right_is_accused_by_behaviour(name):
    train, _, options = RIGHT[name]
    assert checkup(hidden(train), **options).verdict != SUSPECTED


# --- slow or at rest ---


def counts_of(times):
    return np.array([[times, times]] * 3 + [[0, 0]])


def test_values_grow_to_what_is_right_by_their_targets():
    problem = COURSE.problem(acting=np.array([[0, 1]] * 3 + [[1, 0]], dtype=float))  # always right
    times = 1_000
    q = growing(problem, counts_of(times), 1)
    # In state 3 right pays 9 and ends: what is not yet learned of it shrinks with every try, as exp(-a k).
    np.testing.assert_allclose(q[:, 2, 1], 9 * (1 - np.exp(-STEP_SIZES * times)))
    np.testing.assert_allclose(q[-1, :3], right(problem)[:3], rtol=1e-3)
    # At first only what is paid within the window is learned: 2 for one step right from state 1, of three steps
    # 2 + 0.8 x 0 + 0.64 x 9 = 7.76; left, back in state 1, 0 + 0.8 x 2 + 0.64 x 0 = 1.6.
    one, three = (growing(problem, counts_of(times), n)[0, 0] / (STEP_SIZES[0] * times) for n in (1, 3))
    np.testing.assert_allclose(one, [0, 2], atol=1e-3)
    np.testing.assert_allclose(three, [1.6, 7.76], rtol=1e-3)


def test_under_hubers_loss_a_value_moves_by_no_more_than_its_step_size():
    problem = COURSE.problem(acting=np.array([[0, 1]] * 3 + [[1, 0]], dtype=float))
    q = growing(problem, counts_of(100), 1, huber=True)[:, 2, 1]
    far = STEP_SIZES * 100 < 8  # 9 is more than 1 away
    np.testing.assert_allclose(q[far], STEP_SIZES[far] * 100)
    assert q[-1] == pytest.approx(9)


def test_a_window_ends_where_it_is_cut_off():
    always_right = np.array([[0, 1]] * 3 + [[1, 0]], dtype=float)
    cut = Setting("Y", "the course's line", {"start": (1, 0, 0, 0)}, limit=2).problem(acting=always_right)
    q = growing(cut, counts_of(50), 3)[0] / (STEP_SIZES[0] * 50)
    # The second step, in state 2, is always the last: right pays 0, and nothing more is seen, though 0.8 x 9 follows.
    assert q[1, 1] == pytest.approx(0, abs=1e-3)
    assert q[0, 1] == pytest.approx(2 + 0.8 * 0, abs=1e-3)


@pytest.mark.parametrize(
    ("alpha", "initial", "forgotten"),
    [
        (0.1, 0, True),
        (0.05, 0, True),
        (1e-3, 0, False),
        (sample_average, 0, False),
        (2e-4, 5, False),
        (1e-3, -5, False),
    ],
)
def test_only_who_learns_fast_enough_forgets(alpha, initial, forgotten):
    trainer = Trainer(partial(own, alpha=alpha, initial_value=initial, policy=EpsilonGreedy(0.3)), 60.0)
    assert forgets(trainer, seed=0) is forgotten
    assert trainer.longest == 0  # what it took there says nothing of other lines


def test_who_has_no_time_to_forget_does_not():
    trainer = Trainer(partial(own, alpha=0.1, policy=EpsilonGreedy(0.3)), 60.0, seconds_per_step=1.0)
    assert not forgets(trainer, seed=0)


def test_rewards_turn():
    env = TurningLine(TURNING)
    env.reset(seed=0)
    rewards = []
    for _ in range(FORGETTING):
        _, reward, terminated, truncated, _ = env.step(0)  # left: from states 1 and 2 into state 1, from 3 into 2
        rewards.append(round(reward, 6))
        if terminated or truncated:
            env.reset()
    assert set(rewards[:TURN]) == {0.0, -9.0}
    assert set(rewards[TURN:]) == {0.0, 0.09}


@pytest.mark.parametrize("bug", SOME)
def test_a_bug_does_otherwise_than_values_that_grow(bug):
    seen = acting(FINGERPRINTS[bug][0])
    assert not seems_slow(seen, explanations(seen)[0])


def test_who_is_sure_where_a_bug_has_no_preference_is_slow():
    # Left or right of state 2 of P1, and of state 1 of P2, nothing is paid: who looks no move ahead takes either.
    no_future = FINGERPRINTS["gamma-zero"][0]
    at_rest, growing_slowly = acting(no_future), acting(lambda p: no_future(p) + 0.01 * right(p))
    assert [seen[k].done[0][2 - 1 - k] for seen in (at_rest, growing_slowly) for k in (0, 1)] == [0, 0, 1, 1]
    for seen, slow in ((at_rest, False), (growing_slowly, True)):
        named = explanations(seen)
        assert named[0].bug == "gamma-zero"
        assert seems_slow(seen, named[0]) is slow


SLOW = [agents.MonteCarlo, agents.NStepQ, agents.SarsaLambda, agents.QLambda, agents.ExpectedSarsa, agents.DynaQ]


@pytest.mark.parametrize("kind", [SLOW[0], *(pytest.param(kind, marks=pytest.mark.slow) for kind in SLOW[1:])])
def test_no_kind_of_slow_learner_is_accused(kind):
    train = hidden(partial(own, kind=kind, alpha=1e-5, policy=EpsilonGreedy(0.1)))
    assert checkup(train, learns="on-policy", seeds=(4104, 4204, 4304)).verdict == UNCLEAR


#: What only one kind of growth explains of somebody who does the worse thing 19 times in 20, and so learns it sooner.
SLOWLY = {
    # Left pays 2, right 100: by squares 19 x 2 < 100, but under Huber's loss each visit moves either as far.
    "Huber's loss": (Setting("H", "", {"rewards": (2, 100, 0), "start": (1, 0, 0)}, gamma=0.01, limit=1), [0, 1, 0]),
    # Right in state 1 pays nothing at once, and about a tenth of what left does within three steps.
    "several steps": (Setting("N", "", {"rewards": (0.5, 0, 0.05), "start": (0.5, 0.5, 0)}), [1, 1, 0]),
}


@pytest.mark.parametrize("kind", SLOWLY)
def test_slow_growth_of_each_kind_is_known(kind):
    assert seems_slow([behaviour_of(*SLOWLY[kind])], Suspect("gamma-zero", 0.0))


@pytest.mark.parametrize(
    ("slow", "forgotten", "verdict"), [(False, False, SUSPECTED), (True, False, UNCLEAR), (True, True, SUSPECTED)]
)
def test_who_seems_slow_is_accused_only_if_it_forgets(monkeypatch, slow, forgotten, verdict):
    monkeypatch.setitem(ask_policy.__globals__, "seems_slow", lambda *_: slow)
    monkeypatch.setitem(ask_policy.__globals__, "forgets", lambda *_, **__: forgotten)
    trainer = Growing({0: 0.5, 1: 0.5}, 5)
    first = judge(SETTINGS[0], [trainer.run(SETTINGS[0], 0, 1_000)], learns="optimal")
    (check, *_), named, _ = ask_policy(trainer, first, seeds=(0, 1))
    assert (check.verdict, bool(named)) == (verdict, verdict == SUSPECTED), check.evidence
