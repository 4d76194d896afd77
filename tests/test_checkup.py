"""The checkup convicts agents that are wrong, names the bug, and accuses none that is right or not yet trained."""

import json
import runpy
import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from gymnasium.error import ResetNeeded
from mutants import tabular
from mutants.registry import MUTANTS, RIGHT, UNKNOWN, own
from mutants.tabular import training

from agents import train as train_in
from agents.checkup import (
    PASS,
    SUSPECTED,
    UNCLEAR,
    asking,
    behaviour,
    checkup,
    parametrize_with_probes,
    trainings,
    white_box,
)
from agents.checkup.__main__ import main
from agents.checkup.adapters import Learned
from agents.checkup.asking import answers_of, ask
from agents.checkup.constants import estimates
from agents.checkup.evidence import LONG, judge
from agents.checkup.fingerprints import FINGERPRINTS, optimal
from agents.checkup.motion import runs_away, settled
from agents.checkup.naming import aliases, nearly, suspects
from agents.checkup.outcome import explained, of_another_kind
from agents.checkup.probes import MIRRORED, SETTINGS, SHOWN_THE_END, frequencies, probe, probe_lanes
from agents.checkup.problem import Problem
from agents.checkup.recording import Step, Trace
from agents.checkup.trainings import Run, Trainer
from agents.epsilon import EpsilonGreedy, Linear
from rl_line import reward_line
from rl_line.dp import action_values, policy_evaluation, policy_iteration
from rl_line.dp.fixed_points import n_step_values
from rl_line.mdp import TabularMDP

BY_ID = {setting.id: setting for setting in SETTINGS}
RIGHT_AGENT = training(tabular.Right)


def explore(env, steps, seed):
    """Acts at random and learns nothing."""
    rng = np.random.default_rng(seed)
    env.reset(seed=seed)
    for _ in range(steps):
        *_, ended, cut, _ = env.step(int(rng.integers(2)))
        if ended or cut:
            env.reset()


def run_of(q, *, seed=0, steps=8_000, trace=(), visits=500, agent=None, resets=()):
    q = np.asarray(q, float)
    taken = np.full(q.shape, visits)
    return Run(seed, steps, Learned(q, q.argmax(axis=1), None), taken, taken, Trace.of(trace), agent, resets)


def answer_of(setting, q, *, earlier=None):
    """What is said of values that three seeds agree on and that came to rest."""
    first = [run_of(q if earlier is None else earlier, steps=steps) for steps in (2_000, 4_000)]
    return judge(setting, [*first, *(run_of(q, seed=seed) for seed in range(3))], learns="optimal")


def sarsa(env, *, gamma, steps, seed, rests=0.5, ended_is=0.0):
    """Sarsa whose epsilon falls from 1 to 0.05 until a share of its steps is left."""
    rng, q = np.random.default_rng(seed), np.zeros((env.observation_space.n, 2))

    def chosen(state, time):
        epsilon = max(0.05, 1 - time / ((1 - rests) * steps))
        return int(rng.integers(2)) if rng.random() < epsilon else int(q[state].argmax())

    state, _ = env.reset(seed=seed)
    action = chosen(state, 0)
    for time in range(steps):
        following, reward, ended, cut, _ = env.step(action)
        after = chosen(following, time)
        value = ended_is if ended else q[following, after]
        q[state, action] += 0.1 * (reward + gamma * value - q[state, action])
        state, action = following, after
        if ended or cut:
            state, _ = env.reset()
            action = chosen(state, time)
    return SimpleNamespace(q=q)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.id)
def test_exact_values_pass(setting):
    assert answer_of(setting, optimal(setting.problem())).verdict == PASS


@pytest.mark.parametrize("bug", FINGERPRINTS)
def test_the_values_of_a_bug_are_named(bug):
    answers = [answer_of(setting, FINGERPRINTS[bug][0](setting.problem())) for setting in SETTINGS]
    assert SUSPECTED in {answer.verdict for answer in answers}
    assert bug in [suspect.bug for suspect in suspects(answers)[:2]]


def test_zeros_beyond_the_next_reward_are_gamma_zero_or_a_target_that_is_never_synced():
    q = [FINGERPRINTS["gamma-zero"][0](setting.problem()) for setting in SETTINGS]
    named = suspects([answer_of(setting, table) for setting, table in zip(SETTINGS, q, strict=True)])
    assert {suspect.bug for suspect in named[:2]} == {"gamma-zero", "target-never-synced"}


@pytest.mark.parametrize(("gamma", "scale", "shift"), [(0.95, 1, 0), (0.8, 3, 0), (0.8, 1, -0.5), (0.5, 1, 0)])
def test_constants_are_estimated(gamma, scale, shift):
    mdp = reward_line()
    used = TabularMDP(mdp.successor, mdp.probability, scale * mdp.reward + shift, mdp.terminal, mdp.start)
    found = estimates(Problem(mdp, 0.8), optimal(Problem(used, gamma)))
    expected = {"gamma": gamma, "scale": scale, "shift": shift}
    changed = {"gamma": 0.8, "scale": 1, "shift": 0}
    (name,) = (name for name in expected if expected[name] != changed[name])
    assert getattr(found, name) == pytest.approx(expected[name])


def test_the_discount_in_use_is_said():
    answers = [answer_of(setting, optimal(Problem(setting.mdp, 0.95, shown=setting.shown))) for setting in SETTINGS]
    first = suspects(answers)[0]
    assert first.bug == "wrong-gamma"
    assert str(first) == "wrong-gamma (0.95)"


def test_values_that_still_go_where_they_went_have_not_settled():
    exact = optimal(BY_ID["A"].problem())
    slow = [
        judge(BY_ID["A"], [run_of(exact * share, steps=k) for k, share in enumerate(shares, 1)], learns="optimal")
        for shares in [(0.01, 0.02, 0.04), (0.4, 0.4, 0.4), (0, 0, 0.1)]
    ]
    assert [settled(answer) for answer in slow] == [False, True, False]


EVEN = np.full((6, 2), 0.5)


@pytest.mark.parametrize(
    ("kind", "table"),
    [
        ("on-policy", lambda mdp, g: action_values(mdp, policy_evaluation(mdp, EVEN[: mdp.num_states], g), g)),
        ("n-step", lambda mdp, g: n_step_values(mdp, g, 3, lambda q: EVEN[: len(q)], lambda q: q.max(axis=1))),
        ("", lambda mdp, g: 0.93 * policy_iteration(mdp, g).q),
    ],
)
def test_values_of_another_kind_of_learner_are_told_apart(kind, table):
    # Of one seed, that tried all actions as often: it may still learn.
    settings = [setting for setting in SETTINGS if setting.limit >= LONG]
    runs = [run_of(table(setting.mdp, setting.gamma)) for setting in settings]
    answers = [judge(setting, [run], learns="optimal") for setting, run in zip(settings, runs, strict=True)]
    assert UNCLEAR in {answer.verdict for answer in answers}
    assert of_another_kind(answers) == kind
    checks = [behaviour.Check(f"values {answer.setting.id}", answer.verdict, "") for answer in answers]
    _, told = explained([], answers, checks, learns="optimal")
    assert any(f"learns='{kind}'" in check.evidence for check in told) == bool(kind)


def test_the_n_of_a_network_is_told_by_the_states_that_it_acts_in():
    setting = BY_ID["B"]
    q = n_step_values(setting.mdp, setting.gamma, 3, lambda q: EVEN[: len(q)], lambda q: q.max(axis=1))
    q[setting.mdp.terminal] = [1.0, 3.0]  # whatever a network makes of the end
    answer = judge(setting, [run_of(q)], learns="n-step")
    assert (answer.verdict, answer.error) == (PASS, 0)


def test_values_that_creep_towards_what_is_right_have_not_settled():
    # The last move is a twelfth of what is left, and less than half of the move before.
    exact = optimal(BY_ID["A"].problem())
    for way, expected in [(exact, False), (np.roll(exact, 1, axis=0) * [1, -1], True)]:
        runs = [run_of(0.2 * exact + share * way, steps=k) for k, share in enumerate((0, 0.16, 0.21), 1)]
        assert settled(judge(BY_ID["A"], runs, learns="optimal")) == expected


@pytest.mark.parametrize(("rests", "ended_is", "verdict"), [(0.5, 0, PASS), (0, 0, UNCLEAR), (0.5, 5, SUSPECTED)])
def test_a_policy_that_still_changes_is_told_to_rest(rests, ended_is, verdict):
    report = checkup(partial(sarsa, rests=rests, ended_is=ended_is), learns="on-policy")
    assert report.verdict == verdict, str(report)
    assert ("still changes" in report.advice) == (verdict == UNCLEAR)


def test_seeds_that_differ_are_no_evidence():
    setting = BY_ID["A"]
    exact = optimal(setting.problem())
    runs = [run_of(exact * share, seed=seed) for seed, share in enumerate((0.7, 1.0, 0.75))]
    answer = judge(setting, runs, learns="optimal")
    assert (answer.verdict, answer.reason[:9]) == (UNCLEAR, "too noisy")


def test_what_was_never_tried_is_not_judged():
    answer = judge(BY_ID["A"], [run_of(np.zeros((4, 2)), visits=3)], learns="optimal")
    assert answer.verdict == UNCLEAR
    assert answer.reason.startswith("not covered: (1, left), (1, right), (2, left)")


@pytest.mark.parametrize(
    ("kind", "setting", "bug"),
    [
        (tabular.TerminalBootstrap, "B", "terminal-bootstrap"),
        (tabular.TruncationAsTermination, "C", "truncation-as-termination"),
        (tabular.TerminationAtLimitAsTruncation, "T", "termination-at-limit-as-truncation"),
        (tabular.RewardShifted, "E", "reward-shifted"),
    ],
)
def test_a_mutant_is_named_on_the_setting_that_shows_it(kind, setting, bug):
    answer = ask(Trainer(training(kind), 20), BY_ID[setting], learns="optimal", steps=2_000, seeds=(0, 1))
    assert answer.verdict == SUSPECTED
    assert bug in [suspect.bug for suspect in aliases(suspects([answer]))]


@pytest.mark.parametrize(
    ("kind", "setting"), [(tabular.TerminalBootstrap, "A"), (tabular.TruncationAsTermination, "A")]
)
def test_a_mutant_passes_where_its_bug_does_not_matter(kind, setting):
    answer = ask(Trainer(training(kind), 20), BY_ID[setting], learns="optimal", steps=2_000, seeds=(0, 1))
    assert answer.verdict == PASS


def test_a_line_and_its_mirror_image_differ_in_nothing_else():
    line, image = (BY_ID[name].mdp for name in MIRRORED)
    exact = [optimal(BY_ID[name].problem())[~mdp.terminal] for name, mdp in zip(MIRRORED, (line, image), strict=True)]
    np.testing.assert_allclose(exact[0], exact[1][::-1, ::-1])
    np.testing.assert_array_equal(line.start, image.start[::-1])


def test_a_bug_that_makes_values_noisy_is_named_though_they_never_come_to_rest():
    report = checkup(training(tabular.ResetObservationAsNext))
    assert (report.verdict, report.suspects[:1]) == (SUSPECTED, ["reset-observation-as-next"])


def test_a_right_agent_passes_and_says_so():
    report = checkup(RIGHT_AGENT, epsilon=0.3)
    assert (report.verdict, report.suspects, report.exit_code) == (PASS, [], 0)
    assert {check.id for check in report.checks if check.verdict == PASS} >= {f"values {name}" for name in BY_ID}
    assert str(report).startswith("pass. All that was learned")


def test_an_agent_that_never_began_is_not_accused():
    def train(env, *, gamma, steps, seed):
        return tabular.Right(env, gamma=gamma, seed=seed).train(env, 0, seed) if steps < 0 else Idle(env, steps, seed)

    report = checkup(train, budget=5, steps=200)
    assert report.verdict == UNCLEAR
    assert "not trained" in report.advice


@pytest.mark.parametrize(("moved", "expected"), [(0.0, [UNCLEAR, UNCLEAR]), (0.1, [UNCLEAR, SUSPECTED])])
def test_values_that_are_alike_on_every_line_have_not_begun_whatever_was_covered(moved, expected):
    q = np.random.default_rng(0).normal(size=(4, 2))
    unseen = judge(BY_ID["A"], [run_of(q, visits=5)], learns="optimal")
    answers = asking._that_began([unseen, answer_of(BY_ID["B"], q + moved)])
    assert [answer.verdict for answer in answers] == expected


class Idle:
    """Explores and learns nothing, as before `learning_starts`."""

    def __init__(self, env, steps, seed):
        self.q = np.random.default_rng(seed).normal(size=(env.observation_space.n, env.action_space.n)) / 10
        explore(env, steps, seed)


@pytest.mark.parametrize("alpha", [1e-7, 1e-4])
def test_a_slow_learner_is_not_accused(alpha):
    class Slow(tabular.Right):
        pass

    Slow.alpha = alpha
    answer = ask(Trainer(training(Slow), 3), BY_ID["A"], learns="optimal", steps=300, seeds=(0, 1))
    assert answer.verdict == UNCLEAR


def test_values_that_are_no_numbers_are_suspected_and_reported(tmp_path):
    class Diverges(tabular.Right):
        def move(self, state, action, target):
            self.q[state, action] = np.nan

        def best(self, state):
            return 1

    report = checkup(training(Diverges), budget=5, steps=500)
    assert (report.verdict, report.suspects) == (SUSPECTED, [])
    assert "values A: the values are not finite numbers" in report.advice
    report.to_html(tmp_path / "page.html")
    report.to_json(tmp_path / "all.json")
    content = json.loads((tmp_path / "all.json").read_text(encoding="utf-8"), parse_constant=pytest.fail)
    assert content["settings"][0]["learned"][0] == [None, None]


def test_a_step_after_the_end_is_a_bug():
    def train(env, *, gamma, steps, seed):
        env.reset(seed=seed)
        for _ in range(steps):
            env.step(1)

    report = checkup(train, budget=5)
    assert report.verdict == SUSPECTED
    assert report.checks[-1].id == "after-end"
    assert ".." not in str(report)
    assert "In step 4 it acts in state 4, where the episode had terminated" in report.checks[-1].evidence


def test_seeds_that_differ_at_first_are_asked_again():
    setting = BY_ID["D"]
    wrong = optimal(setting.problem()) + 2

    def train(env, *, gamma, steps, seed):
        explore(env, steps, seed)
        return SimpleNamespace(q=wrong + ((0, 2, -2)[seed] if steps < 8_000 else 0))

    answer = ask(Trainer(train, 20), setting, learns="optimal", steps=1_000, seeds=(0, 1, 2))
    assert (answer.verdict, answer.runs[-1].steps) == (SUSPECTED, 8_000)


def test_other_settings_begin_with_half_the_steps_of_the_first():
    def train(env, *, gamma, steps, seed):
        explore(env, steps, seed)
        return SimpleNamespace(q=optimal(env.setting.problem()))

    def probed(setting):
        env = probe(setting)
        env.setting = setting
        return env

    answers = answers_of(Trainer(train, 20, probed), learns="optimal", seeds=(0, 1), steps=1_000)
    assert [answer.verdict for answer in answers] == [PASS] * len(SETTINGS)
    assert [answer.runs[0].steps for answer in answers] == [1_000, *[500] * (len(SETTINGS) - 2), 1_000]


def test_of_a_wrong_agent_no_more_is_asked_than_tells_its_bug():
    report = checkup(training(tabular.WrongGamma))
    asked = [check.id for check in report.checks if check.id.startswith("values")]
    assert report.suspects == ["wrong-gamma"]
    assert len(asked) < len(SETTINGS)
    assert asked[0] == "values A"


# --- what it did ---


def steps_of(actions, *, states=None, first=None):
    return [
        Step(0 if states is None else states[k], action, 0.0, 0, False, False, first is not None and first[k])
        for k, action in enumerate(actions)
    ]


A_PROBLEM = BY_ID["A"].problem()


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
    check = behaviour.exploration(A_PROBLEM, run_of(optimal(A_PROBLEM), trace=steps_of(actions)), declared)
    assert (check.verdict, check.suspects) == (verdict, bugs)


def leaning(right, mirrored_right):
    """Trainings on a line and on its mirror image, in which the right way is gone so often."""
    rng = np.random.default_rng(0)
    shares = right, 1 - mirrored_right
    return tuple(run_of(optimal(A_PROBLEM), trace=steps_of((rng.random(4_000) < one).astype(int))) for one in shares)


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


def test_a_training_that_nothing_was_seen_of_is_told_so():
    answer = judge(BY_ID["A"], [run_of(np.zeros((4, 2)), visits=0)], learns="optimal")
    assert answer.verdict == UNCLEAR
    assert "no step was seen" in answer.reason


NAMED = [
    ("reward-clipped", None, lambda p: paying(p, np.sign(p.mdp.reward))),
    ("reward-clipped", 5.0, lambda p: paying(p, np.clip(p.mdp.reward, -5, 5))),
    ("nstep-crosses-episodes", 2, lambda p: FINGERPRINTS["nstep-crosses-episodes"][0](replace(p, n=2))),
    ("nstep-gamma-power", 5, lambda p: FINGERPRINTS["nstep-gamma-power"][0](replace(p, n=5))),
    ("terminal-transitions-dropped", None, FINGERPRINTS["terminal-transitions-dropped"][0]),
]


def paying(problem, reward):
    return optimal(replace(problem, mdp=replace(problem.mdp, reward=reward)))


@pytest.mark.parametrize(("bug", "constant", "learned"), NAMED)
def test_a_bug_is_named_with_its_constant_first(bug, constant, learned):
    named = suspects([answer_of(BY_ID[name], learned(BY_ID[name].problem())) for name in "ABE"])
    assert named[0][::2] == (bug, constant)


def test_a_bonus_at_the_end_of_a_table_is_not_taken_for_a_last_move_never_learned():
    def learned(problem):
        return paying(problem, np.where(problem.live, problem.mdp.reward, problem.mdp.reward + 5))

    answers = [answer_of(BY_ID[name], learned(BY_ID[name].problem())) for name in "ABE"]
    assert {answer.verdict for answer in answers} == {SUSPECTED}
    assert suspects(answers) == []


def test_a_constant_that_changes_nothing_names_no_bug():
    runs = [run_of(optimal(BY_ID["A"].problem()), seed=seed) for seed in range(3)]
    answer = judge(
        BY_ID["A"], [*(run_of(runs[0].learned.q, steps=k) for k in (2_000, 4_000)), *runs], learns="on-policy"
    )
    assert answer.verdict == SUSPECTED
    assert {"wrong-gamma", "reward-scaled", "reward-moved"}.isdisjoint(suspect.bug for suspect in suspects([answer]))


def test_what_is_off_by_little_more_than_is_allowed_is_not_called_noisy():
    answer = answer_of(BY_ID["A"], 1.06 * optimal(BY_ID["A"].problem()))
    assert (answer.verdict, answer.reason) == (UNCLEAR, "hardly off: 0.54, where 0.45 is none; give more steps")


def test_a_training_that_fails_tells_on_which_setting():
    def train(env, *, gamma, steps, seed):
        return (
            tabular.Right(env, gamma=gamma, seed=seed).train(env, steps, seed)
            if env.observation_space.n == 4
            else 1 / 0
        )

    with pytest.raises(
        RuntimeError, match=r"train raised ZeroDivisionError on setting L .*, of 6 states, with gamma=0.8"
    ):
        checkup(train)


def test_seeds_may_be_numbers_of_numpy():
    assert checkup(RIGHT_AGENT, seeds=np.arange(2)).verdict == PASS
    with pytest.raises(TypeError, match="'float' object cannot be interpreted as an integer"):
        checkup(RIGHT_AGENT, seeds=(0.5, 1.5))


def test_a_bug_that_explains_all_settings_but_one_is_named_with_that_one():
    exact = {name: optimal(replace(BY_ID[name].problem(), gamma=0.6)) for name in "AB"}
    other = optimal(BY_ID["C"].problem()) + 5.0
    answers = [answer_of(BY_ID[name], q) for name, q in [*exact.items(), ("C", other)]]
    assert suspects(answers) == []
    named = nearly(answers)
    assert (named[0].bug, str(named[0])) == ("wrong-gamma", "wrong-gamma (0.6; all but C)")


def test_what_has_rested_is_at_rest_whatever_still_moves_elsewhere():
    truth = optimal(BY_ID["A"].problem())

    def tables(rests, moves):
        """The furthest off is at 3 from the truth or at rest where it began; another moves further away."""
        for k in range(4):
            q = truth.copy()
            q[1, 0], q[2, 0] = (truth[1, 0] - 4.0 if rests else truth[1, 0] - 4.0 + 0.5 * k), truth[2, 0] - moves * k
            yield q

    for rests, expected in [(True, True), (False, False)]:
        runs = [run_of(q, steps=1_000 * 2**k) for k, q in enumerate(tables(rests, 0.7))]
        assert settled(judge(BY_ID["A"], runs, learns="optimal")) == expected


@pytest.mark.parametrize(
    ("far", "expected"),
    [
        ((10, 14, 17), True),
        ((-10, -14, -20), True),
        ((-10, -14, -17), False),
        ((-10, -10.1, -10.3), False),
        ((10, 8, 12), False),
    ],
)
def test_values_run_away_upwards_or_ever_faster_downwards(far, expected):
    truth = optimal(BY_ID["A"].problem())
    runs = [run_of(truth + by, steps=1_000 * 2**k) for k, by in enumerate(far)]
    assert runs_away(judge(BY_ID["A"], runs, learns="optimal")) == expected


def test_no_training_begins_that_would_end_after_the_budget(monkeypatch):
    now = [0.0]

    def train(env, *, gamma, steps, seed):
        """Never settles, however long it takes."""
        explore(env, steps, seed)
        now[0] += 4e-4 * steps
        return SimpleNamespace(q_values=lambda s: 3 * np.random.default_rng(steps).normal(size=(99, 2))[np.asarray(s)])

    trainer = Trainer(train, 10.0)
    trainer._began = 0.0
    monkeypatch.setattr(trainings.time, "perf_counter", lambda: now[0])
    answers_of(trainer, learns="optimal", seeds=(0, 1, 2), steps=1_000)
    assert now[0] <= 10.0


@pytest.mark.parametrize(("unclear", "kept"), [("", 0.0), ("C", 0.25)])
def test_a_quarter_of_the_budget_is_kept_where_no_pass_is_possible(monkeypatch, unclear, kept):
    now, left = [0.0], {}

    def asked(trainer, setting, *, until, **_):
        """Takes long, as a network does, and is right but on one setting."""
        now[0], left[setting.id] = now[0] + 6.0, until
        answer = answer_of(setting, np.where(setting.mdp.terminal[:, None], (1, 2), optimal(setting.problem())))
        return replace(answer, verdict=UNCLEAR) if setting.id == unclear else answer

    monkeypatch.setattr(trainings.time, "perf_counter", lambda: now[0])
    monkeypatch.setattr(asking, "ask", asked)
    answers_of(Trainer(None, 60.0, _began=0.0), learns="optimal", seeds=(0, 1), steps=1_000)
    assert [left[setting] for setting in asking.WANTED] == [kept * 60] * 3


def learning(values):
    """A training that explores at random and learns the values that `values(steps)` says, [S, A] or a number."""

    def train(env, *, gamma, steps, seed):
        explore(env, steps, seed)
        q = np.zeros((env.observation_space.n, 2))
        q[:-1] = values(steps)
        return SimpleNamespace(q=q)

    return train


@pytest.mark.parametrize(("passing", "longest"), [(True, 64_000), (False, 16_000)])
def test_where_no_pass_is_possible_a_quarter_of_the_steps_is_enough_to_look_for_what_is_wrong(passing, longest):
    slow = Trainer(learning(lambda steps: steps / 64_000), 60.0)
    answer = ask(slow, BY_ID["A"], learns="optimal", steps=1_000, seeds=(0, 1), passing=passing)
    assert (answer.verdict, answer.runs[-1].steps) == (UNCLEAR, longest)


@pytest.mark.parametrize(("setting", "longest"), [("T", 8_000), ("B", 32_000)])
def test_what_is_tried_too_seldom_is_not_trained_ever_longer_where_that_is_not_needed(setting, longest):
    def train(env, *, gamma, steps, seed):
        """Goes left four times, however long it trains."""
        env.reset(seed=seed)
        for step in range(steps):
            *_, ended, cut, _ = env.step(int(step % (steps // 4) != 1))
            if ended or cut:
                env.reset()
        return SimpleNamespace(q=np.zeros((4, 2)))

    answer = ask(Trainer(train, 60.0), BY_ID[setting], learns="optimal", steps=4_000, seeds=(0, 1), trained=8_000)
    assert (answer.verdict, answer.runs[-1].steps) == (UNCLEAR, longest)


@pytest.mark.parametrize(("brings", "longest"), [(0.0, 8_000), (0.2, 64_000)])
def test_a_table_whose_values_move_about_and_come_no_nearer_is_not_trained_ever_longer(brings, longest):
    def values(steps):
        doublings = int(np.log2(steps / 1_000))
        return optimal(BY_ID["A"].problem())[:-1] + (-1) ** doublings * 4.0 * (1 - brings) ** doublings

    answer = ask(Trainer(learning(values), 60.0), BY_ID["A"], learns="optimal", steps=1_000, seeds=(0, 1))
    assert (answer.verdict, answer.runs[-1].steps) == (UNCLEAR, longest)


@pytest.mark.parametrize(
    ("later", "verdict", "bugs"),
    [(0.8, UNCLEAR, []), (0.6, SUSPECTED, ["wrong-gamma"])],
)
def test_what_no_bug_explains_is_looked_at_again_after_four_times_the_steps(later, verdict, bugs):
    strange = optimal(BY_ID["A"].problem()) + np.array([[3.0, -2.0], [0.5, 4.0], [-3.5, 5.0], [0.0, 0.0]])
    answers = [answer_of(BY_ID["A"], strange)]
    assert (answers[0].verdict, suspects(answers)) == (SUSPECTED, [])
    after = optimal(replace(BY_ID["A"].problem(), gamma=later))[:-1]
    trainer = Trainer(learning(lambda steps: after if steps >= 32_000 else strange[:-1]), 60.0)
    longer = asking.asked_longer(trainer, answers, learns="optimal", seeds=(0, 1, 2))
    assert [answer.verdict for answer in longer] == [verdict]
    assert (longer[0].reason == asking.STILL_MOVED) == (verdict == UNCLEAR)
    assert [suspect.bug for suspect in suspects(longer)][:1] == bugs


def test_which_of_two_actions_is_the_best_need_not_be_known_where_they_are_worth_the_same():
    # With a discount of 0.99 state 1 is worth 99.5 to the left and 100.5 to the right, state 3 is worth 100.5 and 9.
    problem = replace(A_PROBLEM, gamma=0.99)

    def seen(states, action, declared):
        trace = steps_of([action] * 4_000, states=states * (4_000 // len(states)))
        return behaviour.exploration(problem, run_of(optimal(problem), trace=trace), declared)

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
        run = run_of(np.zeros((4, 2)), trace=steps_of(taken, states=[state] * 4_000, first=first))
        return behaviour.first_actions(run, begun)[1:4:2]

    assert seen(usual.astype(int)) == (PASS, ())
    assert seen(other) == (UNCLEAR, ()), "no time to tell why"
    for taken, expected in [(other, (PASS, ())), (stale, (SUSPECTED, ("stale-first-observation",)))]:
        told = run_of(np.zeros((4, 2)), trace=steps_of(taken, states=[2] * 4_000, first=first))
        assert seen(other, lambda told=told: told) == expected


def test_the_line_that_tells_has_its_other_action_where_the_end_looks_like():
    # Left for ever is worth 1 / (1 - 0.8) from the first two states; right is worth 9 in the third.
    assert optimal(SHOWN_THE_END.problem())[:3].max(axis=1) == pytest.approx([5, 5, 9])
    assert optimal(SHOWN_THE_END.problem())[:3].argmax(axis=1).tolist() == [0, 0, 1]


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
        run_of(np.zeros((4, 2)), trace=steps_of([1] * 4, states=states, first=first), agent=Shows())
    )
    assert (check.verdict, check.suspects) == (SUSPECTED, ("stale-first-observation",))
    assert "in step 3 for 4, not 1" in check.evidence
    first = [True, False, False, False]
    check = behaviour.calls(
        run_of(np.zeros((4, 2)), trace=steps_of([1] * 4, states=states, first=first), agent=Shows())
    )
    assert (check.verdict, check.suspects) == (SUSPECTED, ()), "not the first of an episode"
    right = behaviour.calls(run_of(np.zeros((4, 2)), trace=steps_of([1] * 4, states=list(Shows.calls)), agent=Shows()))
    assert right.verdict == PASS


@pytest.mark.parametrize(("seeds", "verdict"), [([3, None, None], PASS), ([3, 3, 3], UNCLEAR), ([None, None], PASS)])
def test_one_seed_for_every_episode_is_told(seeds, verdict):
    assert behaviour.seeded_resets(run_of(np.zeros((4, 2)), resets=seeds)).verdict == verdict


def test_a_seed_must_make_runs_alike():
    q = np.zeros((4, 2))
    one, two, three = (run_of(q, trace=steps_of(actions)) for actions in ([0, 1, 1], [0, 1, 0], [1, 1, 1]))
    assert behaviour.same_seed(one, one, two).verdict == PASS
    assert behaviour.same_seed(one, two, three).suspects == ("seed-ignored",)
    assert "from step 3 on" in behaviour.same_seed(one, two, three).evidence
    assert behaviour.same_seed(one, one, one).verdict == UNCLEAR


def test_the_worst_action_is_not_what_values_say():
    class Acts:
        q = optimal(A_PROBLEM)

        def act(self, state, explore=False):
            return int(self.q[state].argmin())

    run = run_of(Acts.q, agent=Acts())
    run = run._replace(learned=run.learned._replace(greedy=Acts.q.argmin(axis=1)))
    check = white_box.greedy_actions(A_PROBLEM, run)
    assert (check.verdict, check.suspects) == (SUSPECTED, ("argmin-policy",))


def test_an_agent_that_writes_into_its_observations_is_suspected():
    assert behaviour.shown_arrays(0).verdict == PASS
    assert behaviour.shown_arrays(2).verdict == SUSPECTED


def test_somebody_elses_way_of_learning_is_no_reason_to_fail():
    class Others(tabular.Right):
        """Has what `target_in_use` looks for, but takes other arguments."""

        target_every = 100
        q_network, target_network = (type("Network", (), {"weights": [np.zeros(1)]})() for _ in range(2))

        def learn(self, batch, weights):
            raise AssertionError("only reached with its own arguments")

    run = run_of(optimal(A_PROBLEM), agent=Others(probe(BY_ID["A"]), gamma=0.8, seed=0))
    check = white_box.target_in_use(A_PROBLEM, run)
    assert check.verdict == "not applicable"
    assert "cannot be held still" in check.evidence


# --- probes ---


def test_a_probe_tells_its_time_limit_to_agents_that_ask():
    assert probe(BY_ID["C"]).spec.max_episode_steps == BY_ID["C"].limit == 2


def test_a_probe_shows_the_end_as_another_state_and_cuts_at_its_limit():
    env = probe(BY_ID["T"])
    env.reset(seed=3)
    seen = [env.step(1)[:4] for _ in range(3)]
    assert seen == [(1, -2.0, False, False), (2, 1.5, False, False), (1, 8.5, True, True)], "the end looks like state 2"
    with pytest.raises(ResetNeeded):
        env.step(1)
    assert (env.resets, env.after_end, [step.reset for step in env.steps]) == ([3], 1, [True, False, False])
    counts = Trace.of(env.rows).counts((4, 2))
    assert counts[:3].tolist() == [[0, 1], [0, 1], [0, 1]]
    assert frequencies(counts)[3].tolist() == [0.5, 0.5], "unknown is even"


def test_lanes_do_not_count_steps_that_only_reset():
    from gymnasium.vector import AutoresetMode

    env = probe_lanes(BY_ID["A"], AutoresetMode.NEXT_STEP, lanes=2)
    env.reset()
    for _ in range(4):
        env.step(np.array([1, 0]))
    assert Trace.of(env.rows).counts((4, 2)).tolist() == [[4, 1], [0, 1], [0, 1], [0, 0]], (
        "the first lane's fourth step only resets it"
    )


def test_a_right_policy_without_values_passes():
    class Policy(tabular.Right):
        """Shows nothing but what it does."""

        def train(self, env, steps, seed):
            super().train(env, steps, seed)
            greedy = self.q.argmax(axis=1)
            return type("Shown", (), {"act": lambda self, state: int(greedy[state])})()

    assert checkup(training(Policy), budget=20).verdict == PASS


# --- reports, the command and pytest ---


@pytest.fixture(scope="module")
def convicted():
    return checkup(training(tabular.TruncationAsTermination), command="again <here>")


def test_a_report_is_one_page_that_needs_nothing(convicted, tmp_path):
    convicted.to_html(tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert page.index("bug suspected") < page.index("Suspects") < page.index("Checks")
    assert "truncation-as-termination" in page
    assert "again &lt;here&gt;" in page
    assert 'name=viewport content="width=device-width' in page
    assert not [word for word in ("http:", "https:", "<script", "<link", "src=", "url(") if word in page]


def test_a_report_is_json(convicted, tmp_path):
    convicted.to_json(tmp_path / "report.json")
    content = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert content["verdict"] == SUSPECTED
    assert content["suspects"][0]["bug"] == "truncation-as-termination"
    assert content["settings"][0]["exact"][0] == pytest.approx([6.208, 7.76])


def test_the_command_says_it_in_its_exit_code(tmp_path, monkeypatch, capsys):
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "their_agent.py").write_text(
        "from mutants import tabular\ntrain = tabular.training(tabular.ArgminPolicy)\n", encoding="utf-8"
    )
    assert main(["their_agent:train", "--html", str(tmp_path / "page.html"), "--json", str(tmp_path / "all.json")]) == 1
    assert "Suspected: argmin-policy" in capsys.readouterr().out
    assert (tmp_path / "page.html").exists()
    assert "their_agent:train" in json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))["command"]
    with pytest.raises(ValueError, match="names no function"):
        main(["their_agent"])
    with pytest.raises(SystemExit):
        main(["their_agent:train", "--steps", "0"])
    assert capsys.readouterr().err.endswith("steps=0, expected at least 1; pass e.g. steps=1_000.\n")


@parametrize_with_probes(RIGHT_AGENT)
def test_an_agent_of_ones_own(probe):
    probe()


def test_each_check_of_a_wrong_agent_is_a_case_of_its_own():
    trained = []

    def train(env, **how):
        trained.append(env)
        return training(tabular.TerminalBootstrap)(env, **how)

    cases = {case.id: case.values[0] for case in parametrize_with_probes(train, budget=20).args[1]}
    assert not trained, "nothing is trained before the first case"
    with pytest.raises(pytest.fail.Exception, match="terminal-bootstrap"):
        cases["values B"]()
    number = len(trained)
    cases["values A"]()
    for name, reason in [("epsilon", "not applicable"), ("policy", "not asked")]:
        with pytest.raises(pytest.skip.Exception, match=reason):
            cases[name]()
    assert len(trained) == number, "one checkup for all of them"


def test_a_checkup_that_fails_is_not_tried_for_every_case():
    trained = []

    def train(env, **how):
        trained.append(env)
        raise RuntimeError("a bug of its own")

    cases = [case.values[0] for case in parametrize_with_probes(train).args[1]]
    for case in cases[:3]:
        with pytest.raises(RuntimeError, match="a bug of its own"):
            case()
    assert len(trained) == 1


def test_every_check_has_a_case():
    ids = {case.id for case in parametrize_with_probes(RIGHT_AGENT).args[1]}
    for train in (own, lambda env, **how: SimpleNamespace(act=own(env, **how).act)):
        report = checkup(train, vector=True, epsilon=0.1, budget=4)
        assert {check.id for check in report.checks} <= ids


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"learns": "well"}, "learns='well'"),
        ({"seeds": (1,)}, "at least 2"),
        ({"seeds": (3, 3, 4)}, "all different"),
        ({"budget": -1.0}, "budget=-1.0"),
        ({"steps": 0}, "steps=0"),
        ({"epsilon": 1.5}, "epsilon=1.5"),
        ({"epsilon": lambda time: 2.0}, "expected a probability"),
    ],
)
def test_what_cannot_be_asked_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        checkup(RIGHT_AGENT, **options)


def test_the_example_passes_what_is_right_and_names_what_is_not(tmp_path, capsys):
    path = Path(__file__).parent.parent / "examples" / "17_check_agent.py"
    runpy.run_path(str(path))["main"](page=tmp_path / "page.html")
    first, second = capsys.readouterr().out.split("TakesCutsForEnds: ")
    assert first.startswith("QLearning: pass.")
    assert second.startswith("bug suspected.")
    assert "Suspected: truncation-as-termination" in second
    assert (tmp_path / "page.html").exists()


def test_values_that_move_away_from_what_is_right_are_suspected_before_they_come_to_rest():
    exact = optimal(BY_ID["A"].problem())
    verdicts = []
    for shares in [(2.5, 3.5, 5), (0.1, 0.3, 0.5), (3, 2, 1.5)]:
        runs = [run_of(exact * share, steps=k) for k, share in enumerate(shares, 1)]
        verdicts.append(settled(judge(BY_ID["A"], runs, learns="optimal")))
    assert verdicts == [True, False, False]


def test_the_discount_of_values_that_still_grow_is_named():
    report = checkup(lambda env, **how: own(env, **{**how, "gamma": 0.99}, policy=EpsilonGreedy(0.3)))
    assert report.suspects == ["wrong-gamma"], str(report)


def test_what_is_not_clear_is_said_of_a_pass():
    report = checkup(RIGHT_AGENT, budget=20)
    assert report.advice == "All that was learned is what the exact solver says."
    unclear = [check._replace(verdict=UNCLEAR) if check.id == "values D" else check for check in report.checks]
    assert replace(report, checks=unclear).advice.endswith("Nothing can be said of D yet.")


def test_the_worst_action_is_seen_where_the_other_is_the_best():
    def train(env, **how):
        agent = RIGHT_AGENT(env, **how)
        return SimpleNamespace(q=agent.q, act=lambda state: 1)

    report = checkup(train)
    assert report.suspects == ["argmin-policy"], str(report)


def test_an_action_that_cannot_be_had_is_told():
    def train(env, **how):
        def act(observation):
            raise KeyError("only in training")

        return SimpleNamespace(q=RIGHT_AGENT(env, **how).q, act=act)

    report = checkup(train)
    greedy = next(check for check in report.checks if check.id == "greedy")
    assert (report.verdict, greedy.verdict) == (PASS, UNCLEAR)
    assert "only in training" in greedy.evidence


@pytest.mark.parametrize(("typed", "code"), [("nothing:here", 3), ("a:b --unknown", 3), ("--help", 0)])
def test_a_command_that_could_not_check_says_so_by_its_code(typed, code):
    command = [sys.executable, "-m", "agents.checkup", *typed.split()]
    assert subprocess.run(command, capture_output=True, check=False).returncode == code


def test_a_network_that_is_never_twice_the_same_is_not_taken_for_a_mean_over_the_batch():
    rng, q = np.random.default_rng(0), optimal(A_PROBLEM)
    run = run_of(q)
    noisy = run._replace(learned=run.learned._replace(values=lambda states: q[states] + rng.normal(0, 0.1, (1, 2))))
    assert white_box.batch_neighbours(noisy).verdict == UNCLEAR
    shifted = run._replace(learned=run.learned._replace(values=lambda states: q[states] + len(states)))
    assert white_box.batch_neighbours(shifted).suspects == ("dueling-mean-over-batch",)


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

    runs = [run_of(q, agent=Saves(q)) for q in (optimal(A_PROBLEM), optimal(A_PROBLEM) + 1)]
    assert white_box.round_trip(*runs).verdict == verdict


def test_a_table_whose_end_has_moved_has_learned_resets():
    # Of a step size so small that the end is still far from gamma times the start.
    def train(env, *, gamma, steps, seed):
        kind = tabular.AutoresetTransitionLearned
        agent = kind.for_env(env, gamma=gamma, seed=seed, alpha=0.05, policy=EpsilonGreedy(0.3))
        if hasattr(env, "num_envs"):
            return agent.learn_all(env, steps, seed)
        train_in(env, agent, steps=steps, seed=seed)
        return agent

    report = checkup(train, vector=True)
    assert report.suspects[0] == "autoreset-transition-learned", str(report)


# --- the proof: every mutant, and agents that are right ---


@pytest.mark.slow
@pytest.mark.parametrize("name", MUTANTS)
def test_every_mutant_is_convicted_and_named(name):
    train, bugs, options = MUTANTS[name]
    report = checkup(train, budget=20, **options)
    assert report.verdict == SUSPECTED
    assert set(bugs) & set(report.suspects[:2])


def test_a_bug_in_nobodys_catalogue_is_suspected_all_the_same():
    report = checkup(UNKNOWN, budget=20)
    assert (report.verdict, report.suspects) == (SUSPECTED, [])
    assert report.answers[0].runs[-1].steps == 16_000  # four times those after which it seemed at rest
    assert "no known fingerprint" in report.advice


@pytest.fixture
def discounted(monkeypatch):
    """Lets the checkup ask with another discount on all settings."""
    return lambda gamma: monkeypatch.setattr(
        asking, "SETTINGS", tuple(replace(setting, gamma=gamma) for setting in SETTINGS)
    )


@pytest.mark.parametrize(
    ("name", "gamma"), [("Q-learning", 0.5), ("Q-learning, alpha 1e-7", 0.8), ("Q-learning, alpha 1/n", 0.99)]
)
def test_other_discounts_accuse_nobody_who_is_right(discounted, name, gamma):
    discounted(gamma)
    assert checkup(RIGHT[name][0], budget=3).verdict != SUSPECTED


def test_a_right_learner_from_several_steps_is_asked_what_was_meant_before_it_is_trained_longer(discounted):
    discounted(0.99)
    report = checkup(RIGHT["right n-step, undeclared"][0], budget=20)
    assert report.verdict == UNCLEAR
    assert "if that was meant, pass learns='n-step'" in report.advice
    assert "best all the same" not in report.advice


@pytest.mark.slow
@pytest.mark.parametrize("name", RIGHT)
@pytest.mark.parametrize("gamma", [None, 0.5, 0.95, 0.99])
@pytest.mark.parametrize("first", [0, 10])
def test_no_agent_that_is_right_is_accused(discounted, name, gamma, first):
    if gamma is not None:
        discounted(gamma)
    train, _, options = RIGHT[name]
    assert checkup(train, seeds=(first, first + 1, first + 2), budget=20, **options).verdict != SUSPECTED
